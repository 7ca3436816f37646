"""Counts that add up over documents, and the precision, recall and F1 they stand for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and their harmonic mean, each between 0 and 1."""

    p: float
    r: float
    f1: float

    def to_dict(self) -> dict[str, float]:
        """``{"p", "r", "f1"}`` rounded to six digits."""
        return {"p": round(self.p, 6), "r": round(self.r, 6), "f1": round(self.f1, 6)}


@dataclass(frozen=True, slots=True)
class Tally:
    """What one document adds to a score: two fractions whose parts are summed before they are divided (micro average).

    For plain matching ``correct == found``; coreference scores (B³, MUC, CEAF) have different
    numerators for precision and recall, so both are kept.
    """

    correct: float = 0.0
    """Numerator of the precision."""
    predicted: float = 0.0
    """Denominator of the precision."""
    found: float = 0.0
    """Numerator of the recall."""
    gold: float = 0.0
    """Denominator of the recall."""

    @classmethod
    def of(cls, correct: float, predicted: float, gold: float) -> Tally:
        """The tally of a one-to-one matching with ``correct`` matched pairs."""
        return cls(float(correct), float(predicted), float(correct), float(gold))

    @classmethod
    def rate(cls, hits: float, cases: float) -> Tally:
        """A success rate as a tally: precision, recall and F1 all equal ``hits / cases`` (1 without cases)."""
        return cls.of(hits, cases, cases)

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.correct + other.correct,
            self.predicted + other.predicted,
            self.found + other.found,
            self.gold + other.gold,
        )

    def row(self) -> tuple[float, float, float, float]:
        """The four numbers in the order that :func:`precision_recall_f1` reads."""
        return self.correct, self.predicted, self.found, self.gold

    def score(self) -> Score:
        """Precision, recall and F1 of these counts; see :func:`precision_recall_f1` for empty ones."""
        p, r, f1 = precision_recall_f1(np.array(self.row()))
        return Score(float(p), float(r), float(f1))

    def to_dict(self) -> dict[str, Any]:
        """The score with its counts: ``{"p", "r", "f1", "correct", "predicted", "gold"}``."""
        return {
            **self.score().to_dict(),
            "correct": round(self.correct, 6),
            "predicted": round(self.predicted, 6),
            "gold": round(self.gold, 6),
        }


def total(tallies: Iterable[Tally]) -> Tally:
    """The sum of ``tallies``."""
    return sum(tallies, Tally())


def precision_recall_f1(sums: Floats) -> Floats:
    """Precision, recall and F1 of summed tallies.

    *Shape:* ``(..., 4)`` rows of :meth:`Tally.row` in, ``(..., 3)`` out.

    Nothing to find and nothing predicted counts as perfect (1, 1, 1): an annotated document compared with
    itself scores 1 whatever it holds. One side empty and the other not counts as 0.
    """
    correct, predicted, found, gold = np.moveaxis(sums, -1, 0)
    nothing = (predicted == 0) & (gold == 0)
    p = np.where(nothing, 1.0, correct / np.where(predicted == 0, 1.0, predicted))
    r = np.where(nothing, 1.0, found / np.where(gold == 0, 1.0, gold))
    f1 = 2 * p * r / np.where(p + r == 0, 1.0, p + r)
    return np.stack([p, r, f1], axis=-1)
