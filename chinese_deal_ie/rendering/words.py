"""Values in words and figures, as tables and pages show them."""

from __future__ import annotations

from decimal import Decimal

from ..schema import Amount, Place

_SIGNS = {"approximately": "≈ ", "at_least": "≥ ", "over": "> ", "at_most": "≤ ", "nearly": "< "}


def plain(number: Decimal | None) -> str:
    """A number without exponent or idle zeros: ``350000000``; empty for None."""
    if number is None:
        return ""
    digits = f"{number:f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def grouped(number: Decimal) -> str:
    """A number with its thousands apart: ``350,000,000``."""
    whole, point, rest = plain(number).partition(".")
    return f"{int(whole):,}{point}{rest}"


def money(amount: Amount | None) -> str:
    """An amount as a figure: ``≈ 5,000,000,000 CNY``; empty where it could not be read."""
    if amount is None:
        return ""
    if amount.value is not None:
        figure = _SIGNS.get(amount.modifier, "") + grouped(amount.value)
    elif amount.low is not None and amount.high is not None:
        figure = f"{grouped(amount.low)} – {grouped(amount.high)}"
    elif amount.low is not None:
        sign = "order of" if amount.modifier == "order_of_magnitude" else "≥"
        figure = f"{sign} {grouped(amount.low)}"
    else:
        figure = f"≤ {grouped(amount.high)}" if amount.high is not None else ""
    return f"{figure} {unit(amount)}" if figure else ""


def unit(amount: Amount) -> str:
    """Currency and, of a recurring sum, its period: ``CNY``, ``CNY/year``."""
    return f"{amount.currency}{'/' + amount.per if amount.per else ''}"


def division(place: Place) -> str:
    """The names of a place from the top down; a municipality is named once."""
    return "".join(dict.fromkeys(filter(None, (place.province, place.city, place.county))))
