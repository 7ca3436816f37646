"""From character read-outs to mention scores; the same code serves numpy arrays and torch tensors."""

from __future__ import annotations

import math
from typing import Any

SAME_BIAS = -3.0
"""Added to every pair score: inner products of one mapping cannot keep many different things apart on their own."""


def mention_scores(readout: Any, starts: Any, ends: Any) -> Any:
    """Scores of mentions, as sums of a first-character, a last-character and a mean value.

    :param readout: character read-outs of one window, ``(length, 3 * outputs)``.
    :param starts: first characters, ``(mentions,)``.
    :param ends: ends, exclusive, ``(mentions,)``.
    :returns: ``(mentions, outputs)``.
    """
    width = readout.shape[1] // 3
    first = readout[starts, :width]
    last = readout[ends - 1, width : 2 * width]
    inner = readout[:, 2 * width :]
    totals = inner.cumsum(0)
    spans = totals[ends - 1] - totals[starts] + inner[starts]
    return first + last + spans / (ends - starts)[:, None]


def same_scores(readout: Any, starts: Any, ends: Any) -> Any:
    """Logits that two mentions name one thing, ``(mentions, mentions)``; arguments as in :func:`mention_scores`."""
    vectors = mention_scores(readout, starts, ends)
    return vectors @ vectors.T / math.sqrt(vectors.shape[1]) + SAME_BIAS
