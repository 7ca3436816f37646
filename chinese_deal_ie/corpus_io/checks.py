"""What holds for every annotated document, whatever file it came from."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import NamedTuple

from ..schema import DEAL_TYPES, LABELS, SCOPES, SLOT_LABELS, STAGES, Document, Frame, Label, Mention, Slot
from .errors import FormatError

GENRES: frozenset[str] = frozenset({"news", "gov", "notice", "roundup", "profile", "opinion"})
LANGS: frozenset[str] = frozenset({"zh-Hans", "zh-Hant", "zh-Hans-noisy"})

DECLARATION = "extra-labels.txt"
"""The file in which a corpus declares labels beyond those of the schema, one a line; ``#`` begins a comment."""
_EXTRA: ContextVar[tuple[str, ...]] = ContextVar("extra labels", default=())
_LABEL = re.compile(r"[A-Z]{2,20}")
_RESERVED = frozenset({"DEAL"})
_DATE = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?")


class Flaw(NamedTuple):
    """Something wrong in a document; ``offset`` is a character of its text, or None for what stands nowhere."""

    offset: int | None
    message: str


def known_labels() -> tuple[str, ...]:
    """The labels of the schema and, inside :func:`extra_labels`, further ones."""
    return (*LABELS, *_EXTRA.get())


def label_flaw(name: str) -> str | None:
    """Why ``name`` cannot be an extra label, or None when it can."""
    if _LABEL.fullmatch(name) is None:
        return f"label {name!r} is not two to twenty capital letters"
    return f"label {name!r} has a meaning of its own" if name in _RESERVED else None


@contextmanager
def extra_labels(names: Iterable[str]) -> Iterator[None]:
    """Inside the block, ``names`` are known beside the labels of the schema; raises ``ValueError`` for misfit ones."""
    wanted = tuple(dict.fromkeys(name for name in names if name not in LABELS))
    for name in wanted:
        if flaw := label_flaw(name):
            raise ValueError(flaw)
    token = _EXTRA.set(tuple(dict.fromkeys((*_EXTRA.get(), *wanted))))
    try:
        yield
    finally:
        _EXTRA.reset(token)


def declared_labels(path: str | Path) -> tuple[str, ...]:
    """The labels that the nearest :data:`DECLARATION` names: in the folder ``path`` or that of the file, or up to two
    folders above, so that it may stand beside ``train`` and ``dev``.

    Raises :class:`FormatError` for a line that is no label.
    """
    here = Path(path).resolve()
    for folder in (here, *here.parents[:3])[: 3 if here.is_dir() else 4]:
        file = folder / DECLARATION
        if file.is_file():
            names = []
            try:
                lines = file.read_text(encoding="utf-8").splitlines()
            except UnicodeDecodeError as error:
                raise FormatError(f"not UTF-8 ({error.reason})", file) from None
            for number, line in enumerate(lines, 1):
                name = line.partition("#")[0].strip()
                if name and (flaw := label_flaw(name)):
                    raise FormatError(flaw, file, number)
                names += [name] if name else []
            return tuple(name for name in dict.fromkeys(names) if name not in LABELS)
    return ()


def mention_flaws(document: Document) -> Iterator[Flaw]:
    """Mentions that are no spans of the text, overlap, or disagree about the label of their entity."""
    labels: dict[str, Label] = {}
    previous: Mention | None = None
    for mention in document.mentions:
        start, end = mention.start, mention.end
        if not 0 <= start < end <= len(document.text):
            yield Flaw(start, f"span {start}-{end} is empty or outside the text of {len(document.text)} characters")
            continue
        if document.text[start:end] != mention.text:
            yield Flaw(start, f"mention says {mention.text!r}, the text has {document.text[start:end]!r}")
        if mention.text != mention.text.strip():
            yield Flaw(start, f"white space at the edge of {mention.text!r}")
        if mention.label not in known_labels():
            labels_known = ", ".join(known_labels())
            yield Flaw(
                start,
                f"unknown label {mention.label!r} on {mention.text!r}; labels are {labels_known}, and those that "
                f"{DECLARATION} declares",
            )
        if previous is not None and start < previous.end:
            yield Flaw(start, f"{mention.text!r} overlaps or precedes {previous.text!r} at {previous.start}")
        if mention.entity.split() != [mention.entity]:
            yield Flaw(start, f"entity id {mention.entity!r} of {mention.text!r} is empty or has white space")
        known = labels.setdefault(mention.entity, mention.label)
        if known != mention.label:
            yield Flaw(start, f"entity {mention.entity} is {mention.label} on {mention.text!r} but {known} before")
        previous = mention


def slot_flaw(slot: Slot, entity: str, labels: Mapping[str, Label]) -> str | None:
    """Why ``entity`` cannot fill ``slot``, or None when it can; ``labels`` maps the document's entities."""
    if entity not in labels:
        return f"{slot}={entity} is no entity of the document"
    if labels[entity] not in SLOT_LABELS[slot]:
        return f"{slot}={entity} has label {labels[entity]}, not {' or '.join(sorted(SLOT_LABELS[slot]))}"
    return None


def party_flaw(frame: Frame) -> str | None:
    """Why a frame is no deal by the guidelines (no company, or neither government nor location), or None."""
    if not frame.company or not (frame.government or frame.location):
        return "a deal needs a company and a government or a location"
    return None


def frame_flaws(document: Document) -> Iterator[Flaw]:
    """Frames whose slots point at nothing, or at the wrong label, and values outside the vocabulary."""
    first = {entity: mentions[0] for entity, mentions in document.entities().items()}
    labels = {entity: mention.label for entity, mention in first.items()}
    for number, frame in enumerate(document.frames, 1):
        for slot, entities in frame.slots().items():
            for entity in entities:
                message = slot_flaw(slot, entity, labels)
                if message:
                    offset = first[entity].start if entity in first else None
                    yield Flaw(offset, f"deal {number}: {message}")
            if len(set(entities)) < len(entities):
                yield Flaw(None, f"deal {number}: {slot} names an entity twice")
        values: tuple[tuple[str, str, Collection[str]], ...] = (
            ("type", frame.type, DEAL_TYPES),
            ("stage", frame.stage, STAGES),
            ("scope", frame.scope, SCOPES),
        )
        for key, value, known in values:
            if value not in known:
                yield Flaw(None, f"deal {number}: unknown {key} {value!r}; one of {', '.join(known)}")


def structure_flaws(document: Document) -> Iterator[Flaw]:
    """Everything that makes a document unusable, in no matter which format."""
    yield from mention_flaws(document)
    yield from frame_flaws(document)


def guideline_flaws(document: Document) -> Iterator[Flaw]:
    """What GUIDELINES.md forbids in a well-formed document: parties of deals, header values."""
    for number, frame in enumerate(document.frames, 1):
        message = party_flaw(frame)
        if message:
            yield Flaw(None, f"deal {number}: {message}")
    for key, known in (("genre", GENRES), ("lang", LANGS)):
        if document.meta.get(key, next(iter(known))) not in known:
            yield Flaw(None, f"unknown {key} {document.meta[key]!r}; one of {', '.join(sorted(known))}")
    published = document.meta.get("published")
    if published is not None and not _DATE.fullmatch(published):
        yield Flaw(None, f"published {published!r} is no date YYYY-MM-DD, YYYY-MM or YYYY")


def require(document: Document, file: str | Path, line: int | None = None) -> Document:
    """The document itself; raises :class:`FormatError` with its first structural flaw, if there is one."""
    for flaw in structure_flaws(document):
        raise FormatError(flaw.message, file, line, flaw.offset)
    return document
