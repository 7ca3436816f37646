"""Very long texts as sections that are read one after the other.

What both passes keep of a text grows with its length (about 4 KB a character), and some steps after them compare
entities with each other. A text of more than :data:`SECTION` characters is therefore read in sections of at most that
size, so that memory stays bounded and time linear. Sections end at paragraphs where they can; each later one is read
with the text's lead (headline, date line, first sentences) before it, as each window is, so that what is said there
once (the company of an annual report, the year) is known throughout.

A deal is looked for within a section and the lead. Entities of different sections are one when they share a name that
is not a mere kind of thing (公司), or a mention in the lead; a deal that is told again in another section counts once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from .resolution.entities import is_nominal
from .schema import SLOTS, Deal, Document, Frame, Mention, Party, Span

SECTION = 20_000
"""Characters read at once; longer than any article we know of."""
LEAD = 200
"""At most this many characters of lead precede a later section."""
_BORDER = "\n\n"
_ENDS = ("\n\n", "。\n", "\n", "。")
"""Where to cut, best first."""
_Item = TypeVar("_Item", bound=Any)


@dataclass(frozen=True, slots=True)
class Section:
    """A piece of a raw text."""

    lead: int
    """``raw[:lead]`` is read before it; 0 for the first section, which begins with it."""
    start: int
    end: int

    def text(self, raw: str) -> str:
        """What is read: the lead and a blank line, where there is a lead, and the section."""
        lead = raw[: self.lead] + _BORDER if self.lead else ""
        return lead + raw[self.start : self.end]

    def to_raw(self, start: int, end: int) -> tuple[int, int] | None:
        """The raw range of a range of :meth:`text`; None when it touches the border behind the lead."""
        if end <= self.lead:
            return start, end
        begin = self.lead + len(_BORDER) if self.lead else 0
        return (self.start + start - begin, self.start + end - begin) if start >= begin else None


@dataclass(frozen=True, slots=True)
class SectionReading:
    """What was found in the text of a section; all offsets are that text's."""

    section: Section
    document: Document
    deals: Sequence[Deal]
    """One for each of the document's frames."""
    warnings: Sequence[str]


def plan(raw: str, size: int = SECTION) -> list[Section]:
    """Sections of about equal length that cover ``raw``, each of at most ``size`` characters with its lead."""
    if len(raw) <= size:
        return [Section(0, 0, len(raw))]
    lead = _cut(raw, min(LEAD, size // 4), 1)
    room = size - lead - len(_BORDER)
    sections: list[Section] = []
    start = 0
    while start < len(raw):
        parts = -(-(len(raw) - start) // room)
        end = start + -(-(len(raw) - start) // parts)
        if parts > 1:
            end = _cut(raw, end, end - room // 4)
        sections.append(Section(lead if start else 0, start, end))
        start = end
    return sections


def _cut(raw: str, latest: int, earliest: int) -> int:
    """The end of the last paragraph or sentence in ``[earliest, latest]``, or ``latest``."""
    for mark in _ENDS:
        place = raw.rfind(mark, max(earliest - len(mark), 0), latest)
        if place > 0:
            return place + len(mark)
    return latest


def join(id: str, raw: str, readings: Iterable[SectionReading]) -> tuple[Document, list[Deal], tuple[str, ...]]:
    """The document of the whole text, a deal for each of its frames, best first, and what there was to warn of."""
    whole = _Whole()
    for reading in readings:
        whole.add(reading)
    ranked = sorted(whole.deals.values(), key=lambda pair: -pair[0].score)
    mentions = tuple(sorted(whole.mentions, key=lambda mention: mention.start))
    document = Document(id, raw, mentions, tuple(frame for frame, _ in ranked))
    return document, [deal for _, deal in ranked], tuple(whole.warnings)


class _Whole:
    """What was found so far."""

    def __init__(self) -> None:
        self.mentions: list[Mention] = []
        self.deals: dict[tuple[object, ...], tuple[Frame, Deal]] = {}
        self.warnings: list[str] = []
        self._named: dict[tuple[str, str], str] = {}
        """Entities by label and name."""
        self._placed: dict[tuple[int, int, str], str] = {}
        """Entities by mentions in the lead."""
        self._held: set[str] = set()
        """Entities with a mention."""
        self._counts: dict[str, int] = {}

    def add(self, reading: SectionReading) -> None:
        section = reading.section
        entities = {old: self._entity(mentions, section) for old, mentions in reading.document.entities().items()}
        for mention in reading.document.mentions:
            place = section.to_raw(mention.start, mention.end)
            if place is None or (section.lead and place[1] <= section.lead):
                continue  # the lead was read with the first section
            entity = entities[mention.entity]
            self._held.add(entity)
            self.mentions.append(replace(mention, start=place[0], end=place[1], entity=entity))
            if not is_nominal(mention.text):
                self._named.setdefault((mention.label, mention.text), entity)
            if not section.lead and place[1] <= LEAD:
                self._placed[(*place, mention.label)] = entity
        for frame, deal in zip(reading.document.frames, reading.deals, strict=True):
            slots = {
                slot: tuple(dict.fromkeys(entities[old] for old in frame.slot(slot) if entities[old] in self._held))
                for slot in SLOTS
            }
            moved = _moved(deal, section)
            told_here = moved is not None and any(span.end > section.lead for span in moved.evidence)
            if slots["company"] and moved is not None and told_here:
                self._keep(replace(frame, **slots), moved)  # type: ignore[arg-type]
        where = f" (characters {section.start:,} to {section.end:,})"
        self.warnings += (warning + where for warning in reading.warnings)

    def _entity(self, mentions: Sequence[Mention], section: Section) -> str:
        """The id that an entity of a section has in the whole text."""
        for mention in mentions:
            known = self._named.get((mention.label, mention.text))
            if known is None and section.lead and mention.end <= section.lead:
                known = self._placed.get((mention.start, mention.end, mention.label))
            if known is not None:
                return known
        prefix = mentions[0].entity.rstrip("0123456789")
        self._counts[prefix] = self._counts.get(prefix, 0) + 1
        return f"{prefix}{self._counts[prefix]}"

    def _keep(self, frame: Frame, deal: Deal) -> None:
        told = (
            tuple(party.name for party in deal.government),
            tuple(party.name for party in deal.company),
            tuple(item.amount or item.span.text for item in deal.amount),
            tuple(item.place.code or item.span.text for item in deal.location),
        )
        before = self.deals.get(told)
        if before is None or before[0].score < frame.score:
            self.deals[told] = frame, deal


def _moved(deal: Deal, section: Section) -> Deal | None:
    """The deal with raw offsets; None when one of its spans touches the border behind the lead."""
    missing = False

    def span(old: Span) -> Span:
        nonlocal missing
        place = section.to_raw(old.start, old.end)
        missing = missing or place is None
        return Span(*(place or (0, 0)), old.text)

    def spans(items: tuple[_Item, ...]) -> tuple[_Item, ...]:
        return tuple(replace(item, span=span(item.span)) for item in items)

    def parties(items: tuple[Party, ...]) -> tuple[Party, ...]:
        return tuple(replace(item, mentions=tuple(map(span, item.mentions))) for item in items)

    moved = replace(
        deal,
        government=parties(deal.government),
        company=parties(deal.company),
        amount=spans(deal.amount),
        location=spans(deal.location),
        date=spans(deal.date),
        project=spans(deal.project),
        evidence=tuple(map(span, deal.evidence)),
    )
    return None if missing else moved
