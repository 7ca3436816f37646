"""Deals as JSON-able records and back, without loss.

What ``Deal.to_dict`` gives users is rounded and leaves out what they rarely need. These records are for a ``Doc``'s
``user_data``, which goes through MessagePack: exact figures as strings, spans as ``[start, end]`` since the document's
text is at hand. Sequences may come back as tuples, and are read as such.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

from ..schema import (
    Amount,
    DateValue,
    Deal,
    DealAmount,
    DealDate,
    DealLocation,
    DealProject,
    Party,
    Place,
    Span,
)

Record: TypeAlias = dict[str, Any]
"""Strings, numbers, None, lists and dicts with string keys."""


def deals_to_records(deals: Iterable[Deal]) -> list[Record]:
    """The deals as records, in order."""
    return [_deal_to_record(deal) for deal in deals]


def deals_from_records(records: Iterable[Mapping[str, Any]], text: str) -> list[Deal]:
    """The deals that :func:`deals_to_records` wrote, over the same ``text``.

    Raises ``KeyError``, ``TypeError`` or ``ValueError`` for records of another making.
    """
    return [_deal_from_record(record, text) for record in records]


def _deal_to_record(deal: Deal) -> Record:
    return {
        "government": [_party_to_record(party) for party in deal.government],
        "company": [_party_to_record(party) for party in deal.company],
        "amount": [
            {
                "span": _ends(item.span),
                "amount": item.amount and _amount_to_record(item.amount),
                "scope": item.scope,
                "score": item.score,
            }
            for item in deal.amount
        ],
        "location": [
            {"span": _ends(item.span), "place": _place_to_record(item.place), "score": item.score}
            for item in deal.location
        ],
        "date": [
            {"span": _ends(item.span), "iso": item.value.iso, "basis": item.value.basis, "score": item.score}
            for item in deal.date
        ],
        "project": [{"span": _ends(item.span), "score": item.score} for item in deal.project],
        "type": deal.type,
        "stage": deal.stage,
        "score": deal.score,
        "evidence": [_ends(span) for span in deal.evidence],
    }


def _deal_from_record(record: Mapping[str, Any], text: str) -> Deal:
    return Deal(
        government=tuple(_party_from_record(item, text) for item in record["government"]),
        company=tuple(_party_from_record(item, text) for item in record["company"]),
        amount=tuple(
            DealAmount(
                _span(item["span"], text),
                None if item["amount"] is None else _amount_from_record(item["amount"]),
                item["scope"],
                item["score"],
            )
            for item in record["amount"]
        ),
        location=tuple(
            DealLocation(_span(item["span"], text), _place_from_record(item["place"]), item["score"])
            for item in record["location"]
        ),
        date=tuple(
            DealDate(_span(item["span"], text), DateValue(item["iso"], item["basis"]), item["score"])
            for item in record["date"]
        ),
        project=tuple(DealProject(_span(item["span"], text), item["score"]) for item in record["project"]),
        type=record["type"],
        stage=record["stage"],
        score=record["score"],
        evidence=tuple(_span(ends, text) for ends in record["evidence"]),
    )


def _party_to_record(party: Party) -> Record:
    return {
        "name": party.name,
        "mentions": [_ends(span) for span in party.mentions],
        "aliases": list(party.aliases),
        "score": party.score,
        "place": None if party.place is None else _place_to_record(party.place),
        "code": party.code,
    }


def _party_from_record(record: Mapping[str, Any], text: str) -> Party:
    return Party(
        record["name"],
        tuple(_span(ends, text) for ends in record["mentions"]),
        tuple(record["aliases"]),
        record["score"],
        None if record["place"] is None else _place_from_record(record["place"]),
        record["code"],
    )


def _amount_to_record(amount: Amount) -> Record:
    return {
        "value": _figure(amount.value),
        "low": _figure(amount.low),
        "high": _figure(amount.high),
        "currency": amount.currency,
        "modifier": amount.modifier,
        "per": amount.per,
    }


def _amount_from_record(record: Mapping[str, Any]) -> Amount:
    value, low, high = (None if record[key] is None else Decimal(record[key]) for key in ("value", "low", "high"))
    return Amount(value, low, high, record["currency"], record["modifier"], record["per"])


def _place_to_record(place: Place) -> Record:
    return {
        "code": place.code,
        "province": place.province,
        "city": place.city,
        "county": place.county,
        "candidates": list(place.candidates),
    }


def _place_from_record(record: Mapping[str, Any]) -> Place:
    return Place(record["code"], record["province"], record["city"], record["county"], tuple(record["candidates"]))


def _figure(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _ends(span: Span) -> list[int]:
    return [span.start, span.end]


def _span(ends: Sequence[int], text: str) -> Span:
    start, end = ends
    return Span(start, end, text[start:end])
