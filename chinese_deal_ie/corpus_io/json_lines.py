"""JSON lines: one document an object, nothing lost.

::

    {"id": "a-1", "text": "…", "mentions": [{"start": 0, "end": 2, "text": "百度", "label": "COM", "entity": "c1",
     "score": 1.0}], "frames": [{"government": ["g1"], "company": ["c1"], "amount": [], "location": [], "date": [],
     "project": [], "type": "investment", "stage": "signed", "scope": "deal", "score": 1.0}], "meta": {"genre": "news"}}

``score`` may be left out, and so may empty slots, ``frames`` and ``meta``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ..schema import SLOTS, Document, Frame, Mention
from .checks import require
from .sources import Items, json_lines, sound, write_json_lines


def to_json(document: Document) -> dict[str, Any]:
    """The document as a JSON-able object, scores unrounded."""
    return {
        "id": document.id,
        "text": document.text,
        "mentions": [
            {
                "start": mention.start,
                "end": mention.end,
                "text": mention.text,
                "label": mention.label,
                "entity": mention.entity,
                "score": mention.score,
            }
            for mention in document.mentions
        ],
        "frames": [frame_to_json(frame) for frame in document.frames],
        "meta": dict(document.meta),
    }


def frame_to_json(frame: Frame) -> dict[str, Any]:
    """The frame as a JSON-able object, empty slots included."""
    slots: dict[str, Any] = {slot: list(entities) for slot, entities in frame.slots().items()}
    return {**slots, "type": frame.type, "stage": frame.stage, "scope": frame.scope, "score": frame.score}


def frame_from_json(value: Mapping[str, Any]) -> Frame:
    """The inverse of :func:`frame_to_json`; raises KeyError or TypeError when a field is missing or no list."""
    slots = {slot: tuple(map(str, value.get(slot) or ())) for slot in SLOTS}
    return Frame(
        **slots,
        type=value["type"],
        stage=value["stage"],
        scope=value.get("scope", "deal"),
        score=float(value.get("score", 1.0)),
    )


def from_json(value: Mapping[str, Any]) -> Document:
    """The inverse of :func:`to_json`, unchecked; raises KeyError, TypeError or ValueError for missing fields."""
    mentions = tuple(
        Mention(
            int(item["start"]),
            int(item["end"]),
            str(item["text"]),
            item["label"],
            str(item["entity"]),
            float(item.get("score", 1.0)),
        )
        for item in value["mentions"]
    )
    frames = tuple(frame_from_json(item) for item in value.get("frames") or ())
    meta = {str(key): str(item) for key, item in (value.get("meta") or {}).items()}
    return Document(str(value["id"]), str(value["text"]), mentions, frames, meta)


def items(path: Path) -> Items:
    """The documents of a file, and an error for each line that holds none."""
    return json_lines(path, lambda value, line: require(from_json(value), path, line))


def read(path: str | Path) -> list[Document]:
    """All documents of a file; :class:`~chinese_deal_ie.corpus_io.FormatError` at the first broken line."""
    return sound(items(Path(path)))


def write(documents: Iterable[Document], path: str | Path) -> None:
    """Write one document a line, UTF-8."""
    write_json_lines(map(to_json, documents), path)
