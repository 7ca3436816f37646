"""The day a text gives itself: 新华社11月25日电, 发布时间：2015-11-25, a date line at the head or foot."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from . import periods
from .spelling import spell

_HEAD = 3000
"""Characters from the beginning in which a page's date is looked for."""
_FOOT = 200
_LINE = 60
"""Longest line that is a date line and no sentence."""

_GLOSS = re.compile(r"\([a-züāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]{1,6}\)")
_FIGURES = r"[0-9零〇○一二三四五六七八九十廿]"
_FULL = rf"({_FIGURES}{{4}})[年\-/.]({_FIGURES}{{1,3}})[月\-/.]({_FIGURES}{{1,3}})日?"
_FULL_DATE = re.compile(rf"(?<![0-9]){_FULL}(?![0-9]{{2}}(?!:))")
_NEWS = re.compile(
    rf"(?:({_FIGURES}{{4}})年)?(?<![0-9])({_FIGURES}{{1,3}})月({_FIGURES}{{1,3}})日(?:\([^()\n]{{0,40}}\))?"
    r"(?:[晚早]?(?:讯|消息|报道|电(?=[\s(,:\u3000]|$))| [\u4e00-\u9fff]{2,4}[讯电](?=\s))"
)
_LABEL = re.compile(
    rf"(?:(?:发布|发稿|刊发|更新|上传|录入|添加|编辑|发表|公开|成文|印发)(?:时间|日期|于)?|时间|日期)[:\s]{{1,4}}{_FULL}"
)
_BYLINE = re.compile(r"\d{1,2}:\d{2}|来源|作者|编辑|责编|浏览|阅读|点击|字号|字体|次")
_SIMPLIFIED = str.maketrans(
    "發時間號訊電報導來源編輯瀏覽閱讀點擊體於錄資", "发时间号讯电报导来源编辑浏览阅读点击体于录资"
)
_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


def find_dateline(text: str, *, published: date | None = None) -> date | None:
    """The day that ``text`` says it was written or put out, or None.

    Looked for in this order: a news dateline (新华社北京11月25日电, （记者…）11月25日讯), a labelled date
    (发布时间：…), a date that has a line of its own or a byline's at the head, a date alone in the last lines. A
    dateline without year takes that of ``published``, else of the first full date of the page's head. Never raises.
    """
    plain = _GLOSS.sub("", text[:_HEAD].translate(_WIDTH).translate(_SIMPLIFIED))
    labelled = _first(_LABEL, plain)
    header = labelled or _date_line(plain)
    news = _NEWS.search(plain)
    if news is not None:
        moment = _news_date(news, published or header or _first(_FULL_DATE, plain))
        if moment is not None:
            return moment
    return header or _date_line(text[-_FOOT:].translate(_WIDTH), foot=True)


def _first(pattern: re.Pattern[str], text: str) -> date | None:
    match = pattern.search(text)
    return _date(*match.groups()) if match else None


def _date(year: str, month: str, day: str) -> date | None:
    figures = spell(f"{year}年{month}月{day}日")
    match = re.fullmatch(r"(\d{4})年(\d{1,2})月(\d{1,2})日", figures)
    period = periods.day(*map(int, match.groups())) if match else None
    return period.start if period else None


def _news_date(match: re.Match[str], reference: date | None) -> date | None:
    year, month, day = match.groups()
    if year:
        return _date(year, month, day)
    if reference is None:
        return None
    candidates = (_date(str(reference.year + offset), month, day) for offset in (-1, 0, 1))
    return min(
        (moment for moment in candidates if moment), key=lambda moment: abs((moment - reference).days), default=None
    )


def _date_line(text: str, foot: bool = False) -> date | None:
    """A full date in a short line that holds nothing else, or the signs of a byline."""
    for line in _short_lines(text):
        match = _FULL_DATE.search(line)
        if match is None:
            continue
        rest = (line[: match.start()] + line[match.end() :]).strip(" ()【】\t-|　")
        if not rest or not foot and _BYLINE.search(rest):
            return _date(*match.groups())
    return None


def _short_lines(text: str) -> Iterator[str]:
    return (line for line in text.splitlines() if len(line) <= _LINE)
