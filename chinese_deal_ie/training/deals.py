"""Annotated documents to training examples of the deal stage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from ..model.config import ModelConfig
from ..model.vocabulary import Vocabulary
from ..model.windows import Window, plan
from ..reading import clean
from ..schema import Document, Frame
from .examples import IGNORED, Example, Focus


@dataclass(frozen=True, slots=True)
class CleanMention:
    """A mention in the clean view the model reads."""

    start: int
    end: int
    label: str
    entity: str


def clean_view(document: Document) -> tuple[str, list[CleanMention]]:
    """The clean text of ``document`` and its mentions there; mentions of which nothing survives are left out."""
    view = clean(document.text)
    mentions = []
    for mention in document.mentions:
        found = view.from_raw(mention.start, mention.end)
        if found is not None:
            mentions.append(CleanMention(*found, mention.label, mention.entity))
    return view.text, mentions


def examples(document: Document, config: ModelConfig, vocabulary: Vocabulary) -> list[Example]:
    """One example a window of the clean view of ``document``."""
    text, mentions = clean_view(document)
    return [
        _example(text, mentions, window, document.frames, config, vocabulary)
        for window in plan(text, config.max_positions - 2)
    ]


def _example(
    text: str,
    mentions: Iterable[CleanMention],
    window: Window,
    frames: Iterable[Frame],
    config: ModelConfig,
    vocabulary: Vocabulary,
) -> Example:
    rows = [(mention, window.row(mention.start, mention.end)) for mention in mentions]
    inside = sorted(((mention, row) for mention, row in rows if row is not None), key=lambda pair: pair[1])
    entities = {entity: index for index, entity in enumerate(dict.fromkeys(mention.entity for mention, _ in inside))}
    labels = {mention.entity: mention.label for mention, _ in inside}
    tags = np.zeros(len(window) + 2, np.int64)
    tags[[0, -1]] = IGNORED
    for mention, row in inside:
        begin = config.tags.index(f"B-{mention.label}")
        tags[row] = begin
        tags[row + 1 : row + mention.end - mention.start] = begin + 1
    starts = np.array([row for _, row in inside], np.int64)
    lengths = np.array([mention.end - mention.start for mention, _ in inside], np.int64)
    codes = vocabulary.encode(text)[window.characters()]
    return Example(
        ids=np.concatenate([[vocabulary.cls], codes, [vocabulary.sep]]).astype(np.int32),
        tags=tags,
        starts=starts,
        ends=starts + lengths,
        entities=np.array([entities[mention.entity] for mention, _ in inside], np.int64),
        labels=tuple(labels[entity] for entity in entities),
        focuses=tuple(_focuses(entities, labels, list(frames), config, whole=len(window) == len(text))),
    )


def _focuses(
    entities: Mapping[str, int], labels: Mapping[str, str], frames: list[Frame], config: ModelConfig, *, whole: bool
) -> Iterable[Focus]:
    """One focus a company in the window.

    A company's deals are read together: where it stands in several, each role has several right answers. A window of a
    longer text that shows nothing of a deal but the company teaches nothing about it.
    """
    for company in entities:
        if labels[company] != "COM":
            continue
        own = [frame for frame in frames if company in frame.company]
        if not own:
            yield Focus(entities[company], deal=0.0)
            continue
        roles: dict[str, tuple[int, ...]] = {}
        for role in ("government", "amount", "location", "date", "project"):
            stated = {entity for frame in own for entity in frame.slot(role)}
            roles[role] = tuple(sorted(entities[entity] for entity in stated if entity in entities))
        partners = {entity for frame in own for entity in frame.company} - {company}
        roles["partner"] = tuple(sorted(entities[entity] for entity in partners if entity in entities))
        if not whole and not any(roles.values()):
            continue
        yield Focus(
            entities[company],
            deal=1.0,
            roles=roles,
            type=config.deal_types.index(own[0].type),
            stage=config.stages.index(own[0].stage),
            shared=float(any(frame.scope == "shared" for frame in own)) if roles["amount"] else None,
        )
