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
PATIENCE = 1.0
"""Seconds of processor time that any parser may take for `LENGTH` characters, however its time grows."""
GROWTH = 8
"""How much longer four times the text may take; linear parsers take four times as long, quadratic ones sixteen."""
CASES = program("linear_time", "cases").CASES


@pytest.mark.parametrize("name", CASES)
def test_parsers(name: str) -> None:
    short, long = (_taken(name, length) for length in (LENGTH // 4, LENGTH))
    assert long < max(PATIENCE, GROWTH * short)


def _taken(name: str, length: int) -> float:
    began = time.process_time()
    CASES[name](length)
    return time.process_time() - began


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
_ANCHORED = ("normalise._PLAIN", "encoding._HTML_START")
"""Used with ``fullmatch`` or ``match`` only, from one place of the text."""


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
            if found > 0.02 and found > GROWTH * _seconds(pattern, text[:_SHORT]) and not name.endswith(_ANCHORED):
                slow.append((name, unit, found))
    assert seen > 80
    assert slow == []


def test_a_quadratic_pattern_would_be_seen() -> None:
    text = "a" * 20_000
    quadratic = re.compile("a+b")
    assert _seconds(quadratic, text) > 8 * _seconds(quadratic, text[:5_000])
