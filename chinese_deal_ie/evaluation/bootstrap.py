"""How sure a score is: document-level bootstrap intervals and paired tests, on per-document counts.

Documents, not mentions, are resampled, since mentions of one document are not independent (Efron & Tibshirani 1993,
percentile interval; Koehn 2004, "Statistical Significance Tests for Machine Translation Evaluation").
All resamples of all scores are one matrix product: (samples, documents) multiplicities times (documents, counts).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .tally import Floats

Statistic = Callable[[Floats], Floats]
"""Turns summed counts, shape ``(..., width)``, into scores, shape ``(...)`` or ``(..., scores)``."""

_BLOCK = 2**22
"""Multiplicities held at once (32 MB), so that memory does not grow with samples times documents."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A score with its percentile confidence interval."""

    value: float
    low: float
    high: float

    def to_dict(self) -> dict[str, float]:
        """``{"value", "low", "high"}`` rounded to six digits."""
        return {"value": round(self.value, 6), "low": round(self.low, 6), "high": round(self.high, 6)}


@dataclass(frozen=True, slots=True)
class PairedTest:
    """The difference of one score between two systems on the same documents."""

    difference: Interval
    """First minus second, with a paired bootstrap interval (Koehn 2004)."""
    p_value: float
    """Two-sided, by approximate randomisation (Yeh 2000)."""

    def to_dict(self) -> dict[str, float]:
        """``{"value", "low", "high", "p_value"}``."""
        return {**self.difference.to_dict(), "p_value": round(self.p_value, 6)}


def confidence_interval(
    counts: Floats, statistic: Statistic, *, samples: int = 1000, level: float = 0.95, seed: int = 0
) -> list[Interval]:
    """Percentile intervals of every score that ``statistic`` computes.

    ``counts`` has one row a document, *shape* ``(documents, width)``. The same seed gives the same resamples for any
    counts of as many documents. Raises ValueError without documents.
    """
    resampled = _flat(statistic(_resample(counts, samples, seed)))
    return _intervals(_flat(statistic(counts.sum(axis=0)[None]))[0], resampled, level)


def paired_test(
    first: Floats,
    second: Floats,
    statistic: Statistic,
    *,
    samples: int = 1000,
    level: float = 0.95,
    seed: int = 0,
) -> list[PairedTest]:
    """Compare two systems on the same documents, score by score.

    ``first`` and ``second`` are count matrices of one shape whose rows are the same documents. The interval of the
    difference comes from resampling documents for both systems at once (Koehn 2004); the p-value from swapping
    the two systems' results in a random half of the documents and counting how often the difference is at least as
    great as the one observed, the observation itself included (Yeh 2000, "More accurate tests for the statistical
    significance of result differences"; Noreen 1989). Raises ValueError for shapes that differ or no documents.
    """
    if first.shape != second.shape:
        raise ValueError(f"counts of different documents or scores: {first.shape} and {second.shape}")
    width = first.shape[1]
    observed = _flat(statistic(first.sum(axis=0)[None]) - statistic(second.sum(axis=0)[None]))[0]
    both = _resample(np.concatenate([first, second], axis=1), samples, seed)
    intervals = _intervals(observed, _flat(statistic(both[:, :width]) - statistic(both[:, width:])), level)

    generator = np.random.default_rng(seed)
    gap, both_sums = first - second, first.sum(axis=0) + second.sum(axis=0)
    shuffled = np.concatenate(
        [(generator.integers(0, 2, size=(size, len(first))) * 2 - 1) @ gap for size in _blocks(samples, len(first))]
    )
    differences = _flat(statistic((both_sums + shuffled) / 2) - statistic((both_sums - shuffled) / 2))
    extreme = (np.abs(differences) >= np.abs(observed) - 1e-12).sum(axis=0)
    p_values = (extreme + 1) / (samples + 1)
    return [PairedTest(interval, float(p)) for interval, p in zip(intervals, p_values, strict=True)]


def _resample(counts: Floats, samples: int, seed: int) -> Floats:
    """Summed counts of ``samples`` resamples; *shape* ``(samples, width)``."""
    documents = len(counts)
    if not documents:
        raise ValueError("no documents to resample")
    generator = np.random.default_rng(seed)
    uniform = np.full(documents, 1 / documents)
    return np.concatenate(
        [generator.multinomial(documents, uniform, size=size) @ counts for size in _blocks(samples, documents)]
    )


def _blocks(samples: int, documents: int) -> list[int]:
    size = max(1, _BLOCK // max(1, documents))
    return [min(size, samples - start) for start in range(0, samples, size)]


def _flat(scores: Floats) -> Floats:
    return scores.reshape(len(scores), -1)


def _intervals(observed: Floats, resampled: Floats, level: float) -> list[Interval]:
    tail = (1 - level) / 2
    low, high = np.quantile(resampled, [tail, 1 - tail], axis=0)
    return [Interval(*map(float, triple)) for triple in zip(observed, low, high, strict=True)]
