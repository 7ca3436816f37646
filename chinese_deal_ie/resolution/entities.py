"""Mentions to entities: names, short forms and definite nominals that mean one thing.

Average-link clustering over pairwise logits: the network's, moved by what the two strings share. Equal names are one
entity from the start; words such as 公司 or 市政府 that can mean anybody are left to the network.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Mapping, Sequence

from ..model.fitted import CoreferenceWeights
from ..model.reader import ScoredSpan

_NOMINAL = re.compile(
    r"^(?:该|本|我|贵|这家|上述|两家)?(?:上市|子|母|总|分|项目)?(?:公司|集团|集团公司|企业|银行|基金|平台公司"
    r"|[省市县区州盟旗镇乡]|[省市县区州盟旗镇乡]?(?:委|政府|人民政府|委市政府|委县政府|委区政府|委省政府|管委会|开发区|高新区|经开区|新区|园区|产业园))$"
)


def is_nominal(text: str) -> bool:
    """Whether ``text`` names a kind (公司, 市政府, 开发区) rather than one particular thing."""
    return bool(_NOMINAL.match(text))


def cluster(
    texts: Sequence[str],
    mentions: Sequence[ScoredSpan],
    same: Mapping[tuple[int, int], float],
    weights: CoreferenceWeights,
) -> list[int]:
    """The entity index of each mention, numbered by first mention.

    The two groups with the highest mean pair logit are merged until none is above zero. Pairs without a logit count
    for nothing, so the work grows with the pairs that were scored, not with the square of the mentions.

    :param texts: the mentions' clean texts.
    :param same: the network's pair logits by (earlier, later) mention.
    """
    owner: list[int] = []
    groups: dict[int, list[int]] = {}
    names: dict[tuple[str, str], int] = {}
    for index, (text, mention) in enumerate(zip(texts, mentions, strict=True)):
        group = index if is_nominal(text) else names.setdefault((mention.label, text), index)
        groups.setdefault(group, []).append(index)
        owner.append(group)
    nominal = [is_nominal(text) for text in texts]
    links: dict[int, dict[int, tuple[float, int]]] = {group: {} for group in groups}
    for (ours, theirs), logit in same.items():
        one, other = owner[ours], owner[theirs]
        if one != other:
            logit = weights.scale * logit + weights.bias
            if not (nominal[ours] or nominal[theirs]):
                logit += _string_evidence(texts[ours], texts[theirs], weights)
            total, count = links[one].get(other, (0.0, 0))
            links[one][other] = links[other][one] = total + logit, count + 1
    _merge(groups, links)
    result = [0] * len(mentions)
    for entity, members in enumerate(sorted(groups.values(), key=min)):
        for member in members:
            result[member] = entity
    return result


def _merge(groups: dict[int, list[int]], links: dict[int, dict[int, tuple[float, int]]]) -> None:
    """Average-link agglomeration in place, the best pair always on top of a heap; outdated entries are passed over."""
    heap = [
        (-total / count, one, other, count)
        for one, others in links.items()
        for other, (total, count) in others.items()
        if one < other and total > 0
    ]
    heapq.heapify(heap)
    while heap:
        score, one, other, count = heapq.heappop(heap)
        current = links.get(one, {}).get(other)
        if current is None or current[1] != count or -current[0] / count != score:
            continue
        groups[one] += groups.pop(other)
        for third, (total, number) in links.pop(other).items():
            if third == one:
                continue
            more, further = links[one].get(third, (0.0, 0))
            joined = total + more, number + further
            del links[third][other]
            links[one][third] = links[third][one] = joined
            if joined[0] > 0:
                heapq.heappush(heap, (-joined[0] / joined[1], min(one, third), max(one, third), joined[1]))
        del links[one][other]


def _string_evidence(one: str, other: str, weights: CoreferenceWeights) -> float:
    short, long = sorted((one, other), key=len)
    if short in long:
        return weights.contained
    if _in_order(short, long):
        return weights.abbreviated
    return 0.0 if set(short) & set(long) else weights.disjoint


def _in_order(short: str, long: str) -> bool:
    rest = iter(long)
    return all(character in rest for character in short)
