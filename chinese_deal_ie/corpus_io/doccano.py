"""doccano JSON lines, the form of its relation projects; its plain span exports are read too.

A document becomes ``{"text", "entities", "relations", "chinese_deal_ie"}``. Relations of type ``SAME_AS`` join the
mentions of an entity. A deal's relations are typed ``deal1.government``, ``deal1.amount`` … and go from a mention of
its first company to a mention of each filler; doccano has no n-ary relations and drops overlapping spans on upload, so
the number in the type tells deals apart. An annotator adds a deal by adding relation types with the next number.

What doccano cannot show (document id, header, entity ids, deal attributes) travels in the field ``chinese_deal_ie``,
which doccano keeps as metadata. Entity ids there point at the span of the first mention and deals are matched by
number; new entities get new ids, new deals the default type and stage.

Normalised: line ends become ``\\n`` (doccano shifts offsets after ``\\r\\n``), scores are dropped.
Format: doccano/doccano, backend/data_export and backend/data_import (2024).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from itertools import cycle
from pathlib import Path
from typing import Any, cast

from ..schema import SLOTS, Document, Slot
from .checks import known_labels, require
from .errors import FormatError
from .normalise import unix_newlines
from .regions import Region, Slots, first_mentions, require_parties, to_mentions
from .sources import Items, json_lines, sound, write_json_lines

SAME = "SAME_AS"
EXTRA = "chinese_deal_ie"
_RELATION = re.compile(rf"deal([0-9]+)\.({'|'.join(SLOTS)})")
_FIELDS = frozenset({"id", "text", "data", "label", "labels", "entities", "relations", "Comments", "comments", EXTRA})


DEALS = 5
"""So many deals a document get relation types in :func:`label_types`; more can be added in doccano."""
_COLOURS = ("#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#8c564b", "#e377c2", "#7f7f7f")


def label_types() -> str:
    """The types of a doccano relation project, as JSON: ``spans`` and ``relations``, each a list to upload."""

    def types(names: Iterable[str]) -> list[dict[str, Any]]:
        return [
            {"text": name, "suffix_key": None, "background_color": colour, "text_color": "#ffffff"}
            for name, colour in zip(names, cycle(_COLOURS), strict=False)
        ]

    deals = (f"deal{number}.{slot}" for number in range(1, DEALS + 1) for slot in SLOTS)
    made = {"spans": types(known_labels()), "relations": types((SAME, *deals))}
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"


def to_json(document: Document) -> dict[str, Any]:
    """One document as doccano's upload object; spans and relations are numbered from 0.

    Raises :class:`FormatError` for a deal without company, or with neither government nor location.
    """
    document = unix_newlines(require_parties(require(document, f"document {document.id}")))
    entities = [
        {"id": number, "label": mention.label, "start_offset": mention.start, "end_offset": mention.end}
        for number, mention in enumerate(document.mentions)
    ]
    relations = _same(document) + _deals(document)
    first = first_mentions(document)
    extra = {
        "id": document.id,
        "meta": dict(document.meta),
        "entities": {
            entity: [document.mentions[index].start, document.mentions[index].end] for entity, index in first.items()
        },
        "deals": {
            f"deal{number}": {"type": frame.type, "stage": frame.stage, "scope": frame.scope}
            for number, frame in enumerate(document.frames, 1)
        },
    }
    return {
        "text": document.text,
        "entities": entities,
        "relations": [{"id": number, **relation} for number, relation in enumerate(relations)],
        EXTRA: extra,
    }


def _same(document: Document) -> list[dict[str, Any]]:
    last: dict[str, int] = {}
    relations = []
    for index, mention in enumerate(document.mentions):
        if mention.entity in last:
            relations.append({"from_id": last[mention.entity], "to_id": index, "type": SAME})
        last[mention.entity] = index
    return relations


def _deals(document: Document) -> list[dict[str, Any]]:
    first = first_mentions(document)
    relations = []
    for number, frame in enumerate(document.frames, 1):
        company = frame.company[0]
        for slot, entities in frame.slots().items():
            relations += [
                {"from_id": first[company], "to_id": first[entity], "type": f"deal{number}.{slot}"}
                for entity in entities
                if (slot, entity) != ("company", company)
            ]
    return relations


def from_json(value: Mapping[str, Any], path: Path, line: int) -> Document:
    """One exported object as a document.

    Spans may stand in ``entities`` (relation projects), or as triples in ``label`` or ``labels``; in the latter
    case mentions of equal label and text are taken for one entity. Without our own field the id is doccano's, or file
    name and line number, and other plain values become the document's meta.

    Raises :class:`FormatError` for spans outside the text, overlaps, labels or relation types not of the schema, and
    relations to unknown spans.
    """
    extra = value.get(EXTRA) or {}
    text = str(value["text"] if "text" in value else value["data"])
    names = {tuple(span): name for name, span in (extra.get("entities") or {}).items()}
    plain = "entities" not in value
    spans: list[tuple[Any, int, int, str]] = (
        [(None, *triple) for triple in value.get("label", value.get("labels")) or ()]
        if plain
        else [(item["id"], item["start_offset"], item["end_offset"], item["label"]) for item in value["entities"]]
    )
    spans.sort(key=lambda span: span[1:3])
    regions = [
        Region(int(start), int(end), text[start:end], str(label), names.get((start, end)))
        for _, start, end, label in spans
    ]
    index = {span[0]: number for number, span in enumerate(spans)}
    relations = _relations(value.get("relations") or (), index, path, line)
    mentions = to_mentions(regions, (ends for kind, ends in relations if kind == SAME), by_surface=plain)
    slots: dict[int, Slots] = {}
    for kind, (source, target) in relations:
        if kind == SAME:
            continue
        deal = _RELATION.fullmatch(kind)
        if deal is None:
            raise FormatError(f"unknown relation type {kind!r}; {SAME} or deal1.government …", path, line)
        if mentions[source].label != "COM":
            offset, surface = mentions[source].start, mentions[source].text
            raise FormatError(f"{kind} starts at {surface!r}, which is no COM", path, line, offset)
        filled = slots.setdefault(int(deal[1]), Slots())
        filled.add("company", mentions[source].entity)
        filled.add(cast(Slot, deal[2]), mentions[target].entity)
    attributes = extra.get("deals") or {}
    frames = tuple(filled.frame(**attributes.get(f"deal{number}", {})) for number, filled in sorted(slots.items()))
    if extra:
        identifier, meta = str(extra["id"]), {str(key): str(item) for key, item in extra["meta"].items()}
    else:
        identifier = str(value.get("id", f"{path.stem}:{line}"))
        meta = {
            key: str(item) for key, item in value.items() if key not in _FIELDS and isinstance(item, str | int | float)
        }
    return require_parties(require(Document(identifier, text, tuple(mentions), frames, meta), path, line), path, line)


def _relations(
    values: Iterable[Mapping[str, Any]], index: Mapping[Any, int], path: Path, line: int
) -> list[tuple[str, tuple[int, int]]]:
    """Type and ends (indices of regions) of each relation."""
    relations = []
    for value in values:
        for end in (value["from_id"], value["to_id"]):
            if end not in index:
                raise FormatError(f"relation {value['type']} to unknown span {end}", path, line)
        relations.append((str(value["type"]), (index[value["from_id"]], index[value["to_id"]])))
    return relations


def items(path: Path) -> Items:
    """The documents of a file, and an error for each line that holds none."""
    return json_lines(path, lambda value, line: from_json(value, path, line))


def read(path: str | Path) -> list[Document]:
    """All documents of a file; raises :class:`FormatError` at the first broken line."""
    return sound(items(Path(path)))


def write(documents: Iterable[Document], path: str | Path) -> None:
    """Write one document a line, UTF-8; raises as :func:`to_json`."""
    write_json_lines(map(to_json, documents), path)
