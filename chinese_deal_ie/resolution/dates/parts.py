"""Parts of years and months: 11月24日, 3月下旬, 一季度, 前三季度, 上半年, 年底, 1—6月, 国庆节."""

from __future__ import annotations

import re
from collections.abc import Callable

from . import periods
from .holidays import HOLIDAYS
from .periods import Period
from .spelling import DIGITS

AHEAD = 62
"""Days that a day or month without year may lie after the reference: announcements look about two months ahead."""
AHEAD_QUARTER = 31
"""The same for several months, which are mostly looked back upon; those counted from January never lie ahead."""

PartOfYear = Callable[[int], Period | None]
"""The period that a part of the year is in a given year; None when that year has no such day."""
PartOfMonth = Callable[[int, int], Period | None]
"""The period that a part of a month is in a given year and month."""

STRETCH = "上中旬|中下旬|[上中下]旬|[上下]半月|[初中底末]"
"""Words for a part of a month, as a pattern."""
_STRETCHES = {
    **dict.fromkeys(("上旬", "初"), (1, 10)),
    **dict.fromkeys(("中旬", "中"), (11, 20)),
    **dict.fromkeys(("下旬", "底", "末"), (21, 31)),
    "上中旬": (1, 20),
    "中下旬": (11, 31),
    "上半月": (1, 15),
    "下半月": (16, 31),
}
_MONTH_PART = re.compile(
    r"(\d{1,2}|元)月份?(?:(\d{1,2})日?-(?:(\d{1,2})月)?(\d{1,2})日|(\d{1,2})日|(" + STRETCH + r"))?"
)
_MONTHS_PART = re.compile(
    r"(\d{1,2}|元)(月)?份?-(\d{1,2})月份?|(?:[前头]|截-)(\d{1,2})个?月|([四五六七八九])([五六七八九十])月间?"
)
_QUARTER_PART = re.compile(r"第?([1-4])季度?([初末底])?|首季度?|(前)([1-4])个?季度?|[Qq]([1-4])")
_HALF_PART = re.compile(r"([上下])半年")
_EDGE_PART = re.compile(r"年?([底末初中])|全年|年?内")
_SEASON_PART = re.compile(r"([春夏秋冬])[天季]?")


def part_of_month(day: str | None, stretch: str | None) -> PartOfMonth:
    """A day, a 旬, half, 初, 中 or 底 of a month, or all of it."""
    if day:
        return day_of_month(int(day), int(day))
    if stretch:
        first, last = _STRETCHES[stretch]
        return lambda year, month: periods.stretch_of_month(year, month, first, last)
    return periods.month


def day_of_month(first: int, last: int) -> PartOfMonth:
    """Days of a month, one or several."""

    def part(year: int, month: int) -> Period | None:
        start, end = periods.day(year, month, first), periods.day(year, month, last)
        return start if first == last else periods.join(start, end)

    return part


def day_of_year(month: int, day: int) -> PartOfYear:
    """A day of a year."""
    return lambda year: periods.day(year, month, day)


def part_of_year(text: str, alone: bool) -> tuple[PartOfYear | None, int | None]:
    """The part of a year that ``text`` names, and how far ahead it may lie when the year is open."""
    if match := _MONTH_PART.fullmatch(text):
        return _month_part(match), AHEAD
    if match := _MONTHS_PART.fullmatch(text):
        return _several_months(match)
    if match := _QUARTER_PART.fullmatch(text):
        quarter, edge, first_to, until, short = match.groups()
        last = 3 * int(quarter or until or short or 1)
        if edge:
            return lambda year: periods.month(year, last - 2 if edge == "初" else last), AHEAD_QUARTER
        if first_to:
            return lambda year: periods.months(year, 1, last), 0
        return lambda year: periods.months(year, last - 2, last), AHEAD_QUARTER
    if match := _HALF_PART.fullmatch(text):
        half = 1 if match.group(1) == "上" else 7
        return lambda year: periods.months(year, half, half + 5), None
    if match := _EDGE_PART.fullmatch(text):
        return _edge(match.group(1)) if not alone or text[0] in "年全" else None, None
    if not alone and (match := _SEASON_PART.fullmatch(text)):
        season = "春夏秋冬".index(match.group(1))
        return lambda year: _season(year, season), None
    return day_of_year(*HOLIDAYS[text]) if text in HOLIDAYS else None, AHEAD


def _several_months(match: re.Match[str]) -> tuple[PartOfYear | None, int | None]:
    first, unit, last, until, one, other = match.groups()
    if one:
        low, high = DIGITS[one], 10 if other == "十" else DIGITS[other]
        return (lambda year: periods.months(year, low, high)) if high == low + 1 else None, AHEAD_QUARTER
    start = 1 if until or first == "元" else int(first)
    end = int(until or last)
    return lambda year: periods.months(year, start, end), AHEAD if unit else 0 if start == 1 else AHEAD_QUARTER


def _edge(edge: str | None) -> PartOfYear:
    """年初, 年中, 年底, or with None the whole year."""
    if edge == "中":
        return lambda year: periods.months(year, 6, 7)
    if edge:
        return lambda year: periods.month(year, 1 if edge == "初" else 12)
    return periods.year


def _season(year: int, season: int) -> Period | None:
    last = season * 3 + 5
    return periods.join(periods.month(year, last - 2), periods.month(year + last // 13, (last - 1) % 12 + 1))


def _month_part(match: re.Match[str]) -> PartOfYear:
    month = 1 if match.group(1) == "元" else int(match.group(1))
    first, last_month, last, day, stretch = match.groups()[1:]
    if first:
        return lambda year: _day_range(year, month, int(first), int(last_month or month), int(last))
    if day:
        return day_of_year(month, int(day))
    part = part_of_month(None, stretch)
    return lambda year: part(year, month)


def _day_range(year: int, month: int, first: int, last_month: int, last: int) -> Period | None:
    return periods.join(periods.day(year, month, first), periods.day(year + (last_month < month), last_month, last))
