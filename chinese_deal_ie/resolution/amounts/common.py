"""The commonest shape of an amount, read in one match: 约50亿元, 1,234.5万美元, US$20亿, 不低于100亿元, 3亿港元以上."""

from __future__ import annotations

import re
from decimal import Decimal

from ...schema import Amount, Modifier
from .currencies import AMBIGUOUS, CURRENCIES
from .grammar import bounded

_BEFORE: dict[str, Modifier | None] = {
    "": None,
    **dict.fromkeys(("约", "約", "大约", "大約"), "approximately"),
    **dict.fromkeys(("超", "超过", "超過", "逾", "突破", "高于"), "over"),
    **dict.fromkeys(("近", "将近", "將近", "接近"), "nearly"),
    **dict.fromkeys(("不低于", "不低於", "不少于", "不少於", "至少"), "at_least"),
    **dict.fromkeys(("不超过", "不超過", "不高于", "最高", "最多"), "at_most"),
    **dict.fromkeys(("达", "達", "总计", "合计", "共计"), "exact"),
}
_BEHIND: dict[str, Modifier | None] = {
    "": None,
    **dict.fromkeys(("左右", "上下"), "approximately"),
    **dict.fromkeys(("以上", "及以上"), "at_least"),
    **dict.fromkeys(("以下", "以内"), "at_most"),
}
_UNITS = {"": 0, "万": 4, "萬": 4, "百万": 6, "千万": 7, "亿": 8, "億": 8, "个亿": 8, "万亿": 12, "萬億": 12}
_TRADITIONAL = {
    "人民币": "人民幣",
    "元人民币": "元人民幣",
    "港币": "港幣",
    "欧元": "歐元",
    "英镑": "英鎊",
    "新台币": "新台幣",
}
_MONEY: dict[str, str | None] = {"": None} | {name: code for name, code in CURRENCIES.items() if code != AMBIGUOUS}
_MONEY |= {spelling: CURRENCIES[name] for name, spelling in _TRADITIONAL.items()}
_HEADS = {
    word + money: (modifier, code)
    for word, modifier in _BEFORE.items()
    for money, code in _MONEY.items()
    if money != "元"
}
_TAILS = {money + word: (code, modifier) for money, code in _MONEY.items() for word, modifier in _BEHIND.items()}
_SHAPE = re.compile(
    r"([^0-9]{0,9}?)([0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})(?:\.([0-9]{1,8}))?([多余餘]?)"
    rf"({'|'.join(sorted(filter(None, _UNITS), key=len, reverse=True))})?([^0-9]{{0,10}})"
)


def read_common(text: str, currency: str | None) -> Amount | None:
    """The amount when the whole text is of the common shape, else None (which says nothing about the text)."""
    match = _SHAPE.fullmatch(text)
    if match is None:
        return None
    head, whole, decimals, over, unit, tail = match.groups()
    first, last = _HEADS.get(head), _TAILS.get(tail)
    if first is None or last is None:
        return None
    before, front = first
    back, behind = last
    if before and behind or over and (before or behind) or not unit and front is None and back is None:
        return None
    if front and back and front != back:
        return None
    modifier = before or behind or ("over" if over else "exact")
    code = front or back or currency or "CNY"
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
