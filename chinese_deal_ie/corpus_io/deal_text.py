"""The ``.deal.txt`` format: readable text with ``[surface|LABEL:id]`` mentions and ``@deal`` lines.

GUIDELINES.md of the corpus defines it. The format has no escapes: text with ``[``, ``]``, ``|`` or a line that
begins with ``#`` or ``@`` cannot be written and is refused (JSON lines take any text). Scores are not kept.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

from ..schema import DEAL_TYPES, SLOTS, STAGES, Document, Frame, Label, Mention, Slot
from .checks import guideline_flaws, known_labels, mention_flaws, party_flaw, require, slot_flaw
from .errors import FormatError
from .normalise import plain_entity_ids, safe_name, unix_newlines
from .sources import require_unicode

_MENTION = re.compile(r"\[([^\[\]|\n]+)\|([A-Z]+):([a-z]+[0-9]+)\]")
_MARKUP = re.compile(r"[\[\]|]")
_COMMAND = re.compile(r"^[#@]", re.MULTILINE)
_DEAL = re.compile(r"^@deal(?!\S)", re.MULTILINE)
_VALUES: dict[str, tuple[str, ...]] = {"type": DEAL_TYPES, "stage": STAGES, "scope": ("shared",)}


def parse(source: str, name: str = "<string>", *, complete: bool = False) -> Document:
    """Read one annotated document.

    ``name`` is the file in error messages. Line ends become ``\\n``; the text begins after the header lines and
    ends before the first ``@deal``, without the line breaks at its edges. A deal that does not say its type or
    stage gets the defaults of :class:`~chinese_deal_ie.schema.Frame`; with ``complete`` it is an error, and so is
    everything else that the guidelines forbid.

    Raises :class:`FormatError` with line and character offset into ``source`` (after line ends are normalised).
    """
    return _Parser(source, name, complete).document()


class _Parser:
    def __init__(self, source: str, name: str, complete: bool) -> None:
        self.source = source.removeprefix("\ufeff").replace("\r\n", "\n")
        self.name = name
        self.complete = complete

    def error(self, offset: int, message: str) -> FormatError:
        return FormatError(message, self.name, self.source.count("\n", 0, offset) + 1, offset)

    def document(self) -> Document:
        meta, begin = self._header()
        deal = _DEAL.search(self.source, begin)
        end = deal.start() if deal else len(self.source)
        text, mentions = self._body(begin, end)
        identifier = meta.pop("id", "")
        if not identifier:
            raise self.error(0, "no '# id:' header")
        labels = {mention.entity: mention.label for mention in mentions}
        document = Document(identifier, text, tuple(mentions), tuple(self._deals(end, labels)), meta)
        if self.complete:
            for flaw in guideline_flaws(document):
                raise self.error(0, flaw.message)
        return document

    def _header(self) -> tuple[dict[str, str], int]:
        meta: dict[str, str] = {}
        position = 0
        while self.source.startswith("# ", position):
            end = self.source.find("\n", position)
            end = len(self.source) if end < 0 else end
            key, colon, value = self.source[position + 2 : end].partition(":")
            key = key.strip()
            if not colon or not key:
                raise self.error(position, "a header line reads '# key: value'")
            if key in meta:
                raise self.error(position, f"header {key!r} twice")
            meta[key] = value.strip()
            position = min(end + 1, len(self.source))
        return meta, position

    def _body(self, begin: int, end: int) -> tuple[str, list[Mention]]:
        while begin < end and self.source[begin] == "\n":
            begin += 1
        while end > begin and self.source[end - 1] == "\n":
            end -= 1
        pieces: list[str] = []
        mentions: list[Mention] = []
        starts, origins = [0], [begin]  # where each piece starts in the text and in the source
        length, cursor = 0, begin
        for match in _MENTION.finditer(self.source, begin, end):
            gap = self._gap(cursor, match.start())
            surface, label, entity = match.groups()
            if label not in known_labels():
                message = f"unknown label {label} on {surface!r}; one of {', '.join(known_labels())}"
                raise self.error(match.start(2), message)
            length += len(gap)
            mentions.append(Mention(length, length + len(surface), surface, cast(Label, label), entity))
            pieces += (gap, surface)
            starts += (length, length + len(surface))
            origins += (match.start(1), match.end())
            length += len(surface)
            cursor = match.end()
        pieces.append(self._gap(cursor, end))
        text = "".join(pieces)

        def origin(offset: int) -> int:
            piece = bisect_right(starts, offset) - 1
            return origins[piece] + offset - starts[piece]

        for flaw in mention_flaws(Document("", text, tuple(mentions))):
            raise self.error(origin(flaw.offset or 0), flaw.message)
        command = _COMMAND.search(text)
        if command:
            raise self.error(
                origin(command.start()),
                f"a line of text begins with {command.group()!r} (header or deal out of place?)",
            )
        return text, mentions

    def _gap(self, start: int, end: int) -> str:
        stray = _MARKUP.search(self.source, start, end)
        if stray:
            near = self.source[max(start, stray.start() - 10) : min(end, stray.start() + 20)]
            raise self.error(
                stray.start(), f"stray {stray.group()!r} near {near!r}; a mention reads [surface|LABEL:c1]"
            )
        return self.source[start:end]

    def _deals(self, begin: int, labels: dict[str, Label]) -> list[Frame]:
        frames = []
        position = begin
        for line in self.source[begin:].split("\n"):
            if _DEAL.match(line):
                frames.append(self._deal(line, position, labels))
            elif line.strip():
                raise self.error(position, f"{line[:40]!r} after the first @deal line")
            position += len(line) + 1
        return frames

    def _deal(self, line: str, position: int, labels: dict[str, Label]) -> Frame:
        fields: dict[str, Any] = {}
        for token in re.finditer(r"\S+", line[len("@deal") :]):
            offset = position + len("@deal") + token.start()
            key, _, value = token.group().partition("=")
            if key in fields:
                raise self.error(offset, f"deal field {key!r} twice")
            if key in SLOTS:
                fields[key] = self._slot(key, value, offset, labels)
            elif value in _VALUES.get(key, ()):
                fields[key] = value
            elif key in _VALUES:
                raise self.error(offset, f"unknown {key} {value!r}; one of {', '.join(_VALUES[key])}")
            else:
                raise self.error(offset, f"unknown deal field {token.group()!r}")
        frame = Frame(**fields)
        message = party_flaw(frame)
        if message:
            raise self.error(position, message)
        if self.complete and not {"type", "stage"} <= fields.keys():
            raise self.error(position, "the deal does not say its type and stage")
        return frame

    def _slot(self, slot: Slot, value: str, offset: int, labels: dict[str, Label]) -> tuple[str, ...]:
        entities = tuple(value.split(","))
        for entity in entities:
            message = slot_flaw(slot, entity, labels)
            if message:
                raise self.error(offset, message)
        if len(set(entities)) < len(entities):
            raise self.error(offset, f"{slot} names an entity twice")
        return entities


def write(document: Document) -> str:
    """One document as ``.deal.txt``, such that :func:`parse` gives it back.

    Normalised: line ends become ``\\n``; entity ids that are not letters and a number are renamed
    (:func:`~chinese_deal_ie.corpus_io.normalise.plain_entity_ids`); scores are dropped.

    Raises :class:`FormatError` for what the format cannot say: markup characters in the text, lines that begin with
    ``#`` or ``@``, line breaks at the edges of the text or inside a mention, header values of several lines, a deal
    without company or without government and location.
    """
    name = f"document {document.id}"
    document = plain_entity_ids(unix_newlines(require(document, name)))
    _refuse(document, name)
    parts: list[str] = []
    cursor = 0
    for mention in document.mentions:
        parts += (
            document.text[cursor : mention.start],
            f"[{mention.text}|{mention.label}:{mention.entity}]",
        )
        cursor = mention.end
    parts.append(document.text[cursor:])
    header = [f"# {key}: {value}".rstrip() for key, value in {"id": document.id, **document.meta}.items()]
    lines = [*header, "".join(parts), *map(_deal_line, document.frames)]
    return "\n".join(lines) + "\n"


def _deal_line(frame: Frame) -> str:
    fields = [f"{slot}={','.join(entities)}" for slot, entities in frame.slots().items() if entities]
    fields += (f"type={frame.type}", f"stage={frame.stage}")
    if frame.scope == "shared":
        fields.append("scope=shared")
    return " ".join(("@deal", *fields))


def _refuse(document: Document, name: str) -> None:
    for frame in document.frames:
        message = party_flaw(frame)
        if message:
            raise FormatError(message, name)
    require_unicode(document.id, document.text, *document.meta, *document.meta.values(), name=document.id)
    for pattern, where in ((_MARKUP, "in the text"), (_COMMAND, "at the start of a line")):
        found = pattern.search(document.text)
        if found:
            raise FormatError(
                f".deal.txt cannot hold {found.group()!r} {where}; write （ ） 【 】 ／ instead, or use JSON lines",
                name,
                offset=found.start(),
            )
    if document.text != document.text.strip("\n"):
        raise FormatError(".deal.txt cannot hold line breaks at the edges of the text", name)
    for mention in document.mentions:
        if "\n" in mention.text:
            raise FormatError(".deal.txt cannot hold a line break in a mention", name, offset=mention.start)
    for key, value in (("id", document.id), *document.meta.items()):
        if value != value.strip() or re.search(r"[\r\n]", value):
            raise FormatError(f".deal.txt cannot hold header value {value!r} of {key!r}", name)
    for key in document.meta:
        if key != key.strip() or key in ("", "id") or re.search(r"[:\r\n]", key):
            raise FormatError(f".deal.txt cannot hold header name {key!r}", name)


def write_folder(documents: Iterable[Document], folder: str | Path) -> None:
    """Write one ``.deal.txt`` a document into ``folder``, made if missing, named by id; raises as :func:`write`."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for document in documents:
        (folder / f"{safe_name(document.id)}.deal.txt").write_bytes(write(document).encode("utf-8"))
