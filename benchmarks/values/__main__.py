"""Side by side, in one run and on the same inputs: amounts with JioNLP and cn2an, places with JioNLP and cpca.

``pip install jionlp==1.5.31 cn2an==0.5.24 cpca==0.5.5`` and run ``python benchmarks/values`` from the repository: it
prints the tables of docs/values.md. A library that is not installed is left out. Inputs are the tables in
tests/resolution/data: expressions that were collected to be hard, and every amount, place and government of the corpus'
dev and test splits with its value decided by reading.

Each library is judged by what it promises. JioNLP's ``accurate``, ``blur``, ``blur+`` and ``blur-`` are taken for
exact, about, upwards and downwards, and both of at_least and over count as upwards; cn2an reads numerals, so it is
handed the numeral alone and only figures are asked of it. A place is right when its lowest division and its province
are. JioNLP and cpca read each name alone; chinese_deal_ie is shown both that way and with the page.
"""

from __future__ import annotations

import contextlib
import csv
import io
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from importlib import import_module, metadata
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from chinese_deal_ie.corpus_io import read_corpus
from chinese_deal_ie.resolution.amounts import parse_amount
from chinese_deal_ie.resolution.places import resolve_place, resolve_places
from chinese_deal_ie.resolution.places.gazetteer import gazetteer

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "tests" / "resolution" / "data"
SETS = ("table", "dev", "test")
DIRECTIONS = {
    "exact": "exact",
    "range": "range",
    "order_of_magnitude": "class",
    "approximately": "about",
    **dict.fromkeys(("at_least", "over"), "up"),
    **dict.fromkeys(("at_most", "nearly"), "down"),
}
JIONLP = {"accurate": "exact", "blur": "about", "blur+": "up", "blur-": "down"}
_NUMERAL = re.compile(
    r"[0-9０-９.．,，零〇○一二三四五六七八九两兩十百千万萬亿億壹贰貳叁參肆伍陆陸柒捌玖拾佰仟廿卅半点]+"
)
ROUNDS = 3
"""Passes over the inputs; the fastest counts."""


class Sum(NamedTuple):
    """What a library says of an amount: its lower and upper figure, equal unless a range, and the direction."""

    low: Decimal
    high: Decimal
    direction: str


Row = Mapping[str, str]
Answer = tuple[str | None, str | None, str | None] | None
"""Province, city and county."""


def rows(name: str) -> list[Row]:
    with (DATA / f"{name}.tsv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))


def gold_sum(row: Row) -> Sum | None:
    if not row["currency"]:
        return None
    figures = [Decimal(row[field]) for field in ("value", "low", "high") if row[field]]
    ends = (figures[0], figures[0]) if row["value"] else (figures[0], figures[-1])
    return Sum(*ends, DIRECTIONS[row["modifier"]])


def our_sum(row: Row) -> Sum | None:
    amount = parse_amount(row["text"], currency=row.get("context") or None)
    if amount is None:
        return None
    low = amount.value if amount.value is not None else amount.low
    high = amount.value if amount.value is not None else amount.high or amount.low
    assert low is not None
    assert high is not None
    return Sum(low, high, DIRECTIONS[amount.modifier])


def jionlp_sum(jionlp: Any) -> Callable[[Row], Sum | None]:
    def read(row: Row) -> Sum | None:
        found = jionlp.parse_money(row["text"])
        if not found or not found.get("num"):
            return None
        number = found["num"]
        low, high = number if isinstance(number, (list, tuple)) else (number, number)
        direction = "range" if low != high else JIONLP.get(found["definition"], "")
        return Sum(Decimal(low), Decimal(high), direction)

    return read


def cn2an_sum(cn2an: Any) -> Callable[[Row], Sum | None]:
    def read(row: Row) -> Sum | None:
        numerals = _NUMERAL.findall(row["text"])
        if not numerals:
            return None
        figure = Decimal(str(cn2an.cn2an(max(numerals, key=len), "smart")))
        return Sum(figure, figure, "")

    return read


def rate(read: Callable[[Any], object], inputs: Sequence[Any]) -> float:
    best = float("inf")
    for _ in range(ROUNDS):
        started = time.process_time()
        for item in inputs:
            attempt(read, item)
        best = min(best, time.process_time() - started)
    return len(inputs) / max(best, 1e-9)


def attempt(read: Callable[[Any], Any], item: Any) -> tuple[Any, bool]:
    """The answer, and whether an exception came instead."""
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            return read(item), False
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, InvalidOperation, RecursionError):
        return None, True


def amounts(readers: Mapping[str, Callable[[Row], Sum | None]]) -> Iterator[str]:
    yield "| amounts | of | " + " | ".join(readers) + " |"
    yield "| --- | ---: |" + " ---: |" * len(readers)
    raised = dict.fromkeys(readers, 0)
    for name in SETS:
        inputs = rows(f"amounts_{name}")
        answers = {reader: [attempt(read, row) for row in inputs] for reader, read in readers.items()}
        gold = [gold_sum(row) for row in inputs]
        for kind, chosen in (
            ("figure", [i for i, one in enumerate(gold) if one and one.direction not in ("range", "class")]),
            ("range", [i for i, one in enumerate(gold) if one and one.direction == "range"]),
            ("size class", [i for i, one in enumerate(gold) if one and one.direction == "class"]),
            ("figure and direction", [i for i, one in enumerate(gold) if one]),
            ("no amount", [i for i, one in enumerate(gold) if one is None]),
        ):
            if not chosen:
                continue
            cells = []
            for reader in readers:
                if reader.startswith("cn2an") and kind != "figure":
                    cells.append("–")
                    continue
                right = 0
                for index in chosen:
                    ours, theirs = answers[reader][index][0], gold[index]
                    if ours is None or theirs is None:
                        right += ours is theirs
                    else:
                        same = ours[:2] == theirs[:2]
                        right += same and (kind != "figure and direction" or ours.direction == theirs.direction)
                cells.append(f"{right / len(chosen):.1%}")
            yield f"| {name}: {kind} | {len(chosen)} | " + " | ".join(cells) + " |"
        for reader, found in answers.items():
            raised[reader] += sum(failed for _, failed in found)
    yield "| exceptions | | " + " | ".join(str(count) for count in raised.values()) + " |"
    for name in SETS:
        inputs = rows(f"amounts_{name}")
        speeds = (f"{rate(read, inputs):,.0f}" for read in readers.values())
        yield f"| {name}: a second, one core | {len(inputs)} | " + " | ".join(speeds) + " |"


def our_place(row: Row) -> Answer:
    place = resolve_place(row["text"])
    return (place.province, place.city, place.county) if place.code else None


def jionlp_place(jionlp: Any) -> Callable[[Row], Answer]:
    def read(row: Row) -> Answer:
        found = jionlp.parse_location(row["text"])
        return (found["province"], found["city"], found["county"]) if found and found["province"] else None

    return read


def cpca_place(cpca: Any) -> Callable[[Row], Answer]:
    def read(row: Row) -> Answer:
        found = cpca.transform([row["text"]]).iloc[0]
        names = tuple(found[column] if isinstance(found[column], str) else None for column in ("省", "市", "区"))
        return names if any(names) else None  # type: ignore[return-value]

    return read


def same_place(ours: Answer, code: str) -> bool:
    if ours is None:
        return False
    theirs = gazetteer().path(code)
    lowest = next(name for name in reversed(theirs) if name)
    mine = next((name for name in reversed(ours) if name and name not in ("市辖区", "省直辖县级行政区划")), None)
    return mine == lowest and ours[0] in (None, "", theirs[0])


def pages() -> dict[str, str]:
    found: dict[str, str] = {}
    for split in ("dev", "test"):
        found.update((document.id, document.text) for document in read_corpus(ROOT / "corpus" / split))
    return found


def in_page(inputs: Sequence[Row], texts: Mapping[str, str]) -> list[Answer]:
    """Our answers with the document's other names, or with the context that the table gives."""
    answers: list[Answer] = []
    if "document" not in inputs[0]:
        for row in inputs:
            place = resolve_place(row["text"], context=[one for one in row["context"].split(",") if one])
            answers.append((place.province, place.city, place.county) if place.code else None)
        return answers
    for name in dict.fromkeys(row["document"] for row in inputs):
        members = [row["text"] for row in inputs if row["document"] == name]
        for place in resolve_places(members, document=texts[name]):
            answers.append((place.province, place.city, place.county) if place.code else None)
    return answers


def places(readers: Mapping[str, Callable[[Row], Answer]]) -> Iterator[str]:
    texts = pages()
    yield "| places | of | chinese_deal_ie, in its page | " + " | ".join(readers) + " |"
    yield "| --- | ---: | ---: |" + " ---: |" * len(readers)
    for name in SETS:
        inputs = rows(f"places_{name}")
        columns = [in_page(inputs, texts)]
        started = [time.process_time()]
        for read in readers.values():
            columns.append([attempt(read, row)[0] for row in inputs])
            started.append(time.process_time())
        known = [index for index, row in enumerate(inputs) if row["code"] not in ("-", "?")]
        cells = (sum(same_place(found[i], inputs[i]["code"]) for i in known) / len(known) for found in columns)
        yield f"| {name}: right division | {len(known)} | " + " | ".join(f"{cell:.1%}" for cell in cells) + " |"
        none = [index for index, row in enumerate(inputs) if row["code"] in ("-", "?")]
        cells = (sum(found[i] is None for i in none) / len(none) for found in columns)
        yield f"| {name}: none decided, rightly | {len(none)} | " + " | ".join(f"{cell:.1%}" for cell in cells) + " |"
        speeds = (f"{len(inputs) / (end - start):,.0f}" for start, end in zip(started, started[1:], strict=False))
        yield f"| {name}: a second, one core | {len(inputs)} | | " + " | ".join(speeds) + " |"


def library(name: str) -> Any | None:
    """The module, quietly; None when it is missing."""
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            return import_module(name)
    except ImportError:
        return None


def main() -> None:
    jionlp, cn2an, cpca = map(library, ("jionlp", "cn2an", "cpca"))
    sums: dict[str, Callable[[Row], Sum | None]] = {"chinese_deal_ie": our_sum}
    divisions: dict[str, Callable[[Row], Answer]] = {"chinese_deal_ie, name alone": our_place}
    if jionlp:
        label = f"JioNLP {metadata.version('jionlp')}"
        sums[label], divisions[label] = jionlp_sum(jionlp), jionlp_place(jionlp)
    if cn2an:
        sums[f"cn2an {metadata.version('cn2an')}"] = cn2an_sum(cn2an)
    if cpca:
        divisions[f"cpca {metadata.version('cpca')}"] = cpca_place(cpca)
    for line in chain(amounts(sums), [""], places(divisions)):
        print(line, flush=True)


if __name__ == "__main__":
    main()
