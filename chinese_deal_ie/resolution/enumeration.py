"""Companies listed together stand or fall together.

Parties named in one enumeration (甲、乙、丙和丁) sign together, or not at all. The network sees each of a long list on
its own and is unsure of most; the list is as sure as the middle between its surest member and its average. With whom
and where they sign is one thing for all of them, so its probabilities are averaged; sums, dates and projects may be
told apart in the same order (分别为) and stay each company's own.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence

from ..model.reader import ScoredSpan
from ..schema import Slot

_JOINT = re.compile(r"[、，]?(?:以及|[和与及])?")
_EDGE = 1e-6
JOINT_SLOTS: tuple[Slot, ...] = ("government", "location")
"""What the companies of one list have in common."""


def enumerations(text: str, mentions: Sequence[ScoredSpan], entity_of: Sequence[int]) -> list[tuple[int, ...]]:
    """Runs of companies with nothing but 、 ， 和 与 及 以及 between them, as entity indices without repeats.

    :param text: the clean text.
    :param entity_of: entity index of each mention.
    """
    runs: list[list[int]] = []
    before: ScoredSpan | None = None
    for mention, entity in zip(mentions, entity_of, strict=True):
        if mention.label != "COM":
            continue
        gap = text[before.end : mention.start] if before is not None else ""
        if gap and len(gap) <= 3 and _JOINT.fullmatch(gap):
            runs[-1].append(entity)
        else:
            runs.append([entity])
        before = mention
    return [members for run in runs if len(members := tuple(dict.fromkeys(run))) > 1]


def shared_probabilities(deals: Mapping[int, float], lists: Sequence[Sequence[int]]) -> dict[int, float]:
    """Deal probabilities of companies after looking at the lists they stand in; none gets smaller.

    :param deals: deal probability by entity index.
    :param lists: as :func:`enumerations` gives them; members without a probability are passed over.
    """
    result = dict(deals)
    for members in lists:
        logits = [_logit(deals[member]) for member in members if member in deals]
        if len(logits) > 1:
            together = (max(logits) + sum(logits) / len(logits)) / 2
            for member in members:
                if member in deals:
                    result[member] = max(result[member], 1 / (1 + math.exp(-together)))
    return result


def shared_fillers(
    fillers: Mapping[int, Mapping[str, float]], lists: Iterable[Sequence[int]]
) -> dict[int, Mapping[str, float]]:
    """Probabilities of one slot's entities after averaging over the members of each list.

    :param fillers: the entities with their probabilities, by the company's entity index.
    :param lists: as :func:`enumerations` gives them; members without fillers are passed over.
    """
    result = dict(fillers)
    for members in lists:
        known = [member for member in members if member in result]
        if len(known) > 1:
            entities = dict.fromkeys(entity for member in known for entity in result[member])
            mean = {
                entity: sum(result[member].get(entity, 0.0) for member in known) / len(known) for entity in entities
            }
            result |= dict.fromkeys(known, mean)
    return result


def _logit(probability: float) -> float:
    kept = min(max(probability, _EDGE), 1 - _EDGE)
    return math.log(kept / (1 - kept))
