"""What annotation tools hand out: their files, the archives they pack them in, and the slips people make with them."""

from __future__ import annotations

import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Literal

from ..schema import Document
from . import brat, doccano, label_studio
from .checks import extra_labels
from .errors import FormatError
from .files import detect
from .sources import Items, json_array

Tool = Literal["doccano", "label-studio", "brat"]
SUFFIXES: dict[Tool, tuple[str, ...]] = {
    "doccano": (".jsonl", ".json"),
    "label-studio": (".json",),
    "brat": (".ann",),
}
LARGEST = 1 << 30
"""Bytes that an archive may unpack to."""
_KEPT = frozenset({".json", ".jsonl", ".ann", ".txt"})
_NAMES = {"doccano": "doccano", "labelstudio": "label-studio", "brat": "brat"}


def read_export(path: Path, tool: Tool, labels: Sequence[str] = ()) -> tuple[list[Document], list[FormatError], int]:
    """The documents of an export, the errors in place of broken ones, and how many tasks nobody has annotated.

    :param path: a file, an archive (``.zip``, ``.tar.gz``) as the tools download it, or a folder.
    :param labels: labels beyond those of the schema that it may use.
    :raises OSError: when it cannot be read.
    :raises ValueError: for a misfit name in ``labels``.
    """
    documents: dict[str, Document] = {}
    errors: list[FormatError] = []
    untouched = 0
    with extra_labels(labels), _unpacked(path) as (root, problem):
        if problem is not None:
            return [], [FormatError(problem, path)], 0
        files = _files(root, tool)
        if not files:
            wanted = " or ".join(SUFFIXES[tool])
            errors.append(FormatError(f"no file of {tool} in it ({wanted})", path))
        for file in files:
            count = 0
            for item in _items(file, tool):
                count += 1
                if isinstance(item, FormatError):
                    errors.append(_renamed(item, root, path))
                elif item.id in documents:
                    errors.append(FormatError(f"document id {item.id!r} again", _shown(file, root, path)))
                else:
                    documents[item.id] = item
            if tool == "label-studio":
                untouched += max(0, _tasks(file) - count)
    return list(documents.values()), errors, untouched


def _files(root: Path, tool: Tool) -> list[Path]:
    if root.is_file():
        return [root]
    return sorted(
        file
        for file in root.rglob("*")
        if file.suffix in SUFFIXES[tool] and file.is_file() and not file.name.endswith(".meta.json")
    )


def _items(file: Path, tool: Tool) -> Items:
    """The documents of a file; a file of another tool is told as such, and not item by item."""
    kind = _NAMES.get(detect(file) or "")
    if kind is not None and kind != tool:
        yield FormatError(f"this is a file of {kind}; give --format {kind}", file)
    elif tool == "doccano":
        yield from doccano.items(file)
    elif tool == "brat":
        yield from brat.items(file)
    elif _minimal(file):
        yield FormatError("tasks without data: this is JSON-MIN; export the project as JSON instead", file)
    else:
        yield from label_studio.items(file)


def _minimal(file: Path) -> bool:
    try:
        value, _ = next(json_array(file), (None, 0))
    except FormatError:
        return False
    return isinstance(value, dict) and "data" not in value and "text" in value


def _tasks(file: Path) -> int:
    try:
        return sum(1 for _ in json_array(file))
    except FormatError:
        return 0


@contextmanager
def _unpacked(path: Path) -> Iterator[tuple[Path, str | None]]:
    """The folder or file to read, and what is wrong with an archive."""
    archive = path.is_file() and (zipfile.is_zipfile(path) or tarfile.is_tarfile(path))
    if not archive:
        packed = path.is_file() and path.suffix in (".zip", ".gz", ".tgz", ".tar")
        yield path, "damaged archive; download it again" if packed else None
        return
    with tempfile.TemporaryDirectory() as name:
        problem = None
        try:
            _extract(path, Path(name))
        except (zipfile.BadZipFile, tarfile.TarError, EOFError, RuntimeError, zlib.error) as error:
            problem = f"damaged archive ({error}); download it again"
        except _TooLargeError:
            problem = f"more than {LARGEST >> 30} GiB unpacked; export fewer documents at a time"
        yield Path(name), problem


class _TooLargeError(Exception):
    pass


def _extract(path: Path, folder: Path) -> None:
    """Unpack those plain files that may be annotations; names that lead out of ``folder`` are passed over."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            _check_size(member.file_size for member in packed.infolist())
            for name in packed.namelist():
                _keep(folder, name, partial(packed.read, name))
        return
    with tarfile.open(path) as bundle:
        _check_size(member.size for member in bundle.getmembers())
        for member in bundle.getmembers():
            stream = bundle.extractfile(member) if member.isfile() else None
            if stream is not None:
                _keep(folder, member.name, stream.read)


def _check_size(sizes: Iterable[int]) -> None:
    if sum(sizes) > LARGEST:
        raise _TooLargeError


def _keep(folder: Path, name: str, read: Callable[[], bytes]) -> None:
    inside = PurePosixPath(name)
    hidden = any(part.startswith((".", "__MACOSX")) for part in inside.parts)  # ".." is hidden, too
    if inside.suffix not in _KEPT or inside.is_absolute() or hidden:
        return
    target = folder / inside
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(read())


def _shown(file: Path, root: Path, path: Path) -> str:
    """The name for people of a file in an archive: the archive's, and its own."""
    return str(file) if root == path or not file.is_relative_to(root) else f"{path}/{file.relative_to(root)}"


def _renamed(error: FormatError, root: Path, path: Path) -> FormatError:
    name = _shown(Path(error.file), root, path)
    return FormatError(error.message, name, error.line, error.offset)
