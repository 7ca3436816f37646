"""Which gold entity a predicted entity stands for."""

from __future__ import annotations

import dataclasses

import pytest

from chinese_deal_ie.evaluation import align_entities
from chinese_deal_ie.evaluation.alignment import SlotJudge
from chinese_deal_ie.schema import Document

from .helpers import document

GOLD = document("[甲集团|COM:c1]与[乙集团|COM:c2]来到[丙市|LOC:l1]，[甲|COM:c1]出资[5亿元|AMT:a1]，[乙|COM:c2]出力。")


@pytest.mark.parametrize(
    ("markup", "strict", "relaxed"),
    [
        (
            "[甲集团|COM:x1]与[乙集团|COM:x2]来到[丙市|LOC:x3]，[甲|COM:x1]出资[5亿元|AMT:x4]，[乙|COM:x2]出力。",
            {"x1": "c1", "x2": "c2", "x3": "l1", "x4": "a1"},
            {"x1": "c1", "x2": "c2", "x3": "l1", "x4": "a1"},
        ),
        # torn apart: both halves stand for the entity
        (
            "[甲集团|COM:x1]与乙集团来到丙市，[甲|COM:x2]出资5亿元，乙出力。",
            {"x1": "c1", "x2": "c1"},
            {"x1": "c1", "x2": "c1"},
        ),
        # lumped together: stands for the one with more shared mentions
        ("[甲集团|COM:x1]与[乙集团|COM:x1]来到丙市，甲出资5亿元，[乙|COM:x1]出力。", {"x1": "c2"}, {"x1": "c2"}),
        # equally many: for the one that comes first
        ("[甲集团|COM:x1]与[乙集团|COM:x1]来到丙市，甲出资5亿元，乙出力。", {"x1": "c1"}, {"x1": "c1"}),
        # equally many, one of them with the right label: label decides
        ("甲集团与乙集团来到[丙市|GOV:x1]，甲出资5亿元，[乙|GOV:x1]出力。", {"x1": "c2"}, {"x1": "c2"}),
        # wrong boundary
        ("甲集团与乙集团来到[丙|LOC:x1]市，甲出资[5亿|AMT:x2]元，乙出力。", {}, {"x1": "l1", "x2": "a1"}),
        ("甲集团[与|COM:x1]乙集团来到丙市，甲出资5亿元，乙出力。", {}, {}),
    ],
    ids=["same", "split", "lumped", "tie", "label", "boundary", "nothing"],
)
def test_alignment(markup: str, strict: dict[str, str], relaxed: dict[str, str]) -> None:
    if "GOV" in markup:
        gold = dataclasses.replace(
            GOLD,
            mentions=tuple(dataclasses.replace(one, label="GOV") if one.text == "乙" else one for one in GOLD.mentions),
        )
    else:
        gold = GOLD
    predicted = document(markup)
    assert align_entities(gold, predicted) == strict
    assert align_entities(gold, predicted, relaxed=True) == relaxed


def renamed(source: Document, names: dict[str, str]) -> Document:
    return dataclasses.replace(
        source, mentions=tuple(dataclasses.replace(one, entity=names[one.entity]) for one in source.mentions)
    )


def test_ids_do_not_matter() -> None:
    predicted = document("[甲集团|COM:x1]与[乙集团|COM:x1]来到丙市，甲出资5亿元，乙出力。")
    swap = {"c1": "c2", "c2": "c1", "l1": "l1", "a1": "a1"}
    assert align_entities(renamed(GOLD, swap), predicted) == {"x1": "c2"}

    assert align_entities(renamed(GOLD, {"c1": "a", "c2": "b", "l1": "c", "a1": "d"}), predicted) == {"x1": "a"}


def test_exact_mentions_outweigh_labels_and_length() -> None:
    """Two short mentions under another label against a long one under the right label, then against an overlap."""
    gold = document("[甲|ORG:o1]、[甲|ORG:o1]与[乙控股集团公司|COM:c1]")
    assert align_entities(gold, document("[甲|COM:x1]、[甲|COM:x1]与[乙控股集团公司|COM:x1]")) == {"x1": "o1"}
    overlapping = document("[甲|COM:x1]、甲与[乙控股集团|COM:x1]公司")
    assert align_entities(gold, overlapping) == align_entities(gold, overlapping, relaxed=True) == {"x1": "o1"}


def test_more_shared_characters_break_a_tie() -> None:
    gold = document("[甲|COM:c1]与[乙集团|COM:c2]")
    assert align_entities(gold, document("[甲|COM:x1]与[乙集团|COM:x1]")) == {"x1": "c2"}


def test_amounts_are_also_equal_by_value_where_asked() -> None:
    gold = document("[5亿元|AMT:a1]即[五亿元|AMT:a2]，另有[6亿元|AMT:a3]")
    values = {"5亿元": 5, "五亿元": 5, "6亿元": 6}
    judge = SlotJudge.of(gold, gold, "value", values.get)
    assert judge.same("amount", "a1", "a2")
    assert not judge.same("amount", "a1", "a3")
    assert not judge.same("location", "a1", "a2")
    assert not SlotJudge.of(gold, gold, "strict", values.get).same("amount", "a1", "a2")


def test_an_unreadable_amount_is_right_only_by_its_mention() -> None:
    gold = document("[若干|AMT:a1]与[若干|AMT:a2]")
    judge = SlotJudge.of(gold, gold, "value", lambda text: None)
    assert judge.same("amount", "a1", "a1")
    assert not judge.same("amount", "a1", "a2")


def test_an_empty_slot_equals_only_itself() -> None:
    judge = SlotJudge({"x1": "c1"})
    assert judge.same("amount", None, None)
    assert not judge.same("amount", "c1", None)
    assert not judge.same("amount", None, "x1")


def test_value_needs_a_function() -> None:
    with pytest.raises(ValueError, match="value_of"):
        SlotJudge.of(GOLD, GOLD, "value")
