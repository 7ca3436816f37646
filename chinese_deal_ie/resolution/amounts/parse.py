"""Amounts out of text: the public entry point."""

from __future__ import annotations

import re
from decimal import Decimal

from ...schema import Amount
from .common import read_common
from .currencies import CURRENCIES
from .grammar import STARTING, Reading, Scale, read_amount
from .normal import normalise
from .numerals import STARTS

_UNIT = r"(十|百|千|万|十万|百万|千万|亿|十亿|百亿|千亿|万亿)?"
_MONEY = r"(元|人民币元?|美元|港元|欧元|日元|英镑|[A-Z]{3})?"
_PLACES = {
    name: 4 + place for place, name in enumerate(("万", "十万", "百万", "千万", "亿", "十亿", "百亿", "千亿", "万亿"))
}
_PLACES |= {"十": 1, "百": 2, "千": 3}
_HEADER = re.compile(rf"(?:\((?:单位:?)?|单位:?){_UNIT}{_MONEY}[):;]{{0,3}}(?=[\d¥$])")
_UNIT_BEHIND = re.compile(rf"(?<=\d)\((?:单位:?)?{_UNIT}{_MONEY}\)$")
_START = re.compile(
    rf"(?<![{''.join(sorted(STARTS))}兆多余 ])(?<!\d[.,])[{''.join(sorted(STARTS))}]"
    rf"|(?<![A-Za-z])[{re.escape(''.join(sorted(STARTING - STARTS)))}]"
)
_TRAILING = re.compile(r"[?�,.;:。、!)」』》”’\"'的]{0,8}$|\([^()]{0,40}[元币镑折约含写][^()]{0,40}\)?")
_MONEY_BEFORE = re.compile(r"(?:[资金额值入收润税款信价费本债贷投]|规模|预算|订单)$")
_MONEY_BEHIND = re.compile(
    r"收购|投资|融资|(?:产业)?(?:母|子)?基金|买下|购买|出售|转让|入股|增资|注资|资金|贷款|授信|投入|造价|大单|订单|规模"
)
_SINGLE_UNITS = frozenset(map(Decimal, (10, 100, 10**3, 10**4, 10**8)))
_COUNTED = frozenset("人户亩吨平公立次件套辆个家台名只头株度方米册位条栋座项千瓦兆")


def parse_amount(text: str, *, unit: Decimal | None = None, currency: str | None = None) -> Amount | None:
    """The sum of money that ``text`` states; None when it states none or cannot be read for certain.

    ``text`` is an expression of money (约50亿元, 2000万欧元(约合1.5亿元人民币), 百亿级) or a passage round one; of
    several sums the first counts, so a second rendering in brackets does not. Without a currency, 万 or 亿 must stand
    in the figure, and in a passage also a word of money beside it (四千万收购). Traditional and formal characters, full
    width, comma and space groups are read; negative sums, shares, counts and areas are not.

    ``unit`` and ``currency`` (ISO 4217) are what a table header or the context gives: ``unit`` multiplies figures that
    have neither 万, 亿 nor a currency of their own, ``currency`` (else CNY) is that of 元, ¥ and unnamed sums. A header
    within the text (发行总额(亿)10.00) does the same.

    * ``value`` is None for ranges (both bounds set) and size classes. Those have ``low`` as the order of magnitude, the
      least figure that is meant: 数十亿 and 几十亿 1,000,000,000, 上百亿 10,000,000,000, 千万级 10,000,000.
    * 百亿元 is exactly 10,000,000,000; 近百亿元 nearly so, 百余亿元 and 超百亿元 over.
    * 十几亿 is over 1,000,000,000, as 十余亿 is; 高达 and 达 change nothing; 低于 and 不足 are ``at_most``.
    * ``per`` is year, quarter, month, week or day; the measure of a unit price (元/吨) is not kept.

    Takes time linear in the length of ``text`` and never raises.
    """
    common = read_common(text, currency)
    if common is not None:
        return common
    plain = normalise(text)
    scale = Scale(unit if unit is not None and unit.is_finite() else None, currency)
    whole = _whole(plain, scale)
    if whole is not None:
        return whole
    if "(" in plain or "单位" in plain:
        whole = _under_header(plain, scale)
    return whole or _search(plain, Scale(None, currency))


def _under_header(text: str, scale: Scale) -> Amount | None:
    """The amount whose unit stands in brackets before or behind it, or after 单位."""
    behind = _UNIT_BEHIND.search(text, max(0, len(text) - 20))
    if behind is not None and any(behind.groups()):
        return _whole(text[: behind.start()], _table_scale(behind, scale))
    header = _HEADER.search(text)
    if header is not None and any(header.groups()) and (header.group()[0] != "(" or ")" in header.group()):
        return _whole(text[header.end() :], _table_scale(header, scale))
    return None


def _table_scale(header: re.Match[str], scale: Scale) -> Scale:
    unit, money = header.groups()
    return Scale(
        Decimal(10 ** _PLACES[unit]) if unit else scale.unit or Decimal(1),
        CURRENCIES.get(money or "", "") or scale.currency,
    )


def _whole(text: str, scale: Scale) -> Amount | None:
    """The amount when it is all that ``text`` says."""
    if not text or text[0] not in STARTING:
        return None
    reading = read_amount(text, 0, scale)
    if reading is None or reading.amount is None or text[: reading.end] in ("万", "亿"):
        return None
    if reading.large and not reading.named and text[: reading.end].isascii():
        return None  # 300 million, of what?
    if reading.end == len(text):
        return reading.amount
    if _TRAILING.match(text, reading.end) and (reading.named or reading.large):
        return reading.amount
    return None


def _search(text: str, scale: Scale) -> Amount | None:
    """The first amount in a passage."""
    end = 0
    for match in _START.finditer(text):
        if match.start() < end:
            continue  # inside a figure that is no money or contradicts itself
        reading = read_amount(text, match.start(), scale)
        if reading is None:
            continue
        if (
            reading.amount
            and not _is_table_unit(text, match.start(), reading)
            and _is_sum(text, match.start(), reading)
        ):
            return reading.amount
        end = reading.end
    return None


def _is_table_unit(text: str, start: int, reading: Reading) -> bool:
    """Whether nothing but a unit stands there, as 万元 in a header does; 百亿元 within a sentence is a sum."""
    if not reading.empty or reading.amount is None:
        return False
    return reading.amount.value in _SINGLE_UNITS or text[max(0, start - 1) : start] in ("(", ":", "位")


def _is_sum(text: str, start: int, reading: Reading) -> bool:
    """Whether a figure in a passage is money: a currency says so, or words beside a figure with 万 or 亿."""
    if _is_table_unit(text, start, reading):
        return False
    if reading.named:
        return True
    if not reading.large or text[reading.end : reading.end + 1] in _COUNTED:
        return False
    before = text[max(0, start - 2) : start]
    return _MONEY_BEFORE.search(before) is not None or _MONEY_BEHIND.match(text, reading.end) is not None
