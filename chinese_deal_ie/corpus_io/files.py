"""Read annotation files and folders of any format, and check them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import takewhile
from pathlib import Path
from typing import Literal

from ..schema import Document
from . import brat, deal_text, docbin, doccano, hf_datasets, json_lines, label_studio
from .checks import declared_labels, extra_labels, guideline_flaws
from .errors import FormatError
from .sources import Items, json_array, read_utf8

Format = Literal["deal", "jsonl", "doccano", "labelstudio", "brat", "spacy", "datasets"]
"""Names of the formats: ``.deal.txt``, JSON lines of documents, and those of the tools."""

_READERS: dict[Format, Callable[[Path], Items]] = {
    "jsonl": json_lines.items,
    "doccano": doccano.items,
    "labelstudio": label_studio.items,
    "brat": brat.items,
    "spacy": docbin.items,
    "datasets": hf_datasets.items,
}
_WRITERS: dict[Format, Callable[[Iterable[Document], Path], None]] = {
    "deal": deal_text.write_folder,
    "jsonl": json_lines.write,
    "doccano": doccano.write,
    "labelstudio": label_studio.write,
    "brat": brat.write,
    "spacy": docbin.write,
    "datasets": hf_datasets.write,
}


class Corpus(list[Document]):
    """Documents in reading order, with the ``errors`` of what could not be read."""

    def __init__(self, documents: Iterable[Document] = (), errors: Iterable[FormatError] = ()) -> None:
        super().__init__(documents)
        self.errors: tuple[FormatError, ...] = tuple(errors)


def read_corpus(path: str | Path, *, on_error: Literal["raise", "collect"] = "raise") -> Corpus:
    """Read a file, or a folder with everything in and below it, as documents in order of file name.

    In a folder, files of other kinds are passed over, and so are links that lead to a folder or out of ``path``: a
    corpus from elsewhere shall not show what lies beside it. A document id that occurs twice is an error.

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


def write_corpus(documents: Iterable[Document], path: str | Path, format: Format) -> None:
    """Write documents as one file (``jsonl``, ``doccano``, ``labelstudio``, ``spacy``) or into a folder (the others).

    Raises :class:`FormatError` for a document that the format cannot hold.
    """
    _WRITERS[format](documents, Path(path))


def detect(path: str | Path) -> Format | None:
    """The format of a file or folder by its name and, for JSON and ``.txt``, its beginning; None if unknown.

    Raises ``FileNotFoundError``.
    """
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(path)
    if path.is_dir():
        return "datasets" if _is_dataset(path) else None
    if path.name.endswith(".deal.txt"):
        return "deal"
    if path.suffix in (".ann", ".spacy"):
        return "brat" if path.suffix == ".ann" else "spacy"
    if path.suffix == ".txt":
        return "deal" if _has_header(path) and not path.with_suffix(".ann").exists() else None
    if path.suffix in (".json", ".jsonl"):
        return _detect_json(path)
    return None


def _has_header(path: Path) -> bool:
    """Whether a text begins as a ``.deal.txt`` does, with header lines, one of which is the id."""
    with open(path, encoding="utf-8-sig", errors="replace") as file:
        header = takewhile(lambda line: line.startswith("# "), file)
        return any(line.startswith("# id:") for line in header)


def _detect_json(path: Path) -> Format | None:
    """The format of a JSON file by its first object; broken JSON counts as ours, so that it is reported."""
    lines = path.suffix == ".jsonl"
    value: object = None
    try:
        if lines:
            text = next((line for line in read_utf8(path).removeprefix("\ufeff").split("\n") if line.strip()), "{}")
            value = json.loads(text)
        else:
            value, _ = next(json_array(path), (None, 0))
    except (ValueError, RecursionError):
        return "jsonl" if lines else "labelstudio"
    fields = value.keys() if isinstance(value, dict) else set()
    if not lines:
        return "labelstudio" if "data" in fields and fields & {"annotations", "predictions"} else None
    if "mentions" in fields:
        return "jsonl"
    return "doccano" if fields & {"label", "labels", "entities"} else None


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


def _files(path: Path, root: Path | None = None) -> Iterator[Path]:
    """What to read at ``path``: itself, or everything in and below a folder that is of a known format."""
    if not path.is_dir() or _is_dataset(path):
        yield path
        return
    root = root or path.resolve()
    for child in sorted(path.iterdir()):
        if child.is_dir():
            if not child.is_symlink():
                yield from _files(child, root)
        elif _within(child, root) and detect(child) is not None:
            yield child


def _within(file: Path, root: Path) -> bool:
    """Whether ``file`` is a regular file that lies below ``root`` in truth, not by a link only."""
    return file.is_file() and (not file.is_symlink() or file.resolve().is_relative_to(root))


def _items(path: Path, complete: bool) -> Items:
    try:
        with extra_labels(declared_labels(path)):
            # all at once: a generator that is left half way would let its caller know the labels, too
            found = list(_read(path, complete))
    except FormatError as error:
        found = [error]
    yield from found


def _read(path: Path, complete: bool) -> Items:
    name = detect(path)
    if name is None:
        yield FormatError("not a known annotation format", path)
    elif name == "deal":
        try:
            yield deal_text.parse(read_utf8(path), str(path), complete=complete)
        except FormatError as error:
            yield error
    else:
        yield from _READERS[name](path)


def _is_dataset(folder: Path) -> bool:
    return (folder / "dataset_info.json").exists() and (folder / "state.json").exists()
