"""The grammar of one amount: words before, numeral, words behind, and the second numeral of a range.

::

    amount   := side [("-" | "至" | ...) side]          30亿—50亿元, 20至30亿元
              | side side-with-upper-bound              不低于1亿元（含）,不超过2亿元
    side     := word* numeral word* [jiao and fen]      约人民币 3.2亿 元 以上 /年
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Context as DecimalContext
from decimal import Decimal
from typing import NamedTuple

from ...schema import Amount, Modifier
from .currencies import resolve
from .modifiers import CURRENCY_WORDS, LOWER, PREFIXES, SUFFIXES, UPPER, YUAN, Lexicon, Mark, Word, verdict
from .numerals import SCALE, STARTS, Numeral, read_numeral, to_decimal

_MAX_WORDS = 8
_BEFORE = Lexicon([*PREFIXES, *CURRENCY_WORDS])
_BEHIND = Lexicon([*SUFFIXES, *CURRENCY_WORDS, YUAN])
_CURRENCY = Lexicon([*CURRENCY_WORDS, YUAN])
_SEPARATOR = re.compile(r"—{1,2}|-{1,2}|[~至到]")
_JOINT = re.compile(r"(?:\([^()]{0,8}含[^()]{0,8}\))?[,;、]?[且并但至]?")
_CURRENCY_GLOSS = re.compile(r"\(([^()]{1,8})\)")
_CHANGE = re.compile(
    r"零?([1-9一二三四五六七八九两])[角毛](?:零?([1-9一二三四五六七八九])分)?|零?([1-9一二三四五六七八九])分(?![之公钟])"
)
_RATE = re.compile(r"[/每](?:平方米|立方米|公斤|千瓦时|[\u4e00-\u9fff㎡m³a-zA-Z]{1,2})")
_DIGITS = {digit: value % 10 for value, digit in enumerate("0123456789零一二三四五六七八九")} | {"两": 2}
_EXACT = DecimalContext(prec=80)

STARTING = _BEFORE.starts | STARTS | {"上"}
"""Characters an amount may begin with."""


@dataclass(slots=True)
class Side:
    """One figure with the words around it."""

    numeral: Numeral
    end: int
    low: int
    """Lower (or only) figure, scaled by ``SCALE``."""
    high: int
    before: int
    currencies: tuple[str, ...]
    per: str | None
    behind: int = Mark.NONE
    closed: bool = False
    """A currency stands behind the figure, so it takes no unit from the other side of a range."""

    @property
    def unmarked(self) -> bool:
        """Neither a currency nor 万 or 亿: money only if the context gives the unit."""
        return not self.currencies and self.numeral.large == 1

    @property
    def bound(self) -> int:
        """All marks, before and behind."""
        return self.before | self.behind


class Reading(NamedTuple):
    """An amount found in a normalised text."""

    amount: Amount | None
    """None when the figure is no money or its words contradict each other: 5年, 人民币5亿美元, 50-30亿元."""
    end: int
    named: bool = False
    """Some currency is named; else only 万 or 亿 speaks for money, or the context."""
    large: bool = False
    """万, 亿 or 兆 stands in the figure."""
    empty: bool = False
    """Nothing but units, unmodified: 亿元, 万元, which is more often a table's unit than a sum."""


class Scale(NamedTuple):
    """What the context of an amount gives: the unit of bare figures and the currency of unnamed sums."""

    unit: Decimal | None
    currency: str | None

    def admits(self, side: Side) -> bool:
        """Whether a figure is money here."""
        return not side.unmarked or self.unit is not None or self.currency is not None

    def figure(self, scaled: int, unmarked: bool) -> Decimal:
        """The sum that a scaled integer stands for, without needless exponent or zeros."""
        value = to_decimal(scaled)
        if self.unit is None or not unmarked:
            return value
        value = _EXACT.multiply(value, self.unit)
        if value == value.to_integral_value():
            return Decimal(int(value))
        return Decimal(format(value, "f").rstrip("0"))


def read_amount(text: str, start: int, scale: Scale) -> Reading | None:
    """The amount that begins at ``start`` of a normalised text; one of None where its words contradict each other or
    the figure is no money, and None where there is no figure at all.
    """
    if start and text[start] in STARTS and text[start - 1] in "-负":
        return None  # a negative figure is no sum
    first = _read_side(text, start)
    if isinstance(first, int):
        return Reading(None, first) if first > start else None
    if first.end == len(text):
        return _single(first, scale)
    separator = _SEPARATOR.match(text, first.end)
    if separator:
        second = _read_side(text, separator.end())
        if isinstance(second, Side) and not (second.unmarked and first.closed):
            return _range(first, second, scale)
    if first.bound & LOWER:
        joint = _JOINT.match(text, first.end)
        second = _read_side(text, joint.end()) if joint else 0
        if isinstance(second, Side) and second.bound & UPPER:
            both = _range(first, second, scale)
            if both and both.amount:
                return both
    return _single(first, scale)


def bounded(value: Decimal, currency: str, modifier: Modifier, per: str | None) -> Amount:
    """An amount of one figure, with the bounds its modifier sets."""
    if modifier in ("exact", "approximately"):
        return Amount(value, None, None, currency, modifier, per)
    if modifier in ("at_least", "over"):
        return Amount(value, value, None, currency, modifier, per)
    if modifier == "order_of_magnitude":
        return Amount(None, value, None, currency, modifier, per)
    return Amount(value, None, value, currency, modifier, per)


def _read_side(text: str, start: int) -> Side | int:
    """One side of an amount, or where the words end that no readable figure follows."""
    position, before, per = start, Mark.NONE, None
    currencies: tuple[str, ...] = ()
    for _ in range(_MAX_WORDS):
        word = _BEFORE.match(text, position)
        if word is None:
            break
        before |= word.mark
        if word.currency is not None:
            currencies += (word.currency,)
        per = per or word.per
        position += len(word.text)
    if text.startswith("上", position) and text.startswith(("十", "百", "千", "万", "亿"), position + 1):
        before |= Mark.MAGNITUDE
        position += 1
    numeral = read_numeral(text, position)
    if numeral is None or _is_letter(text[numeral.end : numeral.end + 1]) and not _BEHIND.match(text, numeral.end):
        return position
    if numeral.magnitude:
        before |= Mark.MAGNITUDE
    side = Side(numeral, numeral.end, numeral.low, numeral.high, before, currencies, per)
    side.behind = (Mark.OVER if numeral.over else Mark.NONE) | (Mark.ABOUT if numeral.about else Mark.NONE)
    return side if _read_behind(text, side) else side.end


def _read_behind(text: str, side: Side) -> bool:
    """Take the words behind the figure; False when they make it unreadable."""
    for _ in range(_MAX_WORDS):
        word = _BEHIND.match(text, side.end) or _currency_gloss(text, side.end)
        if word is None:
            break
        if word.currency is not None:
            if side.numeral.elided and not side.closed:
                return False  # 3万5元 may be 35,000 or 30,005
            side.currencies += (word.currency,)
            side.closed = True
        side.behind |= word.mark
        side.per = side.per or word.per
        side.end += len(word.text)
        if word is YUAN:
            _read_change(text, side)
    rate = _RATE.match(text, side.end) if side.closed else None
    if rate:
        side.end = rate.end()
        period = _BEHIND.match(text, side.end)
        side.per = side.per or (period.per if period else None)
    return True


def _is_letter(character: str) -> bool:
    return character.isascii() and character.isalpha()


def _currency_gloss(text: str, start: int) -> Word | None:
    """A currency in brackets: 5000万元(美元)."""
    gloss = _CURRENCY_GLOSS.match(text, start) if text.startswith("(", start) else None
    word = _CURRENCY.match(gloss.group(1), 0) if gloss else None
    if gloss is None or word is None or word.text != gloss.group(1).upper():
        return None
    return word._replace(text=gloss.group())


def _read_change(text: str, side: Side) -> None:
    """Add 角 and 分 behind 元."""
    change = _CHANGE.match(text, side.end)
    if change is None or side.low != side.high or side.low % SCALE:
        return
    for digit, worth in zip(change.groups(), (SCALE // 10, SCALE // 100, SCALE // 100), strict=True):
        if digit:
            side.low += _DIGITS[digit] * worth
    side.high = side.low
    side.end = change.end()


def _single(side: Side, scale: Scale) -> Reading | None:
    currency = resolve(side.currencies, scale.currency)
    modifier = verdict(side.before, side.behind, side.numeral.bare)
    if currency is None or modifier is None or not scale.admits(side):
        return Reading(None, side.end)
    value = scale.figure(side.low, side.unmarked)
    if side.low != side.high and modifier != "order_of_magnitude":
        amount = Amount(None, value, scale.figure(side.high, side.unmarked), currency, "range", side.per)
    else:
        amount = bounded(value, currency, modifier, side.per)
    large = side.numeral.large != 1
    return Reading(amount, side.end, bool(side.currencies), large, side.numeral.bare and modifier == "exact")


def _range(first: Side, second: Side, scale: Scale) -> Reading | None:
    currency = resolve(first.currencies + second.currencies, scale.currency)
    if currency is None or not scale.admits(second) or (first.bound | second.bound) & Mark.MAGNITUDE:
        return Reading(None, second.end)
    factor = 1
    if first.numeral.large == 1 and not first.closed:
        # 20至30亿元: the first figure takes the unit of the second
        factor = first.numeral.plain and second.numeral.tail or second.numeral.large
    low = scale.figure(first.low * factor, second.unmarked)
    high = scale.figure(second.high, second.unmarked)
    if not factor or low >= high:
        return Reading(None, second.end)
    named = bool(first.currencies or second.currencies)
    amount = Amount(None, low, high, currency, "range", first.per or second.per)
    return Reading(amount, second.end, named, second.numeral.large != 1, False)
