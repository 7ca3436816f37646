"""Filling in what a date expression leaves out, from the day a text was published or dated and the dates before it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from ...schema import DateValue
from . import periods
from .expressions import (
    Day,
    Expression,
    Fixed,
    InMonth,
    InYear,
    LastYear,
    Quarter,
    Range,
    Week,
    YearsAround,
    read_expression,
)
from .periods import Period

Basis = Literal["text", "published", "dateline", "context"]

_AHEAD_IN_MONTH = 7
"""Days that a day without month may lie after the reference."""
_NEAR = 45
"""A day without month belongs to the month of a date before it, unless that is further than this from the reference."""
_BACK = 183
"""A month this many days before the date it follows belongs to the next year: 2015年12月签约，1月开工."""


@dataclass(frozen=True, slots=True)
class DateContext:
    """What the text so far says about time; all None where nothing is known."""

    dateline: date | None = None
    """The day the text dates itself."""
    last: Period | None = None
    """The last date or period named."""
    day: date | None = None
    """The last day named: 当天, and the month of 24日."""
    stretch: Period | None = None
    """The last months or quarters named: 去年同期."""
    carries: bool = False
    """``last`` was named with its year in the same sentence, so a month without year belongs to it."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """A period and what fixed it."""

    period: Period
    basis: Basis
    explicit: bool
    """The year is said, or follows from a word (去年), and is no conclusion from nearness."""


def resolve_date(text: str, *, published: date | None = None, context: DateContext | None = None) -> DateValue:
    """The day, month, year or interval that ``text`` names, as ISO 8601.

    ``published`` is the day the text appeared, ``context`` what it said before. A date without year lies as near as
    possible to the reference (``published``, else the dateline) and at most about two months after it. 今日 and the
    like count from the dateline, else from ``published``; 当天 and 次日 from the last day named.
    ``iso`` is None for vague times (近日, 周一), feasts of the moon (春节), days that do not exist, and where the
    reference is missing.

    Conventions: quarters, halves, weeks (from Monday), 1—6月, seasons, five-year plans and ranges are intervals with
    both ends included; 年初 and 年底 are January and December, 年中 June and July, 季末 the quarter's last month; 初,
    中 and 底 of a month its thirds, as 上旬, 中旬 and 下旬; 以来 and 至今 end with the reference; a school year runs
    from September to August; a year of three digits is counted from 1911. Never raises.
    """
    expression = read_expression(text)
    resolved = resolve_expression(expression, published, context or DateContext()) if expression else None
    return DateValue(resolved.period.iso(), resolved.basis) if resolved else DateValue(None)


def resolve_expression(expression: Expression, published: date | None, context: DateContext) -> Resolved | None:
    """What an expression means in its context; None when something it needs is missing."""
    if isinstance(expression, Fixed):
        return _resolved(expression.period, "text", True)
    if isinstance(expression, Day):
        return _day(expression, published, context)
    if isinstance(expression, InMonth):
        return _in_month(expression, published, context)
    if isinstance(expression, LastYear):
        return _year_before(context.stretch)
    if isinstance(expression, InYear):
        return _in_year(expression, published, context)
    if isinstance(expression, Range):
        return _range(expression, published, context)
    return _around(expression, published, context)


def _around(expression: Week | Quarter | YearsAround, published: date | None, context: DateContext) -> Resolved | None:
    """Weeks, quarters and years by their distance from the reference."""
    if isinstance(expression, Week):
        reference, basis = _near_reference(published, context)
        if reference is None:
            return None
        return _resolved(periods.week(reference, expression.offset, expression.first, expression.last), basis, True)
    reference, basis = _far_reference(published, context)
    if reference is None:
        return None
    if isinstance(expression, YearsAround):
        years = periods.years(reference.year + expression.first, reference.year + expression.last)
        return _resolved(years, basis, True)
    year, quarter = divmod(reference.year * 4 + (reference.month - 1) // 3 + expression.offset, 4)
    return _resolved(periods.months(year, 3 * quarter + 1, 3 * quarter + 3), basis, True)


def _range(expression: Range, published: date | None, context: DateContext) -> Resolved | None:
    """From the one to the other, which is read in the light of the first; what fixed the first fixed the range."""
    first = resolve_expression(expression.first, published, context)
    if first is None:
        return None
    day = first.period.end if first.period.grain == "day" else context.day
    last = resolve_expression(expression.last, published, replace(context, last=first.period, day=day, carries=True))
    return _resolved(periods.join(first.period, last.period), first.basis, first.explicit) if last else None


def _resolved(period: Period | None, basis: Basis, explicit: bool) -> Resolved | None:
    return Resolved(period, basis, explicit) if period else None


def _near_reference(published: date | None, context: DateContext) -> tuple[date | None, Basis]:
    """The day that 今日 is: the dateline tells better than the page, which may be a day late."""
    return (context.dateline, "dateline") if context.dateline else (published, "published")


def _far_reference(published: date | None, context: DateContext) -> tuple[date | None, Basis]:
    """The day whose year 今年 is."""
    return (published, "published") if published else (context.dateline, "dateline")


def _day(expression: Day, published: date | None, context: DateContext) -> Resolved | None:
    if expression.basis == "context":
        reference, basis = context.day, "context"
    else:
        reference, basis = _near_reference(published, context)
    moment = periods.shifted(reference, expression.offset) if reference else None
    return _resolved(periods.single(moment), basis, True) if moment else None  # type: ignore[arg-type]


def _year_before(stretch: Period | None) -> Resolved | None:
    if stretch is None:
        return None
    year = stretch.start.year - 1
    end = periods.month(year + stretch.end.year - stretch.start.year, stretch.end.month)
    start = periods.month(year, stretch.start.month)
    return _resolved(Period(start.start, end.end, stretch.grain), "context", True) if start and end else None


def _in_month(expression: InMonth, published: date | None, context: DateContext) -> Resolved | None:
    reference, basis = _near_reference(published, context)
    anchor = context.day or (context.last.start if context.last else None)
    if expression.loose:
        follows = context.day if expression.basis == "context" else None
        if follows and (context.carries or not reference or abs((follows - reference).days) <= _NEAR):
            return _resolved(expression.part(follows.year, follows.month), "context", True)
        return _nearest_month(expression, reference, basis)
    if expression.basis == "context":
        reference, basis = anchor, "context"
    if reference is None:
        return None
    year, month = _month_after(reference, expression.offset)
    return _resolved(expression.part(year, month), basis, True)


def _month_after(reference: date, offset: int) -> tuple[int, int]:
    count = reference.year * 12 + reference.month - 1 + offset
    return count // 12, count % 12 + 1


def _nearest_month(expression: InMonth, reference: date | None, basis: Basis) -> Resolved | None:
    if reference is None:
        return None
    candidates = (expression.part(*_month_after(reference, offset)) for offset in (-2, -1, 0, 1))
    return _resolved(_nearest(candidates, reference, _AHEAD_IN_MONTH), basis, False)


def _nearest(candidates: Iterable[Period | None], reference: date, ahead: int) -> Period | None:
    fitting = [period for period in candidates if period and (period.start - reference).days <= ahead]
    return min(fitting, key=lambda period: _distance(period, reference), default=None)


def _distance(period: Period, reference: date) -> int:
    """Days between a period and a day, 0 within it."""
    return max((period.start - reference).days, (reference - period.end).days, 0)


def _in_year(expression: InYear, published: date | None, context: DateContext) -> Resolved | None:
    reference, basis = _far_reference(published, context)
    if expression.basis == "named":
        return _resolved(_so_far(expression, expression.part(expression.year), reference), "text", True)
    if expression.basis == "context":
        if context.last is None:
            return None
        year = context.last.start.year + expression.year
        return _resolved(_so_far(expression, expression.part(year), reference), "context", True)
    if expression.basis == "reference":
        if reference is None:
            return None
        year = reference.year + expression.year
        return _resolved(_so_far(expression, expression.part(year), reference), basis, True)
    if context.last and (context.carries or reference is None):
        period = _so_far(expression, _following(expression, context.last), reference)
        return _resolved(period, "context", context.carries)
    if reference is None:
        return None
    if expression.ahead is None:
        return _resolved(_so_far(expression, expression.part(reference.year), reference), basis, True)
    candidates = (expression.part(reference.year + offset) for offset in (-1, 0, 1))
    ahead = 0 if expression.so_far else expression.ahead
    return _resolved(_so_far(expression, _nearest(candidates, reference, ahead), reference), basis, False)


def _so_far(expression: InYear, period: Period | None, reference: date | None) -> Period | None:
    if not expression.so_far or period is None or reference is None:
        return period
    return periods.join(period, periods.single(reference))


def _following(expression: InYear, last: Period) -> Period | None:
    """A part of the year of the date before it, or of the next year when it would lie long before that date."""
    period = expression.part(last.start.year)
    if period and last.grain != "year" and (last.start - period.start).days > _BACK:
        return expression.part(last.start.year + 1)
    return period
