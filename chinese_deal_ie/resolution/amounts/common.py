"""The commonest shape of an amount, read in one match: 约50亿元, 1,234.5万美元, 不低于100亿元, 3亿港元以上."""

from __future__ import annotations

import re
from decimal import Decimal

from ...schema import Amount, Modifier
from .grammar import bounded

_BEFORE: dict[str, Modifier] = {
    **dict.fromkeys(("约", "約"), "approximately"),
    **dict.fromkeys(("超", "超过", "超過", "逾"), "over"),
    **dict.fromkeys(("近", "将近", "將近"), "nearly"),
    **dict.fromkeys(("不低于", "不低於", "不少于", "不少於", "至少"), "at_least"),
    **dict.fromkeys(("不超过", "不超過"), "at_most"),
    **dict.fromkeys(("达", "達"), "exact"),
}
_BEHIND: dict[str, Modifier] = {"左右": "approximately", "以上": "at_least"}
_UNITS = {"": 0, "万": 4, "萬": 4, "千万": 7, "亿": 8, "億": 8, "万亿": 12, "萬億": 12}
_MONEY = {
    **dict.fromkeys(("元", "元人民币", "元人民幣"), "CNY"),
    **dict.fromkeys(("美元", "美金"), "USD"),
    **dict.fromkeys(("港元", "港币", "港幣"), "HKD"),
    "欧元": "EUR",
    "歐元": "EUR",
    "日元": "JPY",
    "英镑": "GBP",
    "英鎊": "GBP",
}


def _one_of(words: dict[str, object] | dict[str, str] | dict[str, int] | dict[str, Modifier]) -> str:
    return "|".join(sorted(filter(None, words), key=len, reverse=True))


_SHAPE = re.compile(
    rf"({_one_of(_BEFORE)})?(人民币|人民幣)?([0-9]{{1,15}}|[0-9]{{1,3}}(?:,[0-9]{{3}}){{1,4}})(?:\.([0-9]{{1,8}}))?"
    rf"([多余餘]?)({_one_of(_UNITS)})?({_one_of(_MONEY)})?({_one_of(_BEHIND)})?"
)


def read_common(text: str, currency: str | None) -> Amount | None:
    """The amount when the whole text is of the common shape, else None (which says nothing about the text)."""
    match = _SHAPE.fullmatch(text)
    if match is None:
        return None
    before, renminbi, whole, decimals, over, unit, money, behind = match.groups()
    if before and behind or over and (before or behind) or not money and not unit:
        return None
    code = _MONEY[money] if money else "CNY"
    if renminbi:
        if code != "CNY":
            return None
    elif currency and money in (None, "元"):
        code = currency
    modifier = _BEFORE[before] if before else _BEHIND[behind] if behind else "over" if over else "exact"
    return bounded(_figure(whole, decimals or "", _UNITS[unit or ""]), code, modifier, None)


def _figure(whole: str, decimals: str, places: int) -> Decimal:
    """``whole.decimals`` times ten to the ``places``, by moving the point in the text."""
    if "," in whole:
        whole = whole.replace(",", "")
    if len(decimals) > places:
        decimals = decimals.rstrip("0")
    if len(decimals) <= places:
        return Decimal(whole + decimals + "0" * (places - len(decimals)))
    return Decimal(f"{whole}{decimals[:places]}.{decimals[places:]}")
