"""Mention scores: hand-counted cases, and seqeval and nervaluate as oracles where they can be trusted."""

from __future__ import annotations

import random
import warnings
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chinese_deal_ie.evaluation.mentions import MentionError, match_mentions
from chinese_deal_ie.schema import LABELS, Mention

from .helpers import iob2, mention

GOLD = [mention(0, 5, "GOV"), mention(6, 8, "COM"), mention(10, 15, "AMT")]


@pytest.mark.parametrize(
    ("predicted", "correct", "errors"),
    [
        (GOLD, (3, 3, 3, 3), []),
        (GOLD[:2], (2, 2, 2, 2), [("missed", 2, None)]),
        ([*GOLD, mention(20, 22)], (3, 3, 3, 3), [("spurious", None, 3)]),
        ([*GOLD, GOLD[0]], (3, 3, 3, 3), [("spurious", None, 3)]),
        ([mention(0, 5, "LOC"), *GOLD[1:]], (2, 3, 3, 2), [("label", 0, 0)]),
        ([mention(0, 4, "GOV"), *GOLD[1:]], (2, 2, 2.5, 3), [("boundary", 0, 0)]),
        ([mention(0, 4, "LOC"), *GOLD[1:]], (2, 2, 2.5, 2), [("label_and_boundary", 0, 0)]),
        ([mention(5, 6, "GOV"), *GOLD], (3, 3, 3, 3), [("spurious", None, 0)]),
        ([], (0, 0, 0, 0), [("missed", 0, None), ("missed", 1, None), ("missed", 2, None)]),
    ],
    ids=["same", "missed", "spurious", "twice", "label", "boundary", "both", "adjacent", "empty"],
)
def test_counts_and_errors(
    predicted: list[Mention], correct: tuple[float, ...], errors: list[tuple[str, int | None, int | None]]
) -> None:
    match = match_mentions(GOLD, predicted)
    names = ("mention", "mention.exact", "mention.partial", "mention.type")
    assert tuple(match.tallies[name].correct for name in names) == correct
    assert {(tally.predicted, tally.gold) for name, tally in match.tallies.items() if name in names} == {
        (len(predicted), 3)
    }
    assert [(error.kind, error.gold, error.predicted) for error in match.errors] == errors


def test_labels_are_counted_apart() -> None:
    tallies = match_mentions(GOLD, [mention(0, 5, "LOC"), mention(6, 8, "COM")]).tallies
    counts = {label: tallies[f"mention.{label}"].row() for label in LABELS}
    assert counts["GOV"] == (0, 0, 0, 1)
    assert counts["LOC"] == (0, 1, 0, 0)
    assert counts["COM"] == (1, 1, 1, 1)
    assert counts["AMT"] == (0, 0, 0, 1)


def test_an_overlapping_wrong_span_does_not_take_the_place_of_the_right_one() -> None:
    gold = [mention(0, 8)]
    for predicted in ([mention(0, 4), mention(0, 8)], [mention(0, 8), mention(0, 4)]):
        match = match_mentions(gold, predicted)
        assert match.tallies["mention"].correct == 1
        assert [error.kind for error in match.errors] == ["spurious"]


@pytest.mark.parametrize("gold", [("GOV", "COM"), ("COM", "GOV")])
@pytest.mark.parametrize("predicted", [(5, 4), (4, 5)])
def test_a_strict_pair_is_preferred_to_one_exact_and_one_alike(
    gold: tuple[str, str], predicted: tuple[int, int]
) -> None:
    match = match_mentions([mention(0, 5, label) for label in gold], [mention(0, end, "GOV") for end in predicted])
    assert match.tallies["mention"].correct == 1


def test_partial_uses_every_overlap_it_can() -> None:
    """0-6 overlaps both gold spans, 0-2 only the first; taking the larger overlap first would leave one unpaired."""
    match = match_mentions([mention(0, 4), mention(5, 8)], [mention(0, 6), mention(0, 2)])
    assert match.tallies["mention.partial"].correct == 1.0
    assert all(error.kind == "boundary" for error in match.errors)


spans = st.builds(
    lambda start, length, label: mention(start, start + length, label),
    st.integers(0, 9),
    st.integers(1, 4),
    st.sampled_from(LABELS[:3]),
)


def keys(mentions: list[Mention]) -> Counter[tuple[int, int, str]]:
    return Counter((one.start, one.end, one.label) for one in mentions)


@settings(deadline=None)
@given(st.lists(spans, max_size=10), st.lists(spans, max_size=10), st.randoms())
def test_scores_do_not_depend_on_order_and_strict_is_the_strictest(
    gold: list[Mention], predicted: list[Mention], shuffler: random.Random
) -> None:
    match = match_mentions(gold, predicted)
    right = {name: tally.correct for name, tally in match.tallies.items()}
    assert right["mention"] == (keys(gold) & keys(predicted)).total()
    assert right["mention"] <= min(right["mention.exact"], right["mention.type"])
    assert right["mention.exact"] <= right["mention.partial"]
    assert right["mention"] == sum(right[f"mention.{label}"] for label in LABELS)
    sides = [[index for pair in match.correct for index in pair[side : side + 1]] for side in (0, 1)]
    for side, size in ((0, len(gold)), (1, len(predicted))):
        wrong = [getattr(error, ("gold", "predicted")[side]) for error in match.errors]
        assert sorted(sides[side] + [index for index in wrong if index is not None]) == list(range(size))
    shuffled = list(predicted)
    shuffler.shuffle(shuffled)
    assert match_mentions(gold, shuffled).tallies == match.tallies
    swapped = match_mentions(predicted, gold).tallies
    assert {name: tally.correct for name, tally in swapped.items()} == right


# --- oracles -----------------------------------------------------------------------------------------------------


def random_flat(generator: random.Random, length: int) -> list[Mention]:
    result, position = [], 0
    while position < length:
        size = generator.randint(1, 4)
        if generator.random() < 0.5 and position + size <= length:
            result.append(mention(position, position + size, generator.choice(LABELS[:3])))
        position += size
    return result


def perturbed(generator: random.Random, gold: list[Mention], length: int) -> list[Mention]:
    """Mentions near the gold ones: dropped, relabelled, moved, still flat."""
    result: list[Mention] = []
    for one in gold:
        dice = generator.random()
        if dice < 0.2:
            continue
        label = generator.choice(LABELS[:3]) if dice < 0.4 else one.label
        end = min(length, one.end + (dice > 0.8))
        if not result or result[-1].end <= one.start:
            result.append(mention(one.start, end, label))
    return result


@pytest.fixture(scope="module")
def samples() -> list[tuple[list[Mention], list[Mention]]]:
    generator = random.Random(5)
    gold = [random_flat(generator, 30) for _ in range(60)]
    return [(mentions, perturbed(generator, mentions, 30)) for mentions in gold]


def test_strict_scores_are_those_of_seqeval(samples: list[tuple[list[Mention], list[Mention]]]) -> None:
    metrics = pytest.importorskip("seqeval.metrics")
    scheme = pytest.importorskip("seqeval.scheme")
    truth = [iob2(gold, 30) for gold, _ in samples]
    answer = [iob2(predicted, 30) for _, predicted in samples]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        report = metrics.classification_report(
            truth, answer, mode="strict", scheme=scheme.IOB2, output_dict=True, zero_division=0
        )
    tallies = [match_mentions(*sample).tallies for sample in samples]
    for name, row in [("mention", "micro avg"), *((f"mention.{label}", label) for label in LABELS[:3])]:
        score = sum((one[name] for one in tallies[1:]), tallies[0][name]).score()
        assert (score.p, score.r, score.f1) == pytest.approx(
            (report[row]["precision"], report[row]["recall"], report[row]["f1-score"])
        )


def as_nervaluate(mentions: list[Mention]) -> list[dict[str, object]]:
    """nervaluate counts the last character in."""
    return [{"label": one.label, "start": one.start, "end": one.end - 1} for one in mentions]


def nervaluate_overall(gold: list[Mention], predicted: list[Mention]) -> dict[str, Any]:
    nervaluate = pytest.importorskip("nervaluate")
    evaluator = nervaluate.Evaluator(
        [as_nervaluate(gold)], [as_nervaluate(predicted)], tags=list(LABELS), loader="dict"
    )
    return evaluator.evaluate()["overall"]  # type: ignore[no-any-return]


def test_all_four_scores_are_those_of_nervaluate_where_no_mention_overlaps_two(
    samples: list[tuple[list[Mention], list[Mention]]],
) -> None:
    scenarios = {
        "strict": "mention",
        "exact": "mention.exact",
        "partial": "mention.partial",
        "ent_type": "mention.type",
    }
    compared = 0
    for gold, predicted in samples:
        touching = [[one for one in gold if one.start < other.end and other.start < one.end] for other in predicted]
        if not gold or not predicted or any(len(group) > 1 for group in touching):
            continue
        compared += 1
        overall, tallies = nervaluate_overall(gold, predicted), match_mentions(gold, predicted).tallies
        for scenario, name in scenarios.items():
            theirs, ours = overall[scenario], tallies[name].score()
            assert (ours.p, ours.r) == pytest.approx((theirs.precision, theirs.recall)), (scenario, gold, predicted)
    assert compared > 30


def test_default_seqeval_accepts_a_span_that_never_begins() -> None:
    """Default mode repairs I- without B-; strict IOB2 does not, so strict is the oracle."""
    metrics = pytest.importorskip("seqeval.metrics")
    scheme = pytest.importorskip("seqeval.scheme")
    truth, answer = [["B-GOV", "I-GOV", "O"]], [["I-GOV", "I-GOV", "O"]]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert metrics.f1_score(truth, answer) == 1.0
        assert metrics.f1_score(truth, answer, mode="strict", scheme=scheme.IOB2) == 0.0


def test_nervaluate_depends_on_order_where_these_scores_do_not() -> None:
    gold = [mention(0, 8)]
    orders = [[mention(0, 4), mention(0, 8)], [mention(0, 8), mention(0, 4)]]
    theirs = [nervaluate_overall(gold, predicted)["strict"].f1 for predicted in orders]
    ours = [match_mentions(gold, predicted).tallies["mention"].score().f1 for predicted in orders]
    assert theirs[0] != theirs[1]
    assert ours[0] == ours[1] == pytest.approx(2 / 3)


def test_adjacent_spans_overlap_when_ends_are_taken_as_inclusive() -> None:
    """End-exclusive offsets given to nervaluate unconverted make neighbours overlap."""
    nervaluate = pytest.importorskip("nervaluate")
    gold, predicted = mention(0, 5), mention(5, 8)
    sides = [[[{"label": "COM", "start": one.start, "end": one.end}]] for one in (gold, predicted)]
    overall = nervaluate.Evaluator(*sides, tags=["COM"], loader="dict").evaluate()["overall"]
    assert overall["partial"].f1 > 0
    assert match_mentions([gold], [predicted]).tallies["mention.partial"].correct == 0
    assert match_mentions([gold], [predicted]).errors == (
        MentionError("missed", 0, None),
        MentionError("spurious", None, 0),
    )
