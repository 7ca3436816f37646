"""The grammar of date expressions: what is said, before anything that is not said is filled in.

An expression names a year (2015年, 去年, 同年, 民国110年, or none) and a part of it (11月24日, 一季度, 年底, or none),
or days and months by their distance from a reference (昨日, 上月), or a five-year plan. Words of vague time (近日,
春节, 周一) are not read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from . import periods
from .parts import AHEAD, PartOfMonth, PartOfYear, day_of_month, day_of_year, part_of_month, part_of_year
from .periods import Period
from .spelling import spell

YearBasis = Literal["named", "reference", "context", "open"]
MonthBasis = Literal["reference", "context"]


@dataclass(frozen=True, slots=True)
class InYear:
    """A part of a year."""

    part: PartOfYear
    basis: YearBasis
    year: int = 0
    """The year (``named``), or its distance from the year of the reference or context; unused when ``open``."""
    ahead: int | None = 0
    """How many days after the reference the part may begin when the year is open and the nearest is taken (3月);
    None when it is the year of the reference whatever the distance (年底)."""
    so_far: bool = False
    """Ends with the reference day: 今年以来."""


@dataclass(frozen=True, slots=True)
class InMonth:
    """A part of a month, whose month is ``offset`` months from that of the reference or context."""

    part: PartOfMonth
    basis: MonthBasis
    offset: int = 0
    loose: bool = False
    """Only a day is given (24日): the month is the nearest that fits."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day ``offset`` days from the reference day (昨日) or the last day of the context (次日)."""

    basis: MonthBasis
    offset: int


@dataclass(frozen=True, slots=True)
class Fixed:
    """A period that needs nothing else; None for dates that do not exist."""

    period: Period | None


@dataclass(frozen=True, slots=True)
class LastYear:
    """去年同期: the last months or quarters of the context, a year earlier."""


Expression = InYear | InMonth | Day | Fixed | LastYear

_ROC = 1911
_TAIL = re.compile(r"(?:凌晨|早上|早晨|上午|中午|下午|傍晚|晚间|晚上|夜间|深夜|晚|前后|左右|期间)$")

_PLAN = re.compile(r'"?十([一二三四五])五"?(?:规划|计划)?(期间|时期|期末|末期|末)?')
_PLAN_TEN = re.compile(r'(?:"十五"|十五(?=期|时))(期间|时期|期末|末期|末)?')
_DATE = re.compile(r"(\d{4})(?:年|[-/.])(\d{1,2})(?:月|[-/.])(\d{1,2})日?(?:T?\d{1,2}:\d{2}(?::\d{2})?)?")
_SHORT_DATE = re.compile(r"(\d{2})年(\d{1,2})月(?:(\d{1,2})日)?")
_MONTH_DAY = re.compile(r"(\d{2})[-/](\d{2})")
_YEAR_MONTH = re.compile(r"(\d{4})[-/.](\d{1,2})")
_YEARS = re.compile(r"(\d{4})年?-(\d{4})(年|年度|学年)|(\d{4})/(\d{4})(学年|年度)")
_LONG_RANGE = re.compile(r"(\d{3,4})年(\d{1,2})月(?:(\d{1,2})日)?-(\d{3,4})年(\d{1,2})月(?:(\d{1,2})日)?")
_YEAR = re.compile(r"(\d{4})年?度?|(?:民国)?(1[0-4]\d)年")
_RELATIVE_YEARS: dict[str, tuple[YearBasis, int]] = {
    **dict.fromkeys(("今年", "今年度", "本年", "本年度"), ("reference", 0)),
    **dict.fromkeys(("去年", "去年度", "上年", "上年度", "上1年", "上1年度"), ("reference", -1)),
    "前年": ("reference", -2),
    **dict.fromkeys(("明年", "来年"), ("reference", 1)),
    "后年": ("reference", 2),
    **dict.fromkeys(("同年", "当年", "该年", "这1年"), ("context", 0)),
    "前1年": ("context", -1),
    **dict.fromkeys(("次年", "翌年", "第2年"), ("context", 1)),
}
_RELATIVE_YEAR = re.compile("|".join(sorted(_RELATIVE_YEARS, key=len, reverse=True)))
_RELATIVE_MONTHS: dict[str, tuple[MonthBasis, int]] = {
    **dict.fromkeys(("本月", "这个月"), ("reference", 0)),
    **dict.fromkeys(("上月", "上个月"), ("reference", -1)),
    **dict.fromkeys(("下月", "下个月"), ("reference", 1)),
    **dict.fromkeys(("同月", "当月", "该月"), ("context", 0)),
    **dict.fromkeys(("次月", "翌月"), ("context", 1)),
}
_RELATIVE_MONTH = re.compile(rf"({'|'.join(_RELATIVE_MONTHS)})份?(?:(\d{{1,2}})日|([上中下])旬|([初中底末]))?")
_RELATIVE_DAYS = {
    **dict.fromkeys(("今日", "今天", "今早", "今晨", "今晚", "今", "即日"), Day("reference", 0)),
    **dict.fromkeys(("昨日", "昨天", "昨晚", "昨早", "昨晨", "昨夜", "昨"), Day("reference", -1)),
    **dict.fromkeys(("前日", "前天", "前晚"), Day("reference", -2)),
    **dict.fromkeys(("明日", "明天", "明早", "明晚"), Day("reference", 1)),
    **dict.fromkeys(("后日", "后天"), Day("reference", 2)),
    **dict.fromkeys(
        ("当日", "当天", "当晚", "同日", "同1日", "同天", "同一天", "同一日", "是日", "该日"), Day("context", 0)
    ),
    **dict.fromkeys(("次日", "翌日", "第2日", "第二天"), Day("context", 1)),
    **dict.fromkeys(("前1日", "前一天", "前一晚"), Day("context", -1)),
}
_DAY_IN_WORDS = re.compile(r"[今昨前明](?:\((\d{1,2})日?\)[日天]|[日天]\((?:(\d{1,2})月)?(\d{1,2})日\))")
_DAY = re.compile(r"(\d{1,2})日(?:-(\d{1,2})日)?|(\d{1,2})-(\d{1,2})日")


def read_expression(text: str) -> Expression | None:
    """What ``text`` says, or None when it is no expression of a date. Never raises."""
    if len(text) > 60:
        return None
    spelled = spell(text)
    stripped = _TAIL.sub("", spelled)
    return _read(spelled) or (_read(stripped) if stripped != spelled else None)


def _read(text: str) -> Expression | None:
    for reader in (_plan, _dates, _relative, _year_and_part):
        expression = reader(text)
        if expression is not None:
            return expression
    return None


def _plan(text: str) -> Expression | None:
    match = _PLAN.fullmatch(text)
    number = "一二三四五".index(match.group(1)) if match else -1
    end = match.group(2) if match else None
    if match is None:
        match = _PLAN_TEN.fullmatch(text)
        if match is None:
            return None
        end = match.group(1)
    last = 2010 + 5 * number
    return Fixed(periods.year(last) if end and "末" in end else periods.years(last - 4, last))


def _dates(text: str) -> Expression | None:
    """Everything with a year in figures that is not simply a year and a part of it."""
    if match := _DATE.fullmatch(text):
        return Fixed(periods.day(*map(int, match.groups())))
    if match := _YEARS.fullmatch(text):
        first, last = int(match.group(1) or match.group(4)), int(match.group(2) or match.group(5))
        if (match.group(3) or match.group(6)) != "学年":
            return Fixed(periods.years(first, last))
        return Fixed(periods.join(periods.month(first, 9), periods.month(last, 8)))
    if match := _LONG_RANGE.fullmatch(text):
        year, month, day, last_year, last_month, last_day = (int(group or 0) for group in match.groups())
        year, last_year = (number + _ROC if number < 1000 else number for number in (year, last_year))
        start = periods.day(year, month, day) if day else periods.month(year, month)
        end = periods.day(last_year, last_month, last_day) if last_day else periods.month(last_year, last_month)
        return Fixed(periods.join(start, end))
    if match := _YEAR_MONTH.fullmatch(text):
        return Fixed(periods.month(int(match.group(1)), int(match.group(2))))
    if match := _SHORT_DATE.fullmatch(text):
        short, month, day = (int(group or 0) for group in match.groups())
        year = short + (2000 if short < 50 else 1900)
        return Fixed(periods.day(year, month, day) if day else periods.month(year, month))
    if match := _MONTH_DAY.fullmatch(text):
        return InYear(day_of_year(int(match.group(1)), int(match.group(2))), "open", ahead=AHEAD)
    return None


def _relative(text: str) -> Expression | None:
    """Days and months by their distance from another."""
    if text in _RELATIVE_DAYS:
        return _RELATIVE_DAYS[text]
    if text in ("去年同期", "上年同期"):
        return LastYear()
    if match := _DAY_IN_WORDS.fullmatch(text):
        number = int(match.group(1) or match.group(3))
        if match.group(2):
            return InYear(day_of_year(int(match.group(2)), number), "open", ahead=AHEAD)
        return InMonth(day_of_month(number, number), "reference", loose=True)
    if match := _RELATIVE_MONTH.fullmatch(text):
        basis, offset = _RELATIVE_MONTHS[match.group(1)]
        return InMonth(part_of_month(*match.groups()[1:]), basis, offset)
    if match := _DAY.fullmatch(text):
        first, last = match.group(1) or match.group(3), match.group(2) or match.group(4)
        return InMonth(day_of_month(int(first), int(last or first)), "context", loose=True)
    return None


def _year_and_part(text: str) -> Expression | None:
    basis: YearBasis = "open"
    number = 0
    rest = text
    if match := _RELATIVE_YEAR.match(text):
        basis, number = _RELATIVE_YEARS[match.group()]
        rest = text[match.end() :]
    elif (match := _YEAR.match(text)) and (match.group(2) or "年" in match.group() or not text[match.end() :]):
        basis = "named"
        number = int(match.group(1)) if match.group(1) else _ROC + int(match.group(2))
        rest = text[match.end() :]
    if not rest:
        return InYear(periods.year, basis, number) if basis != "open" else None
    if rest == "以来" and basis != "open":
        return InYear(periods.year, basis, number, so_far=True)
    part, ahead = part_of_year(rest, basis == "open")
    return InYear(part, basis, number, ahead) if part else None
