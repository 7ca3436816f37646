"""Read annotation files and folders of any format, and check them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

from ..schema import Document
from . import deal_text, json_lines
from .checks import guideline_flaws
from .errors import FormatError
from .reading import Items, read_utf8


class Corpus(list[Document]):
    """Documents in reading order, with the ``errors`` of what could not be read."""

    def __init__(self, documents: Iterable[Document] = (), errors: Iterable[FormatError] = ()) -> None:
        super().__init__(documents)
        self.errors: tuple[FormatError, ...] = tuple(errors)


def read_corpus(path: str | Path, *, on_error: Literal["raise", "collect"] = "raise") -> Corpus:
    """Read a file, or a folder with everything in and below it, as documents in order of file name.

    In a folder, files of other kinds are passed over. A document id that occurs twice is an error.

    With ``on_error="raise"`` the first error raises :class:`FormatError`; with ``"collect"`` the sound documents
    are returned and the list's ``errors`` tells about the others. A path that does not exist raises
    ``FileNotFoundError`` in both.
    """
    documents: list[Document] = []
    errors: list[FormatError] = []
    for item, _ in _unique([path], complete=False):
        if isinstance(item, Document):
            documents.append(item)
        elif on_error == "raise":
            raise item
        else:
            errors.append(item)
    return Corpus(documents, errors)


def check(paths: Iterable[str | Path]) -> list[FormatError]:
    """Everything wrong with the annotation files and folders, in reading order; empty when they are sound.

    Stricter than reading: deals must say type and stage and have the parties that the guidelines ask for, and
    header values must be known ones. A path that does not exist raises ``FileNotFoundError``.
    """
    problems: list[FormatError] = []
    for item, file in _unique(paths, complete=True):
        if isinstance(item, FormatError):
            problems.append(item)
        else:
            problems += (FormatError(flaw.message, file, offset=flaw.offset) for flaw in guideline_flaws(item))
    return problems


def _unique(paths: Iterable[str | Path], *, complete: bool) -> Iterator[tuple[Document | FormatError, Path]]:
    """The items of all files; a document whose id was there before becomes an error."""
    seen: dict[str, Path] = {}
    for file in (file for path in paths for file in _files(Path(path))):
        for item in _items(file, complete):
            if isinstance(item, Document) and item.id in seen:
                yield FormatError(f"document id {item.id!r} again; first in {seen[item.id]}", file), file
            else:
                if isinstance(item, Document):
                    seen[item.id] = file
                yield item, file


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for file in sorted(path.rglob("*")):
        if file.is_file() and (file.name.endswith(".deal.txt") or file.suffix == ".jsonl"):
            yield file


def _items(path: Path, complete: bool) -> Items:
    if path.suffix == ".jsonl":
        yield from json_lines.items(path)
        return
    try:
        yield deal_text.parse(read_utf8(path), str(path), complete=complete)
    except FormatError as error:
        yield error
