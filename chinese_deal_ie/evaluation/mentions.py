"""Mention scores: strict, exact, partial and type, with the index of every error.

The four readings are those of SemEval-2013 task 9 (Segura-Bedmar et al. 2013) after MUC-5, which the nervaluate
package made common. Two things differ from it on purpose: spans are end-exclusive, and gold and predicted mentions
are paired by an optimal assignment, so no score depends on the order of the mentions.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from ..schema import LABELS, Mention
from .assignment import assign
from .tally import Tally

ErrorKind = Literal["missed", "spurious", "label", "boundary", "label_and_boundary"]


@dataclass(frozen=True, slots=True)
class MentionError:
    """One thing wrong with the mentions of a document.

    ``missed`` has no predicted side, ``spurious`` no gold side. The other kinds are pairs: ``label`` has the right
    span, ``boundary`` the right label on a span that overlaps, ``label_and_boundary`` only an overlap.
    """

    kind: ErrorKind
    gold: int | None
    """Index into the gold mentions."""
    predicted: int | None
    """Index into the predicted mentions."""


@dataclass(frozen=True, slots=True)
class MentionMatch:
    """How the predicted mentions of one document stand to the gold ones."""

    tallies: dict[str, Tally]
    """``mention`` (strict), ``mention.exact``, ``.partial``, ``.type``, ``mention.GOV`` … (strict, of one label)."""
    correct: tuple[tuple[int, int], ...]
    """(gold, predicted) indices with the same span and label."""
    errors: tuple[MentionError, ...]


def overlaps(gold: Sequence[Mention], predicted: Sequence[Mention]) -> Iterator[tuple[int, int, int]]:
    """All (gold index, predicted index, shared characters) that share a character; any order, nesting allowed."""
    order = sorted(range(len(gold)), key=lambda index: gold[index].start)
    starts = [gold[index].start for index in order]
    longest = max((mention.end - mention.start for mention in gold), default=0)
    for column, mention in enumerate(predicted):
        for position in range(bisect_right(starts, mention.start - longest), bisect_left(starts, mention.end)):
            row = order[position]
            shared = min(gold[row].end, mention.end) - max(gold[row].start, mention.start)
            if shared > 0:
                yield row, column, shared


def match_mentions(gold: Sequence[Mention], predicted: Sequence[Mention]) -> MentionMatch:
    """Compare the mentions of one document.

    * ``mention``: same start, end and label.
    * ``mention.exact``: same start and end.
    * ``mention.partial``: same start and end counts 1, an overlap 0.5, whatever the labels.
    * ``mention.type``: same label and an overlap.

    Each mention is used once in each score; a mention predicted twice is right once and spurious once.
    """
    edges = {(row, column): shared for row, column, shared in overlaps(gold, predicted)}
    exact = {edge for edge in edges if _span(gold[edge[0]]) == _span(predicted[edge[1]])}
    alike = {edge for edge in edges if gold[edge[0]].label == predicted[edge[1]].label}
    partial = assign({edge: 2 if edge in exact else 1 for edge in edges})
    pairs = assign({edge: _closeness(edge in exact, edge in alike, shared) for edge, shared in edges.items()})
    correct = tuple(pair for pair in pairs if pair in exact and pair in alike)

    def tally(right: float) -> Tally:
        return Tally.of(right, len(predicted), len(gold))

    tallies = {
        "mention": tally(len(correct)),
        "mention.exact": tally(len(assign(dict.fromkeys(exact, 1)))),
        "mention.partial": tally(sum(1.0 if pair in exact else 0.5 for pair in partial)),
        "mention.type": tally(len(assign(dict.fromkeys(alike, 1)))),
    }
    right = Counter(gold[row].label for row, _ in correct)
    found = Counter(mention.label for mention in predicted)
    wanted = Counter(mention.label for mention in gold)
    tallies |= {f"mention.{label}": Tally.of(right[label], found[label], wanted[label]) for label in LABELS}

    errors = [MentionError(_pair_kind(pair in exact, pair in alike), *pair) for pair in pairs if pair not in correct]
    rows, columns = {row for row, _ in pairs}, {column for _, column in pairs}
    errors += [MentionError("missed", row, None) for row in range(len(gold)) if row not in rows]
    errors += [MentionError("spurious", None, column) for column in range(len(predicted)) if column not in columns]
    return MentionMatch(tallies, correct, tuple(errors))


def _span(mention: Mention) -> tuple[int, int]:
    return mention.start, mention.end


def _closeness(exact: bool, alike: bool, shared: int) -> int:
    """Weights that count strict pairs before exact ones, those before overlaps of one label, then shared characters."""
    return shared + (10**6 if alike else 0) + (10**12 if exact else 0) + (10**18 if exact and alike else 0)


def _pair_kind(exact: bool, alike: bool) -> ErrorKind:
    if exact:
        return "label"
    return "boundary" if alike else "label_and_boundary"
