"""The formats of ``extract``: how one document's result is written."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum
from itertools import chain
from typing import TYPE_CHECKING, TextIO

from ..rendering.words import division, money, plain
from .output import console, print_table, visible

if TYPE_CHECKING:
    from ..schema import Deal, DealTuple, Extraction

Write = Callable[["Extraction"], None]
"""Writes the result of one document."""


class FormatName(str, Enum):
    """The formats."""

    table = "table"
    jsonl = "jsonl"
    csv = "csv"
    html = "html"


COLUMNS = (
    *("id", "government", "government_code", "company", "amount_text", "amount_value", "amount_low", "amount_high"),
    *("currency", "modifier", "scope", "location", "location_code", "province", "city", "county"),
    *("date", "project", "type", "stage", "score"),
)
"""Columns of the CSV, one row a (government, company, amount, location)."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""How cells begin that a spreadsheet reads as formulas; East Asian ones take the full-width signs, too."""
_UNSAFE = re.compile("[\x7f-\x9f\u2028\u2029]")
"""Characters that JSON allows as they are, but terminals obey or some readers take for line ends."""


@contextmanager
def writer(name: FormatName, stream: TextIO) -> Iterator[Write]:
    """A function that writes results to ``stream``.

    What a format begins with is written at once, what it ends with when the block ends, also when it is broken off.
    """
    if name is FormatName.html:
        with _html_writer(stream) as write:
            yield write
        return
    yield {FormatName.table: _table_writer, FormatName.jsonl: _json_writer, FormatName.csv: _csv_writer}[name](stream)


@contextmanager
def _html_writer(stream: TextIO) -> Iterator[Write]:
    """One page of all results, written at the end since sums stand at its top."""
    from ..rendering import PageBuilder

    builder = PageBuilder()
    try:
        yield builder.add
    finally:
        stream.write(builder.page().html)


def _json_writer(stream: TextIO) -> Write:
    def write(extraction: Extraction) -> None:
        line = json.dumps(extraction.to_dict(), ensure_ascii=False)
        stream.write(_UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", line) + "\n")

    return write


def _csv_writer(stream: TextIO) -> Write:
    rows = csv.writer(stream, lineterminator="\n")
    # csv leaves a lone carriage return without quotes, and what follows it would begin a row, as a formula if it likes
    broken = csv.writer(stream, lineterminator="\n", quoting=csv.QUOTE_ALL)
    rows.writerow(COLUMNS)

    def write(extraction: Extraction) -> None:
        for deal in extraction.deals:
            for combination in deal.tuples():
                cells = [guarded(cell) for cell in _cells(extraction.id, deal, combination)]
                (broken if any("\r" in cell for cell in cells) else rows).writerow(cells)

    return write


def guarded(cell: str) -> str:
    """The cell with an apostrophe in front where a spreadsheet would take it for a formula (OWASP, CSV injection)."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _cells(name: str, deal: Deal, combination: DealTuple) -> tuple[str, ...]:
    government, company, amount, location = combination
    money = amount.amount if amount else None
    place = location.place if location else None
    return (
        name,
        government.name if government else "",
        (government.code if government else None) or "",
        company.name,
        amount.span.text if amount else "",
        *(plain(number) for number in ((money.value, money.low, money.high) if money else (None,) * 3)),
        *((money.currency, money.modifier) if money else ("", "")),
        amount.scope if amount else "",
        location.span.text if location else "",
        *((place.code or "", place.province or "", place.city or "", place.county or "") if place else ("",) * 4),
        "; ".join(date.value.iso or date.span.text for date in deal.date),
        "; ".join(project.span.text for project in deal.project),
        deal.type,
        deal.stage,
        f"{deal.score:.4f}",
    )


def _table_writer(stream: TextIO) -> Write:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    out = console(stream)

    def write(extraction: Extraction) -> None:
        count = len(extraction.deals)
        title = visible(extraction.id)
        if not count:
            failed = any(warning.startswith("failed: ") for warning in extraction.warnings)
            out.print(Text(f"{title}: {'not read' if failed else 'no deals'}"))
            return
        out.print(Text(f"{title}: {count} deal{'s' if count > 1 else ''}", style="bold"))
        table = Table(box=box.SIMPLE_HEAD, leading=1 if count > 1 else 0)
        for column in ("government", "company", "amount", "location", "date", "project", "type", "stage"):
            table.add_column(column, overflow="fold")
        table.add_column("score", justify="right", no_wrap=True)
        for deal in extraction.deals:
            table.add_row(*(Text("\n".join(map(visible, lines)) or "–") for lines in _lines(deal)))
        print_table(stream, table)

    return write


def _lines(deal: Deal) -> tuple[list[str], ...]:
    """The lines of each cell of a table's row."""
    amounts = ([item.span.text, money(item.amount)] for item in deal.amount)
    places = ([item.span.text, division(item.place)] for item in deal.location)
    dates = ([item.span.text, item.value.iso or ""] for item in deal.date)
    return (
        [party.name for party in deal.government],
        [party.name for party in deal.company],
        *(list(filter(None, dict.fromkeys(chain.from_iterable(cell)))) for cell in (amounts, places, dates)),
        [project.span.text for project in deal.project],
        [deal.type],
        [deal.stage],
        [f"{deal.score:.2f}"],
    )
