"""What ``extract`` reads: files, folders of files and stdin, each as one text or with what is wrong with it."""

from __future__ import annotations

import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import typer

from .output import reason, visible

SUFFIXES = frozenset({".txt", ".html", ".htm"})
"""What is read in folders; a file named by itself may have any name."""

LARGEST = 64 * 2**20
"""Bytes of one input; a larger one is no article, and is refused before it fills the memory."""

_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f]{31,}"
)
"""More combining marks in a row than the Stream-Safe Text Format allows (UAX #15, section 13: at most 30)."""
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Input:
    """Something to read."""

    id: str
    path: Path | None
    """None for stdin."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read."""

    id: str
    text: str | None
    """The raw text that offsets count from; None when reading failed."""
    problems: tuple[str, ...] = ()
    """What is wrong, where and what to do; of a text that could be read only in part, too."""


def find(arguments: Sequence[str]) -> tuple[list[Input], list[str]]:
    """The inputs that paths and ``-`` stand for, and what is wrong with folders among them.

    Folders are searched to the bottom for :data:`SUFFIXES`, in natural order (``2.txt`` before ``10.txt``); hidden
    files and folders are passed over. The id of a file is its path as given, of one in a folder its path from there;
    where two inputs would have one id, both get the path with the folder.

    :raises typer.BadParameter: a path does not exist or cannot be looked at.
    """
    found: list[tuple[str, Path | None]] = []
    problems: list[str] = []
    for argument in arguments:
        if argument == "-":
            found.append(("-", None))
            continue
        path = Path(argument)
        try:
            folder, there = path.is_dir(), path.exists()
        except OSError as error:
            raise typer.BadParameter(f"cannot read {visible(argument)}: {reason(error)}") from error
        if folder:
            files = list(_walk(path, problems.append))
            found += ((file.relative_to(path).as_posix(), file) for file in files)
            if not files:
                names = ", ".join(f"*{suffix}" for suffix in sorted(SUFFIXES))
                problems.append(f"{visible(argument)}: nothing to read in this folder ({names})")
        elif there:
            found.append((argument, path))
        else:
            hint = "; save the page first and give the file" if re.match("https?://", argument) else ""
            raise typer.BadParameter(f"no file or folder {visible(argument)}{hint}")
    times = Counter(name for name, _ in found)
    inputs = [Input(path.as_posix() if path and times[name] > 1 else name, path) for name, path in found]
    return inputs, problems


def natural_key(name: str) -> tuple[list[str | int], str]:
    """A sort key that compares digits in ``name`` as numbers, letters without case."""
    pieces = re.split(r"(\d+)", name)
    return [int(piece) if index % 2 else piece.casefold() for index, piece in enumerate(pieces)], name


def _walk(folder: Path, problem: Callable[[str], None]) -> Iterator[Path]:
    def denied(error: OSError) -> None:
        problem(f"{visible(str(error.filename))}: cannot be searched: {reason(error)}")

    files: list[Path] = []
    for place, folders, names in os.walk(folder, onerror=denied):
        folders[:] = [name for name in folders if not name.startswith(".")]
        shown = [Path(place, name) for name in names if not name.startswith(".")]
        files += [file for file in shown if file.suffix.lower() in SUFFIXES]
    yield from sorted(files, key=lambda file: [natural_key(part) for part in file.parts])


def read(item: Input) -> Reading:
    """Read one input; never raises on what is in it."""
    from ..reading import ReadError

    try:
        if item.path is None:
            if sys.stdin.isatty():
                typer.echo("reading from the terminal; end with Ctrl-D", err=True)
            data = _bytes(sys.stdin.buffer)
        else:
            with open(item.path, "rb") as file:
                data = _bytes(file)
        text, problems = _text(data, item.path is not None and item.path.suffix.lower() in {".html", ".htm"})
    except OSError as error:
        return _failed(item, f"cannot be read: {reason(error)}")
    except ReadError as error:
        return _failed(item, f"{error}; give plain text or a saved web page")
    except ImportError as error:
        return _failed(item, str(error))
    except Exception as error:  # HTML parsers raise what they like; one page must not end the run
        return _failed(item, f"cannot be read as HTML ({type(error).__name__}: {error}); save the page's text instead")
    return Reading(item.id, text, problems)


def _failed(item: Input, problem: str) -> Reading:
    return Reading(item.id, None, (f"failed: {problem}",))


def _bytes(file: BinaryIO) -> bytes:
    from ..reading import ReadError

    data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise ReadError(f"more than {LARGEST >> 20} MiB; split it into articles")
    return data


def _text(data: bytes, html: bool) -> tuple[str, tuple[str, ...]]:
    """The text of a file's bytes and what was lost on the way to it."""
    from ..reading import ReadError, decode, html_to_text
    from ..reading.encoding import looks_like_html

    source, warnings = decode(data)
    problems = []
    if warnings:
        lost = source.find("\ufffd")
        place = f", the first {_place(source, lost)}" if lost >= 0 else ""
        problems.append(f"{'; '.join(warnings)}{place}; save the file as UTF-8")
    html = html or looks_like_html(source)
    text = html_to_text(source) if html else source
    if not any(character.isprintable() and not character.isspace() for character in text):
        kind = "the page shows no text" if html else "nothing but blanks" if data else "0 bytes"
        raise ReadError(f"empty: {kind}")
    if surrogate := _SURROGATE.search(text):
        problems.append(f"lone surrogate {_place(text, surrogate.start())}, read as U+FFFD; save the file as UTF-8")
        text = _SURROGATE.sub("\ufffd", text)
    if marks := _MARKS.search(text):
        count = marks.end() - marks.start()
        problems.append(f"{count:,} combining marks in a row {_place(text, marks.start())}; is the text damaged?")
    return text, tuple(problems)


def _place(text: str, offset: int) -> str:
    """Where a character is, for people: its offset counts from 0 as everywhere, its line from 1."""
    line = text.count("\n", 0, offset) + 1
    return f"at character {offset} (line {line})"
