"""brat standoff: a ``.txt`` and an ``.ann`` file a document, and a ``.meta.json`` for what brat has no place for.

==== =======================================================================================
T    mentions, typed with their label; the trigger of each deal, typed ``Deal``
E    deals: ``E1 Deal:T9 Government:T1 Company:T2 Company2:T4``, each filler by one of its mentions
A    a deal's ``Type``, ``Stage`` and ``Scope``
\\*    ``Equiv`` over all mentions of an entity
#    ``AnnotatorNotes`` on an entity's first mention: ``entity=c1``
N    ``Reference T1 GB2260:320400``: the division's code, kept in a document's meta as ``code.<entity id>``
==== =======================================================================================

The deal's trigger lies over the first mention of its first company. The sidecar holds document id and meta. Relations
(R) and notes of other forms say nothing that a document can hold and are passed over. A file with neither ``Equiv`` nor
entity notes takes mentions of equal label and text for one entity.

Scores are dropped; line ends stay as they are, since brat counts them all.
Format: brat.nlplab.org/standoff.html.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ..schema import DEAL_TYPES, SCOPES, SLOTS, STAGES, Document
from .checks import known_labels, require
from .errors import FormatError
from .normalise import safe_name
from .regions import Region, Slots, first_mentions, require_parties, to_mentions
from .sources import Items, json_object, malformed, read_utf8, require_unicode, sound

DATABASE = "GB2260"
_CODE = "code."
_ATTRIBUTES = {"Type": DEAL_TYPES, "Stage": STAGES, "Scope": SCOPES}
_BREAK = re.compile(r"[\r\n\t]")


def annotation_conf() -> str:
    """The ``annotation.conf`` of a brat collection for these annotations."""
    roles = ", ".join(f"{slot.capitalize()}*:<ENTITY>" for slot in SLOTS)
    attributes = [f"{name}\tArg:Deal, Value:{'|'.join(values)}" for name, values in _ATTRIBUTES.items()]
    relations = ["Equiv\tArg1:<ENTITY>, Arg2:<ENTITY>, <REL-TYPE>:symmetric-transitive"]
    sections = {
        "entities": known_labels(),
        "events": [f"Deal\t{roles}"],
        "relations": relations,
        "attributes": attributes,
    }
    return "\n".join(f"[{name}]\n" + "\n".join(lines) + "\n" for name, lines in sections.items())


def to_standoff(document: Document) -> str:
    """The ``.ann`` file of a document; raises :class:`FormatError` for deals that lack a company or a side."""
    require_parties(require(document, f"document {document.id}"))
    first = first_mentions(document)
    lines = [
        f"T{number}\t{mention.label} {_fragments(document.text, mention.start, mention.end)}"
        for number, mention in enumerate(document.mentions, 1)
    ]
    count = len(lines)
    attributes: list[str] = []
    for number, frame in enumerate(document.frames, 1):
        anchor = document.mentions[first[frame.company[0]]]
        arguments = [
            f"{slot.capitalize()}{place if place > 1 else ''}:T{first[entity] + 1}"
            for slot, entities in frame.slots().items()
            for place, entity in enumerate(entities, 1)
        ]
        lines.append(f"T{count + number}\tDeal {_fragments(document.text, anchor.start, anchor.end)}")
        lines.append(" ".join((f"E{number}\tDeal:T{count + number}", *arguments)))
        for name in _ATTRIBUTES:
            attributes.append(f"A{len(attributes) + 1}\t{name} E{number} {getattr(frame, name.lower())}")
    lines += attributes
    members: dict[str, list[str]] = {}
    for number, mention in enumerate(document.mentions, 1):
        members.setdefault(mention.entity, []).append(f"T{number}")
    lines += (f"*\tEquiv {' '.join(group)}" for group in members.values() if len(group) > 1)
    lines += (
        f"#{number}\tAnnotatorNotes T{first[entity] + 1}\tentity={entity}" for number, entity in enumerate(first, 1)
    )
    codes = _codes(document)
    lines += (
        f"N{number}\tReference T{first[entity] + 1} {DATABASE}:{code}\t{document.mentions[first[entity]].text}"
        for number, (entity, code) in enumerate(codes.items(), 1)
    )
    return "".join(line + "\n" for line in lines)


def _fragments(text: str, start: int, end: int) -> str:
    """Offsets and text of a span, split at line breaks as brat does."""
    parts = [(match.start() + start, match.end() + start) for match in re.finditer(r"[^\n]+", text[start:end])]
    surface = " ".join(text[one:two] for one, two in parts)
    return ";".join(f"{one} {two}" for one, two in parts) + "\t" + _BREAK.sub(" ", surface)


def _codes(document: Document) -> dict[str, str]:
    """Entity id to the code that the document's meta gives it."""
    codes = ((entity, document.meta.get(_CODE + entity, "")) for entity in document.entities())
    return {entity: code for entity, code in codes if re.fullmatch(r"\S+", code)}


def from_standoff(text: str, standoff: str, path: Path, sidecar: Mapping[str, Any]) -> Document:
    """The document of a text and the content of its ``.ann`` file; ``path`` names the latter in errors.

    Raises :class:`FormatError` with the line of the ``.ann`` file and the character of the text.
    """
    return _Standoff(text, standoff, path).document(sidecar)


class _Standoff:
    def __init__(self, text: str, standoff: str, path: Path) -> None:
        self.text = text
        self.path = path
        self.lines: dict[str, tuple[int, str]] = {}
        """Annotation id to line number and what stands behind the id."""
        self.equivalent: list[tuple[int, list[str]]] = []
        for number, line in enumerate(standoff.split("\n"), 1):
            if not line.strip():
                continue
            identifier, tab, rest = line.rstrip("\r").partition("\t")
            if not tab or not identifier or identifier in self.lines:
                raise FormatError(f"{identifier} twice" if tab and identifier else "no annotation line", path, number)
            if identifier == "*":
                self.equivalent.append((number, rest.split()[1:]))
            else:
                self.lines[identifier] = (number, rest)

    def kind(self, letter: str) -> Iterator[tuple[str, int, str]]:
        """Id, line number and content of the annotations whose id begins with ``letter``."""
        for identifier, (number, rest) in self.lines.items():
            if identifier[0] == letter:
                yield identifier, number, rest

    def error(self, message: str, number: int, offset: int | None = None) -> FormatError:
        return FormatError(message, self.path, number, offset)

    def document(self, sidecar: Mapping[str, Any]) -> Document:
        entities = self._entity_notes()
        spans = sorted(self._spans(entities), key=lambda item: (item[1].start, item[1].end))
        index = {identifier: place for place, (identifier, _) in enumerate(spans)}
        same: list[tuple[int, int]] = []
        for number, group in self.equivalent:
            places = [self._place(identifier, index, number) for identifier in group]
            same += ((places[0], place) for place in places[1:])
        mentions = to_mentions([region for _, region in spans], same, by_surface=not entities and not same)
        names = {identifier: mentions[place].entity for identifier, place in index.items()}
        attributes = self._attributes()
        frames = tuple(slots.frame(**attributes.get(identifier, {})) for identifier, slots in self._deals(names))
        meta = {str(key): str(value) for key, value in sidecar.get("meta", {}).items()} | self._codes(names)
        identifier = str(sidecar.get("id", self.path.stem))
        document = require(Document(identifier, self.text, tuple(mentions), frames, meta), self.path)
        return require_parties(document, self.path)

    def _place(self, identifier: str, index: Mapping[str, int], number: int) -> int:
        if identifier not in index:
            raise self.error(f"{identifier} is no mention", number)
        return index[identifier]

    def _entity_notes(self) -> dict[str, str]:
        """Mention id to entity id."""
        notes = (rest.partition("\t") for _, _, rest in self.kind("#"))
        return {head.split()[-1]: note.removeprefix("entity=") for head, _, note in notes if note.startswith("entity=")}

    def _spans(self, entities: Mapping[str, str]) -> Iterator[tuple[str, Region]]:
        """The mentions, without the triggers of deals."""
        for identifier, number, rest in self.kind("T"):
            head, _, surface = rest.partition("\t")
            found = re.fullmatch(r"(\S+) ([0-9]+ [0-9]+(?:;[0-9]+ [0-9]+)*)", head)
            if found is None:
                raise self.error(f"{identifier} reads 'LABEL start end', not {head!r}", number)
            label = found[1]
            if label == "Deal":
                continue
            parts = [tuple(map(int, part.split())) for part in found[2].split(";")]
            start, end = parts[0][0], parts[-1][1]
            if label not in known_labels():
                raise self.error(f"unknown label {label!r}; one of {', '.join(known_labels())}", number, start)
            if any(self.text[one[1] : two[0]].strip() for one, two in zip(parts, parts[1:], strict=False)):
                raise self.error(f"{identifier} is discontinuous; a mention is one span", number, start)
            actual = _BREAK.sub(" ", " ".join(self.text[one:two] for one, two in parts))
            if actual != surface or not actual:
                raise self.error(f"{identifier} says {surface!r}, the text has {actual!r}", number, start)
            yield identifier, Region(start, end, self.text[start:end], label, entities.get(identifier))

    def _deals(self, names: Mapping[str, str]) -> Iterator[tuple[str, Slots]]:
        """Event id and slots of each deal."""
        for identifier, number, rest in self.kind("E"):
            head, *arguments = rest.split()
            if head.partition(":")[0] != "Deal":
                raise self.error(f"unknown event type {head!r}", number)
            slots = Slots()
            for argument in arguments:
                role, _, target = argument.partition(":")
                slot = role.rstrip("0123456789").lower()
                if slot not in SLOTS:
                    raise self.error(f"unknown role {role!r}; one of {', '.join(SLOTS)}", number)
                if target not in names:
                    raise self.error(f"{argument}: {target} is no mention", number)
                slots.add(slot, names[target])
            yield identifier, slots

    def _attributes(self) -> dict[str, dict[str, str]]:
        """Event id to the attributes of its deal."""
        values: dict[str, dict[str, str]] = {}
        for identifier, number, rest in self.kind("A"):
            name, target, *value = rest.split()
            if target.startswith("E") and name in _ATTRIBUTES:
                if len(value) != 1 or value[0] not in _ATTRIBUTES[name]:
                    raise self.error(f"{identifier}: {name} is one of {', '.join(_ATTRIBUTES[name])}", number)
                values.setdefault(target, {})[name.lower()] = value[0]
        return values

    def _codes(self, names: Mapping[str, str]) -> dict[str, str]:
        """Meta fields for the codes of divisions."""
        codes = {}
        for _, number, rest in self.kind("N"):
            _, target, reference = rest.partition("\t")[0].split()
            database, _, code = reference.partition(":")
            if database == DATABASE:
                if target not in names:
                    raise self.error(f"{target} is no mention", number)
                codes[_CODE + names[target]] = code
        return codes


def items(path: Path) -> Items:
    """The document of one ``.ann`` file, with the ``.txt`` beside it, or the error that breaks it."""
    try:
        text, sidecar = path.with_suffix(".txt"), path.with_suffix(".meta.json")
        for file in (text, sidecar):
            if file.is_symlink() and file.resolve().parent not in (path.parent.resolve(), path.resolve().parent):
                raise FormatError(f"{file.name} is a link to somewhere else; copy the file here", path)
        if not text.exists():
            raise FormatError(f"no {text.name} beside it", path)
        extra = json_object(read_utf8(sidecar), sidecar, 1, 0) if sidecar.exists() else {}
        with malformed(path):
            document = from_standoff(read_utf8(text), read_utf8(path), path, extra)
        yield document
    except FormatError as error:
        yield error


def read(path: str | Path) -> list[Document]:
    """The documents of a folder's ``.ann`` files in order of name; :class:`FormatError` at the first broken one."""
    return [document for file in sorted(Path(path).glob("*.ann")) for document in sound(items(file))]


def write(documents: Iterable[Document], folder: str | Path) -> None:
    """Write each document's three files and ``annotation.conf`` into ``folder``, made if missing.

    Files are named by document id. Raises as :func:`to_standoff`.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for document in documents:
        strings = (document.id, document.text, *document.entities(), *document.meta, *document.meta.values())
        require_unicode(*strings, name=document.id)
        codes = {_CODE + entity for entity in _codes(document)}
        meta = {key: value for key, value in document.meta.items() if key not in codes}
        sidecar = json.dumps({"id": document.id, "meta": meta}, ensure_ascii=False) + "\n"
        contents = {".txt": document.text, ".ann": to_standoff(document), ".meta.json": sidecar}
        for suffix, content in contents.items():
            (folder / (safe_name(document.id) + suffix)).write_bytes(content.encode("utf-8"))
    (folder / "annotation.conf").write_text(annotation_conf(), encoding="utf-8", newline="\n")
