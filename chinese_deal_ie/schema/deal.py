"""Deals as users see them: resolved parties, values and evidence, with the JSON of the contract."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, NamedTuple

from .document import Mention, Span
from .labels import DealType, Scope, Stage
from .values import Amount, DateValue, Place


def _number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


@dataclass(frozen=True, slots=True)
class Party:
    """A government or company of a deal, with every place the document names it."""

    name: str
    """The fullest form in the document."""
    mentions: tuple[Span, ...]
    aliases: tuple[str, ...] = ()
    """Other forms, never ``name`` itself."""
    score: float = 1.0
    place: Place | None = None
    """Governments: the division they govern."""
    code: str | None = None
    """Governments: GB/T 2260 code; companies: a code from a user's table, when one is given."""

    def to_dict(self) -> dict[str, Any]:
        result: dict[str, Any] = {
            "name": self.name,
            "mentions": [span.to_dict() for span in self.mentions],
            "aliases": list(self.aliases),
        }
        if self.code is not None:
            result["code"] = self.code
        result["score"] = round(self.score, 4)
        return result


@dataclass(frozen=True, slots=True)
class DealAmount:
    """The sum that sizes a deal, where it is stated."""

    span: Span
    amount: Amount | None
    """None when the text cannot be read as money."""
    scope: Scope = "deal"
    score: float = 1.0

    def to_dict(self) -> dict[str, Any]:
        value = self.amount or Amount(None)
        return {
            "text": self.span.text,
            "start": self.span.start,
            "end": self.span.end,
            "value": _number(value.value),
            "low": _number(value.low),
            "high": _number(value.high),
            "currency": value.currency if self.amount else None,
            "modifier": value.modifier if self.amount else None,
            "per": value.per,
            "scope": self.scope,
            "score": round(self.score, 4),
        }


@dataclass(frozen=True, slots=True)
class DealLocation:
    """Where a deal's project is or will be."""

    span: Span
    place: Place
    score: float = 1.0

    def to_dict(self) -> dict[str, Any]:
        return {
            "text": self.span.text,
            "start": self.span.start,
            "end": self.span.end,
            "code": self.place.code,
            "province": self.place.province,
            "city": self.place.city,
            "county": self.place.county,
            "candidates": list(self.place.candidates),
            "score": round(self.score, 4),
        }


@dataclass(frozen=True, slots=True)
class DealDate:
    """The day or period of signing, announcement or start."""

    span: Span
    value: DateValue
    score: float = 1.0

    def to_dict(self) -> dict[str, Any]:
        return {
            "text": self.span.text,
            "start": self.span.start,
            "end": self.span.end,
            "iso": self.value.iso,
            "basis": self.value.basis,
            "score": round(self.score, 4),
        }


@dataclass(frozen=True, slots=True)
class DealProject:
    """The named project a deal sets up."""

    span: Span
    score: float = 1.0

    def to_dict(self) -> dict[str, Any]:
        return {
            "text": self.span.text,
            "start": self.span.start,
            "end": self.span.end,
            "score": round(self.score, 4),
        }


class DealTuple(NamedTuple):
    """One (government, company, amount, location); None where the slot is not stated."""

    government: Party | None
    company: Party
    amount: DealAmount | None
    location: DealLocation | None


@dataclass(frozen=True, slots=True)
class Deal:
    """One agreement, investment, contract or cooperation between a government and a company side."""

    government: tuple[Party, ...]
    company: tuple[Party, ...]
    amount: tuple[DealAmount, ...]
    location: tuple[DealLocation, ...]
    date: tuple[DealDate, ...]
    project: tuple[DealProject, ...]
    type: DealType
    stage: Stage
    score: float
    evidence: tuple[Span, ...] = ()
    """The sentences that state the deal."""

    def tuples(self) -> list[DealTuple]:
        """All (government, company, amount, location) combinations; an empty slot counts as one None.

        An amount that stands in several of them is marked ``shared`` there: whoever adds up tuples must take it once,
        as :func:`chinese_deal_ie.resolution.sums.sums` does.
        """
        alone = max(1, len(self.government)) * len(self.company) * max(1, len(self.location)) == 1
        amounts = self.amount if alone else tuple(replace(amount, scope="shared") for amount in self.amount)
        return [
            DealTuple(*combination)
            for combination in itertools.product(
                self.government or (None,), self.company, amounts or (None,), self.location or (None,)
            )
        ]

    def to_dict(self) -> dict[str, Any]:
        """The deal as one JSON-able object of the contract; slots that are not stated are ``[]``."""
        return {
            "government": [party.to_dict() for party in self.government],
            "company": [party.to_dict() for party in self.company],
            "amount": [amount.to_dict() for amount in self.amount],
            "location": [location.to_dict() for location in self.location],
            "date": [date.to_dict() for date in self.date],
            "project": [project.to_dict() for project in self.project],
            "type": self.type,
            "stage": self.stage,
            "score": round(self.score, 4),
            "evidence": [span.to_dict() for span in self.evidence],
        }

    def _repr_html_(self) -> str:
        """For notebooks: the deal as a card, beside its evidence."""
        from ..rendering import render  # the only way up: notebooks ask the object itself

        return render(self)._repr_html_()


@dataclass(frozen=True, slots=True)
class Extraction:
    """Everything read from one input: deals best first, all mentions, and what went wrong."""

    id: str
    text: str
    deals: tuple[Deal, ...] = ()
    mentions: tuple[Mention, ...] = ()
    warnings: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """One line of the JSON lines output."""
        return {
            "id": self.id,
            "deals": [deal.to_dict() for deal in self.deals],
            "mentions": [mention.to_dict() for mention in self.mentions],
            "warnings": list(self.warnings),
        }

    def _repr_html_(self) -> str:
        """For notebooks: the page of :func:`chinese_deal_ie.render`."""
        from ..rendering import render

        return render(self)._repr_html_()
