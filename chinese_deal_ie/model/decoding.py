"""Tag scores to flat mentions: constrained Viterbi decoding (Forney 1973) over IOB2 tags."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


def log_softmax(logits: Floats) -> Floats:
    """Log-probabilities along the last axis."""
    shifted = logits - logits.max(-1, keepdims=True)
    result: Floats = shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))
    return result


def viterbi(scores: Floats, breaks: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """The best tag sequence in which I-X only follows B-X or I-X.

    Since transitions carry no score of their own, the best way into any tag but I-X is through the best tag of the
    character before; only the I tags need their two candidates compared.

    :param scores: log-probabilities, ``(length, 1 + 2 * labels)``, tags ordered O, B-1, I-1, B-2, I-2 …
    :param breaks: True where a mention may not continue from the character before (line starts), ``(length,)``.
    :returns: tag indices, ``(length,)``.
    """
    length, tags = scores.shape
    best = scores.astype(np.float64)
    back = np.zeros((length, tags), np.int64)
    inside = np.arange(2, tags, 2)
    if length:
        best[0, inside] = -np.inf
    for place in range(1, length):
        before = best[place - 1]
        winner = int(before.argmax())
        back[place] = winner
        best[place] += before[winner]
        begin, go_on = before[inside - 1], before[inside]
        back[place, inside] = np.where(begin >= go_on, inside - 1, inside)
        best[place, inside] = scores[place, inside] + np.maximum(begin, go_on)
        if breaks[place]:
            best[place, inside] = -np.inf
    path = np.zeros(length, np.int64)
    if length:
        path[-1] = best[-1].argmax()
    for place in range(length - 1, 0, -1):
        path[place - 1] = back[place, path[place]]
    return path


def spans(path: npt.NDArray[np.int64]) -> list[tuple[int, int, int]]:
    """(start, end, label index) of each mention in a valid IOB2 tag path."""
    begins = np.flatnonzero(path % 2 == 1)
    result = []
    for start in begins:
        end = int(start) + 1
        while end < len(path) and path[end] == path[start] + 1:
            end += 1
        result.append((int(start), end, int(path[start] // 2)))
    return result


def mention_confidence(log_probabilities: Floats, mentions: Sequence[tuple[int, int, int]]) -> npt.NDArray[np.float64]:
    """Geometric mean of the chosen tags' probabilities, the end included, for each mention, ``(mentions,)``.

    The character after a mention counts with the probability that it does not go on.
    """
    result = np.ones(len(mentions))
    for index, (start, end, label) in enumerate(mentions):
        inside = 2 + 2 * label
        chosen = [log_probabilities[start, inside - 1], *log_probabilities[start + 1 : end, inside]]
        if end < len(log_probabilities):
            chosen.append(np.log1p(-min(np.exp(log_probabilities[end, inside]), 1 - 1e-6)))
        result[index] = float(np.exp(np.mean(chosen)))
    return result
