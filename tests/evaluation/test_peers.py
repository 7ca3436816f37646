"""Public packages behind the interface of a system: the parts of the wrapping, and the packages where they are."""

from __future__ import annotations

import random
from collections.abc import Iterable

import pytest

from chinese_deal_ie.evaluation.peers import (
    LONGEST,
    PEERS,
    iob_spans,
    locate,
    organisation_label,
    pieces,
    tagger_system,
)
from chinese_deal_ie.schema import Document

TEXT = "5月6日，常州市政府与百度公司签约，百度公司投资5亿元，江苏大学参与，项目落户常州。"


def test_pieces_are_short_and_lie_where_they_say() -> None:
    text = "一。\n\n二！" + "三" * (2 * LONGEST + 7)
    found = list(pieces(text))
    assert [text[start : start + len(piece)] for start, piece in found] == [piece for _, piece in found]
    assert max(len(piece) for _, piece in found) <= LONGEST + 1
    assert "".join(piece for _, piece in found) == text.replace("\n", "")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([("甲", "X"), ("甲", "Y")], [(0, 1, "X"), (2, 3, "Y")]),
        ([("甲甲", "X"), ("乙", "Y")], [(4, 5, "Y")]),
        ([("", "X"), ("?", "X"), ("乙", "Y")], [(4, 5, "Y")]),
        ([("乙", "X"), ("甲", "Y")], [(4, 5, "X")]),
    ],
    ids=["in order", "space dropped", "unknown", "never back"],
)
def test_words_are_looked_for_in_order(words: list[tuple[str, str]], expected: list[tuple[int, int, str]]) -> None:
    assert list(locate("甲 甲,乙", words)) == expected


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("B-ORG I-ORG O B-LOC", [("ab", "ORG"), ("d", "LOC")]),
        ("B-ORG B-ORG E-ORG O", [("a", "ORG"), ("bc", "ORG")]),
        ("I-ORG I-LOC O O", [("a", "ORG"), ("b", "LOC")]),
        ("O O O O", []),
        ("S-LOC O O B-LOC", [("a", "LOC"), ("d", "LOC")]),
    ],
)
def test_tags_become_names(tags: str, expected: list[tuple[str, str]]) -> None:
    assert list(iob_spans("abcd", tags.split())) == expected


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("常州市政府", "GOV"),
        ("钟楼经济开发区管委会", "GOV"),
        ("商务部", "GOV"),
        ("江苏大学", "ORG"),
        ("常州日报", "ORG"),
        ("百度", "COM"),
        ("江苏银行", "COM"),
        ("市政府投资公司", "COM"),
    ],
)
def test_kinds_of_organisations(name: str, label: str) -> None:
    assert organisation_label(name) == label


def test_a_tagger_takes_the_place_of_the_rules_for_names() -> None:
    names = {"常州市政府": "ORG", "百度公司": "ORG", "江苏大学": "ORG", "常州": "LOC", "签约": "PER"}

    def tag(piece: str) -> Iterable[tuple[int, int, str]]:
        return [(piece.index(name), piece.index(name) + len(name), kind) for name, kind in names.items()]

    (found,) = tagger_system("rules+test", tag).predict([Document("x", TEXT)])
    mentions = {(one.label, one.text) for one in found.mentions}
    assert {
        ("GOV", "常州市政府"),
        ("COM", "百度公司"),
        ("ORG", "江苏大学"),
        ("AMT", "5亿元"),
        ("DATE", "5月6日"),
    } <= mentions
    assert all(found.text[one.start : one.end] == one.text for one in found.mentions)
    assert found.frames


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in PEERS if name != "baseline"])
def test_an_installed_package_reads(name: str) -> None:
    """What it finds is a range of the text, on ordinary and on odd texts alike."""
    try:
        system = PEERS[name][0]()
    except ImportError as error:
        pytest.skip(f"{name} is not installed: {error}")
    generator = random.Random(0)
    odd = ["".join(generator.choice("0123.,亿万千元零五百￥/年常州 \u3000🎉") for _ in range(12)) for _ in range(10)]
    texts = [Document(str(index), text) for index, text in enumerate([TEXT, "", "\n", "市" * 400, *odd])]
    found = system.predict(texts)
    assert [one.text for one in found] == [one.text for one in texts]
    assert all(one.text[item.start : item.end] == item.text for one in found for item in one.mentions)
    assert {item.label for item in found[0].mentions} & set(PEERS[name][1])
