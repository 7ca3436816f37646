"""From character read-outs to mention scores; the same code serves numpy arrays and torch tensors."""

from __future__ import annotations

from typing import Any


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
