"""Expressions without a name of their own: 市政府, 我县, 该区, 高新区, 管委会, and places below the county."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

from .evidence import Evidence, leading
from .expression import Expression
from .gazetteer import MUNICIPALITIES, Gazetteer, level, within
from .names import Decision

CITY_STATES: Final = MUNICIPALITIES | {"81", "82"}
"""Provinces that are a city too."""
PARENT: Final = 0.45
"""What a county says for its city where 市政府 may be either's, next to 1 for a mention of the city."""
POINTING: Final = ("该", "本", "此")
SPEAKING: Final = ("我", "全")
"""我市, 全县: the place that the whole text is from, wherever in the text it stands."""
SEVERAL: Final = 3
"""So many counties of one city speak for the city as much as its name would."""
DOUBLE: Final = 2.0
"""How many times the evidence of the second county the first must have to be where a site lies."""
SHARE: Final = 0.5
"""Least evidence for that county, next to that for the place that leads."""
COUNTIES: Final = frozenset({"县", "区", "旗", "镇", "乡", "街道"})
"""Units whose place may have changed its unit since: 县政府 of what is a district today."""
FOREIGN_LETTERS: Final = frozenset("中美日韩欧俄英法德印加非澳")
"""Characters that stand for a country before they stand for a place of the document."""


class Deixis:
    """Finds the division that an expression points at among the decided names of a document."""

    def __init__(self, table: Gazetteer, evidence: Evidence) -> None:
        """``evidence`` holds the decided names as anchors."""
        self._table = table
        self._evidence = evidence
        self._speakers: dict[str, list[str]] = {}
        self._zones = Evidence(anchor for anchor in (*evidence.context, *evidence.ordered) if anchor.zone)

    def find(self, reading: Expression, position: int) -> list[str]:
        """Codes that the expression may point at: none where nothing fits, several where it stays open."""
        if reading.sort == "level" or (reading.sort == "zone" and reading.unit):
            return self._of_unit(reading, position)
        if reading.sort == "here" and not reading.text:
            # 管委会 alone belongs to a zone of the document, if it has one.
            return self._main(self._zones, position) or self._main(self._evidence, position)
        if reading.sort == "local":
            return self._county(position) or self._main(self._evidence, position)
        if reading.sort in ("here", "zone"):
            return self._main(self._evidence, position)
        if reading.sort == "unknown" and len(reading.text) == 1 and reading.text not in FOREIGN_LETTERS:
            return self._lettered(reading.text, position)
        return []

    def site(self, code: str, position: int) -> str:
        """Where a site lies that is called after a province or city: the county of it, or the city of the province,
        that leads among the places around; else the province or city itself.
        """
        scores: dict[str, float] = {}
        counts: dict[str, int] = {}
        for anchor, weight in self._evidence.near(position):
            if anchor.code != code and within(anchor.code, code):
                scores[anchor.code] = scores.get(anchor.code, 0.0) + weight
                counts[anchor.code] = counts.get(anchor.code, 0) + 1
        for lowest in (3, 2):
            ranked = sorted((found for found in scores if level(found) == lowest), key=lambda found: -scores[found])
            if ranked and counts[ranked[0]] > 1 and all(scores[ranked[0]] >= DOUBLE * scores[o] for o in ranked[1:2]):
                return ranked[0]
        return code

    def _county(self, position: int) -> list[str]:
        """The county around a mention of something below the county, where one leads and no city leads far more."""
        scores: dict[str, float] = {}
        for anchor, weight in self._evidence.near(position):
            scores[anchor.code] = scores.get(anchor.code, 0.0) + weight
        ranked = sorted((code for code in scores if level(code) == 3), key=lambda code: -scores[code])
        if not ranked or any(scores[ranked[0]] < DOUBLE * scores[other] for other in ranked[1:2]):
            return []
        return ranked[:1] if scores[ranked[0]] >= SHARE * max(scores.values()) else []

    def _main(self, evidence: Evidence, position: int) -> list[str]:
        """The main place around a mention: the city or county that is named most and nearest."""
        scores: dict[str, float] = {}
        for anchor, weight in evidence.near(position):
            for code in self._lines(anchor.code):
                if level(code) > 1 or code[:2] in CITY_STATES:
                    share = 1.0 if code == anchor.code else PARENT
                    scores[code] = scores.get(code, 0.0) + weight * share
        return leading(scores)

    def _of_unit(self, reading: Expression, position: int) -> list[str]:
        """The division of a unit (市, 县, 省, ...) that is named most and nearest, or that contains what is."""
        unit = reading.unit
        if reading.text.startswith(POINTING):
            for anchor in self._evidence.before(position):
                if anchor.unit == unit or self._is_unit(anchor.code, unit):
                    return [anchor.code]
        if reading.text.startswith(SPEAKING) and unit in ("市", "州", "盟"):
            return self._own(unit)
        scores: dict[str, float] = {}
        loose: dict[str, float] = {}
        for anchor, weight in self._evidence.near(position):
            for code in self._lines(anchor.code):
                # A zone of a city is no mention of the city itself.
                own = code == anchor.code and not (anchor.zone and level(code) < 3)
                share = weight if own or unit in ("省", "自治区") else weight * PARENT
                if self._is_unit(code, unit) or (own and anchor.unit == unit):
                    scores[code] = scores.get(code, 0.0) + share
                elif own and level(code) == 3 and unit in COUNTIES:
                    loose[code] = loose.get(code, 0.0) + share
        return leading(scores or loose)

    def _own(self, unit: str) -> list[str]:
        """The city of a text that says 我市: named most, or by most of its counties, without regard to nearness."""
        if unit not in self._speakers:
            scores: dict[str, float] = {}
            counties: dict[str, set[str]] = {}
            for anchor in (*self._evidence.context, *self._evidence.ordered):
                for code in self._lines(anchor.code):
                    if not self._is_unit(code, unit):
                        continue
                    own = code == anchor.code and not (anchor.zone and level(code) < 3)
                    scores[code] = scores.get(code, 0.0) + anchor.weight * (1.0 if own else PARENT)
                    if code != anchor.code and level(anchor.code) == 3:
                        counties.setdefault(code, set()).add(anchor.code)
            for code, found in counties.items():
                if len(found) >= SEVERAL:
                    scores[code] += len(found) * (1.0 - PARENT)
            self._speakers[unit] = leading(scores)
        return self._speakers[unit]

    def _lettered(self, letter: str, position: int) -> list[str]:
        """A one-character form made up for a place that the document names: 漠 after 漠河."""
        scores: dict[str, float] = {}
        for anchor, weight in self._evidence.near(position):
            if letter in self._table.divisions[anchor.code][:4]:
                scores[anchor.code] = scores.get(anchor.code, 0.0) + weight
        return list(scores) if len(scores) == 1 else []

    def _is_unit(self, code: str, unit: str) -> bool:
        own = self._table.unit(code)
        if unit in ("省", "自治区"):
            return level(code) == 1 and own == unit
        if unit == "特区":
            return own == "特别行政区"
        if unit in ("州", "自治州"):
            return own == "自治州"
        if unit in ("地区", "行署"):
            return own == "地区"
        return own == unit.removeprefix("自治")

    def _lines(self, code: str) -> list[str]:
        """A division and those that contain it, the lowest first."""
        above = (code[:4] + "00", code[:2] + "0000")
        return [code, *(outer for outer in above if outer != code and outer in self._table.divisions)]


class Pieces:
    """Pieces of names already resolved: 茨河镇 and 茨河 after 谷城县茨河镇, 开发区 after 溧水经济开发区."""

    LONGEST: Final = 16

    def __init__(self, decisions: Sequence[Decision]) -> None:
        """Take the decided names of a document: the beginnings and ends of what follows the division, the
        ends of a zone."""
        self._found: dict[str, list[tuple[int, str]]] = {}
        for position, decision in enumerate(decisions):
            code = decision.code
            if code is not None:
                for piece in self._pieces(decision.reading):
                    self._found.setdefault(piece, []).append((position, code))

    def _pieces(self, reading: Expression) -> set[str]:
        tail = reading.tail[: self.LONGEST]
        pieces = {tail[:size] for size in range(2, len(tail) + 1)} | {tail[-size:] for size in range(2, len(tail) + 1)}
        if any(sense.kind in ("zone", "local") for sense in reading.senses):
            whole = reading.text[-self.LONGEST :]
            pieces |= {whole[-size:] for size in range(2, len(whole) + 1)}
        return pieces

    def find(self, reading: Expression, position: int) -> str | None:
        """The division of the nearest earlier name that the expression is a piece of, else of the first later one."""
        found = self._found.get(reading.text) if reading.sort in ("zone", "local", "unknown") else None
        if not found:
            return None
        return found[max(0, bisect_left(found, (position, "")) - 1)][1]
