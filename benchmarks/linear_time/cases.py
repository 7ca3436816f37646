"""Strings made to keep parsers busy, and the parsers that must not mind.

A case makes an input of about ``n`` characters and reads it. Every case must take time linear in ``n``.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path

from chinese_deal_ie.corpus_io import FormatError, brat, deal_text, doccano, json_lines, label_studio
from chinese_deal_ie.corpus_io.normalise import plain_entity_ids
from chinese_deal_ie.reading import clean, decode, html_to_text
from chinese_deal_ie.resolution.amounts import parse_amount
from chinese_deal_ie.resolution.dates import resolve_date, resolve_dates
from chinese_deal_ie.resolution.dates.dateline import find_dateline
from chinese_deal_ie.resolution.places import resolve_place, resolve_places
from chinese_deal_ie.schema import Document, Mention, Span

Case = Callable[[int], object]


def repeated(unit: str, n: int, head: str = "") -> str:
    """``head`` and then ``unit`` again and again, ``n`` characters."""
    return (head + unit * (n // len(unit) + 1))[:n]


_READING = (
    "市政府与公司签约，总投资5亿元。",
    "汉(hàn)",
    "(hàn)",
    " (hàn)",
    "(de)",
    "汉(hà",
    "((",
    "(a",
    "（",
    "首页 > ",
    "更多",
    "?汉字字",
    "?",
    "汉　",
    "\n \n",
    "首页\n",
    "e\u0301",
    "\ud800",
    "發(fā)",
    "…",
    "：*",
    "\0",
    "。",
    "相关阅读\n",
    "....",
    "> ",
    "你可能",
    "\u202e",
    "😀",
    "乾",
    "\r",
    "1,",
    "a ",
    "汉(hàn)”",
)
_AMOUNTS = (
    "9",
    "1,234,",
    "1 234 ",
    "一",
    "零",
    "十",
    "百万",
    "万",
    "亿",
    "5来万",
    "来个",
    "两三",
    "约",
    "不低于",
    "约约1",
    "5至",
    "1-",
    "5万",
    "5万元",
    "(",
    "()",
    "(元",
    "元",
    "/年",
    "半",
    "数十",
    "5亿 ",
    "1.",
    ".1",
    "$",
    "US",
    "million",
    "1万5",
    "角",
    "(shì)",
    "：(单位:亿)",
)
_PLACES = (
    "市",
    "省",
    "京",
    "鄂",
    "渝市",
    "常州",
    "钟楼区",
    "江苏省常州市",
    "(",
    "（a",
    "国家",
    "总局",
    "管委会",
    "人民政府",
    "开发区",
    "街道",
    "镇",
    "东",
    "路",
    "湖",
    "中国",
    "南海",
    "我市",
    "一体化",
    "\u200b",
    "城关镇",
    "x",
)
_HTML = (
    "<div>",
    "<p>市政府。</p>",
    "<b>",
    "<table><tr><td>",
    "&amp;",
    "<!--",
    "<a href=x>",
    "</p>",
    "<p>a<br>",
    "<",
    "<li>市",
)
_DATES = (
    "1",
    "年",
    "2015年",
    "11月",
    "至",
    "-",
    "十",
    "昨日",
    "(a",
    "发布时间:",
    "2015-11-24 ",
    "11月24日电",
    "\n",
    "月初",
    "、3日",
    " ",
)


def _reading(unit: str, head: str, n: int) -> object:
    return clean(repeated(unit, n, head))


def _bytes(unit: bytes, n: int) -> object:
    return decode((unit * (n // len(unit) + 1))[:n])


def _context(unit: str, n: int) -> object:
    return resolve_place("开发区", context=repeated(unit, n))


def _many_places(unit: str, n: int) -> object:
    texts = [unit, "市政府", "常州", "开发区", "朝阳区"] * (n // (len(unit) + 11) + 1)
    return resolve_places(texts, document=repeated(unit, n))


def _spans(unit: str, n: int) -> object:
    text = repeated(unit + "。", n)
    size = len(unit) + 1
    spans = [Span(start, start + size - 1, unit) for start in range(0, len(text) - size, size)]
    return resolve_dates(spans, text, published=date(2015, 11, 24))


def _refused(read: Callable[[], object]) -> object:
    try:
        return read()
    except FormatError as error:
        return error


def _deal_text(unit: str, n: int) -> object:
    return _refused(partial(deal_text.parse, "# id: a\n" + repeated(unit, n)))


def _standoff(n: int) -> object:
    """Many mentions, events and attributes, and entities without ids."""
    count = n // 60 + 1
    lines = [f"T{number}\tCOM {2 * number} {2 * number + 1}\t市" for number in range(count)]
    lines += [f"T{count + number}\tLOC {2 * number + 1} {2 * number + 2}\t县" for number in range(count)]
    lines += [f"E{number}\tDeal:T0 Company:T{number} Location:T{count + number}" for number in range(count)]
    lines += [f"A{number}\tType E{number} fund" for number in range(count)]
    lines += ["*\tEquiv T0 T0"]
    return _refused(partial(brat.from_standoff, "市县" * count, "\n".join(lines), Path("a.ann"), {}))


def _file(read: Callable[[Path], Sequence[Document]], content: Callable[[int], str], n: int) -> object:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.json")
        path.write_text(content(n), encoding="utf-8")
        return _refused(lambda: read(path))


def _task(n: int) -> str:
    """One task with very many regions, none with an entity."""
    result = [
        {
            "id": str(at),
            "type": "labels",
            "from_name": "label",
            "value": {"start": at, "end": at + 1, "labels": ["COM"]},
        }
        for at in range(0, n // 100 + 1)
    ]
    task = {"data": {"text": "市" * (n // 100 + 1)}, "annotations": [{"result": [*result, *_same(n // 100)]}]}
    return json.dumps([task])


def _same(count: int) -> list[dict[str, object]]:
    return [{"type": "relation", "labels": ["same_as"], "from_id": "0", "to_id": "0"}] * min(count, 1)


def _renamed(n: int) -> object:
    text = "市" * (n // 20 + 1)
    return plain_entity_ids(
        Document("a", text, tuple(Mention(at, at + 1, "市", "COM", f"企{at}") for at in range(len(text))))
    )


CASES: dict[str, Case] = {
    **{f"clean {unit!r}": partial(_reading, unit, "") for unit in _READING},
    **{
        f"clean 汉 + {unit!r}": partial(_reading, unit, "汉字")
        for unit in ("(hàn)", " (hàn)", "(hàn) ", "”(hàn)", "(de)")
    },
    **{
        f"decode {unit!r}": partial(_bytes, unit)
        for unit in (b"?", b"\x81", b"\xe4\xb8", b"<meta ", b"<!--", b" ", b"\xc1\xaa")
    },
    **{f"amount {unit!r}": (lambda n, unit=unit: parse_amount(repeated(unit, n))) for unit in _AMOUNTS},
    **{f"amount 5{unit!r}": (lambda n, unit=unit: parse_amount(repeated(unit, n, "5"))) for unit in _AMOUNTS},
    **{f"place {unit!r}": (lambda n, unit=unit: resolve_place(repeated(unit, n))) for unit in _PLACES},
    **{f"context {unit!r}": partial(_context, unit) for unit in _PLACES},
    **{f"places {unit!r}": partial(_many_places, unit) for unit in ("朝阳", "我市", "x镇", "园区", "该县")},
    **{f"date {unit!r}": (lambda n, unit=unit: resolve_date(repeated(unit, n))) for unit in _DATES},
    **{f"dateline {unit!r}": (lambda n, unit=unit: find_dateline(repeated(unit, n))) for unit in _DATES},
    **{f"dates {unit!r}": partial(_spans, unit) for unit in ("11月24日", "昨日", "近日", "去年同期", "24日")},
    **{
        f"deal text {unit!r}": partial(_deal_text, unit)
        for unit in ("[", "[a", "[a|COM:c1]", "]", "\n@deal ", "# a: b\n", "@", "\n", "[a|")
    },
    **{f"html {unit!r}": (lambda n, unit=unit: html_to_text(repeated(unit, n, "<html><body>"))) for unit in _HTML},
    "brat": _standoff,
    "label studio": partial(_file, label_studio.read, _task),
    "label studio, many": partial(
        _file, label_studio.read, lambda n: "[" + '{"data":{"text":""}},\n' * (n // 23) + "1]"
    ),
    "label studio, deep": partial(_file, label_studio.read, lambda n: "[" * n),
    "json lines, deep": partial(_file, json_lines.read, lambda n: '{"a":' * (n // 5)),
    "json lines, digits": partial(_file, json_lines.read, lambda n: "9" * n),
    "doccano, many": partial(_file, doccano.read, lambda n: '{"text":"a"}\n' * (n // 13)),
    "entity ids": _renamed,
}
