"""Deals as cards, and sums as a table with bars."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from ..schema import Deal, Party, Slot, Span
from .marking import Marked, safe
from .totals import Total
from .words import division, grouped, money

Value = tuple[str, str, Sequence[Span]]
"""A filler: its name, a note with its normalised value, and where it stands."""


def deal_card(deal: Deal, number: int, marked: Marked) -> str:
    """One deal; every filler and sentence links to its place in the text."""
    key = f"{marked.prefix}d{number}"
    rows = []
    for slot, values in _slots(deal):
        items = [
            _filler(f"{key}-{slot}{index}", marked, spans, name, note)
            for index, (name, note, spans) in enumerate(values)
        ]
        rows.append(f"<div><dt>{slot}</dt><dd>{''.join(items) or '<span class=muted>–</span>'}</dd></div>")
    proof = "".join(f"<li>{_quoted(span)}</li>" for span in deal.evidence)
    evidence = f"<details><summary>evidence</summary><ul>{proof}</ul></details>" if proof else ""
    return (
        f'<li class="deal" id="{key}" tabindex="-1"><h3>{safe(deal.type)}, {safe(deal.stage)} '
        f'<span class="score" title="probability that the deal is right">{deal.score:.2f}</span></h3>'
        f"<dl>{''.join(rows)}</dl>{evidence}</li>"
    )


def totals_table(rows: Sequence[Total]) -> str:
    """Sums by province, with bars that compare those of one currency."""
    largest: dict[object, Decimal] = {}
    for row in rows:
        largest[row.unit] = max(largest.get(row.unit, Decimal(0)), row.figure)
    lines = []
    for row in rows:
        name = safe(row.province) if row.province else '<span class="muted">not known</span>'
        figure, bar = '<span class="muted">no figure</span>', ""
        if row.unit is not None:
            currency, period = row.unit
            figure = f"{grouped(row.figure)} {safe(currency)}{f'/{safe(period)}' if period else ''}"
            share = float(row.figure / largest[row.unit] * 100) if largest[row.unit] else 0.0
            bar = f'<svg aria-hidden="true"><rect width="{share:.1f}%" height="100%"/></svg>'
        lines.append(
            f'<tr><th scope="row" lang="zh">{name}</th><td>{row.deals:,}</td><td class="figure">{figure}{bar}</td></tr>'
        )
    head = '<tr><th scope="col">province</th><th scope="col">deals</th><th scope="col">sum</th></tr>'
    return f'<table class="totals"><thead>{head}</thead><tbody>{"".join(lines)}</tbody></table>'


def _slots(deal: Deal) -> Iterator[tuple[Slot, list[Value]]]:
    """The slots of a deal with their fillers."""
    yield "government", [_party(one) for one in deal.government]
    yield "company", [_party(one) for one in deal.company]
    amounts: list[Value] = []
    for amount in deal.amount:
        shared = ["shared by several deals"] if amount.scope == "shared" else []
        amounts.append((amount.span.text, ", ".join([*filter(None, [money(amount.amount)]), *shared]), (amount.span,)))
    yield "amount", amounts
    places: list[Value] = [
        (one.span.text, " ".join(filter(None, (division(one.place), one.place.code))), (one.span,))
        for one in deal.location
    ]
    yield "location", places
    yield "date", [(one.span.text, one.value.iso or "", (one.span,)) for one in deal.date]
    yield "project", [(one.span.text, "", (one.span,)) for one in deal.project]


def _party(party: Party) -> Value:
    aliases = f"also {'、'.join(party.aliases)}" if party.aliases else ""
    return party.name, "; ".join(filter(None, (aliases, party.code))), party.mentions


def _filler(key: str, marked: Marked, spans: Sequence[Span], name: str, note: str) -> str:
    """A filler as a link to its first mention that is shown, or as text where none is."""
    target = next(filter(None, map(marked.anchor, spans)), None)
    shown = f'<bdi lang="zh">{safe(name)}</bdi>'
    times = f' <span class="muted">×{len(spans)}</span>' if len(spans) > 1 else ""
    small = f'<small lang="zh">{safe(note)}</small>' if note else ""
    if target is None:
        return f'<div class="filler" data-key="{key}">{shown}{times}{small}</div>'
    return f'<div class="filler" data-key="{key}"><a href="#{target}">{shown}</a>{times}{small}</div>'


def _quoted(span: Span) -> str:
    return f'<q lang="zh">{safe(span.text.strip())}</q> <span class="muted">{span.start}–{span.end}</span>'
