"""Parts of years and months: 11月24日, 3月下旬, 一季度, 前三季度, 上半年, 年底, 1—6月."""

from __future__ import annotations

import re
from collections.abc import Callable

from . import periods
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

_MONTH_PART = re.compile(
    r"(\d{1,2}|元)月份?(?:(\d{1,2})日?-(?:(\d{1,2})月)?(\d{1,2})日|(\d{1,2})日|([上中下])旬|([初中底末]))?"
)
_MONTHS_PART = re.compile(
    r"(\d{1,2}|元)(月)?份?-(\d{1,2})月份?|(?:前|截-)(\d{1,2})个?月|([四五六七八九])([五六七八九十])月间?"
)
_QUARTER_PART = re.compile(r"第?([1-4])季度?|首季度?|(前)([1-4])个?季度?")
_HALF_PART = re.compile(r"([上下])半年")
_EDGE_PART = re.compile(r"年?([底末初中])|全年|年?内")
_SEASON_PART = re.compile(r"([春夏秋冬])[天季]?")


def part_of_month(day: str | None, third: str | None, edge: str | None) -> PartOfMonth:
    """A day, a 旬, 初, 中 or 底 of a month, or all of it."""
    if day:
        return day_of_month(int(day), int(day))
    if third or edge:
        return lambda year, month: periods.third_of_month(year, month, _third(third, edge))
    return periods.month


def _third(third: str | None, edge: str | None) -> int:
    return "上中下".index(third) if third else {"初": 0, "中": 1}.get(edge or "", 2)


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
        quarter, first_to, until = match.groups()
        last = 3 * int(quarter or until or 1)
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
    return day_of_year(1, 1) if text in ("元旦", "元旦节") else None, AHEAD


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
    first, last_month, last, day, third, edge = match.groups()[1:]
    if first:
        return lambda year: _day_range(year, month, int(first), int(last_month or month), int(last))
    if day:
        return day_of_year(month, int(day))
    if third or edge:
        return lambda year: periods.third_of_month(year, month, _third(third, edge))
    return lambda year: periods.month(year, month)


def _day_range(year: int, month: int, first: int, last_month: int, last: int) -> Period | None:
    return periods.join(periods.day(year, month, first), periods.day(year + (last_month < month), last_month, last))
