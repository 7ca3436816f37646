"""Entity scores on worked examples."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chinese_deal_ie.evaluation.coreference import (
    Partition,
    coreference,
    on_shared_mentions,
    partition,
)

from .helpers import document


def clusters(*groups: str) -> Partition:
    return {(ord(name), ord(name) + 1): group for group in groups for name in group}


def scores(gold: Partition, predicted: Partition) -> dict[str, tuple[float, float]]:
    found = {name: tally.score() for name, tally in coreference(gold, predicted).items()}
    return {name: (round(score.p, 4), round(score.r, 4)) for name, score in found.items()}


def test_the_example_of_the_reference_implementation() -> None:
    """Pradhan et al. 2014, figure 1: key {a,b,c} {d,e,f,g}, response {a,b} {c,d} {f,g,h,i}."""
    found = scores(clusters("abc", "defg"), clusters("ab", "cd", "fghi"))
    assert found["muc"] == (0.4, 0.4)
    assert found["b3"] == (0.5, 0.4167)
    assert found["ceafe"] == (0.4333, 0.65)
    assert found["link"] == (0.25, 0.2222)


@pytest.mark.parametrize(
    ("gold", "predicted", "expected"),
    [
        (("abcd",), ("ab", "cd"), {"muc": (1, 0.6667), "b3": (1, 0.5), "ceafe": (0.3333, 0.6667), "link": (1, 0.3333)}),
        (("ab", "cd"), ("abcd",), {"muc": (0.6667, 1), "b3": (0.5, 1), "ceafe": (0.6667, 0.3333), "link": (0.3333, 1)}),
        (("a", "b"), ("a", "b"), {"muc": (1, 1), "b3": (1, 1), "ceafe": (1, 1), "link": (1, 1)}),
        (("ab",), (), {"muc": (0, 0), "b3": (0, 0), "ceafe": (0, 0), "link": (0, 0)}),
    ],
    ids=["torn", "lumped", "singletons", "nothing"],
)
def test_small_cases(
    gold: tuple[str, ...], predicted: tuple[str, ...], expected: dict[str, tuple[float, float]]
) -> None:
    assert scores(clusters(*gold), clusters(*predicted)) == expected


partitions = st.dictionaries(
    st.integers(0, 9).map(lambda start: (start, start + 1)), st.sampled_from("uvwx"), max_size=10
)


@settings(deadline=None)
@given(partitions, partitions)
def test_precision_and_recall_swap_with_the_sides(gold: Partition, predicted: Partition) -> None:
    forward, backward = coreference(gold, predicted), coreference(predicted, gold)
    for name, tally in forward.items():
        assert (tally.score().p, tally.score().r) == pytest.approx((backward[name].score().r, backward[name].score().p))
        assert -1e-9 <= tally.score().f1 <= 1 + 1e-9


@settings(deadline=None)
@given(partitions)
def test_a_partition_is_perfect_against_itself(gold: Partition) -> None:
    assert {tally.score().f1 for tally in coreference(gold, gold).values()} == {1.0}


def test_links_are_pairs_of_spans() -> None:
    source = document("[甲集团|COM:c1]与[乙|COM:c2]，[甲|COM:c1]及[公司|COM:c1]")
    assert coreference(partition(source), partition(source))["link"].gold == 3


def test_shared_mentions_judge_clustering_alone() -> None:
    gold, predicted = clusters("abc"), clusters("ab", "x")
    assert coreference(gold, predicted)["b3"].score().f1 < 1
    assert coreference(*on_shared_mentions(gold, predicted))["b3"].score().f1 == 1
