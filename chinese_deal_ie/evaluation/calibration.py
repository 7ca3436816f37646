"""How far a score is the probability it claims to be, and the temperature that mends it.

Source: Guo, Pleiss, Sun & Weinberger 2017, "On calibration of modern neural networks" (expected calibration error,
reliability diagrams, temperature scaling).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .tally import Floats


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Predictions whose scores fall in one range."""

    low: float
    high: float
    count: int
    confidence: float
    """Mean score."""
    accuracy: float
    """Share that is right."""


def reliability_curve(scores: Floats, right: Floats, bins: int = 10) -> tuple[ReliabilityBin, ...]:
    """Confidence against accuracy in ``bins`` ranges of equal width; empty ranges are left out.

    ``scores`` are probabilities, ``right`` zeros and ones, *shape* ``(predictions,)`` both. A score on an edge
    belongs to the range above it, 1.0 to the last.
    """
    place = np.minimum((np.asarray(scores) * bins).astype(int), bins - 1)
    return tuple(
        ReliabilityBin(
            index / bins,
            (index + 1) / bins,
            int(inside.sum()),
            float(scores[inside].mean()),
            float(right[inside].mean()),
        )
        for index in range(bins)
        if (inside := place == index).any()
    )


def expected_calibration_error(scores: Floats, right: Floats, bins: int = 10) -> float:
    """Mean distance between confidence and accuracy over the ranges, weighted by count; 0 without predictions."""
    curve = reliability_curve(scores, right, bins)
    count = sum(part.count for part in curve)
    return sum(part.count * abs(part.confidence - part.accuracy) for part in curve) / count if count else 0.0


def brier_score(scores: Floats, right: Floats) -> float:
    """Mean squared distance between score and outcome (Brier 1950); 0 without predictions."""
    return float(np.mean((scores - right) ** 2)) if len(scores) else 0.0


def apply_temperature(logits: Floats, temperature: float) -> Floats:
    """Probabilities at a temperature: softmax over the last axis of a matrix, logistic function of a vector."""
    return np.exp(_log_probabilities(_two_sided(logits) / temperature))[..., 1 if logits.ndim == 1 else slice(None)]


def fit_temperature(logits: Floats, gold: np.ndarray, low: float = 0.05, high: float = 20.0) -> float:
    """The temperature in ``[low, high]`` with the least negative log-likelihood.

    ``logits`` is ``(cases, classes)`` with ``gold`` class indices, or ``(cases,)`` with ``gold`` zeros and ones. The
    loss is convex in the inverse temperature, so golden-section search finds its minimum. Without cases it is 1.
    """
    if not len(logits):
        return 1.0
    scores, rows, classes = _two_sided(logits), np.arange(len(logits)), np.asarray(gold).astype(int)

    def loss(inverse: float) -> float:
        return -float(_log_probabilities(scores * inverse)[rows, classes].mean())

    ratio = (5**0.5 - 1) / 2
    left, right = 1 / high, 1 / low
    while right - left > 1e-7 * right:
        inner, outer = right - ratio * (right - left), left + ratio * (right - left)
        if loss(inner) <= loss(outer):
            right = outer
        else:
            left = inner
    return 2 / (left + right)


def _two_sided(logits: Floats) -> Floats:
    """A vector of binary logits as two columns, a matrix as it is."""
    return np.stack([np.zeros_like(logits), logits], axis=-1) if logits.ndim == 1 else logits


def _log_probabilities(logits: Floats) -> Floats:
    shifted: Floats = logits - logits.max(axis=-1, keepdims=True)
    result: Floats = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return result
