"""``datasets.Dataset`` of documents with explicit features, so that empty slots and lists keep their types.

A row has the fields of :mod:`.json_lines`; ``meta`` is a list of ``{"key", "value"}``, since a struct has fixed fields.
Lossless, scores included. Needs the package ``datasets`` (extra ``train``).
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..schema import SLOTS, Document
from .checks import require
from .errors import FormatError
from .json_lines import from_json, to_json
from .sources import Items, json_object, malformed, read_utf8, require_unicode, sound

if TYPE_CHECKING:
    from datasets import Dataset, Features


def features() -> Features:
    """The features of a row; character offsets are code points, ends exclusive."""
    from datasets import Features, Value

    text, score = Value("string"), Value("float64")
    mention = {
        "start": Value("int64"),
        "end": Value("int64"),
        "text": text,
        "label": text,
        "entity": text,
        "score": score,
    }
    slots: dict[str, Any] = {slot: [text] for slot in SLOTS}
    frame = {**slots, "type": text, "stage": text, "scope": text, "score": score}
    pair = {"key": text, "value": text}
    return Features({"id": text, "text": text, "mentions": [mention], "frames": [frame], "meta": [pair]})


def to_dataset(documents: Iterable[Document]) -> Dataset:
    """The documents as rows, in order; raises :class:`FormatError` for a broken one."""
    from datasets import Dataset

    columns: dict[str, list[Any]] = {name: [] for name in features()}  # from_list does not take an empty list
    for document in documents:
        row = to_json(require(document, f"document {document.id}"))
        require_unicode(document.id, document.text, *document.meta, *document.meta.values(), name=document.id)
        row["meta"] = [{"key": key, "value": value} for key, value in document.meta.items()]
        for name, column in columns.items():
            column.append(row[name])
    return Dataset.from_dict(columns, features=features())


def from_dataset(dataset: Dataset, name: str | Path = "dataset") -> list[Document]:
    """The rows as documents; ``name`` stands for the file in errors. Raises :class:`FormatError` at a broken row."""
    return sound(_rows(dataset, name))


def _rows(dataset: Dataset, name: str | Path) -> Items:
    for number, row in enumerate(dataset, 1):
        file = f"{name} (row {number})"
        try:
            with malformed(file):
                meta = {pair["key"]: pair["value"] for pair in row["meta"]}
                document = require(from_json({**row, "meta": meta}), file)
        except FormatError as error:
            yield error
        else:
            yield document


def items(path: Path) -> Items:
    """The documents of a folder that ``save_to_disk`` wrote, or an error for each broken row.

    Its ``state.json`` may name files of the folder only, and the folder's own name nothing that ``fsspec`` takes for
    an address.
    """
    try:
        if "::" in str(path) or "://" in str(path):
            raise FormatError("a folder with '::' or '://' in its name reads as an address; rename it", path)
        state = path / "state.json"
        for entry in json_object(read_utf8(state), state, 1, 0)["_data_files"]:
            file = path / entry["filename"]
            if Path(entry["filename"]).name != entry["filename"] or not file.resolve().is_relative_to(path.resolve()):
                raise FormatError(f"{entry['filename']!r} is no file of the folder; do not use this dataset", state)
        from datasets import load_from_disk

        dataset = load_from_disk(str(path))
    except (FormatError, OSError) as error:
        if isinstance(error, OSError) and not isinstance(error, FileNotFoundError):
            raise
        yield error if isinstance(error, FormatError) else FormatError(f"no dataset: {error}", path)
        return
    except Exception as error:  # datasets and pyarrow each raise their own
        yield FormatError(f"no dataset ({type(error).__name__}: {error})", path)
        return
    yield from _rows(dataset, path)


def read(path: str | Path) -> list[Document]:
    """All documents of a folder that :func:`write` made; :class:`FormatError` at the first broken row."""
    return sound(items(Path(path)))


def write(documents: Iterable[Document], path: str | Path) -> None:
    """Save a dataset as a folder, without the progress bar of ``datasets``; raises as :func:`to_dataset`."""
    from datasets import are_progress_bars_disabled, disable_progress_bars, enable_progress_bars

    dataset = to_dataset(documents)
    shown = not are_progress_bars_disabled()
    disable_progress_bars()
    try:
        dataset.save_to_disk(str(path))
    finally:
        if shown:
            enable_progress_bars()
