"""Frames over entity ids to deals that people can read and compute with."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from ..reading import CleanText
from ..schema import (
    Deal,
    DealAmount,
    DealDate,
    DealLocation,
    DealProject,
    Document,
    Frame,
    Mention,
    Party,
    Place,
    Span,
)
from .amounts import parse_amount
from .dates import resolve_dates
from .entities import is_nominal
from .places import resolve_places

_SENTENCE = re.compile(r"[^。！？!?；;\n]*[。！？!?；;]?[”」』]?")


def render(document: Document, view: CleanText, published: date | None = None) -> list[Deal]:
    """The deals of ``document``, in the order of its frames, with normalised values.

    Names and values are read from the clean view (no glosses, simplified characters); spans point into the raw text.

    :param published: the day that relative dates count from, when the caller knows it.
    """
    if not document.frames:
        return []
    renderer = _Renderer(document, view, published)
    return [renderer.deal(frame) for frame in document.frames]


class _Renderer:
    def __init__(self, document: Document, view: CleanText, published: date | None) -> None:
        self.document, self.view = document, view
        self.entities = document.entities()
        self.clean = {mention: _clean(mention, view) for mention in document.mentions}
        places = [mention for mention in document.mentions if mention.label in ("GOV", "LOC")]
        self.places: Mapping[Mention, Place] = dict(
            zip(places, resolve_places([self.clean[mention] for mention in places], document=view.text), strict=True)
        )
        dates = [mention for mention in document.mentions if mention.label == "DATE"]
        self.dates = dict(zip(dates, resolve_dates(dates, document.text, published=published), strict=True))
        self.sentences = sentences(document.text)

    def deal(self, frame: Frame) -> Deal:
        evidence = self._evidence(frame)

        def best(entity: str) -> Mention:
            """The mention that stands in the evidence, else the first."""
            found = self.entities[entity]
            return next((one for one in found if any(s.start <= one.start < s.end for s in evidence)), found[0])

        return Deal(
            government=tuple(self._party(entity) for entity in frame.government),
            company=tuple(self._party(entity) for entity in frame.company),
            amount=tuple(
                DealAmount(_span(one), parse_amount(self.clean[one]), frame.scope, one.score)
                for one in map(best, frame.amount)
            ),
            location=tuple(
                DealLocation(_span(one), self._place(entity), one.score)
                for entity, one in ((entity, best(entity)) for entity in frame.location)
            ),
            date=tuple(DealDate(_span(one), self.dates[one], one.score) for one in map(best, frame.date)),
            project=tuple(DealProject(_span(one), one.score) for one in map(best, frame.project)),
            type=frame.type,
            stage=frame.stage,
            score=frame.score,
            evidence=tuple(evidence),
        )

    def _party(self, entity: str) -> Party:
        mentions = self.entities[entity]
        forms = list(dict.fromkeys(self.clean[mention] for mention in mentions))
        name = max(forms, key=lambda form: (not is_nominal(form), len(form)))
        place = self._place(entity) if mentions[0].label in ("GOV", "LOC") else None
        return Party(
            name=name,
            mentions=tuple(_span(mention) for mention in mentions),
            aliases=tuple(form for form in forms if form != name),
            score=max(mention.score for mention in mentions),
            place=place,
            code=place.code if place else None,
        )

    def _place(self, entity: str) -> Place:
        """The most exact division that any mention of the entity resolves to."""
        found = [self.places[mention] for mention in self.entities[entity] if mention in self.places]
        return max(found, key=lambda place: (place.code is not None, place.county is not None, place.city is not None))

    def _evidence(self, frame: Frame) -> list[Span]:
        """The fewest sentences that name every filler, chosen greedily: the one that adds most first."""
        fillers = {entity for entities in frame.slots().values() for entity in entities}
        named: dict[Span, set[str]] = {}
        for entity in fillers:
            for mention in self.entities[entity]:
                sentence = self._sentence(mention.start)
                named.setdefault(sentence, set()).add(entity)
        chosen: list[Span] = []
        missing = set(fillers)
        while missing:
            sentence = max(named, key=lambda one: (len(named[one] & missing), -one.start))
            missing -= named.pop(sentence)
            chosen.append(sentence)
        return sorted(chosen, key=lambda span: span.start)

    def _sentence(self, position: int) -> Span:
        low, high = 0, len(self.sentences) - 1
        while low < high:
            middle = (low + high + 1) // 2
            if self.sentences[middle].start <= position:
                low = middle
            else:
                high = middle - 1
        return self.sentences[low]


def sentences(text: str) -> list[Span]:
    """The sentences of a raw text, up to 。！？； or the end of the line, closing quote included, edge space not."""
    result = []
    for match in _SENTENCE.finditer(text):
        stripped = match.group().strip()
        if stripped:
            start = match.start() + match.group().index(stripped[0])
            result.append(Span(start, start + len(stripped), stripped))
    return result


def _clean(mention: Mention, view: CleanText) -> str:
    place = view.from_raw(mention.start, mention.end)
    return view.text[place[0] : place[1]] if place else mention.text


def _span(mention: Mention) -> Span:
    return Span(mention.start, mention.end, mention.text)
