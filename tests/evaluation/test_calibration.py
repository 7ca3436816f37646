"""Calibration error, reliability, temperature."""

from __future__ import annotations

import numpy as np
import pytest

from chinese_deal_ie.evaluation.calibration import (
    apply_temperature,
    brier_score,
    expected_calibration_error,
    fit_temperature,
    reliability_curve,
)


def test_hand_counted() -> None:
    scores, right = np.array([0.95, 0.95, 0.65, 1.0]), np.array([1.0, 0.0, 1.0, 1.0])
    curve = reliability_curve(scores, right)
    assert [(part.low, part.count) for part in curve] == [(0.6, 1), (0.9, 3)]
    assert curve[1].accuracy == pytest.approx(2 / 3)
    assert expected_calibration_error(scores, right) == pytest.approx((0.35 + 3 * (2.9 / 3 - 2 / 3)) / 4)
    assert brier_score(scores, right) == pytest.approx((0.05**2 + 0.95**2 + 0.35**2) / 4)


def test_perfect_and_worst() -> None:
    assert expected_calibration_error(np.array([1.0, 0.0]), np.array([1.0, 0.0])) == 0
    assert expected_calibration_error(np.array([1.0, 0.0]), np.array([0.0, 1.0])) == 1
    assert expected_calibration_error(np.array([]), np.array([])) == brier_score(np.array([]), np.array([])) == 0


def test_drawn_outcomes_are_calibrated() -> None:
    generator = np.random.default_rng(0)
    scores = generator.random(20000)
    right = (generator.random(20000) < scores).astype(float)
    assert expected_calibration_error(scores, right) < 0.02
    assert expected_calibration_error(np.sqrt(scores), right) > 0.1


@pytest.mark.parametrize("truth", [0.5, 1.0, 3.0])
def test_the_temperature_that_spoiled_the_logits_is_found(truth: float) -> None:
    generator = np.random.default_rng(1)
    logits = generator.normal(size=(20000, 4)) * 2
    probabilities = apply_temperature(logits, 1.0)
    gold = (probabilities.cumsum(axis=1) > generator.random((20000, 1))).argmax(axis=1)
    assert fit_temperature(logits * truth, gold) == pytest.approx(truth, rel=0.05)
    binary = generator.normal(size=20000) * 2
    outcome = generator.random(20000) < apply_temperature(binary, 1.0)
    assert fit_temperature(binary * truth, outcome) == pytest.approx(truth, rel=0.08)


def test_probabilities() -> None:
    assert apply_temperature(np.array([0.0, 800.0]), 1.0) == pytest.approx([0.5, 1.0])
    assert apply_temperature(np.array([[0.0, 2.0]]), 2.0)[0] == pytest.approx([1 / (1 + np.e), np.e / (1 + np.e)])


def test_temperature_stays_in_its_range() -> None:
    assert fit_temperature(np.array([]), np.array([])) == 1.0
    assert fit_temperature(np.array([1.0, 2.0]), np.array([1, 1]), 0.1, 10) == pytest.approx(0.1, rel=1e-3)
    assert fit_temperature(np.array([1.0, 2.0]), np.array([0, 0]), 0.1, 10) == pytest.approx(10, rel=1e-3)
