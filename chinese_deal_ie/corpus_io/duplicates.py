"""Does a text, or the page it re-tells, stand in two splits of a corpus?

Texts are compared by their sets of shingles, runs of ``SHINGLE`` characters of what is left when only Chinese
characters and digits are kept, traditional ones made simplified: layout, punctuation and pinyin glosses do not hide a
copy. Two measures, after Broder (1997), "On the resemblance and containment of documents": resemblance (Jaccard index)
and containment in the shorter text, which a long document that swallows a short one does not escape.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

from ..schema import Document
from .files import read_corpus

if TYPE_CHECKING:
    from opencc import OpenCC

SHINGLE = 8
"""Characters a shingle: longer than most names, shorter than a copied clause."""
RESEMBLANCE = 0.1
CONTAINMENT = 0.2
_KEPT = re.compile(r"[^0-9\u3400-\u9fff]+")
_ADDRESS = re.compile(r"https?://[^\s;,；，()（）]+")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two documents of different splits that share more than they may."""

    first: str
    """``split/document id``"""
    second: str
    resemblance: float
    """Shared shingles over all shingles of both."""
    containment: float
    """Shared shingles over those of the document with fewer."""


@dataclass(frozen=True, slots=True)
class SplitReport:
    """What stands in two splits: pairs of like texts, most alike first, and addresses with their documents."""

    near_duplicates: tuple[Pair, ...]
    shared_facts: Mapping[str, tuple[str, ...]]
    """Normalised address to ``split/document id`` of every document in any split that names it."""

    def __bool__(self) -> bool:
        """Whether there is anything to report."""
        return bool(self.near_duplicates or self.shared_facts)

    def __str__(self) -> str:
        lines = [
            f"{pair.first} and {pair.second}: resemblance {pair.resemblance:.2f}, containment {pair.containment:.2f}"
            for pair in self.near_duplicates
        ]
        lines += (f"{address}: {', '.join(places)}" for address, places in self.shared_facts.items())
        return "\n".join(lines)


def check_splits(
    folder: str | Path,
    splits: Sequence[str] = ("train", "dev", "test"),
    *,
    resemblance: float = RESEMBLANCE,
    containment: float = CONTAINMENT,
) -> SplitReport:
    """Compare every document with those of the other splits, each a folder below ``folder``.

    A pair is reported when its resemblance or its containment reaches the given threshold, and an address of the
    ``# facts:`` headers when documents of two splits name it. Raises as :func:`read_corpus`.
    """
    documents = [(split, document) for split in splits for document in read_corpus(Path(folder) / split)]
    return SplitReport(_near_duplicates(documents, resemblance, containment), _shared_facts(documents))


def shingles(text: str) -> frozenset[str]:
    """The shingles of a text; a shorter text has none."""
    kept = _KEPT.sub("", _simplifier().convert(text))
    return frozenset(kept[start : start + SHINGLE] for start in range(len(kept) - SHINGLE + 1))


def addresses(facts: str) -> list[str]:
    """The web addresses in a ``# facts:`` header, without scheme, ``www.`` and closing slash."""
    found = (address.partition("://")[2].rstrip("/") for address in _ADDRESS.findall(facts))
    return [address.removeprefix("www.") for address in found]


@cache
def _simplifier() -> OpenCC:
    from opencc import OpenCC

    return OpenCC("t2s")


def _near_duplicates(
    documents: Sequence[tuple[str, Document]], resemblance: float, containment: float
) -> tuple[Pair, ...]:
    sets = [shingles(document.text) for _, document in documents]
    holders: dict[str, list[int]] = {}
    for number, own in enumerate(sets):
        for shingle in own:
            holders.setdefault(shingle, []).append(number)
    shared: Counter[tuple[int, int]] = Counter()
    for numbers in holders.values():
        shared.update(pair for pair in combinations(numbers, 2) if documents[pair[0]][0] != documents[pair[1]][0])
    pairs = []
    for (one, two), common in shared.items():
        alike = common / (len(sets[one]) + len(sets[two]) - common)
        contained = common / min(len(sets[one]), len(sets[two]))
        if alike >= resemblance or contained >= containment:
            pairs.append(Pair(_place(documents[one]), _place(documents[two]), alike, contained))
    return tuple(sorted(pairs, key=lambda pair: (-pair.containment, pair.first, pair.second)))


def _shared_facts(documents: Sequence[tuple[str, Document]]) -> dict[str, tuple[str, ...]]:
    places: dict[str, dict[str, str]] = {}
    for split, document in documents:
        for address in addresses(document.meta.get("facts", "")):
            places.setdefault(address, {})[_place((split, document))] = split
    return {address: tuple(found) for address, found in sorted(places.items()) if len(set(found.values())) > 1}


def _place(document: tuple[str, Document]) -> str:
    return f"{document[0]}/{document[1].id}"
