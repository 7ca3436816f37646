"""Label-preserving changes of what stands around the deals: sentences left out, documents joined to one page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from ..schema import SLOTS, Document, Frame
from .augment import substitute

_SENTENCE = re.compile(r"[^。！？\n]*(?:[。！？]+[”』」]?|\n|$)")
_NAMED = ("LOC", "DATE")
"""Labels whose equal texts in two documents mean one thing."""
_DATED = re.compile(r"\d+[年月]")


def thin(document: Document, generator: np.random.Generator, rate: float) -> Document:
    """A copy without some of the sentences that hold no party, sum, place, date or project of a deal.

    :param rate: the chance of each such sentence to go. The last one left is kept.
    """
    fillers = {entity for frame in document.frames for slot in frame.slots().values() for entity in slot}
    held = [mention for mention in document.mentions if mention.entity in fillers]
    sentences = [match.span() for match in _SENTENCE.finditer(document.text) if match.group().strip()]
    dropped = [
        (start, end)
        for start, end in sentences
        if generator.random() < rate and not any(mention.start < end and start < mention.end for mention in held)
    ]
    if len(dropped) == len(sentences):
        dropped = dropped[1:]
    gone = [
        mention
        for mention in document.mentions
        if any(mention.start < end and start < mention.end for start, end in dropped)
    ]
    if any(not any(start <= mention.start and mention.end <= end for start, end in dropped) for mention in gone):
        return document
    kept = tuple(mention for mention in document.mentions if mention not in gone)
    return substitute(replace(document, mentions=kept), [(start, end, "") for start, end in dropped])


def joined(first: Document, second: Document) -> Document | None:
    """Both texts as one page with the deals of both; None when one company or government stands in both.

    Places and dates of one wording become one entity, as an annotator of the page would have it.
    """
    offset = len(first.text) + 1
    names = {(mention.label, mention.text): mention.entity for mention in first.mentions}
    renamed: dict[str, str] = {}
    for mention in second.mentions:
        here = names.get((mention.label, mention.text))
        if here is not None and mention.label in ("COM", "GOV"):
            return None
        one = mention.label in _NAMED and (mention.label != "DATE" or _DATED.search(mention.text))
        renamed.setdefault(mention.entity, here if here is not None and one else f"{mention.entity}+")
    moved = [
        replace(mention, start=mention.start + offset, end=mention.end + offset, entity=renamed[mention.entity])
        for mention in second.mentions
    ]
    return Document(
        id=f"{first.id}+{second.id}",
        text=f"{first.text}\n{second.text}",
        mentions=(*first.mentions, *moved),
        frames=(*first.frames, *(_renamed(frame, renamed) for frame in second.frames)),
        meta=first.meta,
    )


def _renamed(frame: Frame, names: Mapping[str, str]) -> Frame:
    slots = {slot: tuple(dict.fromkeys(names[entity] for entity in frame.slot(slot))) for slot in SLOTS}
    return Frame(**slots, type=frame.type, stage=frame.stage, scope=frame.scope, score=frame.score)
