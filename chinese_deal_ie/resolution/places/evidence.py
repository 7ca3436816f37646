"""What the places already decided in a document say for a division: nearness and kinship, in linear time."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from .gazetteer import city_of, level, within

CONTEXT: Final = -1
"""Position of an anchor that the caller gave as context: near to every mention alike."""
WINDOW: Final = 40
"""Anchors read on each side of a mention, and of the context: this keeps the work linear in the number of mentions."""
REACH: Final = 2.0
"""Number of mentions after which the nearness of an anchor has halved."""
AFTER: Final = 0.7
"""What an anchor after the mention weighs, next to 1 for one before it."""
FAR: Final = 0.1
"""What a mention anywhere in the window weighs, next to 1 for one close by."""
MARGIN: Final = 1.05
"""How many times the evidence of the second candidate the first must have, among places that the document names."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A mention whose division is known, or one of its candidates."""

    position: int
    """Number of the mention in the document, or ``CONTEXT``."""
    code: str
    unit: str = ""
    """The unit that its text gives (茌平县: 县), whatever the division is today."""
    weight: float = 1.0
    zone: bool = False
    """Whether it names a zone and not the division itself."""


class Evidence:
    """The anchors of a document in order."""

    def __init__(self, anchors: Iterable[Anchor]) -> None:
        """Sort the anchors; those of the context stand apart."""
        found = sorted(anchors, key=lambda anchor: anchor.position)
        self.context: Sequence[Anchor] = [anchor for anchor in found if anchor.position == CONTEXT][:WINDOW]
        self.ordered: Sequence[Anchor] = [anchor for anchor in found if anchor.position != CONTEXT]
        self._positions = [anchor.position for anchor in self.ordered]

    def near(self, position: int) -> list[tuple[Anchor, float]]:
        """Anchors around a mention with their weights: near ones count more, earlier ones more than later ones."""
        middle = bisect_left(self._positions, position)
        found = [(anchor, anchor.weight) for anchor in self.context]
        for anchor in self.ordered[max(0, middle - WINDOW) : middle + WINDOW]:
            distance = position - anchor.position
            closeness = 1.0 / (1.0 + distance / REACH) if distance > 0 else AFTER / (1.0 - distance / REACH)
            if distance:
                found.append((anchor, anchor.weight * (FAR + closeness)))
        return found

    def before(self, position: int) -> list[Anchor]:
        """Anchors before a mention, the nearest first, then the context."""
        middle = bisect_left(self._positions, position)
        return [*reversed(self.ordered[max(0, middle - WINDOW) : middle]), *self.context]


def kinship(candidate: str, anchor: str) -> float:
    """How much an anchor speaks for a candidate: the same place most, its city or a neighbour in the city less."""
    if candidate == anchor:
        return 5.0
    if within(candidate, anchor):
        return 2.0 if level(anchor) == 2 or city_of(candidate) == anchor else 1.0
    if within(anchor, candidate):
        return 1.5
    if city_of(candidate) == city_of(anchor) and level(candidate) == 3:
        return 1.5
    return 0.3 if candidate[:2] == anchor[:2] else 0.0


def leading(scores: Mapping[str, float]) -> list[str]:
    """The code that leads by ``MARGIN``, or all that are not clearly below the best, likeliest first.

    Of rivals that contain one another (a city and its county) only the lowest stay.
    """
    ranked = sorted(scores.items(), key=lambda pair: -pair[1])
    rivals = [code for code, score in ranked if ranked[0][1] < MARGIN * score]
    return [code for code in rivals if not any(other != code and within(other, code) for other in rivals)]
