"""Mentions to entities: names, short forms and definite nominals that mean one thing.

Average-link clustering over pairwise logits: the network's, moved by what the two strings share. Equal names are one
entity from the start; words such as 公司 or 市政府 that can mean anybody are left to the network.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..model.reader import ScoredSpan

_NOMINAL = re.compile(
    r"^(?:该|本|我|贵|这家|上述|两家)?(?:上市|子|母|总|分|项目)?(?:公司|集团|集团公司|企业|银行|基金|平台公司"
    r"|[省市县区州盟旗镇乡]|[省市县区州盟旗镇乡]?(?:委|政府|人民政府|委市政府|委县政府|委区政府|委省政府|管委会|开发区|高新区|经开区|新区|园区|产业园))$"
)


@dataclass(frozen=True, slots=True)
class CoreferenceWeights:
    """How much string evidence moves the network's logit; fitted on dev and stored with the checkpoint."""

    scale: float = 1.0
    bias: float = 0.0
    contained: float = 2.0
    """One name holds the other (百度公司, 百度)."""
    abbreviated: float = 1.0
    """The characters of one name stand in the other in order (中国交通建设, 中交建)."""
    disjoint: float = -1.5
    """Two names, no nominal among them, share no character."""


def is_nominal(text: str) -> bool:
    """Whether ``text`` names a kind (公司, 市政府, 开发区) rather than one particular thing."""
    return bool(_NOMINAL.match(text))


def cluster(
    texts: Sequence[str], mentions: Sequence[ScoredSpan], same: npt.NDArray[np.float32], weights: CoreferenceWeights
) -> list[int]:
    """The entity index of each mention, numbered by first mention.

    :param texts: the mentions' clean texts.
    :param same: the network's pair logits, ``(mentions, mentions)``; -inf where no window holds both.
    """
    clusters: list[list[int]] = []
    keys: dict[tuple[str, str], int] = {}
    for index, (text, mention) in enumerate(zip(texts, mentions, strict=True)):
        key = (mention.label, text)
        if not is_nominal(text) and key in keys:
            clusters[keys[key]].append(index)
        else:
            keys.setdefault(key, len(clusters))
            clusters.append([index])
    logits = _pair_logits(texts, mentions, same, weights)
    while len(clusters) > 1:
        average = np.full((len(clusters), len(clusters)), -np.inf)
        for row, ours in enumerate(clusters):
            for column in range(row + 1, len(clusters)):
                block = logits[np.ix_(ours, clusters[column])]
                known = block[np.isfinite(block)]
                if known.size:
                    average[row, column] = known.mean()
        row, column = divmod(int(average.argmax()), len(clusters))
        if average[row, column] <= 0:
            break
        clusters[row] += clusters.pop(column)
    result = [0] * len(mentions)
    for entity, members in enumerate(sorted(clusters, key=min)):
        for member in members:
            result[member] = entity
    return result


def _pair_logits(
    texts: Sequence[str], mentions: Sequence[ScoredSpan], same: npt.NDArray[np.float32], weights: CoreferenceWeights
) -> npt.NDArray[np.float64]:
    logits = weights.scale * same.astype(np.float64) + weights.bias
    nominal = [is_nominal(text) for text in texts]
    for row, ours in enumerate(texts):
        for column, theirs in enumerate(texts):
            if mentions[row].label != mentions[column].label:
                logits[row, column] = -np.inf
            elif not (nominal[row] or nominal[column]):
                short, long = sorted((ours, theirs), key=len)
                if short in long:
                    logits[row, column] += weights.contained
                elif _in_order(short, long):
                    logits[row, column] += weights.abbreviated
                elif not set(short) & set(long):
                    logits[row, column] += weights.disjoint
    return logits


def _in_order(short: str, long: str) -> bool:
    rest = iter(long)
    return all(character in rest for character in short)
