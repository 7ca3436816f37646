"""No pattern and no parser is super-linear; ``benchmarks/linear_time`` goes up to a million characters."""

from __future__ import annotations

import importlib
import itertools
import pkgutil
import re
import time
from collections.abc import Iterator

import pytest

import chinese_deal_ie

from .helpers import program

LENGTH = 20_000
PATIENCE = 2.0
"""Seconds of processor time for `LENGTH` characters: linear parsers take a tenth, quadratic ones minutes."""
CASES = program("linear_time", "cases").CASES


@pytest.mark.parametrize("name", CASES)
def test_parsers(name: str) -> None:
    began = time.process_time()
    CASES[name](LENGTH)
    assert time.process_time() - began < PATIENCE


_HEAVY = ("training", "_hf", "network", "torch_backend", "__main__", "cli")


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Every compiled pattern that a module of the package holds."""
    for found in pkgutil.walk_packages(chinese_deal_ie.__path__, "chinese_deal_ie."):
        if not any(part in found.name for part in _HEAVY):
            for name, value in vars(importlib.import_module(found.name)).items():
                if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                    yield f"{found.name}.{name}", value


_SYNTAX = re.compile(r"\\[dswDSWb]|\\u[0-9a-f]{4}|\(\?[^)]{0,3}|\{[\d,]+\}|[\\^$*+?.()\[\]{}|]")
_SHORT, _LONG = 500, 2000


def _units(pattern: str) -> list[str]:
    """What the pattern speaks of: its characters, pairs of them, and its literal words."""
    characters = list(dict.fromkeys(_SYNTAX.sub("", pattern)))[:8] + list(" 1a市(")
    words = [word for word in _SYNTAX.split(pattern) if word and 1 < len(word) < 12][:10]
    return list(dict.fromkeys((*characters, *words, *map("".join, itertools.product(characters[:5], repeat=2)))))


def _seconds(pattern: re.Pattern[str], text: str) -> float:
    began = time.process_time()
    for _ in pattern.finditer(text):
        pass
    return time.process_time() - began


def test_patterns() -> None:
    """Four times the string may take eight times as long, above what a timer can tell."""
    slow = []
    seen = 0
    for name, pattern in dict(patterns()).items():
        seen += 1
        for unit in _units(pattern.pattern):
            text = (unit * _LONG)[:_LONG]
            found = _seconds(pattern, text)
            # fullmatch only: an identifier's letters are looked through once
            if found > 0.02 and found > 8 * _seconds(pattern, text[:_SHORT]) and not name.endswith("normalise._PLAIN"):
                slow.append((name, unit, found))
    assert seen > 80
    assert slow == []


def test_a_quadratic_pattern_would_be_seen() -> None:
    text = "a" * 20_000
    quadratic = re.compile("a+b")
    assert _seconds(quadratic, text) > 8 * _seconds(quadratic, text[:5_000])
