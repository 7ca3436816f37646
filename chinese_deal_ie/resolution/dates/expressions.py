"""The grammar of date expressions: what is said, before anything that is not said is filled in.

An expression names a year (2015年, 去年, 同年, 民国110年, or none) and a part of it (11月24日, 一季度, 年底, or none),
or days, weeks, months and quarters by their distance from a reference (昨日, 上周五, 上月), or a five-year plan, or a
range of two of these. Words of vague time (近日, 周一) and feasts of the moon (春节) are not read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from . import periods
from .parts import AHEAD, STRETCH, PartOfMonth, PartOfYear, day_of_month, day_of_year, part_of_month, part_of_year
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


@dataclass(frozen=True, slots=True)
class Week:
    """Weekdays (0 is Monday) of the week ``offset`` weeks from that of the reference."""

    offset: int
    first: int = 0
    last: int = 6


@dataclass(frozen=True, slots=True)
class Quarter:
    """The quarter ``offset`` quarters from that of the reference."""

    offset: int


@dataclass(frozen=True, slots=True)
class YearsAround:
    """Calendar years by their distance from that of the reference: 今明两年."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Range:
    """From one date to another that is complete by itself: 去年12月至今年3月."""

    first: Expression
    last: Expression


Expression: TypeAlias = "InYear | InMonth | Day | Fixed | LastYear | Week | Quarter | YearsAround | Range"

_ROC = 1911
_TAIL = re.compile(
    r"(?:\((?:星期|周|礼拜)[一二三四五六日天]\)|凌晨|早上|早晨|上午|中午|下午|傍晚|晚间|晚上|夜间|深夜|晚|前后|左右|期间)$"
)

_HEAD = re.compile(r"^(?:截-|截止-?|-|于|在|自从|自|从)")
_SINCE = re.compile(r"(?:以来|-今)$")
_LISTED_DAYS = re.compile(r"(?<!\d)(\d{1,2})日?[、,](\d{1,2})日")
_PLAN = re.compile(
    r'(?:("?)(十?[一二三四五]|[六七八九十])五("?)|第(\d{1,2})个5年)(规划|计划)?的?'
    r"(期间|时期|期末|末期|末|收官之年|末年|最后1年|期|开局之年|开局年|首年|第1年|头1年)?"
)
_PLAN_LAST = ("期末", "末期", "末", "收官之年", "末年", "最后1年")
_PLAN_FIRST = ("开局之年", "开局年", "首年", "第1年", "头1年")
_PLAN_NUMBERS = {name: number for number, name in enumerate("一二三四五六七八九十", 1)}
_DECADE = re.compile(r"(?:上个?世纪|20世纪|二十世纪)?(\d0)年代")
_CENTURY = re.compile(r"(?:(20|21)|(二十一?))世纪")
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
_RELATIVE_MONTH = re.compile(rf"({'|'.join(_RELATIVE_MONTHS)})份?(?:(\d{{1,2}})日|({STRETCH}))?")
_BARE_STRETCH = re.compile(r"(?:月([初中底末])|([上中下]旬|上中旬|中下旬|[上下]半月))")
_WEEK = re.compile(r"(上上个?|上[1一]?个?|本|这[1一]?个?|下[1一]?个?)(?:周|星期|礼拜)(?:([一二三四五六日天])|(末))?")
_RELATIVE_QUARTER = re.compile(r"(上1?个?|本|这1?个?|下1?个?)季度?")
_YEARS_AROUND = {
    "今明两年": YearsAround(0, 1),
    "今明2年": YearsAround(0, 1),
    "去今两年": YearsAround(-1, 0),
    "去年今年": YearsAround(-1, 0),
    "今明后3年": YearsAround(0, 2),
    "今明后三年": YearsAround(0, 2),
}
_RELATIVE_DAYS = {
    **dict.fromkeys(("今日", "今天", "今早", "今晨", "今晚", "今", "即日"), Day("reference", 0)),
    **dict.fromkeys(("昨日", "昨天", "昨晚", "昨早", "昨晨", "昨夜", "昨"), Day("reference", -1)),
    **dict.fromkeys(("前日", "前天", "前晚"), Day("reference", -2)),
    **dict.fromkeys(("明日", "明天", "明早", "明晚"), Day("reference", 1)),
    **dict.fromkeys(("后日", "后天"), Day("reference", 2)),
    "大前天": Day("reference", -3),
    "大后天": Day("reference", 3),
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
    spelled = _LISTED_DAYS.sub(_day_after_day, spell(text))
    for candidate in dict.fromkeys((spelled, _TAIL.sub("", spelled), _HEAD.sub("", spelled, count=1))):
        expression = _read(candidate) or _range(candidate)
        if expression is not None:
            return expression
    return None


def _read(text: str) -> Expression | None:
    for reader in (_plan, _dates, _relative, _year_and_part):
        expression = reader(text)
        if expression is not None:
            return expression
    return None


def _range(text: str) -> Expression | None:
    """Two dates that are read each by itself; the second has no 日 or 月 to lend the first, so 3-5月 is none."""
    first, separator, last = text.partition("-")
    if not separator or "-" in last or first.isdigit():
        return None
    start, end = _read(first), _read(last)
    return Range(start, end) if start is not None and end is not None else None


def _day_after_day(match: re.Match[str]) -> str:
    """24、25日 as 24-25日; other lists stay as they are."""
    first, last = map(int, match.groups())
    return f"{first}-{last}日" if last == first + 1 else match.group()


def _plan(text: str) -> Expression | None:
    match = _PLAN.fullmatch(text)
    if match is None:
        return None
    opened, short, closed, full, sort, part = match.groups()
    if short and len(short) < 2 and not (opened or closed or sort or part):
        return None  # 三五, 十五
    number = int(full) if full else sum(_PLAN_NUMBERS[digit] for digit in short)
    if not 1 <= number <= 30:
        return None
    last = 1952 + 5 * number
    if last > 1962:
        last += 3  # the third plan began in 1966
    if part in _PLAN_FIRST or part in _PLAN_LAST:
        return Fixed(periods.year(last if part in _PLAN_LAST else last - 4))
    return Fixed(periods.years(last - 4, last))


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
    if match := _DECADE.fullmatch(text):
        decade = int(match.group(1))
        return Fixed(periods.years(1900 + decade, 1909 + decade)) if decade >= 30 or "世纪" in text else None
    if match := _CENTURY.fullmatch(text):
        last = 2100 if match.group(1) == "21" or match.group(2) == "二十一" else 2000
        return Fixed(periods.years(last - 99, last))
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
    if match := _BARE_STRETCH.fullmatch(text):
        if match.group(1):
            return InMonth(part_of_month(None, match.group(1)), "reference")
        return InMonth(part_of_month(None, match.group(2)), "context", loose=True)
    if match := _WEEK.fullmatch(text):
        return _week(*match.groups())
    if match := _RELATIVE_QUARTER.fullmatch(text):
        return Quarter({"上": -1, "下": 1}.get(match.group(1)[0], 0))
    if text in _YEARS_AROUND:
        return _YEARS_AROUND[text]
    if match := _DAY.fullmatch(text):
        first, last = match.group(1) or match.group(3), match.group(2) or match.group(4)
        return InMonth(day_of_month(int(first), int(last or first)), "context", loose=True)
    return None


def _week(which: str, day: str | None, end: str | None) -> Week:
    offset = -2 if which.startswith("上上") else {"上": -1, "下": 1}.get(which[0], 0)
    if end:
        return Week(offset, 5, 6)
    if day:
        weekday = min("一二三四五六日天".index(day), 6)
        return Week(offset, weekday, weekday)
    return Week(offset)


def _year_and_part(text: str) -> Expression | None:
    so_far = _SINCE.search(text) is not None
    if so_far:
        text = _HEAD.sub("", _SINCE.sub("", text), count=1)
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
        return InYear(periods.year, basis, number, so_far=so_far) if basis != "open" else None
    part, ahead = part_of_year(rest, basis == "open")
    return InYear(part, basis, number, ahead, so_far) if part else None
