"""Deal scores: hand-counted tuples and slots."""

from __future__ import annotations

import dataclasses
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chinese_deal_ie.evaluation import TupleError, match_deals
from chinese_deal_ie.schema import SLOTS, Document, Frame

from .helpers import document, frame

TEXT = (
    "[7月1日|DATE:d1]，[丙市政府|GOV:g1]与[甲集团|COM:c1]、[乙集团|COM:c2]签约，[甲集团|COM:c1]投资[5亿元|AMT:a1]在[丁县|LOC:l1]"
    "建设[丁县钢厂|PROJ:p1]，[乙集团|COM:c2]投资[3亿元|AMT:a2]在[戊县|LOC:l2]建设[戊县电厂|PROJ:p2]。"
)
FIRST = "government=g1 company=c1 amount=a1 location=l1 date=d1 project=p1"
SECOND = "government=g1 company=c2 amount=a2 location=l2 date=d1 project=p2"
GOLD = document(TEXT, FIRST, SECOND)


def counts(predicted: Document, gold: Document = GOLD) -> dict[str, tuple[float, float, float]]:
    tallies = match_deals(gold, predicted).tallies
    return {name: (tally.correct, tally.predicted, tally.gold) for name, tally in tallies.items()}


@pytest.mark.parametrize(
    ("deals", "pair", "pair_amount", "full"),
    [
        ([FIRST, SECOND], (2, 2, 2), (2, 2, 2), (2, 2, 2)),
        ([SECOND, FIRST], (2, 2, 2), (2, 2, 2), (2, 2, 2)),
        ([FIRST], (1, 1, 2), (1, 1, 2), (1, 1, 2)),
        ([FIRST, FIRST, SECOND], (2, 3, 2), (2, 3, 2), (2, 3, 2)),
        ([FIRST.replace("l1", "l2"), SECOND], (2, 2, 2), (2, 2, 2), (1, 2, 2)),
        ([FIRST.replace("a1", "a2"), SECOND], (2, 2, 2), (1, 2, 2), (1, 2, 2)),
        ([FIRST.replace("amount=a1 ", ""), SECOND], (2, 2, 2), (1, 2, 2), (1, 2, 2)),
        ([FIRST.replace("government=g1 ", ""), SECOND], (1, 2, 2), (1, 2, 2), (1, 2, 2)),
        # both companies in one deal: 1 frame, 2 pairs, 4 amounts, 8 tuples
        (["government=g1 company=c1,c2 amount=a1,a2 location=l1,l2"], (2, 2, 2), (2, 4, 2), (2, 8, 2)),
        ([], (0, 0, 2), (0, 0, 2), (0, 0, 2)),
    ],
    ids=["same", "order", "missing", "twice", "place", "amount", "no amount", "no government", "merged", "none"],
)
def test_tuples(
    deals: list[str],
    pair: tuple[int, int, int],
    pair_amount: tuple[int, int, int],
    full: tuple[int, int, int],
) -> None:
    found = counts(document(TEXT, *deals))
    assert (found["pair"], found["pair_amount"], found["tuple"]) == (pair, pair_amount, full)


def test_two_deals_of_one_pair_are_two_pairs() -> None:
    gold = document(TEXT, FIRST, FIRST.replace("a1", "a2"))
    assert counts(document(TEXT, FIRST), gold)["pair"] == (1, 1, 2)


def test_a_deal_without_government_is_a_pair_with_none() -> None:
    gold = document(TEXT, "company=c1 location=l1")
    assert counts(gold, gold)["pair"] == (1, 1, 1)
    match = match_deals(gold, document(TEXT, "government=g1 company=c1 location=l1"))
    assert [(error.kind, error.fillers) for error in match.errors if error.level == "pair"] == [
        ("missed", (None, "c1")),
        ("spurious", ("g1", "c1")),
    ]


def test_every_gold_tuple_counts_though_nothing_is_predicted_for_it() -> None:
    """A scorer that walks over predictions only gives recall 1 here."""
    gold = document(TEXT, FIRST, SECOND, "government=g1 company=c1 location=l2")
    assert match_deals(gold, document(TEXT, FIRST)).tallies["pair"].score().r == pytest.approx(1 / 3)


def test_slots() -> None:
    predicted = document(TEXT, FIRST.replace("l1", "l2").replace("project=p1", "stage=intended"), SECOND)
    found = counts(predicted)
    assert found["slot.government"] == found["slot.company"] == found["slot.amount"] == found["slot.date"] == (2, 2, 2)
    assert found["slot.location"] == (1, 2, 2)
    assert found["slot.project"] == (1, 1, 2)
    assert found["slot.stage"] == (1, 2, 2)
    assert found["slot.type"] == (2, 2, 2)
    assert found["slot"] == (10, 11, 12)


def test_frames_are_matched_as_wholes() -> None:
    """Matching each predicted frame to its nearest gold frame would match both with the first."""
    predicted = document(TEXT, FIRST, "government=g1 company=c1 amount=a2 date=d1")
    assert match_deals(GOLD, predicted).frames == ((0, 0), (1, 1))


def test_fillers_outweigh_type_and_stage_and_these_break_ties() -> None:
    gold = document(TEXT, "company=c1 location=l1 type=fund stage=intended")
    one, two = "company=c1 type=fund stage=intended", "company=c1 location=l1 type=finance"
    assert match_deals(gold, document(TEXT, one, two)).frames == ((0, 1),)
    assert match_deals(gold, document(TEXT, "company=c1", one)).frames == ((0, 1),)


def test_unrelated_frames_earn_nothing_for_type_and_stage() -> None:
    gold, predicted = document(TEXT, "company=c1 location=l1"), document(TEXT, "company=c2 location=l2")
    found = counts(predicted, gold)
    assert found["slot.type"] == found["slot.stage"] == (0, 1, 1)
    assert match_deals(gold, predicted).frames == ()


def test_a_filler_given_twice_is_right_once() -> None:
    torn = document(TEXT.replace("[甲集团|COM:c1]投资", "[甲集团|COM:c9]投资"), FIRST.replace("c1", "c1,c9"), SECOND)
    found = counts(torn)
    assert found["slot.company"] == (2, 3, 2)
    assert found["pair"] == (2, 3, 2)


def test_relaxed_accepts_an_overlap() -> None:
    predicted = document(TEXT.replace("[丙市政府|GOV:g1]", "[丙市|LOC:g1]政府"), FIRST, SECOND)
    assert match_deals(GOLD, predicted).tallies["pair"].correct == 0
    assert match_deals(GOLD, predicted, "relaxed").tallies["pair"].correct == 2


def test_errors_name_frames_and_their_counterparts() -> None:
    predicted = document(TEXT, SECOND, FIRST.replace("a1", "a2"))
    errors = [error for error in match_deals(GOLD, predicted).errors if error.level == "pair_amount"]
    assert errors == [
        TupleError("pair_amount", "missed", 0, ("g1", "c1", "a1"), 1),
        TupleError("pair_amount", "spurious", 1, ("g1", "c1", "a2"), 0),
    ]


def test_a_repeated_tuple_is_blamed_on_the_frame_that_is_wrong() -> None:
    gold = document(TEXT, FIRST)
    predicted = document(TEXT, "government=g1 company=c1 amount=a2", FIRST)
    errors = match_deals(gold, predicted).errors
    assert {error.frame for error in errors if error.kind == "spurious"} == {0}


def test_an_unknown_entity_is_wrong_but_harmless() -> None:
    assert counts(document(TEXT, FIRST.replace("g1", "g7"), SECOND))["pair"] == (1, 2, 2)


ids = {"government": "g1", "company": "c1 c2", "amount": "a1 a2", "location": "l1 l2", "date": "d1", "project": "p1 p2"}
frames = st.builds(
    Frame, **{slot: st.lists(st.sampled_from(ids[slot].split()), unique=True, max_size=2).map(tuple) for slot in SLOTS}
)


@settings(deadline=None)
@given(st.lists(frames, max_size=4), st.lists(frames, max_size=4), st.randoms())
def test_invariants(gold: list[Frame], predicted: list[Frame], shuffler: random.Random) -> None:
    ours, theirs = (dataclasses.replace(GOLD, frames=tuple(side)) for side in (gold, predicted))
    strict, relaxed = match_deals(ours, theirs), match_deals(ours, theirs, "relaxed")
    for name in ("pair", "pair_amount", "tuple", "slot"):
        assert strict.tallies[name] == relaxed.tallies[name]  # one and the same mentions on both sides
    assert match_deals(ours, ours).errors == ()
    for level in ("pair", "pair_amount", "tuple"):
        tally = strict.tallies[level]
        kinds = [error.kind for error in strict.errors if error.level == level]
        assert kinds.count("missed") == tally.gold - tally.correct
        assert kinds.count("spurious") == tally.predicted - tally.correct
    shuffler.shuffle(predicted)
    again = match_deals(ours, dataclasses.replace(GOLD, frames=tuple(predicted)))
    for name in ("pair", "pair_amount", "tuple", "slot", "slot.company"):
        assert again.tallies[name].row()[1:2] + again.tallies[name].row()[3:] == (
            strict.tallies[name].predicted,
            strict.tallies[name].gold,
        )
    assert [again.tallies[name] for name in ("pair", "pair_amount", "tuple", "slot")] == [
        strict.tallies[name] for name in ("pair", "pair_amount", "tuple", "slot")
    ]


def test_helper_builds_frames() -> None:
    assert frame("company=c1,c2 type=fund") == Frame(company=("c1", "c2"), type="fund")
