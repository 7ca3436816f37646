"""A handful of own documents in three parts: to learn from, to stop by, and to be judged on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from ..corpus_io.duplicates import CONTAINMENT, shingles
from ..schema import Document

FURNITURE = 5
"""A run of characters that stands in more documents than this is page furniture, and says nothing about copies."""
FEWEST = 6
"""Fewer documents cannot be divided."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What each document is for. No page, and no copy of one, stands in two parts."""

    train: tuple[Document, ...]
    watched: tuple[Document, ...]
    """Training stops when the loss on these no longer falls."""
    held_out: tuple[Document, ...]
    """Looked at once, when all is decided."""


def divide(documents: Sequence[Document], *, held_out: float, watched: float, seed: int) -> Parts:
    """Divide ``documents`` by chance, those with and those without deals alike.

    Documents that share a fifth of their characters (:mod:`..corpus_io.duplicates`) stay together.

    :param held_out: share of the documents for that part, between 0 and 1; 0 leaves it empty.
    :param watched: share for that part; at least two documents.
    :raises ValueError: when there are too few documents, or too few that are no copies of one another.
    """
    if len(documents) < FEWEST:
        raise ValueError(f"{len(documents)} documents are too few to divide; annotate at least {FEWEST}")
    wanted = {"held_out": _count(len(documents), held_out), "watched": _count(len(documents), watched)}
    wanted["train"] = len(documents) - sum(wanted.values())
    generator = np.random.default_rng(seed)
    groups = families([document.text for document in documents])
    order = [groups[index] for index in generator.permutation(len(groups))]
    # Large families first, they are the hardest to place; then by whether they tell deals: all parts get both.
    order.sort(key=lambda group: (-len(group), not documents[group[0]].frames))
    got: dict[str, list[int]] = {name: [] for name in wanted}
    for group in order:
        name = max((name for name in wanted if wanted[name]), key=lambda name: 1 - len(got[name]) / wanted[name])
        got[name] += group
    parts = {name: tuple(documents[index] for index in sorted(indices)) for name, indices in got.items()}
    empty = [name.replace("_", "-") for name, count in wanted.items() if count and not parts[name]]
    if empty:
        raise ValueError(
            f"no documents are left for {', '.join(empty)}: {len(groups)} of the {len(documents)} documents differ, "
            "the others are copies of them; annotate more pages"
        )
    return Parts(**parts)


def _count(total: int, share: float) -> int:
    return max(2, round(share * total)) if share else 0


def families(texts: Sequence[str]) -> list[list[int]]:
    """Indices of texts grouped so that copies, and copies of copies, stand together; in order of first text."""
    sets = _own_shingles(texts)
    parent = list(range(len(texts)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    for one, two in _copies(sets):
        low, high = sorted((root(one), root(two)))
        parent[high] = low
    grouped: dict[int, list[int]] = {}
    for index in range(len(texts)):
        grouped.setdefault(root(index), []).append(index)
    return list(grouped.values())


def without_copies(documents: Sequence[Document], of: Sequence[Document]) -> list[Document]:
    """Those of ``documents`` that are no copies of a document in ``of``."""
    sets = _own_shingles([document.text for document in (*documents, *of)])
    edge = len(documents)
    known = {one for one, two in _copies(sets) if one < edge <= two}
    return [document for index, document in enumerate(documents) if index not in known]


def _own_shingles(texts: Sequence[str]) -> list[frozenset[str]]:
    sets = [shingles(text) for text in texts]
    holders = Counter(shingle for own in sets for shingle in own)
    result = []
    for own in sets:
        rare = frozenset(shingle for shingle in own if holders[shingle] <= FURNITURE)
        result.append(rare if 3 * len(rare) >= len(own) else own)  # a page that comes often is no furniture
    return result


def _copies(sets: Sequence[frozenset[str]]) -> list[tuple[int, int]]:
    """Pairs (earlier, later) of which the shorter stands in the other to :data:`CONTAINMENT`."""
    holders: dict[str, list[int]] = {}
    for number, own in enumerate(sets):
        for shingle in own:
            holders.setdefault(shingle, []).append(number)
    shared = Counter(pair for numbers in holders.values() for pair in combinations(numbers, 2))
    return [(one, two) for (one, two), common in shared.items() if common >= CONTAINMENT * _shorter(sets, one, two)]


def _shorter(sets: Sequence[frozenset[str]], one: int, two: int) -> int:
    return min(len(sets[one]), len(sets[two]))
