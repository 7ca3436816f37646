"""Which gold entity a predicted entity stands for, and when a slot filler is therefore right."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Literal

from ..schema import Document, Slot
from .mentions import overlaps

Criterion = Literal["strict", "relaxed", "value"]

ValueOf = Callable[[str], Hashable | None]
"""The normalised value of an amount's text, None when it cannot be read."""


def align_entities(gold: Document, predicted: Document, *, relaxed: bool = False) -> dict[str, str]:
    """Map predicted entity ids to gold entity ids; entities that share nothing are left out.

    The choice is many-to-one: a predicted entity stands for the one gold entity with which it shares most exact
    (start, end) mentions, labels aside. Ties go to the entity that shares more mentions of one label, then more
    characters, then to the one that it meets first in the text. So an entity that lumps two gold ones together is
    right for one of them only, and the halves of an entity that was torn apart both stand for it; that they are two is
    punished later, where tuples are matched one-to-one. The choice depends on no id and on no order of mentions or
    frames unless spans are annotated twice.

    With ``relaxed`` an entity without any exact mention stands for the gold entity with which it shares most
    characters. Whatever is aligned strictly is aligned the same way.
    """
    ranks: dict[tuple[str, str], list[int]] = {}
    for row, column, shared in overlaps(gold.mentions, predicted.mentions):
        ours, theirs = gold.mentions[row], predicted.mentions[column]
        exact = (ours.start, ours.end) == (theirs.start, theirs.end)
        rank = ranks.setdefault((theirs.entity, ours.entity), [0, 0, 0, -len(gold.text)])
        if exact:
            rank[0] += 1
            rank[1] += ours.label == theirs.label
        rank[2] += shared
        rank[3] = max(rank[3], -ours.start)
    best: dict[str, tuple[list[int], str]] = {}
    for (theirs_id, ours_id), rank in sorted(ranks.items()):
        if (rank[0] or relaxed) and (theirs_id not in best or rank > best[theirs_id][0]):
            best[theirs_id] = rank, ours_id
    return {theirs_id: ours_id for theirs_id, (_, ours_id) in best.items()}


def entity_values(document: Document, value_of: ValueOf) -> dict[str, frozenset[Hashable]]:
    """The normalised values of every amount entity: those of all its mentions that can be read."""
    values: dict[str, set[Hashable]] = {}
    for mention in document.mentions:
        if mention.label == "AMT" and (value := value_of(mention.text)) is not None:
            values.setdefault(mention.entity, set()).add(value)
    return {entity: frozenset(found) for entity, found in values.items()}


@dataclass(frozen=True, slots=True)
class SlotJudge:
    """Decides whether a predicted slot filler is the gold one."""

    aligned: dict[str, str]
    """Predicted entity id to gold entity id."""
    gold_values: dict[str, frozenset[Hashable]] = field(default_factory=dict)
    predicted_values: dict[str, frozenset[Hashable]] = field(default_factory=dict)

    @classmethod
    def of(
        cls, gold: Document, predicted: Document, criterion: Criterion, value_of: ValueOf | None = None
    ) -> SlotJudge:
        """The judge of ``criterion`` for one document.

        * ``strict``: the filler's entity is aligned with the gold one by an exact mention.
        * ``relaxed``: an overlap is enough.
        * ``value``: like ``strict``, but an amount is also right when it is worth the same, as ``value_of`` reads it.

        Raises ValueError for ``value`` without ``value_of``.
        """
        aligned = align_entities(gold, predicted, relaxed=criterion == "relaxed")
        if criterion != "value":
            return cls(aligned)
        if value_of is None:
            raise ValueError("criterion 'value' needs value_of")
        return cls(aligned, entity_values(gold, value_of), entity_values(predicted, value_of))

    def same(self, slot: Slot, gold: str | None, predicted: str | None) -> bool:
        """Whether ``predicted`` fills ``slot`` like ``gold``; None is an empty slot and equals only itself."""
        if gold is None or predicted is None:
            return gold is predicted
        if self.aligned.get(predicted) == gold:
            return True
        if slot != "amount":
            return False
        nothing: frozenset[Hashable] = frozenset()
        return bool(self.gold_values.get(gold, nothing) & self.predicted_values.get(predicted, nothing))
