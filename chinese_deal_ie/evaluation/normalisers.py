"""How the commands normalise what a mention says when they compare values and codes."""

from __future__ import annotations

from collections.abc import Hashable

from ..resolution.amounts import parse_amount
from ..resolution.places import resolve_place


def value_of(text: str) -> Hashable | None:
    """Figure, currency and period of an amount, None when it cannot be read; 约50亿元 is worth the same as 50亿元."""
    amount = parse_amount(text)
    if amount is None:
        return None
    figure = (amount.low, amount.high) if amount.value is None else amount.value
    return figure, amount.currency, amount.per


def place_of(text: str, document: str) -> Hashable | None:
    """The GB/T 2260 code of a place named ``text`` in a text ``document``, None when it cannot be resolved."""
    return resolve_place(text, context=document).code
