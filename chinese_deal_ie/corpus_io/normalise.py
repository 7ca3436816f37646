"""Changes that a file format may force on a document; each keeps every span on its own text."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from ..schema import Document, Frame, Label

_PLAIN = re.compile(r"[a-z]+[0-9]+")
_LONGEST_NAME = 200
"""Bytes of a file name without its ending; file systems allow 255 with it."""
PREFIXES: dict[Label, str] = {"GOV": "g", "COM": "c", "AMT": "a", "LOC": "l", "DATE": "d", "PROJ": "p", "ORG": "o"}
"""The letter that begins an entity id, as in the corpus."""


def unix_newlines(document: Document) -> Document:
    """The document with ``\\r\\n`` and lone ``\\r`` as ``\\n``, spans moved along."""
    if "\r" not in document.text:
        return document
    moved = [0]  # new offset of every old one
    for index, character in enumerate(document.text):
        dropped = character == "\r" and document.text[index + 1 : index + 2] == "\n"
        moved.append(moved[-1] + (not dropped))
    text = document.text.replace("\r\n", "\n").replace("\r", "\n")
    mentions = tuple(
        replace(
            mention,
            start=moved[mention.start],
            end=moved[mention.end],
            text=text[moved[mention.start] : moved[mention.end]],
        )
        for mention in document.mentions
    )
    return replace(document, text=text, mentions=mentions)


def plain_entity_ids(document: Document) -> Document:
    """The document with every entity id as small letters and a number.

    Ids of that form stay; the others get their label's letter and the lowest free number, in order of mention.
    """
    plain = {mention.entity for mention in document.mentions if _PLAIN.fullmatch(mention.entity)}
    fresh = FreshIds(plain)
    names: dict[str, str] = {}
    for mention in document.mentions:
        if mention.entity not in plain and mention.entity not in names:
            names[mention.entity] = fresh.take(mention.label)
    return rename_entities(document, names) if names else document


class FreshIds:
    """Hands out entity ids of the corpus's form that are not taken, in time linear in their number."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)
        self._next: dict[str, int] = {}

    def take(self, label: Label) -> str:
        """The lowest free id of a label (``c1``, ``g2`` …), ``x1`` … for an unknown one; it is taken from now on."""
        prefix = PREFIXES.get(label, "x")
        number = self._next.get(prefix, 1)
        while f"{prefix}{number}" in self._taken:
            number += 1
        self._next[prefix] = number + 1
        return f"{prefix}{number}"


def rename_entities(document: Document, names: dict[str, str]) -> Document:
    """The document with entity ids replaced by ``names``, in mentions and frames; ids not in it stay."""
    mentions = tuple(
        replace(mention, entity=names.get(mention.entity, mention.entity)) for mention in document.mentions
    )
    frames = tuple(_rename_slots(frame, names) for frame in document.frames)
    return replace(document, mentions=mentions, frames=frames)


def _rename_slots(frame: Frame, names: dict[str, str]) -> Frame:
    slots: dict[str, Any] = {
        slot: tuple(names.get(entity, entity) for entity in entities) for slot, entities in frame.slots().items()
    }
    return replace(frame, **slots)


def safe_name(identifier: str) -> str:
    """A document id as a file name, of which no two ids have the same.

    Characters that some system forbids in names become ``%`` and their code, so that no id leads out of a folder; of a
    name too long for file systems the end becomes a part of its SHA-256.
    """
    name = re.sub(r'[\x00-\x1f/\\:*?"<>|%]|^\.|[. ]$', lambda match: f"%{ord(match[0]):02X}", identifier) or "%"
    data = name.encode("utf-8", "backslashreplace")
    if len(data) <= _LONGEST_NAME:
        return name
    return f"{data[: _LONGEST_NAME - 33].decode('utf-8', 'ignore')}%{hashlib.sha256(data).hexdigest()[:32]}"
