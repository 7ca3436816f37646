"""The table of divisions, their names, old names and nicknames, and of functional zones; read once, on first use."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from chinese_deal_ie.schema.values import Place

NameKind: TypeAlias = Literal["full", "short", "alias", "former", "letter", "zone", "local", "region", "town", "bare"]
"""What a name is: the official name; its short form; a nickname; a name no longer official; a one-character form;
a functional zone; a zone whose name is so common that it counts only near its own province; no division at all; a town
of the division; a town's name without its ending."""

MUNICIPALITIES: Final = frozenset({"11", "12", "31", "50"})
UNITS: Final = ("特别行政区", "自治区", "自治州", "地区", "省", "州", "盟", "市", "县", "旗", "区")


@dataclass(frozen=True, slots=True)
class Sense:
    """One thing that a name may mean."""

    code: str
    """Code of the division; empty for a region."""
    kind: NameKind


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Everything that is known of names; ``names`` maps a name to its senses, likeliest first."""

    divisions: MappingProxyType[str, str]
    """Code to official name."""
    names: MappingProxyType[str, tuple[Sense, ...]]
    lengths: MappingProxyType[str, tuple[int, ...]]
    """First character of a name to the lengths of the names that begin with it, longest first."""

    def place(self, code: str) -> Place:
        """The ``Place`` of a code of the table.

        A municipality is its own city (上海市, 上海市, 静安区); a county under no city (仙桃市) has none;
        东莞市 has no county.
        """
        province, city, county = self.path(code)
        return Place(code, province, city, county)

    def path(self, code: str) -> tuple[str, str | None, str | None]:
        """Names of the province, city and county of a division."""
        province = self.divisions[code[:2] + "0000"]
        if code[:2] in MUNICIPALITIES:
            return province, province, self.divisions[code] if code[2:] != "0000" else None
        city = self.divisions.get(code[:4] + "00") if code[2:4] != "00" else None
        return province, city, self.divisions[code] if code[4:] != "00" else None

    def unit(self, code: str) -> str:
        """The kind of division that its name ends in: 省, 市, 州, 县, 区, ..."""
        name = self.divisions[code]
        if name.endswith("自治县"):
            return "县"
        if name.endswith("自治旗"):
            return "旗"
        return next((unit for unit in UNITS if name.endswith(unit)), "")


def level(code: str) -> int:
    """1 for a province, 2 for a city or prefecture, 3 for a county; a municipality counts as 1."""
    return 1 if code.endswith("0000") else 2 if code.endswith("00") else 3


def within(code: str, outer: str) -> bool:
    """Whether the division lies in the other or is the other."""
    if outer.endswith("0000"):
        return code[:2] == outer[:2]
    return code[:4] == outer[:4] if outer.endswith("00") else code == outer


def city_of(code: str) -> str:
    """Code of the city that a division is or lies in; the municipality for its districts."""
    if code[:2] in MUNICIPALITIES:
        return code[:2] + "0000"
    return code if level(code) == 1 or code[2:4] == "90" else code[:4] + "00"


def _rows(name: str) -> list[list[str]]:
    source = resources.files("chinese_deal_ie.resolution").joinpath("assets", name)
    return [line.split("\t") for line in source.read_text(encoding="utf-8").splitlines()[1:]]


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    """The shipped table (GB/T 2260 as of 2023-06; about 15 ms, once a process)."""
    divisions: dict[str, str] = {}
    senses: dict[str, list[Sense]] = {}
    shorts: list[tuple[str, str]] = []
    for code, name, listed in _rows("divisions.tsv"):
        divisions[code] = name
        senses.setdefault(name, []).append(Sense(code, "full"))
        shorts += [(short, code) for short in listed.split("|") if short]
    given: dict[str, list[Sense]] = {}
    for name, codes, kind in _rows("aliases.tsv"):
        given[name] = [Sense("" if code == "-" else code, _kind(kind)) for code in codes.split("|")]
    for name, code, use in _rows("zones.tsv"):
        given.setdefault(name, []).append(Sense(code, "local" if use else "zone"))
    for name, found in given.items():
        _add(senses, name, found)
    for short, code in sorted(shorts, key=lambda pair: level(pair[1])):
        known = senses.get(short, [])
        # 朝阳县 in 朝阳市, 南昌县 in 南昌市: the bare form never means the county.
        if not any(sense.kind == "short" and within(code, sense.code) for sense in known):
            _add(senses, short, [Sense(code, "short")])
    for name, code in _rows("former.tsv"):
        _add(senses, name, [Sense(code, "former")])
    lengths: dict[str, set[int]] = {}
    for name in senses:
        lengths.setdefault(name[0], set()).add(len(name))
    return Gazetteer(
        MappingProxyType(divisions),
        MappingProxyType({name: tuple(found) for name, found in senses.items()}),
        MappingProxyType({first: tuple(sorted(sizes, reverse=True)) for first, sizes in lengths.items()}),
    )


def _add(senses: dict[str, list[Sense]], name: str, found: list[Sense]) -> None:
    known = senses.setdefault(name, [])
    codes = {sense.code for sense in known}
    known += [sense for sense in found if sense.code not in codes]


def _kind(text: str) -> NameKind:
    kinds: dict[str, NameKind] = {"letter": "letter", "alias": "alias", "former": "former", "region": "region"}
    return kinds[text]
