"""Label-preserving rewriting of annotated documents: other names, places and figures in the same sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..schema import Document, Mention

_LEGAL = re.compile(r"(股份|有限|责任|公司|集团|控股|投资|科技|实业|发展|建设|银行|基金|中国|国际)")
_HAN = re.compile(r"^[\u4e00-\u9fff]{2,4}$")


@dataclass(frozen=True, slots=True)
class Pools:
    """Names to draw from."""

    brands: dict[int, tuple[str, ...]]
    """Distinctive parts of company names by length."""
    places: dict[int, tuple[str, ...]]
    """Short place names by length."""


def pools(companies: Iterable[str], places: Iterable[str]) -> Pools:
    """Sort names into pools by length; only two to four Han characters are used."""
    return Pools(_by_length(companies), _by_length(places))


def _by_length(names: Iterable[str]) -> dict[int, tuple[str, ...]]:
    result: dict[int, list[str]] = {}
    for name in dict.fromkeys(names):
        if _HAN.match(name) and not _LEGAL.search(name):
            result.setdefault(len(name), []).append(name)
    return {length: tuple(found) for length, found in result.items()}


def core(names: Sequence[str]) -> str:
    """The longest common part of names that all share something distinctive, or an empty string.

    It is what is left of the shortest name without legal forms and general words, if all names hold it.
    """
    parts = [part for part in _LEGAL.sub(" ", min(names, key=len)).split() if _HAN.match(part)]
    best = max(parts, key=len, default="")
    return best if best and all(best in name for name in names) else ""


def rewrite(document: Document, pools: Pools, generator: np.random.Generator, rate: float = 0.5) -> Document:
    """A copy with some companies and places renamed throughout and some figures changed.

    Each company and each place is renamed with probability ``rate``: the distinctive part of its names is replaced
    wherever the text has it, so that full and short names, governments and projects go along. Spans keep pointing at
    what they named.
    """
    renamed: dict[str, str] = {}
    entities = document.entities()
    for mentions in entities.values():
        label = mentions[0].label
        if label not in ("COM", "LOC") or generator.random() > rate:
            continue
        pool = pools.brands if label == "COM" else pools.places
        names = [mention.text for mention in mentions]
        if label == "COM":
            named = [name for name in names if name not in ("公司", "集团", "该公司", "本公司", "该集团", "上市公司")]
            old = core(named) if named else ""
        else:
            old = next((name for name in _candidates(names) if name in _flat(pools.places)), "")
        choices = pool.get(len(old), ())
        if not old or not choices or any(old in other or other in old for other in renamed):
            continue
        new = str(choices[generator.integers(len(choices))])
        if new not in document.text and new not in renamed.values():
            renamed[old] = new
    edits = [
        (match.start(), match.end(), renamed[match.group()])
        for match in (re.finditer("|".join(map(re.escape, renamed)), document.text) if renamed else ())
    ]
    edits += _figures(document, generator, rate)
    return substitute(document, edits)


def _flat(by_length: dict[int, tuple[str, ...]]) -> frozenset[str]:
    return frozenset(name for names in by_length.values() for name in names)


def _candidates(names: Sequence[str]) -> list[str]:
    """A place's names without their division suffix, longest first."""
    return sorted({re.sub(r"[省市县区旗州]$", "", name) for name in names}, key=len, reverse=True)


def _figures(document: Document, generator: np.random.Generator, rate: float) -> list[tuple[int, int, str]]:
    """New digits of the same count for some amount entities, the same in all their mentions."""
    edits = []
    for mentions in document.entities().values():
        if mentions[0].label != "AMT" or generator.random() > rate:
            continue
        changed: dict[str, str] = {}
        for mention in mentions:
            for match in re.finditer(r"\d+", mention.text):
                digits = match.group()
                if digits not in changed:
                    first = str(generator.integers(1, 10))
                    changed[digits] = first + "".join(map(str, generator.integers(0, 10, len(digits) - 1)))
                edits.append((mention.start + match.start(), mention.start + match.end(), changed[digits]))
    return edits


def substitute(document: Document, edits: Iterable[tuple[int, int, str]]) -> Document:
    """Replace disjoint character ranges and move all mentions along.

    Edits that would cross the edge of a mention, or another edit, are left out.
    """
    mentions = sorted(document.mentions, key=lambda mention: mention.start)
    kept: list[tuple[int, int, str]] = []
    for start, end, new in sorted(edits):
        crossing = any(
            max(start, mention.start) < min(end, mention.end) and not (mention.start <= start and end <= mention.end)
            for mention in mentions
        )
        if not crossing and (not kept or start >= kept[-1][1]):
            kept.append((start, end, new))
    text, cursor, shifts = "", 0, []
    for start, end, new in kept:
        text += document.text[cursor:start] + new
        cursor = end
        shifts.append((end, len(new) - (end - start)))
    text += document.text[cursor:]

    def moved(place: int) -> int:
        return place + sum(shift for end, shift in shifts if end <= place)

    moved_mentions = []
    for mention in mentions:
        start, end = moved(mention.start), moved(mention.end)
        moved_mentions.append(replace(mention, start=start, end=end, text=text[start:end]))
    return replace(document, text=text, mentions=tuple[Mention, ...](moved_mentions))
