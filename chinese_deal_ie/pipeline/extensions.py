"""What the component leaves in a ``Doc``, and the ``doc._`` and ``ent._`` attributes that show it.

All of it is one JSON-able record in ``doc.user_data``, so that it goes through ``Doc.to_bytes``, worker processes and
``DocBin(store_user_data=True)``; the attributes build the objects from it.

=======================  ===============================================================================
``doc._.deals``          ``list[Deal]``, best first; a new list at each reading, so assign to change it
``doc._.deal_warnings``  ``list[str]``: what went wrong
``doc._.published``      ``date | None``, for the user to set before processing: relative dates count from it
``ent._.score``          calibrated probability of an entity; None for spans that the component did not find
``ent._.entity_id``      id shared by the mentions of one thing in the document; None as above
=======================  ===============================================================================

``doc.spans["deal_mentions"]`` holds the same spans as ``doc.ents``, whatever later components do with the latter.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from spacy.tokens import Doc, Span

from ..schema import Deal, Extraction
from .serialise import Record, deals_from_records, deals_to_records

RECORD = "deal_extractor"
"""Key of the record in ``doc.user_data``."""
NOTES = "deal_extractor.notes"
"""Key of what the tokenizer had to say, kept apart since it is said once for a document."""
PUBLISHED = "deal_extractor.published"
MENTIONS = "deal_mentions"
"""Name of the span group."""


def add_note(doc: Doc, note: str) -> None:
    """Add a warning that stays however often the document is processed."""
    doc.user_data[NOTES] = [*doc.user_data.get(NOTES, ()), note]


def annotate(doc: Doc, extraction: Extraction) -> None:
    """Set entities, span group and record of ``doc``, whose tokens must fit all mentions."""
    spans = []
    for mention in extraction.mentions:
        span = doc.char_span(mention.start, mention.end, label=mention.label, span_id=mention.entity)
        if span is None:
            raise ValueError(f"mention {mention.start}:{mention.end} does not fit the tokens")
        spans.append(span)
    doc.set_ents(spans)
    doc.spans[MENTIONS] = spans
    doc.user_data[RECORD] = {
        "deals": deals_to_records(extraction.deals),
        "mentions": {
            f"{mention.start}:{mention.end}": [mention.label, mention.entity, mention.score]
            for mention in extraction.mentions
        },
        "warnings": list(extraction.warnings),
    }


def _record(doc: Doc) -> Record:
    record: Record = doc.user_data.get(RECORD, {})
    return record


def get_deals(doc: Doc) -> list[Deal]:
    return deals_from_records(_record(doc).get("deals", ()), doc.text)


def set_deals(doc: Doc, deals: Iterable[Deal]) -> None:
    doc.user_data[RECORD] = {**_record(doc), "deals": deals_to_records(deals)}


def get_warnings(doc: Doc) -> list[str]:
    return [*doc.user_data.get(NOTES, ()), *_record(doc).get("warnings", ())]


def get_published(doc: Doc) -> date | None:
    stored = doc.user_data.get(PUBLISHED)
    return None if stored is None else date.fromisoformat(stored)


def set_published(doc: Doc, published: date | None) -> None:
    if isinstance(published, datetime):
        published = published.date()
    doc.user_data[PUBLISHED] = None if published is None else published.isoformat()


def get_score(span: Span) -> float | None:
    found = _mention(span)
    return None if found is None else found[2]


def get_entity_id(span: Span) -> str | None:
    found = _mention(span)
    return None if found is None else found[1]


def _mention(span: Span) -> Any:
    """Label, entity id and score of the mention with the range and label of ``span``, or None."""
    found = _record(span.doc).get("mentions", {}).get(f"{span.start_char}:{span.end_char}")
    return found if found is not None and found[0] == span.label_ else None


def register() -> None:
    """Make the attributes known to spaCy; the functions are named ones, so that they reach spawned processes."""
    Doc.set_extension("deals", getter=get_deals, setter=set_deals, force=True)
    Doc.set_extension("deal_warnings", getter=get_warnings, force=True)
    Doc.set_extension("published", getter=get_published, setter=set_published, force=True)
    Span.set_extension("score", getter=get_score, force=True)
    Span.set_extension("entity_id", getter=get_entity_id, force=True)


register()
