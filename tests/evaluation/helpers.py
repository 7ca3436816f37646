"""Documents for the evaluation tests, written in a small markup: ``[常州市政府|GOV:g1]``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from chinese_deal_ie.schema import SLOTS, Document, Frame, Mention

_MENTION = re.compile(r"\[([^\[\]|]{1,40})\|([A-Z]{3,4}):([a-z]+\d+)\]")


def document(markup: str, *deals: str, name: str = "doc", **meta: str) -> Document:
    """Deals are written like ``government=g1 company=c1,c2 type=contract``."""
    text, mentions, cursor = "", [], 0
    for match in _MENTION.finditer(markup):
        text += markup[cursor : match.start()]
        surface, label, entity = match.groups()
        mentions.append(Mention(len(text), len(text) + len(surface), surface, label, entity))  # type: ignore[arg-type]
        text += surface
        cursor = match.end()
    return Document(name, text + markup[cursor:], tuple(mentions), tuple(map(frame, deals)), meta)


def frame(fields: str) -> Frame:
    values: dict[str, Any] = dict(field.split("=") for field in fields.split())
    values |= {key: tuple(value.split(",")) for key, value in values.items() if key in SLOTS}
    return Frame(**values)


def mention(start: int, end: int, label: str = "COM", entity: str = "c1") -> Mention:
    return Mention(start, end, "字" * (end - start), label, entity)  # type: ignore[arg-type]


def iob2(mentions: Sequence[Mention], length: int) -> list[str]:
    """One tag a character, as seqeval reads them."""
    tags = ["O"] * length
    for one in mentions:
        tags[one.start : one.end] = [f"B-{one.label}"] + [f"I-{one.label}"] * (one.end - one.start - 1)
    return tags
