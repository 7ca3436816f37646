"""Planted defects: each moves exactly the scores it should and leaves the rest at 1."""

from __future__ import annotations

import dataclasses

import pytest

from chinese_deal_ie.evaluation import Tally, evaluate
from chinese_deal_ie.schema import Document

from .helpers import document, frame

BODY = (
    "[5月6日|DATE:d1]，[丙市政府|GOV:g1]与[甲集团股份公司|COM:c1]签约。[市政府|GOV:g1]称，[甲集团|COM:c1]投资[5亿元|AMT:a1]"
    "在[丁县|LOC:l1]建厂；[乙公司|COM:c2]去年营收[9亿元|AMT:a2]。"
)
DEAL = "government=g1 company=c1 amount=a1 location=l1 date=d1"
GOLD = [document(BODY, DEAL, name="deal"), document("[乙公司|COM:c1]业绩增长。", name="quiet")]
MENTION = {"mention", "mention.exact", "mention.partial", "mention.type"}
COREF = {"coref.b3", "coref.ceafe", "coref.muc", "coref.link"}
SHARED = {"coref_shared.b3", "coref_shared.ceafe", "coref_shared.muc", "coref_shared.link"}


def links(*slots: str) -> set[str]:
    return {"link", *(f"link.{slot}" for slot in slots)}


def both(*names: str) -> set[str]:
    """The names under the strict, relaxed and value criteria."""
    return {prefix + name for name in names for prefix in ("", "relaxed.", "value.")}


def moved(predicted: Document, name: str = "deal") -> set[str]:
    documents = [predicted if one.id == name else one for one in GOLD]
    result = evaluate(GOLD, documents, value_of=lambda text: text, place_of=lambda text, context: text)
    return {score for score in result.names() if result.score(score).f1 < 1}


def with_deals(*deals: str) -> Document:
    return dataclasses.replace(GOLD[0], frames=tuple(map(frame, deals)))


def test_nothing_moves_without_a_defect() -> None:
    assert moved(GOLD[0]) == set()


def test_dropped_mention_of_an_entity_that_has_another() -> None:
    predicted = document(BODY.replace("[市政府|GOV:g1]", "市政府"), DEAL, name="deal")
    assert moved(predicted) == MENTION | {"mention.GOV"} | COREF


def test_dropped_mention_outside_any_deal() -> None:
    predicted = document(BODY.replace("[9亿元|AMT:a2]", "9亿元"), DEAL, name="deal")
    assert moved(predicted) == MENTION | {"mention.AMT", "coref.b3", "coref.ceafe"}


def test_swapped_company() -> None:
    """Every link of the deal now starts at the wrong company; the mentions and entities are as good as before."""
    scores = both("pair", "pair_amount", "tuple", "slot", "slot.company")
    predicted = with_deals(DEAL.replace("c1", "c2"))
    assert moved(predicted) == scores | links("government", "amount", "location", "date")


def test_wrong_amount() -> None:
    predicted = with_deals(DEAL.replace("a1", "a2"))
    assert moved(predicted) == both("pair_amount", "tuple", "slot", "slot.amount") | links("amount")


def test_wrong_place() -> None:
    predicted = with_deals(DEAL.replace("location=l1 ", ""))
    assert moved(predicted) == both("tuple", "slot", "slot.location") | links("location")


def test_wrong_type() -> None:
    assert moved(with_deals(f"{DEAL} type=fund")) == both("slot.type")


def test_extra_deal() -> None:
    predicted = with_deals(DEAL, "company=c2 amount=a2")
    slots = ("slot", "slot.company", "slot.amount", "slot.type", "slot.stage")
    assert moved(predicted) == both("pair", "pair_amount", "tuple", *slots) | links("amount")


def test_the_same_deal_twice() -> None:
    """No link is new, so links alone forgive it."""
    slots = ("slot", *(f"slot.{slot}" for slot in ("government", "company", "amount", "location", "date")))
    expected = both("pair", "pair_amount", "tuple", *slots, "slot.type", "slot.stage")
    assert moved(with_deals(DEAL, DEAL)) == expected


def test_deal_in_a_quiet_document() -> None:
    predicted = dataclasses.replace(GOLD[1], frames=(frame("company=c1"),))
    slots = ("slot", "slot.company", "slot.type", "slot.stage")
    assert moved(predicted, "quiet") == {"quiet"} | both("pair", "pair_amount", "tuple", *slots)


def test_span_off_by_one() -> None:
    """The place's only mention ends one early: strict deals lose it, relaxed ones do not, and its value is another."""
    predicted = document(BODY.replace("[丁县|LOC:l1]", "[丁|LOC:l1]县"), DEAL, name="deal")
    strict = {"tuple", "value.tuple", "slot", "value.slot", "slot.location", "value.slot.location"}
    mentions = (MENTION - {"mention.type"}) | {"mention.LOC", "coref.b3", "coref.ceafe"}
    assert moved(predicted) == mentions | strict | {"accuracy.place"} | links("location")


def test_wrong_label() -> None:
    predicted = document(BODY.replace("|LOC:l1", "|ORG:l1"), DEAL, name="deal")
    assert moved(predicted) == {"mention", "mention.type", "mention.LOC", "mention.ORG", "accuracy.place"}


def test_entities_torn_apart() -> None:
    """Mentions are perfect; only clustering suffers while the deal points at one of the halves."""
    predicted = document(BODY.replace("[甲集团|COM:c1]", "[甲集团|COM:c9]"), DEAL, name="deal")
    assert moved(predicted) == COREF | SHARED


@pytest.mark.parametrize(
    ("old", "new"), [("[5亿元|AMT:a1]", "[5亿|AMT:a1]元"), ("[5亿元|AMT:a1]在", "[5亿元在|AMT:a1]")]
)
def test_amount_cut_or_stretched_is_right_by_value_alone(old: str, new: str) -> None:
    """What value_of reads as the same sum is right by value though its span is wrong."""
    predicted = document(BODY.replace(old, new), DEAL, name="deal")
    result = evaluate(GOLD, [predicted, GOLD[1]], value_of=lambda text: text[:2])
    assert result.score("tuple").f1 == 0
    assert result.score("value.tuple").f1 == result.score("relaxed.tuple").f1 == 1
    assert result.tally("accuracy.amount") == Tally.rate(1, 1)
