"""Sums by province over many documents, each sum of money counted once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Context, Decimal

from ..resolution.sums import counted
from ..schema import Amount, Deal

_EXACT = Context(prec=200)


@dataclass(frozen=True, slots=True)
class Total:
    """One row: the deals of a province in one currency and period."""

    province: str
    """Several that share a sum are joined (江苏省、上海市); empty where none is known."""
    unit: tuple[str, str | None] | None
    """Currency and period; None for deals without a figure."""
    figure: Decimal
    """Of ranges the lower bound."""
    sums: int
    deals: int


class Totals:
    """The sums of a stream of documents; :func:`chinese_deal_ie.resolution.sums.counted` says what counts.

    The same as ``sums(..., by="province")``, which makes a pandas frame of it; pages have to do without pandas.
    """

    def __init__(self) -> None:
        self._rows: dict[tuple[str, tuple[str, str | None] | None], Total] = {}

    def add(self, deals: Sequence[Deal]) -> None:
        """Count the deals of one document."""
        told = counted(deals)
        sized = {id(deal) for one in told for deal in one.deals}
        for one in told:
            unit = one.amount.currency, one.amount.per
            self._add(_provinces(one.deals), unit, _least(one.amount), 1, len(one.deals))
        for deal in deals:
            if id(deal) not in sized and deal.stage != "terminated":
                self._add(_provinces((deal,)), None, Decimal(0), 0, 1)

    def rows(self) -> list[Total]:
        """Largest first; yuan before other currencies, then deals without a figure; unknown places last."""
        return sorted(
            self._rows.values(),
            key=lambda row: (
                row.unit is None,
                row.unit != ("CNY", None),
                str(row.unit),
                not row.province,
                -row.figure,
                row.province,
            ),
        )

    def _add(self, province: str, unit: tuple[str, str | None] | None, figure: Decimal, sums: int, deals: int) -> None:
        old = self._rows.get((province, unit), Total(province, unit, Decimal(0), 0, 0))
        self._rows[province, unit] = Total(
            province, unit, _EXACT.add(old.figure, figure), old.sums + sums, old.deals + deals
        )


def _least(amount: Amount) -> Decimal:
    return amount.value if amount.value is not None else amount.low or Decimal(0)


def _provinces(deals: Sequence[Deal]) -> str:
    """The provinces of the locations, else of the governments."""
    names: dict[str, None] = {}
    for deal in deals:
        located = [one.place.province for one in deal.location if one.place.province]
        governed = [one.place.province for one in deal.government if one.place and one.place.province]
        names.update(dict.fromkeys(located or governed))
    return "、".join(names)
