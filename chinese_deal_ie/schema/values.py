"""Normalised values: what a mention's text means."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from .labels import Modifier


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum of money in whole units of ``currency``.

    ``value`` is None for ranges (``low`` and ``high`` are set) and for size classes such as
    百亿级 (``low`` is the order of magnitude). Bounds follow the modifier: ``at_least`` and ``over``
    set ``low`` to the value, ``at_most`` and ``nearly`` set ``high``; ``exact`` and
    ``approximately`` set neither.
    """

    value: Decimal | None
    low: Decimal | None = None
    high: Decimal | None = None
    currency: str = "CNY"
    """ISO 4217 code."""
    modifier: Modifier = "exact"
    per: str | None = None
    """The period of a recurring sum (``year``, ``month``, ``day``) or None."""


@dataclass(frozen=True, slots=True)
class Place:
    """A division of GB/T 2260, or the candidates where the text does not decide between several."""

    code: str | None
    """Six digits; None when unresolved."""
    province: str | None = None
    city: str | None = None
    county: str | None = None
    candidates: tuple[str, ...] = ()
    """Codes still possible when ``code`` is None; empty when resolved or unknown."""


@dataclass(frozen=True, slots=True)
class DateValue:
    """A day, month, quarter, year or longer interval as ISO 8601."""

    iso: str | None
    """``2015-11-24``, ``2015-11``, ``2015``, or an interval ``2021-01-01/2025-12-31``; None when unreadable."""
    basis: str = "text"
    """What fixed the missing parts: ``text`` (nothing missing), ``published``, ``dateline`` or ``context``."""
