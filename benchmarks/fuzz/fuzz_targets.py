"""What is fuzzed, and what has to hold whatever the bytes are.

A target takes bytes and returns nothing. It raises where the library breaks its word: an exception that no docstring
announces, a span that is not on its text, a value that is no value, output that does not read back. The expected
refusals (``ReadError``, ``FormatError``, ``CheckpointError``) are caught inside.
"""

from __future__ import annotations

import atexit
import csv
import hashlib
import io
import json
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import numpy as np

from chinese_deal_ie import corpus_io
from chinese_deal_ie.cli.formats import FormatName, writer
from chinese_deal_ie.corpus_io import FormatError, brat, docbin, doccano, json_lines, label_studio
from chinese_deal_ie.corpus_io.checks import structure_flaws
from chinese_deal_ie.corpus_io.standoff import load_standoff
from chinese_deal_ie.model.checkpoint import MANIFEST, VOCABULARY, CheckpointError, load_checkpoint
from chinese_deal_ie.model.vocabulary import SPECIALS
from chinese_deal_ie.reading import CleanText, ReadError, clean, decode, html_to_text
from chinese_deal_ie.resolution.amounts import parse_amount
from chinese_deal_ie.resolution.dates import resolve_date, resolve_dates
from chinese_deal_ie.resolution.dates.dateline import find_dateline
from chinese_deal_ie.resolution.places import resolve_place, resolve_places
from chinese_deal_ie.resolution.places.gazetteer import gazetteer
from chinese_deal_ie.schema import (
    MODIFIERS,
    Amount,
    DateValue,
    Deal,
    DealAmount,
    DealDate,
    DealLocation,
    DealProject,
    Document,
    Extraction,
    Frame,
    Mention,
    Party,
    Place,
    Span,
)

ARTICLE = (
    "新華社常州(chángzhōu)11月24日電 （記者 王　伟）常州市政府与百度公司签约，总投资约50亿元，落户钟楼经济开发区。\n"
    "首页 > 新闻中心 > 正文\n据悉，项目一期投资不低于3亿5千万元，2026年底前开工。?\ufffd生物\u200b科技\u202e"
)
_DEAL = """# id: t-1
# genre: news
[5月8日|DATE:d1]，[青山市政府|GOV:g1]与[海石科技公司|COM:c1]签约，[海石科技|COM:c1]投资[25亿元|AMT:a1]。

@deal government=g1 company=c1 amount=a1 date=d1 type=investment stage=signed
"""


def check(condition: object, message: str) -> None:
    """Raise AssertionError unless ``condition`` holds (``assert`` vanishes under ``-O``)."""
    if not condition:
        raise AssertionError(message)


def as_text(data: bytes) -> str:
    """Text of any bytes: what is no UTF-8 becomes lone surrogates, which real strings may hold too."""
    return data.decode("utf-8", "surrogateescape")


@cache
def _scratch() -> Path:
    """A folder in memory, where there is one, that goes with the process."""
    fast = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="fuzz-", dir=fast if fast.is_dir() else None))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _file(name: str, data: bytes) -> Path:
    path = _scratch() / name
    path.write_bytes(data)
    return path


def _check_clean(found: CleanText) -> None:
    check(len(found.starts) == len(found.text), "one raw index a clean character")
    check((np.diff(found.starts) > 0).all(), "raw indices rise")
    check(
        not len(found.starts) or 0 <= found.starts[0] <= found.starts[-1] < len(found.raw), "raw indices are in range"
    )
    check(all(0 <= start < end <= len(found.text) for start, end in found.debris), "debris is in range")
    for start in range(0, len(found.text), max(1, len(found.text) // 8)):
        end = min(len(found.text), start + 5)
        check(found.from_raw(*found.to_raw(start, end)) == (start, end), "ranges come back")


def _reading(data: bytes) -> None:
    try:
        text, _ = decode(data)
    except ReadError:
        text = as_text(data)
    found = clean(text)
    _check_clean(found)
    check(clean(found.text).text == found.text, "cleaning clean text changes nothing")


def _html(data: bytes) -> None:
    _check_clean(clean(html_to_text(as_text(data))))


def _amounts(data: bytes) -> None:
    text = as_text(data[1:])
    choice = data[0] if data else 0
    unit = (None, None, Decimal(10000), Decimal("1E8"), Decimal("NaN"), Decimal("0.01"))[choice % 6]
    amount = parse_amount(text, unit=unit, currency=(None, "USD")[choice // 6 % 2])
    if amount is None:
        return
    check(amount.modifier in MODIFIERS, "the modifier is known")
    check(re.fullmatch("[A-Z]{3}", amount.currency), "the currency has three letters")
    figures = [figure for figure in (amount.value, amount.low, amount.high) if figure is not None]
    check(figures and all(figure.is_finite() and figure >= 0 for figure in figures), "figures are finite")
    check(amount.low is None or amount.high is None or amount.low <= amount.high, "bounds are in order")
    json.dumps(DealAmount(Span(0, len(text), text), amount).to_dict(), allow_nan=False)


def _check_place(place: Place) -> None:
    table = gazetteer()
    for code in (*place.candidates, *([place.code] if place.code else [])):
        check(code in table.divisions, "codes are those of the table")
    check(not (place.code and place.candidates), "decided or open, not both")


def _places(data: bytes) -> None:
    texts = as_text(data).split("\n")
    _check_place(resolve_place(texts[0], context=texts[1:]))
    found = resolve_places(texts[:20], context=texts[-1:], document=as_text(data))
    check(len(found) == len(texts[:20]), "a place for each text")
    for place in found:
        _check_place(place)


_DAYS = (None, date(2015, 11, 25), date.min, date.max, date(2020, 2, 29), date(2100, 1, 1))
_ISO = re.compile(r"\d{4}(-\d\d(-\d\d)?)?(/\d{4}-\d\d-\d\d)?")


def _dates(data: bytes) -> None:
    published = _DAYS[data[0] % len(_DAYS)] if data else None
    text = as_text(data[1:])
    find_dateline(text, published=published)
    spans = [Span(match.start(), match.end(), match[0]) for match in re.finditer(r"[^，,、。\s]{1,20}", text)][:50]
    values = resolve_dates(spans, text, published=published)
    for value in (resolve_date(text, published=published), *values):
        check(value.iso is None or _ISO.fullmatch(value.iso), "dates are ISO 8601")


def _check_documents(items: Iterator[Document | FormatError]) -> None:
    for item in items:
        if isinstance(item, Document):
            check(not list(structure_flaws(item)), "documents that are read are sound")
            back = json_lines.from_json(json.loads(json.dumps(json_lines.to_json(item))))
            check(repr(back) == repr(item), "JSON lines lose nothing")
        else:
            str(item)


def _reader(name: str, read: Callable[[Path], Iterator[Document | FormatError]]) -> Callable[[bytes], None]:
    return lambda data: _check_documents(read(_file(name, data)))


def _corpus(name: str) -> Callable[[bytes], None]:
    def target(data: bytes) -> None:
        found = corpus_io.read_corpus(_file(name, data), on_error="collect")
        _check_documents(iter((*found, *found.errors)))
        corpus_io.check([_scratch() / name])

    return target


def _brat(data: bytes) -> None:
    text, _, standoff = data.partition(b"\x1e")
    _file("b.txt", text)
    _check_documents(brat.items(_file("b.ann", standoff)))


def _standoff(data: bytes) -> None:
    texts = "青山市政府与海石科技公司签约".encode()
    _file("s.txt", texts)
    try:
        digest = hashlib.sha256(texts).hexdigest().encode()
        document = load_standoff(_file("s.json", data.replace(b"HASH", digest)), _scratch())
    except FormatError:
        return
    _check_documents(iter([document]))


def _checkpoint(data: bytes) -> None:
    manifest, split, vocabulary = data.partition(b"\x1e")
    folder = _scratch() / "checkpoint"
    folder.mkdir(exist_ok=True)
    words = vocabulary if split else "\n".join((*SPECIALS, "市", "")).encode()
    (folder / VOCABULARY).write_bytes(words)
    size, digest = str(len(words)).encode(), hashlib.sha256(words).hexdigest().encode()
    (folder / MANIFEST).write_bytes(manifest.replace(b"SIZE", size).replace(b"HASH", digest))
    try:
        found = load_checkpoint(folder)
    except CheckpointError as error:
        check(str(folder) in str(error), "refusals name the file")
    else:
        check(len(found.vocabulary) == found.config.vocab_size, "sizes agree")


def extraction(data: bytes) -> Extraction:
    """A result all of whose strings come from outside."""
    parts = as_text(data).split("\x1e")
    one, two, three = (parts + ["", "", ""])[:3]
    text = one + two + three
    spans = Span(0, len(one), one), Span(len(one), len(one + two), two), Span(len(one + two), len(text), three)
    number = Decimal(len(data) + 1)
    amounts = (Amount(number), Amount(None, number, number * 2, modifier="range"), None)
    deal = Deal(
        (Party(one, spans[:1], (two,), 0.5, code=three),),
        (Party(two, spans[1:2], (), 0.25),),
        tuple(DealAmount(span, amount) for span, amount in zip(spans, amounts, strict=True)),
        (DealLocation(spans[2], Place("320404", "江苏省", "常州市", "钟楼区")),),
        (DealDate(spans[0], DateValue(None)),),
        (DealProject(spans[1]),),
        "investment",
        "signed",
        0.125,
        spans,
    )
    mentions = tuple(Mention(span.start, span.end, span.text, "COM", "c1") for span in spans)
    return Extraction(three, text, (deal,), mentions, (one, f"failed: {two}"))


_RAW_CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_OBEYED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def written(name: FormatName, result: Extraction) -> str:
    """What ``extract --format NAME`` writes for one document."""
    stream = io.StringIO()
    with writer(name, stream) as write:
        write(result)
    return stream.getvalue()


def _output(data: bytes) -> None:
    found = extraction(data)
    line = written(FormatName.jsonl, found)
    check(not _RAW_CONTROLS.search(line) and line.count("\n") == 1, "JSON is one line without control characters")
    held = line.encode("utf-8", "backslashreplace").decode()
    check(json.loads(held) == json.loads(json.dumps(found.to_dict())), "JSON comes back")

    rows = list(csv.reader(io.StringIO(written(FormatName.csv, found), newline="")))
    check(len({len(row) for row in rows}) == 1, "rows are of one width")
    check(not any(cell.startswith(tuple("=+-@\t\r\n＝＋－＠")) for row in rows[1:] for cell in row), "no formulas")

    check(not _OBEYED.search(written(FormatName.table, found)), "tables hold nothing that a terminal obeys")


_CONFIG = {"vocab_size": 6, "hidden_size": 16, "num_heads": 2, "labels": ["GOV", "COM"], "max_positions": 64}
_MANIFEST = {
    "format": 1,
    "kind": "chinese_deal_ie",
    "config": _CONFIG,
    "thresholds": {"deal": 0.5},
    "coreference": {"bias": 0.0},
    "files": {VOCABULARY: {"bytes": "SIZE", "sha256": "HASH"}},
}


def _seeds() -> dict[str, list[bytes]]:
    document = corpus_io.deal_text.parse(_DEAL)
    frame = Frame(company=("c1",), government=("g1",))
    texts = [ARTICLE, "", "汉(hàn)" * 3, "5万元", "\n".join(["钟楼经济开发区", "市政府", "常州", "我市"])]
    plain = [text.encode() for text in texts]
    amounts = [
        "不低于1亿元（含），不超过2亿元",
        "三千五百万美元",
        "1,234.5万元/年",
        "两三百亿",
        "(单位:亿元)10.00",
        "数十亿元左右",
    ]
    dates = ["2015年11月24日", "去年12月至今年3月", "十四五期间", "上周五", "24、25日", "新华社北京11月25日电"]
    page = f"<html><head><title>{texts[0][:9]}</title></head><body><p>{ARTICLE}</p></body></html>"
    return {
        "reading": [*plain, ARTICLE.encode("gb18030"), ARTICLE.encode("utf-16"), _mojibake(ARTICLE)],
        "html": [page.encode(), b"<div>" * 50 + ARTICLE.encode(), b"<!-- --><?xml version='1.0'?><p>"],
        "amounts": [b"\0" + text.encode() for text in (*amounts, *texts)],
        "places": [*plain, "中国光谷\n武汉".encode(), "国家税务总局常州市税务局\n南海\n漠\n漠河".encode()],
        "dates": [bytes([number]) + text.encode() for number, text in enumerate((*dates, ARTICLE))],
        "deal_text": [_DEAL.encode()],
        "jsonl": [json.dumps(json_lines.to_json(document), ensure_ascii=False).encode()],
        "doccano": [json.dumps(doccano.to_json(document), ensure_ascii=False).encode()],
        "labelstudio": [json.dumps([label_studio.to_task(document)], ensure_ascii=False).encode()],
        "brat": [document.text.encode() + b"\x1e" + brat.to_standoff(document).encode()],
        "docbin": [_docbin_seed(document)],
        "standoff": [
            json.dumps({
                "id": "s", "sha256": "HASH", "deals": [json_lines.frame_to_json(frame)],
                "mentions": [{"start": 0, "end": 5, "label": "GOV", "entity": "g1"},
                             {"start": 6, "end": 12, "label": "COM", "entity": "c1"}],
            }).encode()
        ],
        "checkpoint": [json.dumps(_MANIFEST).replace('"SIZE"', "SIZE").encode()],
        "output": ["=1+1\x1e\x1b[31m红\u202e\x1e<img src=x>".encode(), "a,b\"\x1e\r\n\x1e\x85\u2028".encode(), *plain],
    }  # fmt: skip


def _mojibake(text: str) -> bytes:
    """UTF-8 read as GBK, with the bytes lost that are no GBK."""
    return text.encode().decode("gb18030", "ignore").encode()


def _docbin_seed(document: Document) -> bytes:
    path = _scratch() / "seed.spacy"
    docbin.write([document], path)
    return path.read_bytes()


TARGETS: dict[str, Callable[[bytes], None]] = {
    "reading": _reading,
    "html": _html,
    "amounts": _amounts,
    "places": _places,
    "dates": _dates,
    "deal_text": _corpus("d.deal.txt"),
    "jsonl": _corpus("d.jsonl"),
    "doccano": _reader("n.jsonl", doccano.items),
    "labelstudio": _reader("l.json", label_studio.items),
    "brat": _brat,
    "docbin": _reader("d.spacy", docbin.items),
    "standoff": _standoff,
    "checkpoint": _checkpoint,
    "output": _output,
}


@cache
def seeds() -> dict[str, list[bytes]]:
    """Sound inputs of every target, to be mutated."""
    return _seeds()
