"""The text of a document as HTML: cut at the edges of mentions and evidence, every piece tied to its deals."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from ..schema import Deal, Extraction, Slot, Span

_UNPRINTABLE = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_SLOT_LABELS: Mapping[Slot, str] = {
    "government": "GOV",
    "company": "COM",
    "amount": "AMT",
    "location": "LOC",
    "date": "DATE",
    "project": "PROJ",
}

Range = tuple[int, int]


def safe(text: str) -> str:
    """``text`` for HTML content or a quoted attribute; what no page can hold is replaced by U+FFFD.

    Line ends become ``\\n``, since HTML would make them so.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return escape(_UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", lines))


def fillers(deal: Deal) -> Iterator[tuple[Slot, int, tuple[Span, ...]]]:
    """Every filler of a deal: its slot, its number there, and where it stands."""
    for number, party in enumerate(deal.government):
        yield "government", number, party.mentions
    for number, party in enumerate(deal.company):
        yield "company", number, party.mentions
    for number, amount in enumerate(deal.amount):
        yield "amount", number, (amount.span,)
    for number, location in enumerate(deal.location):
        yield "location", number, (location.span,)
    for number, date in enumerate(deal.date):
        yield "date", number, (date.span,)
    for number, project in enumerate(deal.project):
        yield "project", number, (project.span,)


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of the text, and where in the raw text it begins."""

    start: int
    text: str

    @property
    def end(self) -> int:
        """Where it ends, exclusive."""
        return self.start + len(self.text)


def passages(extraction: Extraction) -> list[Passage]:
    """The whole text; where it is not known or not the one that was read, the sentences of evidence."""
    if extraction.text and fits(extraction):
        return [Passage(0, extraction.text)]
    found: list[Passage] = []
    spans = {(span.start, -span.end): span for deal in extraction.deals for span in deal.evidence}
    for _, span in sorted(spans.items()):
        if found and span.start < found[-1].end:
            last = found.pop()
            found.append(Passage(last.start, last.text + span.text[max(0, last.end - span.start) :]))
        else:
            found.append(Passage(span.start, span.text))
    return found


def fits(extraction: Extraction) -> bool:
    """Whether all spans of the result are in its text."""
    spans: list[Span] = list(extraction.mentions)
    for deal in extraction.deals:
        spans += [span for _, _, found in fillers(deal) for span in found]
        spans += deal.evidence
    return all(extraction.text[span.start : span.end] == span.text for span in spans)


class Marked:
    """The mentions of a result, numbered, and the deals and fillers that each belongs to.

    :param prefix: what the ids of this document begin with, so that a page can hold several.
    """

    def __init__(self, extraction: Extraction, prefix: str) -> None:
        self.prefix = prefix
        self._labels: dict[Range, str] = {
            (mention.start, mention.end): mention.label
            for mention in extraction.mentions
            if mention.start < mention.end
        }
        self._scores = {(mention.start, mention.end): mention.score for mention in extraction.mentions}
        self._roles: dict[Range, list[tuple[int, str]]] = {}
        self._evidence: dict[Range, list[int]] = {}
        for number, deal in enumerate(extraction.deals):
            for slot, index, spans in fillers(deal):
                for span in spans:
                    place = span.start, span.end
                    if span.start < span.end:
                        self._labels.setdefault(place, _SLOT_LABELS[slot])
                        self._roles.setdefault(place, []).append((number, f"{slot}{index}"))
            for span in deal.evidence:
                self._evidence.setdefault((span.start, span.end), []).append(number)
        self._numbers = {place: number for number, place in enumerate(sorted(self._labels))}
        self._opened: set[Range] = set()
        self.html = "\n".join(f'<p class="text">{self._passage(part)}</p>' for part in passages(extraction))
        """Text or passages with their marks."""

    def anchor(self, span: Span) -> str | None:
        """The id of the mark of ``span``; None where the shown text has none."""
        place = span.start, span.end
        return f"{self.prefix}m{self._numbers[place]}" if place in self._opened else None

    def _passage(self, part: Passage) -> str:
        pieces = []
        for start, end, mention, evidence in self._pieces(part):
            piece = part.text[start - part.start : end - part.start]
            if part.text.startswith("\r\n", end - part.start - 1):
                piece = piece[:-1]  # a line end that is cut in two stays one
            html = safe(piece)
            if mention is not None:
                html = self._mark(mention, html, first=mention not in self._opened)
                self._opened.add(mention)
            if evidence:
                html = f'<span class="evidence" data-evidence="{" ".join(evidence)}">{html}</span>'
            pieces.append(html)
        return "".join(pieces)

    def _mark(self, place: Range, html: str, *, first: bool) -> str:
        label, score = safe(self._labels[place]), self._scores.get(place)
        title = label if score is None else f"{label}, probability {score:.2f}"
        roles = self._roles.get(place, ())
        common = f'class="mention {label}" title="{title}"'
        if first:
            common += f' id="{self.prefix}m{self._numbers[place]}" data-label="{label}"'
        if not roles:
            return f"<mark {common}>{html}</mark>"
        data = " ".join(f"{self.prefix}d{number}" for number in dict.fromkeys(number for number, _ in roles))
        keys = " ".join(f"{self.prefix}d{number}-{role}" for number, role in roles)
        tab = "" if first else ' tabindex="-1"'
        return (
            f'<a {common}{tab} href="#{self.prefix}d{roles[0][0]}" data-deals="{data}" data-fillers="{keys}">{html}</a>'
        )

    def _pieces(self, part: Passage) -> Iterator[tuple[int, int, Range | None, list[str]]]:
        """(start, end, mention, ids of the deals it is evidence of), covering the passage.

        Of mentions that overlap the shortest is shown, so that a nested one is seen inside the other.
        """
        cover: list[Range | None] = [None] * len(part.text)
        edges = {part.start, part.end}
        for start, end in sorted(self._numbers, key=lambda place: (place[0] - place[1], place)):
            if part.start <= start and end <= part.end:
                cover[start - part.start : end - part.start] = [(start, end)] * (end - start)
                edges |= {start, end}
        inside = {place: ids for place, ids in self._evidence.items() if place[0] < part.end and place[1] > part.start}
        for place in inside:
            edges |= {edge for edge in place if part.start < edge < part.end}
        cuts: Sequence[int] = sorted(edges)
        for start, end in zip(cuts, cuts[1:], strict=False):
            proves = sorted({number for place, ids in inside.items() if place[0] <= start < place[1] for number in ids})
            yield start, end, cover[start - part.start], [f"{self.prefix}d{number}" for number in proves]
