"""Names that may mean several divisions, decided by the other places of the document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from .evidence import CONTEXT, Anchor, Evidence, kinship
from .expression import Expression, read_nameless
from .gazetteer import NameKind, Sense, city_of, level
from .wording import SMALL, TOWN_TAIL

PRIOR: Final = {1: 4.0, 2: 1.0, 3: 0.0}
"""For a bare short form, the evidence that it means a division of this level: 吉林 is the province, 朝阳 the city."""
FIRST: Final = 1.0
"""What the first listed meaning of a one-character form or nickname has before the others."""
MARGIN: Final = 1.2
"""How many times the evidence of the second sense the first must have."""
LOOSE: Final = ("local", "town", "bare")
"""Names that count only near their own province, or city."""
ROUNDS: Final = 3
"""Decided names help to decide others; more rounds than this changed nothing."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One mention after the names are decided."""

    reading: Expression
    codes: tuple[str, ...]
    """One code where decided, several where open, likeliest first; none for an expression without a name."""

    @property
    def code(self) -> str | None:
        """The code where there is just one."""
        return self.codes[0] if len(self.codes) == 1 else None

    def anchors(self, position: int) -> list[Anchor]:
        """What the mention says for others: open names are shared among their candidates."""
        reading = self.reading
        # A government that is named is likelier the one that 市政府 means than a place in passing.
        weight = (1.5 if reading.body else 1.0) / (1 if len(self.codes) == 1 else 1 + len(self.codes))
        zone = any(sense.kind in ("zone", "local") for sense in reading.senses) or reading.tail.endswith("区")
        return [Anchor(position, code, reading.unit, weight, zone) for code in self.codes]


def decide_names(readings: Sequence[Expression], given: Sequence[Anchor]) -> list[Decision]:
    """Decide every named expression; ``given`` are the anchors of the context.

    In each round an open name goes to the sense with the most kin among the anchors around all of its mentions, where
    that sense leads by ``MARGIN``; undecided names take part with a share of their weight.
    """
    decisions = _first_reading(readings, given)
    opened = [
        number for number, decision in enumerate(decisions) if len(decision.codes) != 1 and decision.reading.senses
    ]
    for _ in range(ROUNDS if opened else 0):
        evidence = Evidence([*given, *(a for number, found in enumerate(decisions) for a in found.anchors(number))])
        scores: dict[str, dict[str, float]] = {}
        for number in opened:
            reading = decisions[number].reading
            total = scores.setdefault(reading.text, {sense.code: 0.0 for sense in reading.senses})
            for anchor, weight in evidence.near(number):
                if anchor.position == CONTEXT or decisions[anchor.position].reading.text != reading.text:
                    for sense in reading.senses:
                        total[sense.code] += weight * kinship(sense.code, anchor.code)
        remaining = []
        for number in opened:
            reading = decisions[number].reading
            ranked = _ranked(reading.senses, scores[reading.text])
            decisions[number] = Decision(reading, ranked)
            if len(ranked) > 1:
                remaining.append(number)
        if len(remaining) == len(opened):
            break
        opened = remaining
    for number in opened:
        reading = decisions[number].reading
        if reading.senses[0].kind in ("town", "bare") and (given or len(decisions) > 1):
            decisions[number] = Decision(read_nameless(reading.text), ())
    return decisions


def _first_reading(readings: Sequence[Expression], given: Sequence[Anchor]) -> list[Decision]:
    """Names with one sense are decided; a chance likeness far from all other places is read without the name."""
    firm = [anchor.code for anchor in given]
    for reading in readings:
        if len(reading.senses) == 1 and not reading.weak and _kind(reading) not in ("letter", *LOOSE):
            firm.append(reading.senses[0].code)
    provinces, cities = {code[:2] for code in firm}, {city_of(code) for code in firm}
    decisions = []
    for reading in readings:
        codes = tuple(sense.code for sense in reading.senses)
        kind = _kind(reading) if codes else ""
        if kind == "bare":
            codes = tuple(code for code in codes if city_of(code) in cities)
        elif kind in LOOSE and firm:
            codes = tuple(code for code in codes if code[:2] in provinces)
        elif firm and reading.weak and not any(code[:2] in provinces for code in codes):
            codes = () if len(codes) > 1 or (SMALL.match(reading.tail) and level(codes[0]) == 3) else codes
        if codes or not reading.senses:
            kept = tuple(sense for sense in reading.senses if sense.code in codes)
            decisions.append(Decision(replace(reading, senses=kept), codes))
        else:
            decisions.append(Decision(read_nameless(reading.text), ()))
    return decisions


def _kind(reading: Expression) -> NameKind:
    """What the name is; that of a zone with a town's ending behind it (鱼山镇 after 鱼山) is as loose as a town's."""
    kind = reading.senses[0].kind
    return "local" if kind == "zone" and TOWN_TAIL.match(reading.tail) else kind


def _ranked(senses: Sequence[Sense], scores: dict[str, float]) -> tuple[str, ...]:
    """The sense that leads by the margin, or its rivals, likeliest first; all where nothing speaks for any."""
    full = any(sense.kind in ("full", "former") for sense in senses)
    weights = dict(scores)
    for order, sense in enumerate(senses):
        if sense.kind in ("letter", "alias"):
            weights[sense.code] += FIRST if order == 0 else 0.0
        elif not full:
            weights[sense.code] += PRIOR[level(sense.code)]
    codes = sorted(weights, key=lambda code: -weights[code])
    first = weights[codes[0]]
    if first == 0.0:
        return tuple(codes)
    return tuple(code for code in codes if first < MARGIN * weights[code])
