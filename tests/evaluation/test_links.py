"""Links: company with another filler, each pair once."""

from __future__ import annotations

import pytest

from chinese_deal_ie.evaluation import Tally, match_links
from chinese_deal_ie.evaluation.alignment import SlotJudge
from chinese_deal_ie.evaluation.links import links
from chinese_deal_ie.schema import Document

from .helpers import document

TEXT = (
    "[丙市政府|GOV:g1]与[甲集团|COM:c1]、[乙集团|COM:c2]签约，[甲集团|COM:c1]投资[5亿元|AMT:a1]在[丁县|LOC:l1]，"
    "[乙集团|COM:c2]投资[3亿元|AMT:a2]在[戊县|LOC:l2]。"
)
FIRST = "government=g1 company=c1 amount=a1 location=l1"
SECOND = "government=g1 company=c2 amount=a2 location=l2"
GOLD = document(TEXT, FIRST, SECOND)


def tallies(predicted: Document, gold: Document = GOLD) -> dict[str, tuple[float, float, float]]:
    found = match_links(gold, predicted, SlotJudge.of(gold, predicted, "strict"))
    return {name: (tally.correct, tally.predicted, tally.gold) for name, tally in found.items()}


def test_each_pair_counts_once_whatever_deals_it_stands_in() -> None:
    both = document(TEXT, "government=g1 company=c1,c2", "government=g1 company=c1 amount=a1")
    assert links(both) == [("government", "c1", "g1"), ("government", "c2", "g1"), ("amount", "c1", "a1")]


@pytest.mark.parametrize(
    ("deals", "expected"),
    [
        ([FIRST, SECOND], {"link": (6, 6, 6), "link.amount": (2, 2, 2), "link.project": (0, 0, 0)}),
        ([FIRST], {"link": (3, 3, 6), "link.government": (1, 1, 2)}),
        ([FIRST.replace("a1", "a2"), SECOND], {"link": (5, 6, 6), "link.amount": (1, 2, 2)}),
        # one deal of everything: the six right links and two amounts and two places too many
        (["government=g1 company=c1,c2 amount=a1,a2 location=l1,l2"], {"link": (6, 10, 6), "link.location": (2, 4, 2)}),
        ([], {"link": (0, 0, 6)}),
    ],
    ids=["same", "one", "amount", "lumped", "none"],
)
def test_counts(deals: list[str], expected: dict[str, tuple[float, float, float]]) -> None:
    found = tallies(document(TEXT, *deals))
    assert {name: found[name] for name in expected} == expected


def test_a_filler_torn_in_two_is_right_once() -> None:
    torn = document(TEXT.replace("[甲集团|COM:c1]投资", "[甲集团|COM:c9]投资"), FIRST.replace("c1", "c1,c9"), SECOND)
    assert tallies(torn)["link"] == (6, 9, 6)


def test_recall_is_over_all_gold_pairs() -> None:
    """The scorer of spaCy's relation tutorial walks over the predicted pairs and finds nothing missing here."""
    gold = document(TEXT, "government=g1 company=c1 location=l1 amount=a1")
    predicted = document(TEXT, "company=c1 amount=a1")
    wanted = set(links(gold))
    walked = [1.0 if link in wanted else 0.0 for link in links(predicted)]  # precision and "recall" over predictions
    assert sum(walked) / len(walked) == 1
    score = match_links(gold, predicted, SlotJudge.of(gold, predicted, "strict"))["link"]
    assert score == Tally(1, 1, 1, 3)
