"""Dates: single expressions, years and months from the reference and the context, datelines, whole documents."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chinese_deal_ie.resolution.dates import DateContext, find_dateline, resolve_date, resolve_dates
from chinese_deal_ie.resolution.dates.periods import Period
from chinese_deal_ie.schema import DateValue, Span

PUBLISHED = date(2015, 11, 25)

WITHOUT_REFERENCE = {
    "2015年11月24日": "2015-11-24",
    "2015-11-24": "2015-11-24",
    "2015/11/24": "2015-11-24",
    "2015.11.24": "2015-11-24",
    "2011-3-19": "2011-03-19",
    "2015-11-24 10:30": "2015-11-24",
    "２０１５年１１月２４日": "2015-11-24",
    "2015 年 11 月 24 日": "2015-11-24",
    "二〇一五年十一月二十四日": "2015-11-24",
    "二○一五年十一月二十四日": "2015-11-24",
    "二零一五年十一月廿四日": "2015-11-24",
    "15年11月24日": "2015-11-24",
    "2015年11月24日上午": "2015-11-24",
    "2015年11月": "2015-11",
    "二〇一五年十一月": "2015-11",
    "2015-11": "2015-11",
    "2015年": "2015",
    "2015年度": "2015",
    "2015": "2015",
    "2015年年底": "2015-12",
    "2015年底": "2015-12",
    "2015年末": "2015-12",
    "2015年初": "2015-01",
    "2015年年中": "2015-06-01/2015-07-31",
    "2015年上半年": "2015-01-01/2015-06-30",
    "2015年下半年": "2015-07-01/2015-12-31",
    "2015年一季度": "2015-01-01/2015-03-31",
    "2015年第四季度": "2015-10-01/2015-12-31",
    "2015年前三季度": "2015-01-01/2015-09-30",
    "2015年前10个月": "2015-01-01/2015-10-31",
    "2015年1—6月": "2015-01-01/2015-06-30",
    "2016年1至2月": "2016-01-01/2016-02-29",
    "2015年3月下旬": "2015-03-21/2015-03-31",
    "2015年2月中旬": "2015-02-11/2015-02-20",
    "2015年2月底": "2015-02-21/2015-02-28",
    "2015年12月初": "2015-12-01/2015-12-10",
    "2015年秋": "2015-09-01/2015-11-30",
    "2015年冬天": "2015-12-01/2016-02-29",
    "2015年9月29日至10月2日": "2015-09-29/2015-10-02",
    "2015年12月28日至1月3日": "2015-12-28/2016-01-03",
    "2015年8月19日至21日": "2015-08-19/2015-08-21",
    "2016年-2018年": "2016-01-01/2018-12-31",
    "2016-2018年": "2016-01-01/2018-12-31",
    "2019～2020年": "2019-01-01/2020-12-31",
    "2014至2016年": "2014-01-01/2016-12-31",
    "2023—2024年度": "2023-01-01/2024-12-31",
    "2018/2019学年": "2018-09-01/2019-08-31",
    "2016年10月至2017年3月": "2016-10-01/2017-03-31",
    "2016年10月8日至2017年3月1日": "2016-10-08/2017-03-01",
    "“十四五”期间": "2021-01-01/2025-12-31",
    "十四五": "2021-01-01/2025-12-31",
    "“十一五”时期": "2006-01-01/2010-12-31",
    "“十二五”期间": "2011-01-01/2015-12-31",
    "“十三五”": "2016-01-01/2020-12-31",
    "“十五五”期间": "2026-01-01/2030-12-31",
    "“十五”期间": "2001-01-01/2005-12-31",
    "「十三五」期間": "2016-01-01/2020-12-31",
    "“十三五”末": "2020",
    "“十四五”期末": "2025",
    "110年": "2021",
    "民國110年3月": "2021-03",
    "108年1月至114年11月": "2019-01-01/2025-11-30",
}

BY_PUBLICATION = {
    "11月24日": "2015-11-24",
    "11-24": "2015-11-24",
    "十一月二十四日": "2015-11-24",
    "12月1日": "2015-12-01",
    "1月5日": "2016-01-05",
    "3月5日": "2015-03-05",
    "11月24日至26日": "2015-11-24/2015-11-26",
    "9月29日至10月2日": "2015-09-29/2015-10-02",
    "24日": "2015-11-24",
    "24号": "2015-11-24",
    "30日": "2015-11-30",
    "二十四日": "2015-11-24",
    "今（24）日": "2015-11-24",
    "今日（24日）": "2015-11-24",
    "12月": "2015-12",
    "10月份": "2015-10",
    "1月": "2016-01",
    "元月": "2016-01",
    "3月下旬": "2015-03-21/2015-03-31",
    "9月底": "2015-09-21/2015-09-30",
    "三季度": "2015-07-01/2015-09-30",
    "?三季度": "2015-07-01/2015-09-30",
    "第四季度": "2015-10-01/2015-12-31",
    "首季": "2015-01-01/2015-03-31",
    "前三季度": "2015-01-01/2015-09-30",
    "前三个季度": "2015-01-01/2015-09-30",
    "前十月": "2015-01-01/2015-10-31",
    "前11個月": "2015-01-01/2015-11-30",
    "1—6月": "2015-01-01/2015-06-30",
    "元至9月": "2015-01-01/2015-09-30",
    "四五月间": "2015-04-01/2015-05-31",
    "上半年": "2015-01-01/2015-06-30",
    "下半年": "2015-07-01/2015-12-31",
    "年底": "2015-12",
    "年初": "2015-01",
    "年内": "2015",
    "年內": "2015",
    "全年": "2015",
    "元旦": "2016-01-01",
    "今天": "2015-11-25",
    "今日": "2015-11-25",
    "今早": "2015-11-25",
    "昨日": "2015-11-24",
    "昨天": "2015-11-24",
    "昨晚": "2015-11-24",
    "昨": "2015-11-24",
    "前日": "2015-11-23",
    "前天": "2015-11-23",
    "明天": "2015-11-26",
    "今年": "2015",
    "本年度": "2015",
    "去年": "2014",
    "上年": "2014",
    "前年": "2013",
    "明年": "2016",
    "今年一季度": "2015-01-01/2015-03-31",
    "今年上半年": "2015-01-01/2015-06-30",
    "今年9月底": "2015-09-21/2015-09-30",
    "今年1-8月份": "2015-01-01/2015-08-31",
    "今年截至11月": "2015-01-01/2015-11-30",
    "今年以来": "2015-01-01/2015-11-25",
    "今年以來": "2015-01-01/2015-11-25",
    "今年年底": "2015-12",
    "去年12月14日": "2014-12-14",
    "去年底": "2014-12",
    "明年3月": "2016-03",
    "本月": "2015-11",
    "上月": "2015-10",
    "下月": "2015-12",
    "本月24日": "2015-11-24",
    "本月底": "2015-11-21/2015-11-30",
}

UNREADABLE = [
    *[
        "近期",
        "近日",
        "日前",
        "春节",
        "中秋",
        "周一",
        "过去一年",
        "三年内",
        "3年",
        "一年",
        "五年",
        "年",
        "月",
        "日",
        "底",
        "内",
    ],
    *[
        "2月30日",
        "2015年2月29日",
        "13月1日",
        "0月",
        "32日",
        "2015-00-10",
        "9999年",
        "0000-00-00",
        "第5季度",
        "2018-2016年",
    ],
    *["", "10%", "50亿元", "1.5"],
    *["当天", "同年3月", "次日", "去年同期", "同月30日"],
]


@pytest.mark.parametrize(("text", "iso"), WITHOUT_REFERENCE.items())
def test_complete_dates_need_no_reference(text: str, iso: str) -> None:
    assert resolve_date(text) == DateValue(iso, "text")
    assert resolve_date(text, published=date(2030, 6, 15)) == DateValue(iso, "text")


@pytest.mark.parametrize(("text", "iso"), BY_PUBLICATION.items())
def test_incomplete_dates_take_the_rest_from_the_publication(text: str, iso: str) -> None:
    assert resolve_date(text, published=PUBLISHED) == DateValue(iso, "published")
    assert resolve_date(text, context=DateContext(dateline=PUBLISHED)) == DateValue(iso, "dateline")
    assert resolve_date(text).iso is None


@pytest.mark.parametrize("text", UNREADABLE)
def test_what_is_vague_or_no_date_stays_unread(text: str) -> None:
    assert resolve_date(text, published=PUBLISHED).iso is None


def context(moment: date, *, carries: bool = False, dateline: date | None = None) -> DateContext:
    return DateContext(dateline, Period(moment, moment, "day"), moment, None, carries)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("当天", "2013-06-20"),
        ("當日", "2013-06-20"),
        ("同一天", "2013-06-20"),
        ("次日", "2013-06-21"),
        ("第二天", "2013-06-21"),
        ("前一晚", "2013-06-19"),
        ("同年3月", "2013-03"),
        ("同年10月28日", "2013-10-28"),
        ("当年底", "2013-12"),
        ("次年1月", "2014-01"),
        ("同月30日", "2013-06-30"),
    ],
)
def test_words_that_point_at_a_date_before(text: str, iso: str) -> None:
    assert resolve_date(text, published=PUBLISHED, context=context(date(2013, 6, 20))) == DateValue(iso, "context")


def test_a_bare_month_takes_the_year_of_its_sentence() -> None:
    june = context(date(2013, 6, 20), carries=True)
    assert resolve_date("8月", published=PUBLISHED, context=june) == DateValue("2013-08", "context")
    assert resolve_date("8月", published=PUBLISHED, context=context(date(2013, 6, 20))).iso == "2015-08"
    assert resolve_date("8月", context=context(date(2013, 6, 20))) == DateValue("2013-08", "context")


def test_a_month_long_before_belongs_to_the_next_year() -> None:
    november = context(date(2013, 11, 20), carries=True)
    assert resolve_date("1月", published=PUBLISHED, context=november).iso == "2014-01"
    assert resolve_date("9月", published=PUBLISHED, context=november).iso == "2013-09"


def test_a_bare_day_takes_the_month_before_it_or_the_nearest() -> None:
    october = context(date(2015, 10, 20), dateline=PUBLISHED)
    assert resolve_date("24日", published=PUBLISHED, context=october) == DateValue("2015-10-24", "context")
    assert resolve_date("24日", published=PUBLISHED, context=context(date(2013, 6, 20))).iso == "2015-11-24"
    assert resolve_date("31日", published=date(2015, 12, 2)).iso == "2015-10-31"


def test_today_counts_from_the_dateline_and_the_year_from_the_publication() -> None:
    new_year = DateContext(dateline=date(2015, 12, 31))
    assert resolve_date("今日", published=date(2016, 1, 1), context=new_year) == DateValue("2015-12-31", "dateline")
    assert resolve_date("12月30日", published=date(2016, 1, 1), context=new_year).iso == "2015-12-30"


DATELINES = [
    ("新华社北京2015年11月25日电（记者张三）全文。", "2015-11-25"),
    ("中国网2015年11月25日讯　全文。", "2015-11-25"),
    ("某网讯 标题\n发布时间：2015-11-25　来源：某报\n正文。", "2015-11-25"),
    ("发布日期:2015/11/25 浏览次数:3\n正文。", "2015-11-25"),
    ("發(fā)布時(shí)間(jiān)： 2015-11-25　　瀏覽：　次\n正文。", "2015-11-25"),
    ("标题\n2015年11月25日 08:30　来源：某报\n正文。", "2015-11-25"),
    ("标题\n（2015年11月25日）\n正文。", "2015-11-25"),
    ("公告正文。\n特此公告。\n某某股份有限公司董事会\n二〇一五年十一月二十五日", "2015-11-25"),
    ("发布时间：2015-11-26 来源：某网\n某网11月25日讯（记者 张三）正文。", "2015-11-25"),
    ("发布时间：2016-01-01\n某网12月31日电　正文。", "2015-12-31"),
    ("某网11月25日讯 正文。", None),
    ("2014年3月5日，双方签约。", None),
    ("11月25日电力公司开工。", None),
    ("某网2015年2月30日讯 正文。", None),
    ("", None),
]


@pytest.mark.parametrize(("text", "iso"), DATELINES)
def test_find_dateline(text: str, iso: str | None) -> None:
    found = find_dateline(text)
    assert (found.isoformat() if found else None) == iso


def test_a_dateline_without_year_takes_that_of_the_publication() -> None:
    assert find_dateline("某网12月31日讯 正文。", published=date(2016, 1, 1)) == date(2015, 12, 31)


DATE_WORDS = re.compile(r"《(.*?)》")


def resolved(marked: str, published: date | None = None) -> list[DateValue]:
    """The values of the dates that stand in 《》, which are taken out first."""
    text, spans, cursor = "", [], 0
    for match in DATE_WORDS.finditer(marked):
        text += marked[cursor : match.start()]
        spans.append(Span(len(text), len(text) + len(match.group(1)), match.group(1)))
        text += match.group(1)
        cursor = match.end()
    text += marked[cursor:]
    assert all(text[span.start : span.end] == span.text for span in spans)
    values = resolve_dates(spans, text, published=published)
    assert list(reversed(resolve_dates(spans[::-1], text, published=published))) == values
    return values


@pytest.mark.parametrize(
    ("marked", "published", "values"),
    [
        (
            "《11月24日》，甲市与乙公司签约。《当天》，丙公司也到场。《25日》复牌，《去年》两家就谈过。",
            PUBLISHED,
            [
                ("2015-11-24", "published"),
                ("2015-11-24", "context"),
                ("2015-11-25", "context"),
                ("2014", "published"),
            ],
        ),
        (
            "甲公司《2013年3月》开工，《8月》投产。《9月》又签一单。《同年》底完工。",
            PUBLISHED,
            [("2013-03", "text"), ("2013-08", "context"), ("2015-09", "published"), ("2015", "context")],
        ),
        ("一、《2020年9月》招标；《10月》公示。\n二、《11月》开工。", None, ["2020-09", "2020-10", "2020-11"]),
        ("发布时间：《2015-11-25》\n《昨日》签约，《今年》动工。", None, ["2015-11-25", "2015-11-24", "2015"]),
        ("某报11月24日讯 《今日》签约。", PUBLISHED, [("2015-11-24", "dateline")]),
        ("《上半年》进出口增长，高于《去年同期》。", PUBLISHED, ["2015-01-01/2015-06-30", "2014-01-01/2014-06-30"]),
        ("《11月24日》至《26日》，展会举行。《同一天》闭幕。", PUBLISHED, ["2015-11-24", "2015-11-26", "2015-11-26"]),
        ("《近日》，甲公司到访。《当天》未签约。", PUBLISHED, [None, None]),
    ],
)
def test_documents(marked: str, published: date | None, values: list[tuple[str, str] | str | None]) -> None:
    for value, expected in zip(resolved(marked, published), values, strict=True):
        if isinstance(expected, tuple):
            assert (value.iso, value.basis) == expected
        else:
            assert value.iso == expected


def test_a_dateline_far_from_the_publication_is_no_dateline() -> None:
    text = "发布时间：2009-01-01 今日签约。"
    start = text.index("今日")
    (value,) = resolve_dates([Span(start, start + 2, "今日")], text, published=PUBLISHED)
    assert value == DateValue("2015-11-25", "published")


def test_no_spans() -> None:
    assert resolve_dates([], "正文") == []


CHINESE = str.maketrans("0123456789", "〇一二三四五六七八九")
TENS = ["", "十", "二十", "三十"]


def spoken(number: int) -> str:
    return TENS[number // 10] + ("一二三四五六七八九"[number % 10 - 1] if number % 10 else "")


STYLES: list[Callable[[date], str]] = [
    lambda day: f"{day.year}年{day.month}月{day.day}日",
    lambda day: f"{day.year}年{day.month:02}月{day.day:02}日",
    lambda day: day.isoformat(),
    lambda day: f"{day.year}/{day.month}/{day.day}",
    lambda day: f"{day.year}.{day.month:02}.{day.day:02}",
    lambda day: f"{str(day.year).translate(CHINESE)}年{spoken(day.month)}月{spoken(day.day)}日",
    lambda day: f" {day.year} 年 {day.month} 月 {day.day} 日",
    lambda day: f"{day.isoformat()} 08:30:00",
]


@settings(deadline=None)
@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.integers(0, len(STYLES) - 1))
def test_a_full_date_is_read_back_in_every_style(day: date, style: int) -> None:
    assert resolve_date(STYLES[style](day)) == DateValue(day.isoformat(), "text")


@settings(deadline=None)
@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.integers(-300, 60))
def test_a_date_without_year_is_the_nearest_not_far_ahead(published: date, offset: int) -> None:
    day = published + timedelta(days=offset)
    assert resolve_date(f"{day.month}月{day.day}日", published=published).iso == day.isoformat()
    month = resolve_date(f"{day.month}月", published=published).iso
    assert month is not None
    assert date.fromisoformat(month + "-01") - published <= timedelta(days=62)


@settings(deadline=None)
@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.integers(-20, 7))
def test_a_day_without_month_is_the_nearest(published: date, offset: int) -> None:
    day = published + timedelta(days=offset)
    assert resolve_date(f"{day.day}日", published=published).iso == day.isoformat()


ALPHABET = "0123456789年月日季度上下半底初末中旬今昨前去同当次一二三十元廿至-—/.“”期间五四个全内号（）〇 \n讯电:"


@settings(deadline=None)
@given(st.text(st.sampled_from(ALPHABET), max_size=16) | st.text(max_size=16), st.none() | st.dates())
def test_nothing_raises_and_every_value_is_iso(text: str, published: date | None) -> None:
    values = [resolve_date(text, published=published)]
    values += resolve_dates([Span(0, len(text), text)] * 2, text, published=published)
    for value in values:
        assert value.basis in ("text", "published", "dateline", "context")
        if value.iso is not None:
            assert re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?|\d{4}-\d\d-\d\d/\d{4}-\d\d-\d\d", value.iso)
            first, _, last = value.iso.partition("/")
            assert not last or date.fromisoformat(first) <= date.fromisoformat(last)


@pytest.mark.parametrize(
    "piece", ["1", "十", "年", "2015年", "11月", "(", "11月24日(", "2015-11-24 ", "发布时间：", " ", "\n"]
)
def test_long_strings_take_linear_time(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    started = time.process_time()
    resolve_date(text, published=PUBLISHED)
    find_dateline(text)
    resolve_dates([Span(0, len(text), text)], text, published=PUBLISHED)
    assert time.process_time() - started < 5
