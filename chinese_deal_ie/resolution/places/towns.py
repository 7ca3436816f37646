"""Towns, townships and subdistricts by name: read from their own table when a text first needs them."""

from __future__ import annotations

import gzip
import re
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Final

ENDING: Final = re.compile(r"民族乡|街道办事处|街道|镇|乡|苏木")
"""How an official name ends."""
MOST: Final = 40
"""A name that more counties than this have (城关镇 has over 100) says nothing."""
BARE: Final = range(2, 4)
"""Length of a town's name without its ending."""


@lru_cache(maxsize=1)
def _towns() -> Mapping[str, tuple[str, ...]]:
    """Official name to the codes of the divisions that have a town of that name (about 40 ms, once a process)."""
    source = resources.files("chinese_deal_ie.resolution").joinpath("assets", "towns.tsv.gz")
    found: dict[str, list[str]] = {}
    for line in gzip.decompress(source.read_bytes()).decode("utf-8").splitlines():
        code, _, names = line.partition("\t")
        for name in names.split("|"):
            found.setdefault(name, []).append(code)
    return MappingProxyType({name: tuple(codes) for name, codes in found.items()})


def town_codes(words: str) -> tuple[str, ...]:
    """Divisions that have the town which the words begin with (石梁镇东溪村), none where its name is too common."""
    for ending in ENDING.finditer(words):
        codes = _towns().get(words[: ending.end()], ()) if ending.start() else ()
        if codes:
            return codes if len(codes) <= MOST else ()
    return ()


def bare_town_codes(words: str) -> tuple[str, ...]:
    """Divisions that have a town whose name without ending is the words (杜山 for 杜山镇)."""
    if len(words) not in BARE:
        return ()
    found = {code: None for ending in ("镇", "乡", "街道") for code in _towns().get(words + ending, ())}
    return tuple(found) if len(found) <= MOST else ()
