"""Label Studio tasks: annotations or predictions, with regions, relations and attributes of deals.

A mention is a region of a ``Labels`` control named ``label``, its entity id the text of a per-region ``TextArea`` named
``entity``. A deal is a region labelled ``DEAL`` over the first mention of its first company; relations labelled with
the slots lead from it to one mention of each filler, and per-region ``Choices`` named ``type``, ``stage`` and ``scope``
hold its attributes. :func:`labelling_config` gives the project's XML.

Reading is lenient where Label Studio is loose: relations may be drawn in either direction, a relation labelled
``same_as`` joins the mentions of one entity as an equal entity id does, relations to regions that do not exist are
passed over, ``value.text`` may be missing, and offsets in UTF-16 units (old releases) are recognised by it. Tasks of
which nobody made an annotation give no document.

Lossless, scores included. Format: Label Studio, guide "Task format" and the tag reference.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from itertools import cycle
from pathlib import Path
from typing import Any, Literal, NamedTuple
from xml.etree import ElementTree

from ..schema import DEAL_TYPES, SCOPES, SLOTS, STAGES, Document
from .checks import known_labels, require
from .errors import FormatError
from .regions import Region, Slots, first_mentions, require_parties, to_mentions
from .sources import Items, json_array, malformed, sound

Layer = Literal["annotations", "predictions"]
DEAL = "DEAL"
SAME = "same_as"
_COLOURS = ("#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#8c564b", "#e377c2", "#7f7f7f")
_ATTRIBUTES: dict[str, tuple[str, ...]] = {"type": DEAL_TYPES, "stage": STAGES, "scope": SCOPES}


def labelling_config() -> str:
    """The XML of a Label Studio project for these annotations, with the labels of :func:`.checks.known_labels`."""
    view = ElementTree.Element("View")
    labels = ElementTree.SubElement(view, "Labels", name="label", toName="text", choice="single")
    for label, colour in zip(known_labels(), cycle(_COLOURS), strict=False):
        ElementTree.SubElement(labels, "Label", value=label, background=colour)
    ElementTree.SubElement(labels, "Label", value=DEAL, background="#ff7f0e")
    relations = ElementTree.SubElement(view, "Relations")
    for relation in (SAME, *SLOTS):
        ElementTree.SubElement(relations, "Relation", value=relation)
    ElementTree.SubElement(view, "Style").text = ".htx-text{ white-space: pre-wrap; }"  # else spaces are trimmed
    ElementTree.SubElement(view, "Text", name="text", value="$text", granularity="symbol", saveTextResult="yes")
    ElementTree.SubElement(
        view, "TextArea", name="entity", toName="text", perRegion="true", editable="true", maxSubmissions="1"
    )
    for name, values in _ATTRIBUTES.items():
        choices = ElementTree.SubElement(
            view, "Choices", name=name, toName="text", choice="single", showInline="true",
            perRegion="true", whenTagName="label", whenLabelValue=DEAL,
        )  # fmt: skip
        for value in values:
            ElementTree.SubElement(choices, "Choice", value=value)
    ElementTree.indent(view)
    return ElementTree.tostring(view, encoding="unicode") + "\n"


def to_task(
    document: Document | None, prediction: Document | None = None, *, model_version: str = ""
) -> dict[str, Any]:
    """One task with ``document`` as its annotation and ``prediction``, of the same text, as its prediction.

    Either may be None, not both. A prediction's score is the mean of its mentions' scores. Raises
    :class:`FormatError` for a deal without company, or with neither government nor location, and ``ValueError`` when
    the texts differ or there are none.
    """
    given = [layer for layer in (document, prediction) if layer is not None]
    if len({layer.text for layer in given}) != 1:
        raise ValueError("a task needs an annotation and a prediction of the same text, or one of them")
    annotations = (
        [] if document is None else [{"result": _result(document), "was_cancelled": False, "ground_truth": False}]
    )
    predictions = []
    if prediction is not None:
        scores = [mention.score for mention in prediction.mentions]
        score = sum(scores) / len(scores) if scores else 0.0
        predictions.append({"model_version": model_version, "score": score, "result": _result(prediction)})
    data = {"text": given[0].text, "document_id": given[0].id, "meta": dict(given[0].meta)}
    return {"data": data, "annotations": annotations, "predictions": predictions}


def _result(document: Document) -> list[dict[str, Any]]:
    require_parties(require(document, f"document {document.id}"))
    result: list[dict[str, Any]] = []

    def add(identifier: str, name: str, kind: str, index: int, value: Mapping[str, Any], score: float) -> None:
        span = {"start": document.mentions[index].start, "end": document.mentions[index].end, **value}
        common = {"from_name": name, "to_name": "text", "type": kind, "origin": "manual", "score": score}
        result.append({"id": identifier, **common, "value": span})

    first = first_mentions(document)
    for index, mention in enumerate(document.mentions):
        label = {"text": mention.text, "labels": [mention.label]}
        add(f"m{index}", "label", "labels", index, label, mention.score)
        add(f"m{index}", "entity", "textarea", index, {"text": [mention.entity]}, mention.score)
    for number, frame in enumerate(document.frames):
        anchor = first[frame.company[0]]
        label = {"text": document.mentions[anchor].text, "labels": [DEAL]}
        add(f"d{number}", "label", "labels", anchor, label, frame.score)
        for name in _ATTRIBUTES:
            add(f"d{number}", name, "choices", anchor, {"choices": [getattr(frame, name)]}, frame.score)
    for number, frame in enumerate(document.frames):
        for slot, entities in frame.slots().items():
            for entity in entities:
                ends = {"from_id": f"d{number}", "to_id": f"m{first[entity]}"}
                result.append({"type": "relation", **ends, "direction": "right", "labels": [slot]})
    return result


class _Result(NamedTuple):
    """The parts of one annotation, by region id."""

    regions: dict[str, Mapping[str, Any]]
    entities: dict[str, str]
    attributes: dict[str, dict[str, str]]
    relations: list[tuple[str, str, str]]


def _parts(result: Iterable[Mapping[str, Any]]) -> _Result:
    parts = _Result({}, {}, {}, [])
    for item in result:
        kind = item["type"]
        if kind == "labels":
            parts.regions[item["id"]] = item
        elif kind == "textarea" and item["from_name"] == "entity":
            text = item["value"]["text"]
            parts.entities[item["id"]] = (text if isinstance(text, str) else text[0]).strip()
        elif kind == "choices" and item["from_name"] in _ATTRIBUTES:
            parts.attributes.setdefault(item["id"], {})[item["from_name"]] = item["value"]["choices"][0]
        elif kind == "relation":
            parts.relations.extend((label, item["from_id"], item["to_id"]) for label in item.get("labels") or ())
    return parts


def from_task(task: Mapping[str, Any], path: Path, line: int, layer: Layer = "annotations") -> Document | None:
    """The document of a task, or None when the layer holds nothing for it.

    Of several annotations the one marked as ground truth counts, else the last that was not cancelled; of several
    predictions the first. Raises :class:`FormatError` for broken regions and for deals that lack what they need.
    """
    data = task["data"]
    text = str(data["text"])
    chosen = _choose(task, layer)
    if chosen is None:
        return None
    parts = _parts(chosen["result"])
    offsets = _offsets(text, parts.regions.values(), path, line)
    deals = {key: item for key, item in parts.regions.items() if _label(item, path, line) == DEAL}
    keys = sorted(parts.regions.keys() - deals.keys(), key=lambda key: (parts.regions[key]["value"]["start"], key))
    regions = []
    for key in keys:
        item = parts.regions[key]
        start, end = offsets[item["value"]["start"]], offsets[item["value"]["end"]]
        score = _score(item)
        regions.append(Region(start, end, text[start:end], _label(item, path, line), parts.entities.get(key), score))
    index = {key: number for number, key in enumerate(keys)}
    same = [
        (index[one], index[two]) for kind, one, two in parts.relations if kind == SAME and {one, two} <= index.keys()
    ]
    mentions = to_mentions(regions, same, by_surface=not parts.entities and not same)
    slots = {key: Slots() for key in deals}
    for kind, one, two in parts.relations:
        deal, filler = (one, two) if one in deals else (two, one)
        if kind in SLOTS and deal in deals and filler in index:
            slots[deal].add(kind, mentions[index[filler]].entity)
    frames = tuple(slots[key].frame(score=_score(item), **parts.attributes.get(key, {})) for key, item in deals.items())
    identifier = str(data.get("document_id", task.get("id", f"{path.stem}:{line}")))
    document = Document(identifier, text, tuple(mentions), frames, _meta(data))
    return require_parties(require(document, path, line), path, line)


def _choose(task: Mapping[str, Any], layer: Layer) -> Mapping[str, Any] | None:
    if layer == "predictions":
        return next(iter(task.get("predictions") or ()), None)
    done = [item for item in task.get("annotations") or () if not item.get("was_cancelled")]
    true = [item for item in done if item.get("ground_truth")]
    return next(reversed(true or done), None)


def _score(item: Mapping[str, Any]) -> float:
    score = item.get("score")
    return 1.0 if score is None else float(score)


def _meta(data: Mapping[str, Any]) -> dict[str, str]:
    if "meta" in data:
        return {str(key): str(value) for key, value in data["meta"].items()}
    fields = ((key, value) for key, value in data.items() if key not in ("text", "document_id"))
    return {key: str(value) for key, value in fields if isinstance(value, str | int | float)}


def _label(item: Mapping[str, Any], path: Path, line: int) -> str:
    labels = list(item["value"].get("labels") or [])
    if len(labels) != 1:
        message = f"region {item['id']!r} has labels {labels}, not one"
        raise FormatError(message, path, line, item["value"]["start"])
    return str(labels[0])


def _offsets(text: str, regions: Collection[Mapping[str, Any]], path: Path, line: int) -> Mapping[int, int]:
    """Offsets of the tool to code points: equal, or counted in UTF-16 units if only that gives the regions' texts.

    Raises :class:`FormatError` when neither does.
    """
    points = {offset: offset for offset in range(len(text) + 1)}
    units: dict[int, int] = {}
    position = 0
    for offset, character in enumerate(text):
        units[position] = offset
        position += 1 + (ord(character) > 0xFFFF)
    units[position] = len(text)
    wrong: list[Mapping[str, Any]] = []
    for offsets in (points, units):
        misses = [item["value"] for item in regions if not _fits(text, item["value"], offsets)]
        if not misses:
            return offsets
        wrong = wrong or misses
    start, end = wrong[0]["start"], wrong[0]["end"]
    if start not in points or end not in points:
        raise FormatError(f"span {start!r}-{end!r} is outside the text of {len(text)} characters", path, line, start)
    raise FormatError(f"region says {wrong[0]['text']!r}, the text has {text[start:end]!r}", path, line, start)


def _fits(text: str, value: Mapping[str, Any], offsets: Mapping[int, int]) -> bool:
    start, end = offsets.get(value["start"]), offsets.get(value["end"])
    if start is None or end is None:
        return False
    actual = text[start:end]
    return value.get("text") in (None, actual, actual.replace("\n", "\\n"))  # old releases write \n as two characters


def items(path: Path, layer: Layer = "annotations") -> Items:
    """The documents of an export, and an error for each task that is broken."""
    try:
        for task, line in json_array(path):
            try:
                with malformed(path, line):
                    document = from_task(task, path, line, layer)
            except FormatError as error:
                yield error
            else:
                if document is not None:
                    yield document
    except FormatError as error:
        yield error


def read(path: str | Path, layer: Layer = "annotations") -> list[Document]:
    """All documents of an export that have something in ``layer``; :class:`FormatError` at the first broken task."""
    return sound(items(Path(path), layer))


def write(
    documents: Iterable[Document], path: str | Path, *, predictions: Iterable[Document] = (), model_version: str = ""
) -> None:
    """Write tasks to import, one a line in a JSON array.

    ``predictions`` are matched with ``documents`` by id; those without a partner become tasks to annotate.
    Raises as :func:`to_task`.
    """
    predicted = {document.id: document for document in predictions}
    tasks = [to_task(document, predicted.pop(document.id, None), model_version=model_version) for document in documents]
    tasks += (to_task(None, document, model_version=model_version) for document in predicted.values())
    lines = ",\n".join(json.dumps(task, ensure_ascii=False) for task in tasks)
    with open(path, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
        file.write(f"[\n{lines}\n]\n")
