"""Annotated documents: mentions and deal frames over one raw text, gold or predicted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .labels import SLOTS, DealType, Label, Scope, Slot, Stage


@dataclass(frozen=True, slots=True)
class Span:
    """A character range of the raw text: ``raw[start:end] == text``, end exclusive, code points."""

    start: int
    end: int
    text: str

    def to_dict(self) -> dict[str, object]:
        return {"start": self.start, "end": self.end, "text": self.text}


@dataclass(frozen=True, slots=True)
class Mention(Span):
    """A labelled span and the document-level entity it names."""

    label: Label
    entity: str
    """Entity id, shared by all mentions of one real-world thing in a document (``c1``, ``g2`` …)."""
    score: float = 1.0
    """Calibrated probability; 1.0 in annotated documents."""

    def to_dict(self) -> dict[str, object]:
        return {
            "start": self.start,
            "end": self.end,
            "text": self.text,
            "label": self.label,
            "entity": self.entity,
            "score": round(self.score, 4),
        }


@dataclass(frozen=True, slots=True)
class Frame:
    """One deal as slots that point at entity ids (GUIDELINES.md, "Deals")."""

    government: tuple[str, ...] = ()
    company: tuple[str, ...] = ()
    amount: tuple[str, ...] = ()
    location: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    project: tuple[str, ...] = ()
    type: DealType = "investment"
    stage: Stage = "signed"
    scope: Scope = "deal"
    """``shared``: the amount is the sum over several deals, given to each of them."""
    score: float = 1.0

    def slot(self, name: Slot) -> tuple[str, ...]:
        """Entity ids that fill slot ``name``."""
        filled: tuple[str, ...] = getattr(self, name)
        return filled

    def slots(self) -> dict[Slot, tuple[str, ...]]:
        """Every slot with its entity ids, empty slots included."""
        return {name: self.slot(name) for name in SLOTS}


@dataclass(frozen=True, slots=True)
class Document:
    """A raw text with its mentions (sorted, flat) and deal frames."""

    id: str
    text: str
    mentions: tuple[Mention, ...] = ()
    frames: tuple[Frame, ...] = ()
    meta: Mapping[str, str] = field(default_factory=dict)
    """Header fields such as ``published`` (ISO date), ``genre``, ``lang``, ``facts``."""

    def entities(self) -> dict[str, tuple[Mention, ...]]:
        """Mentions grouped by entity id, in order of first mention."""
        grouped: dict[str, list[Mention]] = {}
        for mention in self.mentions:
            grouped.setdefault(mention.entity, []).append(mention)
        return {entity: tuple(mentions) for entity, mentions in grouped.items()}
