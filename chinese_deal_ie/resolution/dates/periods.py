"""Stretches of calendar time and their ISO 8601 form."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Grain = Literal["day", "month", "year", "interval"]

FIRST_YEAR, LAST_YEAR = 1800, 2200


@dataclass(frozen=True, slots=True)
class Period:
    """All days from ``start`` to ``end``, both included."""

    start: date
    end: date
    grain: Grain

    def iso(self) -> str:
        """``2015-11-24``, ``2015-11``, ``2015`` or ``2015-01-01/2015-06-30``."""
        if self.grain == "interval":
            return f"{self.start.isoformat()}/{self.end.isoformat()}"
        return self.start.isoformat()[: {"day": 10, "month": 7, "year": 4}[self.grain]]


def day(year: int, month: int, number: int) -> Period | None:
    """One day; None when the calendar has no such day."""
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12 and 1 <= number <= month_length(year, month)):
        return None
    moment = date(year, month, number)
    return Period(moment, moment, "day")


def join(start: Period | None, end: Period | None) -> Period | None:
    """All days from one period to another; None when one is missing or they run backwards."""
    return Period(start.start, end.end, "interval") if start and end and start.start <= end.end else None


def single(moment: date) -> Period:
    """The day ``moment``."""
    return Period(moment, moment, "day")


def shifted(moment: date, offset: int) -> date | None:
    """``moment`` moved by days; None beyond the calendar of :mod:`datetime`."""
    try:
        return moment + timedelta(days=offset)
    except OverflowError:
        return None


def month(year: int, number: int) -> Period | None:
    """One month of a year."""
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= number <= 12):
        return None
    return Period(date(year, number, 1), date(year, number, month_length(year, number)), "month")


def months(year: int, first: int, last: int) -> Period | None:
    """Several months of one year as an interval, one as a month."""
    start, end = month(year, first), month(year, last)
    if start is None or end is None or first > last:
        return None
    return start if first == last else Period(start.start, end.end, "interval")


def stretch_of_month(year: int, number: int, first: int, last: int) -> Period | None:
    """Days ``first`` to ``last`` of a month, or to its end when that comes before."""
    whole = month(year, number)
    if whole is None:
        return None
    return Period(date(year, number, first), date(year, number, min(last, whole.end.day)), "interval")


def week(moment: date, offset: int, first: int = 0, last: int = 6) -> Period | None:
    """Weekdays ``first`` to ``last`` (0 is Monday) of the week ``offset`` weeks from that of ``moment``."""
    start = shifted(moment, 7 * offset + first - moment.weekday())
    end = shifted(moment, 7 * offset + last - moment.weekday())
    if start is None or end is None:
        return None
    return Period(start, end, "day" if first == last else "interval")


def year(number: int) -> Period | None:
    """A calendar year."""
    if not FIRST_YEAR <= number <= LAST_YEAR:
        return None
    return Period(date(number, 1, 1), date(number, 12, 31), "year")


def years(first: int, last: int) -> Period | None:
    """Several calendar years as an interval."""
    start, end = year(first), year(last)
    return Period(start.start, end.end, "interval") if start and end and first < last else None


def month_length(in_year: int, number: int) -> int:
    """Days of a month."""
    return calendar.monthrange(in_year, number)[1]
