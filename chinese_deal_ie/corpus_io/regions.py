"""From the loose spans and links of an annotation tool to mentions with entity ids."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..schema import SLOTS, Document, Frame, Mention, Slot
from .checks import party_flaw
from .errors import FormatError
from .normalise import FreshIds


@dataclass(frozen=True, slots=True)
class Region:
    """A labelled span as a tool gives it; ``label`` is checked later, with the whole document."""

    start: int
    end: int
    text: str
    label: str
    entity: str | None = None
    """The entity id, where the tool carries one."""
    score: float = 1.0


def to_mentions(regions: Sequence[Region], same: Iterable[tuple[int, int]], *, by_surface: bool) -> list[Mention]:
    """Mentions in the order of ``regions``, each with an entity id.

    Regions with one entity id, and those linked by ``same`` (pairs of indices), are one entity, under the id of its
    first region that has one. With ``by_surface``, meant for files that say nothing about identity, regions of equal
    label and text are one entity too. An entity without an id gets a new one (``c1``, ``g2`` …).
    """
    parent = list(range(len(regions)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    links = list(same)
    first: dict[tuple[str, str], int] = {}
    for index, region in enumerate(regions):
        keys = [("", region.entity)] if region.entity is not None else []
        if by_surface:
            keys.append((region.label, region.text))
        links += ((first.setdefault(key, index), index) for key in keys)
    for one, other in links:
        low, high = sorted((root(one), root(other)))
        parent[high] = low

    names: dict[int, str] = {}
    for index, region in enumerate(regions):
        if region.entity is not None:
            names.setdefault(root(index), region.entity)
    fresh = FreshIds(region.entity for region in regions if region.entity is not None)
    mentions = []
    for index, region in enumerate(regions):
        label: Any = region.label
        name = names.get(root(index))
        if name is None:
            name = names[root(index)] = fresh.take(label)
        mentions.append(Mention(region.start, region.end, region.text, label, name, region.score))
    return mentions


class Slots:
    """The slots of one deal while they are collected: entities in order, none twice."""

    def __init__(self) -> None:
        self.entities: dict[Slot, list[str]] = {slot: [] for slot in SLOTS}

    def add(self, slot: Slot, entity: str) -> None:
        """Append ``entity`` unless the slot has it."""
        if entity not in self.entities[slot]:
            self.entities[slot].append(entity)

    def frame(self, **values: Any) -> Frame:
        """The frame with these slots and the given type, stage, scope, score."""
        slots: dict[str, Any] = {slot: tuple(entities) for slot, entities in self.entities.items()}
        return Frame(**slots, **values)


def first_mentions(document: Document) -> dict[str, int]:
    """Entity id to the index of its first mention, where the tools' links are attached."""
    first: dict[str, int] = {}
    for index, mention in enumerate(document.mentions):
        first.setdefault(mention.entity, index)
    return first


def require_parties(document: Document, file: str | Path | None = None, line: int | None = None) -> Document:
    """The document itself; raises :class:`FormatError` for a deal with no company to hang links on, or nothing to link.

    Without ``file`` the document is on its way out and the error names its id.
    """
    for number, frame in enumerate(document.frames, 1):
        message = party_flaw(frame)
        if message:
            raise FormatError(f"deal {number}: {message}", file or f"document {document.id}", line)
    return document
