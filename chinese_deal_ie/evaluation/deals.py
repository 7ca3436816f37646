"""Deal scores of one document: pairs, tuples and slots, matched one-to-one over all its frames."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal

from ..schema import SLOTS, Document, Frame, Slot
from .alignment import Criterion, SlotJudge, ValueOf
from .assignment import assign
from .tally import Tally

Level = Literal["pair", "pair_amount", "tuple"]

LEVELS: dict[Level, tuple[Slot, ...]] = {
    "pair": ("government", "company"),
    "pair_amount": ("government", "company", "amount"),
    "tuple": ("government", "company", "amount", "location"),
}
"""The slots that must all be right at each level."""


@dataclass(frozen=True, slots=True)
class TupleError:
    """A gold tuple that was not predicted, or a predicted one that no gold tuple is left for."""

    level: Level
    kind: Literal["missed", "spurious"]
    frame: int
    """Index of its frame: in the gold document when missed, in the predicted one when spurious."""
    fillers: tuple[str | None, ...]
    """Entity ids in the order of ``LEVELS[level]``; None for an empty slot."""
    counterpart: int | None
    """Index of the other document's frame that was matched with this frame, None where there is none."""


@dataclass(frozen=True, slots=True)
class DealMatch:
    """How the predicted frames of one document stand to the gold ones, under one criterion."""

    tallies: dict[str, Tally]
    """``pair``, ``pair_amount``, ``tuple``, ``slot`` (all fillers), ``slot.government`` … ``slot.stage``."""
    frames: tuple[tuple[int, int], ...]
    """(gold, predicted) frame indices of the best one-to-one frame matching."""
    fillers: tuple[tuple[Slot, str, str], ...]
    """(slot, gold entity, predicted entity) of every right filler in matched frames."""
    errors: tuple[TupleError, ...]


def match_deals(
    gold: Document, predicted: Document, criterion: Criterion = "strict", value_of: ValueOf | None = None
) -> DealMatch:
    """Compare the frames of one document under ``criterion`` (:meth:`SlotJudge.of`).

    **Tuples.** Every frame stands for all combinations of its fillers, an empty slot for one None, as in
    ``Deal.tuples()``. Gold and predicted tuples are matched one-to-one so that as many as possible are right.
    Frames are never merged: two gold deals between the same parties are two pairs to find. Every gold tuple
    counts, found or not.

    **Slots** follow the document-level event scores of DuEE-fin (Han et al. 2022): frames are matched one-to-one,
    then fillers are counted slot by slot; where DuEE-fin matches greedily, the matching here is the one with the most
    right fillers (type and stage break ties). Frames without a right filler in common are not matched, so type and
    stage earn nothing between unrelated deals.

    Raises ValueError for criterion ``value`` without ``value_of``.
    """
    judge = SlotJudge.of(gold, predicted, criterion, value_of)
    agreement = {
        (row, column): _right_fillers(ours, theirs, judge)
        for row, ours in enumerate(gold.frames)
        for column, theirs in enumerate(predicted.frames)
    }
    frames = assign(
        {
            (row, column): 10 * len(right)
            + (gold.frames[row].type == predicted.frames[column].type)
            + (gold.frames[row].stage == predicted.frames[column].stage)
            for (row, column), right in agreement.items()
            if right
        }
    )
    fillers = tuple(filler for pair in frames for filler in agreement[pair])
    tallies, errors = _slot_tallies(gold.frames, predicted.frames, frames, fillers), []
    for level in LEVELS:
        tallies[level], found = _match_tuples(level, gold.frames, predicted.frames, judge, frames)
        errors += found
    return DealMatch(tallies, tuple(frames), fillers, tuple(errors))


def _right_fillers(gold: Frame, predicted: Frame, judge: SlotJudge) -> list[tuple[Slot, str, str]]:
    right = []
    for slot in SLOTS:
        ours, theirs = gold.slot(slot), predicted.slot(slot)
        edges = {
            (row, column): 1
            for row, one in enumerate(ours)
            for column, other in enumerate(theirs)
            if judge.same(slot, one, other)
        }
        right += [(slot, ours[row], theirs[column]) for row, column in assign(edges)]
    return right


def _slot_tallies(
    gold: Sequence[Frame],
    predicted: Sequence[Frame],
    frames: Sequence[tuple[int, int]],
    fillers: Sequence[tuple[Slot, str, str]],
) -> dict[str, Tally]:
    tallies = {
        f"slot.{slot}": Tally.of(
            sum(name == slot for name, _, _ in fillers),
            sum(len(frame.slot(slot)) for frame in predicted),
            sum(len(frame.slot(slot)) for frame in gold),
        )
        for slot in SLOTS
    }
    tallies["slot"] = sum(tallies.values(), Tally())
    types = sum(gold[row].type == predicted[column].type for row, column in frames)
    stages = sum(gold[row].stage == predicted[column].stage for row, column in frames)
    tallies["slot.type"] = Tally.of(types, len(predicted), len(gold))
    tallies["slot.stage"] = Tally.of(stages, len(predicted), len(gold))
    return tallies


@dataclass(frozen=True, slots=True)
class _Tuple:
    frame: int
    fillers: tuple[str | None, ...]


def _tuples(frames: Sequence[Frame], slots: Sequence[Slot]) -> list[_Tuple]:
    return [
        _Tuple(index, fillers)
        for index, frame in enumerate(frames)
        for fillers in product(*(frame.slot(slot) or (None,) for slot in slots))
    ]


def _match_tuples(
    level: Level,
    gold: Sequence[Frame],
    predicted: Sequence[Frame],
    judge: SlotJudge,
    frames: Sequence[tuple[int, int]],
) -> tuple[Tally, list[TupleError]]:
    slots = LEVELS[level]
    ours, theirs = _tuples(gold, slots), _tuples(predicted, slots)
    matched = set(frames)
    # As many right tuples as possible come first; among equals, those of matched frames, so that an error list
    # blames the frame that is wrong and not its twin.
    edges = {
        (row, column): 10**6 + ((one.frame, other.frame) in matched)
        for row, one in enumerate(ours)
        for column, other in enumerate(theirs)
        if all(judge.same(*filler) for filler in zip(slots, one.fillers, other.fillers, strict=True))
    }
    pairs = assign(edges)
    rows, columns = {row for row, _ in pairs}, {column for _, column in pairs}
    forward, backward = dict(frames), {column: row for row, column in frames}
    errors = [
        TupleError(level, "missed", one.frame, one.fillers, forward.get(one.frame))
        for row, one in enumerate(ours)
        if row not in rows
    ]
    errors += [
        TupleError(level, "spurious", other.frame, other.fillers, backward.get(other.frame))
        for column, other in enumerate(theirs)
        if column not in columns
    ]
    return Tally.of(len(pairs), len(theirs), len(ours)), errors
