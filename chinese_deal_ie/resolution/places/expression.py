"""One expression by itself: the chain of divisions that it names, or what sort of place it is without one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal, TypeAlias

from .gazetteer import Gazetteer, Sense, city_of, gazetteer, level, within
from .towns import bare_town_codes, town_codes
from .wording import (
    BODY,
    BRANCH,
    DIRECTION,
    HERE,
    LEVEL,
    LOCAL,
    LOCAL_BODY,
    LONGEST,
    NATIONAL,
    NATIONAL_SITE,
    NATURE,
    NOT_LEVEL,
    NOT_LOCAL,
    STREET,
    WHOLE_COUNTRY,
    WIDE,
    ZONE,
    cleaned,
)

Sort: TypeAlias = Literal["named", "level", "zone", "local", "here", "unknown", "nowhere"]
"""``named``: divisions, known zones or towns; ``level``: 我市, 县政府; ``zone``: a zone without a name; ``local``:
something below the county; ``here``: 当地, a body without a place; ``unknown``: a name that is in no table;
``nowhere``: a region, a foreign country, a body of the whole country."""


@dataclass(frozen=True, slots=True)
class Expression:
    """What one expression says by itself."""

    text: str
    """The cleaned text, without the name of a body at its end."""
    sort: Sort
    senses: tuple[Sense, ...] = ()
    """For ``named``: what the lowest name of the chain may mean, likeliest first."""
    unit: str = ""
    """For ``level`` the unit; for ``named`` the unit that the text itself gives to the division, if any."""
    tail: str = ""
    """For ``named``: what follows the chain, without the name of a body."""
    body: bool = False
    """Whether a government body is named."""
    weak: bool = False
    """For ``named``: whether a single short form stands before other words, so that both may be one longer name."""


def read_expression(text: str) -> Expression:
    """Read one expression; every string has a reading, in time linear in its length."""
    return _read(text[:LONGEST])


@lru_cache(maxsize=8192)
def _read(text: str) -> Expression:
    words = cleaned(text).removeprefix("中共").removeprefix("中国共产党")
    table = gazetteer()
    found = read_chain(table, words, 0)
    if found is None:
        reading = read_nameless(words)
        towns = town_codes(words) if reading.sort == "local" else ()
        if reading.sort in ("local", "unknown") and not towns:
            bare = bare_town_codes(reading.text)
            return (
                replace(reading, sort="named", senses=tuple(Sense(code, "bare") for code in bare)) if bare else reading
            )
        return _in_towns(words, towns) if towns else reading
    senses, end = found
    name, tail = words[:end], words[end:]
    if not senses[0].code:
        return _in_region(words, name, tail)
    if WIDE.match(tail):
        return Expression(words, "nowhere")
    weak = bool(tail) and name in table.names and all(sense.kind in ("short", "alias", "local") for sense in senses)
    if weak:
        towns = town_codes(words)
        if towns:
            return _in_towns(words, towns)
        if STREET.match(tail):
            return Expression(words, "local")
        if NATURE.match(tail):
            return Expression(words, "nowhere")
    if len(senses) == 1 and level(senses[0].code) < 3:
        towns = tuple(code for code in town_codes(tail) if code != senses[0].code and within(code, senses[0].code))
        senses = (Sense(towns[0], senses[0].kind),) if len(towns) == 1 else senses
    stripped = BODY.sub("", tail)
    unit = next((unit for unit in ("市", "县", "区", "旗", "州", "盟") if name.endswith(unit)), "")
    if senses[0].kind in ("zone", "local") and not unit:
        unit = "区"
    body = stripped != tail or bool(LOCAL_BODY.search(tail))
    return Expression(name + stripped, "named", senses, unit, stripped, body, weak)


def _in_towns(words: str, codes: tuple[str, ...]) -> Expression:
    """An expression that begins with a town: one of the divisions that have a town of that name."""
    stripped = BODY.sub("", words)
    return Expression(
        stripped, "named", tuple(Sense(code, "town") for code in codes), tail=stripped, body=stripped != words
    )


def read_chain(table: Gazetteer, words: str, start: int) -> tuple[tuple[Sense, ...], int] | None:
    """The senses of the lowest name of the chain that begins at ``start``, and its end; None without a name."""
    senses: tuple[Sense, ...] = ()
    position = start
    while position < len(words):
        step = _next_name(table, words, position, senses)
        if step is None:
            break
        senses, position = step
        if not senses[0].code:
            break
    return (senses, position) if senses else None


def _next_name(
    table: Gazetteer, words: str, position: int, outer: tuple[Sense, ...]
) -> tuple[tuple[Sense, ...], int] | None:
    """The longest name at ``position`` that can follow ``outer``, and its end."""
    for size in table.lengths.get(words[position], ()):
        name = words[position : position + size]
        senses = table.names.get(name) if len(name) == size else None
        if senses is None:
            continue
        end = position + size
        if size == 1:
            end = _letter_end(words, end)
            if outer or not end:
                continue
        if outer:
            senses = _narrowed(outer, senses, name)
            if not senses:
                continue
        return senses, _past_unit(senses, words, end)
    return None


def _letter_end(words: str, end: int) -> int:
    """Where a one-character form ends (渝, 鄂省, 穗市); 0 where the character is part of a word."""
    rest = words[end : end + 2]  # not all of it: this is asked at every letter of a text
    return len(words) if rest in ("", "省", "市", "地") else 0


def _past_unit(senses: tuple[Sense, ...], words: str, end: int) -> int:
    """After a short form, a unit that the division does not have today belongs to an old name (双流县, 宜春地区)."""
    first = senses[0]
    if first.kind == "short" and first.code:
        rest = words[end : end + 2]
        if (
            level(first.code) == 3
            and rest[:1] in ("县", "市", "区", "旗")
            and rest not in ("市场", "区域", "县域", "市北")
        ):
            return end + 1
        if level(first.code) == 2 and rest in ("地区", "专区"):
            return end + 2
    return end


def _narrowed(outer: tuple[Sense, ...], senses: tuple[Sense, ...], name: str) -> tuple[Sense, ...]:
    """The senses that lie in one of ``outer``; a zone larger than ``outer`` keeps ``outer``."""
    if outer[0].kind in ("zone", "local"):
        # 天府新区合江街道: below a zone only official names count.
        senses = tuple(sense for sense in senses if sense.kind == "full")
    inner = tuple(sense for sense in senses if sense.code and any(within(sense.code, o.code) for o in outer))
    if inner:
        return inner
    zones = [sense for sense in senses if sense.kind in ("zone", "local")]
    if any(within(o.code, zone.code) or city_of(o.code) == city_of(zone.code) for zone in zones for o in outer):
        return outer
    # 四平市公主岭市: a county whose city has changed; both names must be official.
    moved = tuple(s for s in senses if s.kind == "full" and level(s.code) == 3 and len(name) > 2)
    moved = tuple(s for s in moved if any(level(o.code) == 2 and s.code[:2] == o.code[:2] for o in outer))
    return moved if len(moved) == 1 else ()


def _in_region(words: str, name: str, tail: str) -> Expression:
    """An expression that begins with a region or a foreign country."""
    homonyms = tuple(Sense(sense.code, "bare") for sense in gazetteer().names[name] if sense.code)
    if homonyms and not tail:
        # 南海, 太湖: the district or county only where its own city is in the document.
        return Expression(words, "named", homonyms)
    if not tail:
        return Expression(words, "nowhere")
    if name in WHOLE_COUNTRY:
        inner = read_expression(tail)
        return inner if inner.sort in ("named", "local") and not NATIONAL.match(words) else Expression(words, "nowhere")
    if NATIONAL.match(words):
        return Expression(words, "nowhere")
    inner = read_expression(tail)
    if inner.sort == "named" and len(tail) > 2:
        return inner
    return Expression(words, "local" if LOCAL.search(words) and not NOT_LOCAL.search(words) else "nowhere")


def read_nameless(words: str) -> Expression:
    """An expression that names no division of the table."""
    stripped = BODY.sub("", words)
    body = stripped != words or bool(LOCAL_BODY.search(words))
    if not words:
        return Expression(words, "nowhere")
    if words in HERE:
        return Expression(stripped, "here", body=True)
    if stripped and ZONE.search(stripped):
        unit = stripped[0] if stripped[0] in "市县区旗州" else ""
        return Expression(stripped, "zone", unit=unit, body=body)
    found = LEVEL.match(words)
    if found and not NOT_LEVEL.match(words):
        return Expression(words, "level", unit=found["unit"], body=body)
    if not stripped:
        return Expression(stripped, "here", body=True)
    if NATIONAL.match(words) and not NATIONAL_SITE.match(words):
        branch = BRANCH.match(words)
        local = read_expression(branch["rest"]) if branch else None
        return local if local and local.sort == "named" else Expression(words, "nowhere", body=True)
    if words[0] in gazetteer().names and DIRECTION.match(words[1:]):
        return Expression(words, "nowhere")
    if LOCAL_BODY.search(words) and not LOCAL.search(words):
        return Expression(stripped, "here", body=True)
    if LOCAL.search(stripped) and not NOT_LOCAL.search(stripped):
        return Expression(stripped, "local", body=body)
    return Expression(stripped, "unknown", body=body)
