"""The general stage: public NER and event sets teach the encoder to read characters, tag and look with a focus.

The sets stay where the user keeps them (``shared/data`` of the project's workplace); none is shipped. Each has its own
tag head, thrown away afterwards, so that their label sets never have to be mapped onto ours.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ..model.vocabulary import Vocabulary
from .examples import IGNORED, Example, Focus

FEWFC_LABELS = {
    **dict.fromkeys(("sub", "sub-org", "obj-org", "target-company", "share-org", "institution"), "COM"),
    **dict.fromkeys(("money", "amount"), "AMT"),
    "date": "DATE",
    **dict.fromkeys(("sub-per", "obj-per", "share-per"), "PER"),
    **dict.fromkeys(("number", "proportion"), "NUM"),
}
FEWFC_EVENTS = ("股份股权转让", "投资", "质押", "减持", "起诉", "中标", "担保", "签署合同", "收购", "判决")
TAG_LABELS = {
    "cluener": (
        "name", "organization", "position", "company", "address", "game", "government", "scene", "book", "movie",
    ),
    "msra": ("LOC", "ORG", "PER"),
    "fewfc": ("COM", "AMT", "DATE", "PER", "NUM"),
}  # fmt: skip
FILES = {
    "cluener": ("cluener.train.jsonl.gz",),
    "msra": ("msra.dev.jsonl.gz",),
    "fewfc": ("fewfc.train.jsonl.gz", "fewfc.dev.jsonl.gz"),
}
"""What is trained on. CLUENER's dev, MSRA's test and FewFC's test stay unseen, for the yardstick."""


_WIDTH = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}


def canonical(text: str) -> str:
    """Half-width letters and digits, one for one (MSRA writes them full-width)."""
    return text.translate(_WIDTH)


def tag_count(name: str) -> int:
    """IOB2 tags of set ``name``: O and two a label."""
    return 1 + 2 * len(TAG_LABELS[name])


def records(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    """The records of a set; OSError when a file is missing."""
    for file in FILES[name]:
        with gzip.open(folder / file, "rt", encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def examples(
    folder: Path, name: str, vocabulary: Vocabulary, generator: np.random.Generator, pack: int
) -> list[Example]:
    """Examples of set ``name``, its texts shuffled and packed to about ``pack`` characters a window."""
    pool = list(records(folder, name))
    packed: list[Example] = []
    window: list[dict[str, Any]] = []
    for index in generator.permutation(len(pool)):
        if window and sum(len(record["text"]) + 1 for record in window) + len(pool[index]["text"]) > pack:
            packed.append(_example(window, name, vocabulary))
            window = []
        window.append(pool[index])
    return [*packed, _example(window, name, vocabulary)]


def _example(window: list[dict[str, Any]], name: str, vocabulary: Vocabulary) -> Example:
    text = "\n".join(canonical(record["text"]) for record in window)[:510]
    tags = np.zeros(len(text) + 2, np.int64)
    tags[[0, -1]] = IGNORED
    spans: list[tuple[int, int, str]] = []
    focuses: list[tuple[tuple[int, int], str, dict[str, set[tuple[int, int]]]]] = []
    offset = 1
    for record in window:
        found = record.get("entities") or _fewfc_mentions(record)
        for span in sorted(found, key=lambda span: span["start"] - span["end"]):
            start, end = span["start"] + offset, span["end"] + offset
            if end <= len(text) + 1 and not tags[start:end].any():
                index = TAG_LABELS[name].index(span["label"])
                tags[start] = 1 + 2 * index
                tags[start + 1 : end] = 2 + 2 * index
                spans.append((start, end, span["label"]))
        focuses += _fewfc_focuses(record, offset)
        offset += len(record["text"]) + 1
    surfaces = [(text[start - 1 : end - 1], label) for start, end, label in spans]
    entities = {surface: index for index, surface in enumerate(dict.fromkeys(surfaces))}
    by_span = {(start, end): entities[surface] for (start, end, _), surface in zip(spans, surfaces, strict=True)}
    return Example(
        ids=np.concatenate([[vocabulary.cls], vocabulary.encode(text), [vocabulary.sep]]).astype(np.int32),
        tags=tags,
        starts=np.array([span[0] for span in spans], np.int64),
        ends=np.array([span[1] for span in spans], np.int64),
        entities=np.array([entities[surface] for surface in surfaces], np.int64),
        labels=tuple(label for _, label in entities),
        focuses=tuple(
            Focus(
                entity=by_span[company],
                deal=float("nan"),
                roles={
                    role: tuple(sorted({by_span[span] for span in fillers if span in by_span} - {by_span[company]}))
                    for role, fillers in roles.items()
                },
                type=FEWFC_EVENTS.index(event),
            )
            for company, event, roles in focuses
            if company in by_span
        ),
        head=name,
    )


def _fewfc_mentions(record: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"start": mention["start"], "end": mention["end"], "label": FEWFC_LABELS[mention["role"]]}
        for event in record.get("events", ())
        for mention in event["mentions"]
        if mention["role"] in FEWFC_LABELS
    ]


def _fewfc_focuses(
    record: dict[str, Any], offset: int
) -> Iterator[tuple[tuple[int, int], str, dict[str, set[tuple[int, int]]]]]:
    """One focus a company argument: the sums, dates and fellow companies of all its events of one type."""
    events: dict[tuple[tuple[int, int], str], dict[str, set[tuple[int, int]]]] = {}
    roles = {"AMT": "amount", "DATE": "date", "COM": "partner"}
    for event in record.get("events", ()):
        spans = [
            ((mention["start"] + offset, mention["end"] + offset), FEWFC_LABELS[mention["role"]])
            for mention in event["mentions"]
            if mention["role"] in FEWFC_LABELS
        ]
        for company, label in spans:
            if label != "COM":
                continue
            fillers = events.setdefault((company, event["type"]), {role: set() for role in roles.values()})
            for span, other in spans:
                if other in roles and span != company:
                    fillers[roles[other]].add(span)
    for (company, event_type), fillers in events.items():
        yield company, event_type, fillers
