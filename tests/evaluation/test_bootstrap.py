"""Intervals and paired tests."""

from __future__ import annotations

import numpy as np
import pytest

from chinese_deal_ie.evaluation import bootstrap
from chinese_deal_ie.evaluation.bootstrap import confidence_interval, paired_test
from chinese_deal_ie.evaluation.tally import Floats


def mean(sums: Floats) -> Floats:
    return sums[:, 0] / sums[:, 1]


def outcomes(rate: float, documents: int = 400, seed: int = 3) -> Floats:
    hits = (np.random.default_rng(seed).random(documents) < rate).astype(float)
    return np.stack([hits, np.ones(documents)], axis=1)


def test_interval_is_that_of_the_normal_approximation() -> None:
    counts = outcomes(0.7)
    (interval,) = confidence_interval(counts, mean, samples=4000)
    value = counts[:, 0].mean()
    margin = 1.96 * (value * (1 - value) / len(counts)) ** 0.5
    assert interval.value == pytest.approx(value)
    assert interval.low == pytest.approx(value - margin, abs=0.01)
    assert interval.high == pytest.approx(value + margin, abs=0.01)


def test_coverage() -> None:
    """About 95 of 100 intervals hold the true rate."""
    hits = 0
    for seed in range(100):
        (interval,) = confidence_interval(outcomes(0.5, 200, seed), mean, samples=300, seed=seed)
        hits += interval.low <= 0.5 <= interval.high
    assert 88 <= hits <= 100


def test_seed_decides() -> None:
    counts = np.random.default_rng(0).random((50, 2))
    assert confidence_interval(counts, mean, seed=1) == confidence_interval(counts, mean, seed=1)
    assert confidence_interval(counts, mean, seed=1) != confidence_interval(counts, mean, seed=2)


def test_identical_documents_leave_no_doubt() -> None:
    (interval,) = confidence_interval(np.tile([[3.0, 4.0]], (10, 1)), mean)
    assert (interval.low, interval.high) == (0.75, 0.75)


def test_blocks_do_not_change_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = outcomes(0.7, 50)
    whole = confidence_interval(counts, mean), paired_test(counts, outcomes(0.6, 50), mean)
    monkeypatch.setattr(bootstrap, "_BLOCK", 500)
    assert (confidence_interval(counts, mean), paired_test(counts, outcomes(0.6, 50), mean)) == whole


def test_a_clear_difference_is_significant_and_none_is_not() -> None:
    good, bad = outcomes(0.9), outcomes(0.6, seed=4)
    (test,) = paired_test(good, bad, mean)
    assert test.p_value == 1 / 1001  # the observation itself is counted, so never 0
    assert test.difference.low > 0
    (same,) = paired_test(good, good, mean)
    assert same.p_value == 1.0
    assert (same.difference.low, same.difference.high) == (0, 0)


def test_the_test_is_antisymmetric() -> None:
    first, second = outcomes(0.7), outcomes(0.65, seed=9)
    (forward,), (backward,) = paired_test(first, second, mean), paired_test(second, first, mean)
    assert forward.p_value == pytest.approx(backward.p_value)
    assert forward.difference.low == pytest.approx(-backward.difference.high)


def test_p_values_are_uniform_under_the_null() -> None:
    """Two systems of one quality: about one test in ten falls below 0.1."""
    p_values = [
        paired_test(outcomes(0.5, 100, 2 * seed), outcomes(0.5, 100, 2 * seed + 1), mean, samples=200, seed=seed)[
            0
        ].p_value
        for seed in range(100)
    ]
    assert sum(p < 0.1 for p in p_values) <= 20
    assert sum(p > 0.5 for p in p_values) >= 30


def test_odd_input_is_refused() -> None:
    with pytest.raises(ValueError, match="no documents"):
        confidence_interval(np.zeros((0, 2)), mean)
    with pytest.raises(ValueError, match="different documents"):
        paired_test(outcomes(0.5, 10), outcomes(0.5, 11), mean)
