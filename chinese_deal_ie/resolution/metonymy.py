"""A place that stands for its own government: 常州与百度签约 beside 常州市政府."""

from __future__ import annotations

import re
from collections.abc import Iterable

_OFFICE = re.compile(r"(?:人民政府|政府|管理委员会|管委会|市委|县委|区委|省委|州委)+$")
_DIVISION = re.compile(r"(?<=..)[省市县区州盟旗]$")


def one_place(names: Iterable[str], others: Iterable[str]) -> bool:
    """Whether some name of one party and some name of the other differ only in words for the office and the division.

    >>> one_place(["常州"], ["常州市政府"]), one_place(["钟楼区"], ["常州市政府"])
    (True, False)
    """
    return not {_stem(name) for name in names}.isdisjoint({_stem(name) for name in others} - {""})


def _stem(name: str) -> str:
    return _DIVISION.sub("", _OFFICE.sub("", name))
