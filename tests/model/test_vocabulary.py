from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chinese_deal_ie.model.vocabulary import CLS, MASK, PAD, SEP, SPECIALS, UNK, Vocabulary

from .helpers import UNHURRIED

SMALL = Vocabulary((*SPECIALS, "\u2581", "市", "5", "##ing"))


def test_the_special_rows_are_where_the_entries_say() -> None:
    rows = (SMALL.pad, SMALL.unk, SMALL.cls, SMALL.sep, SMALL.mask)
    assert [SMALL.entries[row] for row in rows] == [PAD, UNK, CLS, SEP, MASK]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("市5", [6, 7]),
        (" ", [5]),
        ("\n", [Vocabulary.sep]),
        ("县", [Vocabulary.unk]),
        ("\U00020000", [Vocabulary.unk]),
        ("\ud800", [Vocabulary.unk]),
        ("ing", [Vocabulary.unk] * 3),
        ("", []),
    ],
)
def test_rows(text: str, rows: list[int]) -> None:
    assert SMALL.encode(text).tolist() == rows


def test_a_vocabulary_without_the_sentencepiece_space_reads_spaces_as_unknown() -> None:
    assert Vocabulary((*SPECIALS, "市")).encode(" ").tolist() == [Vocabulary.unk]


@given(st.text())
@UNHURRIED
def test_one_row_a_character(text: str) -> None:
    rows = SMALL.encode(text)
    assert len(rows) == len(text)
    assert all(0 <= row < len(SMALL) for row in rows)


def test_a_saved_vocabulary_is_the_same(tmp_path: Path) -> None:
    SMALL.save(tmp_path / "vocab.txt")
    assert Vocabulary.load(tmp_path / "vocab.txt").entries == SMALL.entries


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        (("市",), "starts with"),
        ((*reversed(SPECIALS), "市"), "starts with"),
        ((*SPECIALS, "市", "市"), "twice"),
    ],
)
def test_flawed_vocabularies_are_refused(entries: tuple[str, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Vocabulary(entries)


def test_extended_keeps_order_and_adds_what_is_missing() -> None:
    assert Vocabulary.extended((*SPECIALS, "市", "县"), "县区市镇").entries == (*SPECIALS, "市", "县", "区", "镇")
