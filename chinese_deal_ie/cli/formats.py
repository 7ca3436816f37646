"""The formats of ``extract``: how one document's result is written."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from decimal import Decimal
from enum import Enum
from itertools import chain
from typing import TYPE_CHECKING, TextIO

from .output import console, print_table, visible

if TYPE_CHECKING:
    from ..schema import Amount, Deal, DealTuple, Extraction, Place

Write = Callable[["Extraction"], None]
"""Writes the result of one document."""


class FormatName(str, Enum):
    """The formats."""

    table = "table"
    jsonl = "jsonl"
    csv = "csv"


COLUMNS = (
    *("id", "government", "government_code", "company", "amount_text", "amount_value", "amount_low", "amount_high"),
    *("currency", "modifier", "location", "location_code", "province", "city", "county"),
    *("date", "project", "type", "stage", "score"),
)
"""Columns of the CSV, one row a (government, company, amount, location)."""

_UNSAFE = re.compile("[\x7f-\x9f\u2028\u2029]")
"""Characters that JSON allows as they are, but terminals obey or some readers take for line ends."""


def writer(name: FormatName, stream: TextIO) -> Write:
    """A function that writes results to ``stream``; what a format begins with is written at once."""
    return {FormatName.table: _table_writer, FormatName.jsonl: _json_writer, FormatName.csv: _csv_writer}[name](stream)


def _json_writer(stream: TextIO) -> Write:
    def write(extraction: Extraction) -> None:
        line = json.dumps(extraction.to_dict(), ensure_ascii=False)
        stream.write(_UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", line) + "\n")

    return write


def _csv_writer(stream: TextIO) -> Write:
    rows = csv.writer(stream, lineterminator="\n")
    rows.writerow(COLUMNS)

    def write(extraction: Extraction) -> None:
        for deal in extraction.deals:
            for combination in deal.tuples():
                rows.writerow(map(guarded, _cells(extraction.id, deal, combination)))

    return write


def guarded(cell: str) -> str:
    """The cell with an apostrophe in front where a spreadsheet would take it for a formula (OWASP, CSV injection)."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


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
        *(_plain(number) for number in ((money.value, money.low, money.high) if money else (None,) * 3)),
        *((money.currency, money.modifier) if money else ("", "")),
        location.span.text if location else "",
        *((place.code or "", place.province or "", place.city or "", place.county or "") if place else ("",) * 4),
        "; ".join(date.value.iso or date.span.text for date in deal.date),
        "; ".join(project.span.text for project in deal.project),
        deal.type,
        deal.stage,
        f"{deal.score:.4f}",
    )


def _plain(number: Decimal | None) -> str:
    """A number without exponent or idle zeros: ``350000000``."""
    if number is None:
        return ""
    digits = f"{number:f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


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
    amounts = ([item.span.text, _money(item.amount)] for item in deal.amount)
    places = ([item.span.text, _division(item.place)] for item in deal.location)
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


_SIGNS = {"approximately": "≈ ", "at_least": "≥ ", "over": "> ", "at_most": "≤ ", "nearly": "< "}


def _money(amount: Amount | None) -> str:
    """An amount as a figure: ``≈ 5,000,000,000 CNY``; empty where it could not be read."""
    if amount is None:
        return ""
    if amount.value is not None:
        figure = _SIGNS.get(amount.modifier, "") + _grouped(amount.value)
    elif amount.low is not None and amount.high is not None:
        figure = f"{_grouped(amount.low)} – {_grouped(amount.high)}"
    elif amount.low is not None:
        sign = "order of" if amount.modifier == "order_of_magnitude" else "≥"
        figure = f"{sign} {_grouped(amount.low)}"
    else:
        figure = f"≤ {_grouped(amount.high)}" if amount.high is not None else ""
    return f"{figure} {amount.currency}{'/' + amount.per if amount.per else ''}" if figure else ""


def _grouped(number: Decimal) -> str:
    whole, point, rest = _plain(number).partition(".")
    return f"{int(whole):,}{point}{rest}"


def _division(place: Place) -> str:
    """The names of a place from the top down; a municipality is named once."""
    return "".join(dict.fromkeys(filter(None, (place.province, place.city, place.county))))
