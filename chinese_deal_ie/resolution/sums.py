"""Sums of money over the deals of many documents, every sum counted once: :func:`sums`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Context, Decimal
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from ..schema import Amount, Deal, DealAmount, Extraction

if TYPE_CHECKING:
    import pandas

By: TypeAlias = Literal["government", "company", "province", "year"]

_EXACT = Context(prec=200)
_BEFORE = 16
"""Characters before a figure that say whether it is a part."""
_PART = re.compile(
    r"(?:[一二三四五六七八九十两1-9]期|首期|首批|首笔|先期|前期|首年|启动资金|第[一二三四五1-5]阶段|其中|注册资本|注册资金)"
    r"[^，。；、;]{0,9}$"
)
_RENDERING = re.compile(r"[(（](?:[约折合即为按人民币相当于]{0,6})$")
"""What stands between a sum and the same sum in another currency: 2000万欧元（约合1.5亿元）."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One sum of money and the deals that it sizes: several when it is a total that they share."""

    amount: Amount
    deals: tuple[Deal, ...]


def counted(deals: Sequence[Deal]) -> list[Counted]:
    """The sums of one document's deals, each once.

    * A sum that several deals share, or that they take from one place of the text, counts once for all of them.
    * A phase or part (一期投资, 其中) does not count beside a larger sum of a deal of the same company.
    * The largest of three or more sums of a deal counts alone when it is what the others add up to.
    * The same sum in another currency behind it, in brackets, does not count.
    * Size classes (百亿级) and what cannot be read are no figures; deals called off do not count.
    """
    standing = [deal for deal in deals if deal.stage != "terminated"]
    figures = [
        (deal, amount)
        for deal in standing
        for amount in _without_summands(deal.amount)
        if amount.amount and _least(amount.amount) is not None and not _is_rendering(deal, amount)
    ]
    groups: dict[object, tuple[Amount, list[Deal]]] = {}
    for deal, amount in figures:
        if amount.amount is None or _is_part(deal, amount) and any(_outweighs(o, (deal, amount)) for o in figures):
            continue
        key = amount.amount if amount.scope == "shared" else (amount.span.start, amount.span.end)
        groups.setdefault(key, (amount.amount, []))[1].append(deal)
    return [Counted(amount, tuple(members)) for amount, members in groups.values()]


def sums(source: Iterable[Extraction | Deal], by: By = "government") -> pandas.DataFrame:
    """Sums of the deals in ``source`` by government, company, province or year.

    ``source`` are extractions, one a document, or the deals of one document as ``extract(text)`` gives them; deals in a
    row between extractions belong to one document. What counts in a document is told at :func:`counted`; one deal told
    in two documents counts twice.

    The frame has the columns ``by``, ``currency``, ``per`` (period of recurring sums, which stay apart), ``total`` and
    ``high`` (``decimal.Decimal``, exact; ``high`` is larger where ranges are among the sums, whose lower bound stands
    in ``total``), ``sums`` and ``deals`` (how many). Modifiers are not weighed: 超10亿元 is 1,000,000,000. Deals
    without a figure stand in rows without currency.

    Governments are named by their division where it is known, so that 常州市政府 and 常州市商务局 are one; the
    province is that of the location, else of the government; the year is that of the deal's date. A sum that belongs
    to several governments, companies, provinces or years together has a row of its own (甲公司、乙公司), so that
    nothing is counted twice and the column ``total`` adds up; where the deal names none, the row's name is None.

    :raises ImportError: when pandas is missing.
    :raises ValueError: when ``by`` is none of the four.
    """
    if by not in get_args(By):
        raise ValueError(f"by={by!r}; choose one of {', '.join(get_args(By))}")
    import pandas

    rows: dict[tuple[str | None, str | None, str | None], _Row] = {}
    for deals in _documents(source):
        told = counted(deals)
        sized = {id(deal) for one in told for deal in one.deals}
        for one in told:
            key = (_joint(one.deals, by), one.amount.currency, one.amount.per)
            rows.setdefault(key, _Row()).add(one)
        for deal in deals:
            if id(deal) not in sized and deal.stage != "terminated":
                rows.setdefault((_joint((deal,), by), None, None), _Row()).deals += 1
    found = sorted(rows.items(), key=lambda item: (item[0][1] or "~", -item[1].total, item[0][0] or "~"))
    table = [(*key, row.total, row.high, row.sums, row.deals) for key, row in found]
    kinds = dict.fromkeys((by, "currency", "per", "total", "high"), object) | dict.fromkeys(("sums", "deals"), int)
    return pandas.DataFrame(
        {
            name: pandas.Series([row[place] for row in table], dtype=kind)
            for place, (name, kind) in enumerate(kinds.items())
        }
    )


@dataclass(slots=True)
class _Row:
    total: Decimal = field(default=Decimal(0))
    high: Decimal = field(default=Decimal(0))
    sums: int = 0
    deals: int = 0

    def add(self, one: Counted) -> None:
        self.total = _EXACT.add(self.total, _least(one.amount) or Decimal(0))
        self.high = _EXACT.add(self.high, one.amount.value or one.amount.high or Decimal(0))
        self.sums += 1
        self.deals += len(one.deals)


def _documents(source: Iterable[Extraction | Deal]) -> Iterator[Sequence[Deal]]:
    loose: list[Deal] = []
    for item in source:
        if isinstance(item, Deal):
            loose.append(item)
            continue
        if loose:
            yield loose
            loose = []
        yield item.deals
    if loose:
        yield loose


def _least(amount: Amount) -> Decimal | None:
    """The figure of an amount, the lower one of a range; None for a size class."""
    return None if amount.modifier == "order_of_magnitude" else amount.value if amount.value is not None else amount.low


def _text_before(deal: Deal, amount: DealAmount) -> str:
    for sentence in deal.evidence:
        if sentence.start <= amount.span.start < sentence.end:
            return sentence.text[: amount.span.start - sentence.start][-_BEFORE:]
    return ""


def _is_part(deal: Deal, amount: DealAmount) -> bool:
    return _PART.search(_text_before(deal, amount)) is not None


def _is_rendering(deal: Deal, amount: DealAmount) -> bool:
    """Whether a sum stands in brackets behind one of another currency in the same deal."""
    gap = _RENDERING.search(_text_before(deal, amount))
    return gap is not None and any(
        other.span.end == amount.span.start - len(gap.group())
        and other.amount is not None
        and amount.amount is not None
        and other.amount.currency != amount.amount.currency
        for other in deal.amount
    )


def _outweighs(one: tuple[Deal, DealAmount], part: tuple[Deal, DealAmount]) -> bool:
    """Whether ``one`` is a larger sum, and no part itself, of a deal that has a company with the part's in common."""
    (deal, amount), (other, small) = one, part
    if amount.amount is None or small.amount is None or _is_part(deal, amount):
        return False
    if (amount.amount.currency, amount.amount.per) != (small.amount.currency, small.amount.per):
        return False
    more, less = _least(amount.amount), _least(small.amount)
    return more is not None and less is not None and more > less and bool(_companies(deal) & _companies(other))


def _companies(deal: Deal) -> set[int]:
    """The companies of a deal by where they are named, which is the same in all deals of a document."""
    return {span.start for party in deal.company for span in party.mentions}


def _without_summands(amounts: Sequence[DealAmount]) -> Sequence[DealAmount]:
    """The amounts of a deal, or the one that the others add up to."""
    values = [one.amount.value if one.amount else None for one in amounts]
    if len(amounts) < 3 or None in values or len({one.amount and one.amount.currency for one in amounts}) > 1:
        return amounts
    known = [value for value in values if value is not None]
    largest = max(range(len(known)), key=lambda place: known[place])
    rest = Decimal(0)
    for place, value in enumerate(known):
        rest = rest if place == largest else _EXACT.add(rest, value)
    return [amounts[largest]] if rest == known[largest] else amounts


def _joint(deals: Sequence[Deal], by: By) -> str | None:
    names = dict.fromkeys(name for deal in deals for name in _NAMES[by](deal))
    return "、".join(names) or None


def _governments(deal: Deal) -> list[str]:
    return [
        "".join(dict.fromkeys(filter(None, (party.place.province, party.place.city, party.place.county))))
        if party.place is not None and party.place.code is not None
        else party.name
        for party in deal.government
    ]


def _company_names(deal: Deal) -> list[str]:
    return [party.name if party.code is None else f"{party.name} ({party.code})" for party in deal.company]


def _provinces(deal: Deal) -> list[str]:
    located = [one.place.province for one in deal.location]
    governed = [party.place.province for party in deal.government if party.place]
    return [name for name in located if name] or [name for name in governed if name]


def _years(deal: Deal) -> list[str]:
    return [one.value.iso[:4] for one in deal.date if one.value.iso][:1]


_NAMES: dict[By, Callable[[Deal], list[str]]] = {
    "government": _governments,
    "company": _company_names,
    "province": _provinces,
    "year": _years,
}
