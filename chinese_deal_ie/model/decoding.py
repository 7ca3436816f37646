"""Tag scores to flat mentions: constrained Viterbi decoding (Forney 1973) over IOB2 tags.

Nothing here walks through a text character by character. Where the best tag of every character gives an allowed
sequence, it is the answer; only the stretches where it does not are decoded, all of them side by side.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int64]


def log_softmax(logits: Floats) -> Floats:
    """Log-probabilities along the last axis."""
    shifted = logits - logits.max(-1, keepdims=True)
    result: Floats = shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))
    return result


def viterbi(scores: Floats, breaks: npt.NDArray[np.bool_]) -> Indices:
    """The best tag sequence in which I-X only follows B-X or I-X.

    Cut the text before each character whose best tag is not an I. A stretch whose best tags are allowed is decoded by
    them. Any other is decoded by Viterbi as if its first character could have any tag; when that character turns out
    to be an I after all, the stretch is joined with the one before and decoded again. In the end every stretch is at
    its own optimum and all joints are allowed, so the whole is optimal.

    :param scores: log-probabilities, ``(length, 1 + 2 * labels)``, tags ordered O, B-1, I-1, B-2, I-2 …
    :param breaks: True where a mention may not continue from the character before (line starts), ``(length,)``.
    :returns: tag indices, ``(length,)``.
    """
    length, tags = scores.shape
    if not length:
        return np.zeros(0, np.int64)
    first = breaks.copy()
    first[0] = True
    scores = scores.copy()
    scores[np.ix_(first, np.arange(2, tags, 2))] = -np.inf
    path: Indices = scores.argmax(-1)
    inside = _is_inside(path)
    heads = np.flatnonzero(~inside)
    edges = np.append(heads, length)
    before = np.roll(path, 1)
    broken = np.flatnonzero(inside & (before != path) & (before != path - 1))
    low = np.unique(np.searchsorted(heads, broken, "right") - 1)
    high = low + 1
    pending = np.ones(len(low), np.bool_)
    while pending.any():
        _decode(scores, edges[low[pending]], edges[high[pending]], path)
        pending = _is_inside(path[edges[low]])
        # Each join at least doubles a stretch, so that hard texts take no more than n log n steps.
        low = np.where(pending, np.maximum(low - (high - low), 0), low)
        low, high, pending = _united(low, high, pending)
    return path


def _is_inside(path: Indices) -> npt.NDArray[np.bool_]:
    result: npt.NDArray[np.bool_] = (path > 0) & (path % 2 == 0)
    return result


def _united(
    low: Indices, high: Indices, pending: npt.NDArray[np.bool_]
) -> tuple[Indices, Indices, npt.NDArray[np.bool_]]:
    """Half-open ranges in order of their ends, overlapping ones as one, which is pending when one of them was."""
    if not pending.any():
        return low, high, pending
    reach = np.minimum.accumulate(low[::-1])[::-1]
    opens = np.flatnonzero(np.append(True, reach[1:] >= high[:-1]))
    return reach[opens], high[np.append(opens[1:], len(high)) - 1], np.logical_or.reduceat(pending, opens)


def _decode(scores: Floats, starts: Indices, ends: Indices, path: Indices) -> None:
    """Viterbi over the stretches ``[starts, ends)``, one step for all of them at a time, into ``path``.

    Since transitions carry no score of their own, the best way into any tag but I-X is through the best tag of the
    character before; only the I tags need their two candidates compared.
    """
    order = np.argsort(starts - ends, kind="stable")
    starts, ends = starts[order], ends[order]
    sizes = ends - starts
    active = [int(np.searchsorted(-sizes, -step, "left")) for step in range(int(sizes[0]))]
    inside = np.arange(2, scores.shape[1], 2)
    best = scores[starts].astype(np.float64)
    back = np.zeros((int(sizes.sum()), scores.shape[1]), np.int64)
    rows = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    final = np.zeros(len(starts), np.int64)
    for step in range(1, len(active)):
        count = active[step]
        final[count:] = np.where(sizes[count:] == step, best[count:].argmax(-1), final[count:])
        before, here = best[:count], scores[starts[:count] + step].astype(np.float64)
        winner = before.argmax(-1)
        begin, go_on = before[:, inside - 1], before[:, inside]
        came = np.repeat(winner[:, None], scores.shape[1], 1)
        came[:, inside] = np.where(begin >= go_on, inside - 1, inside)
        back[rows[:count] + step] = came
        reached = here + before.max(-1, keepdims=True)
        reached[:, inside] = here[:, inside] + np.maximum(begin, go_on)
        best[:count] = reached
    last = len(active)
    final = np.where(sizes == last, best.argmax(-1), final)
    path[ends - 1] = final
    for step in range(last - 1, 0, -1):
        count = active[step]
        path[starts[:count] + step - 1] = back[rows[:count] + step, path[starts[:count] + step]]


def spans(path: Indices) -> list[tuple[int, int, int]]:
    """(start, end, label index) of each mention in a valid IOB2 tag path."""
    starts = np.flatnonzero(path % 2 == 1)
    outside = np.append(np.flatnonzero(~_is_inside(path)), len(path))
    ends = outside[np.searchsorted(outside, starts, "right")]
    return list(zip(starts.tolist(), ends.tolist(), (path[starts] // 2).tolist(), strict=True))


def mention_confidence(log_probabilities: Floats, mentions: Sequence[tuple[int, int, int]]) -> npt.NDArray[np.float64]:
    """Geometric mean of the chosen tags' probabilities, the end included, for each mention, ``(mentions,)``.

    The character after a mention counts with the probability that it does not go on.
    """
    if not mentions:
        return np.ones(0)
    starts, ends, labels = np.array(mentions, np.int64).T
    sizes = ends - starts
    owner = np.repeat(np.arange(len(sizes)), sizes)
    offset = np.arange(len(owner)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    chosen = log_probabilities[starts[owner] + offset, 2 * labels[owner] + np.where(offset, 2, 1)]
    total = np.bincount(owner, chosen, len(sizes))
    followed = ends < len(log_probabilities)
    after = log_probabilities[ends[followed], 2 * labels[followed] + 2].astype(np.float64)
    total[followed] += np.log1p(-np.minimum(np.exp(after), 1 - 1e-6))
    result: npt.NDArray[np.float64] = np.exp(total / (sizes + followed))
    return result
