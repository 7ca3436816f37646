"""Annotation files as bytes and JSON, with the place of whatever is broken."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..schema import Document
from .errors import FormatError

Items = Iterator[Document | FormatError]
"""What a file yields: its documents, and an error in the place of each that is broken."""


def sound(items: Items) -> list[Document]:
    """All documents; raises the first error."""
    documents = []
    for item in items:
        if isinstance(item, FormatError):
            raise item
        documents.append(item)
    return documents


def read_utf8(path: Path) -> str:
    """The text of a UTF-8 file, line ends and byte order mark as they are; :class:`FormatError` if it is none."""
    data = path.read_bytes()
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        raise FormatError(f"not UTF-8 ({error.reason})", path, before.count("\n") + 1, len(before)) from None


def json_lines(path: Path, build: Callable[[dict[str, Any], int], Document]) -> Items:
    """One document a line; ``build`` gets the JSON object and its line number, from 1. Empty lines are passed over.

    ``build`` may raise :class:`FormatError`; a missing or mistyped field is turned into one.
    """
    try:
        text = read_utf8(path).removeprefix("\ufeff")
    except FormatError as error:
        yield error
        return
    start = 0
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                with malformed(path, number):
                    document = build(json_object(line, path, number, start), number)
            except FormatError as error:
                yield error
            else:
                yield document
        start += len(line) + 1


def json_object(text: str, path: Path, line: int, start: int) -> dict[str, Any]:
    """``text`` as a JSON object; ``start`` is its offset in the file."""
    with _json_errors(path, line, start):
        value = json.loads(text)
    if not isinstance(value, dict):
        raise FormatError("no JSON object", path, line, start)
    return value


def json_array(path: Path) -> Iterator[tuple[Any, int]]:
    """The elements of a file's JSON array, or its only value, each with the line it begins at.

    Raises :class:`FormatError` where the file is no JSON.
    """
    text = read_utf8(path).removeprefix("\ufeff")
    decoder = json.JSONDecoder()
    line, counted = 1, 0  # line breaks are counted once: a file may hold very many values
    position = _blank(text, 0)
    array = text[position : position + 1] == "["
    position = _blank(text, position + array)
    while position < len(text) and not (array and text[position] == "]"):
        with _json_errors(path, 1, 0):
            value, end = decoder.raw_decode(text, position)
        line, counted = line + text.count("\n", counted, position), position
        yield value, line
        position = _blank(text, end)
        if array and text[position : position + 1] == ",":
            position = _blank(text, position + 1)
    if array and text[position : position + 1] != "]":
        raise FormatError("no JSON: array not closed", path, text.count("\n") + 1, len(text))


@contextmanager
def _json_errors(path: Path, line: int, start: int) -> Iterator[None]:
    """Turn what ``json`` raises into :class:`FormatError`; the text begins at ``line`` and ``start``."""
    try:
        yield
    except json.JSONDecodeError as error:
        raise FormatError(f"no JSON: {error.msg}", path, line + error.lineno - 1, start + error.pos) from None
    except ValueError as error:  # a number of more digits than Python converts
        raise FormatError(f"no usable JSON: {error}", path, line, start) from None
    except RecursionError:
        raise FormatError("no usable JSON: nested too deep", path, line, start) from None


def _blank(text: str, position: int) -> int:
    """The first offset from ``position`` on that is no JSON white space."""
    while position < len(text) and text[position] in " \t\r\n":
        position += 1
    return position


def write_json_lines(values: Iterable[Mapping[str, Any]], path: str | Path) -> None:
    """One JSON object a line, UTF-8, characters as they are; lone surrogates become ``\\ud800``."""
    with open(path, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
        for value in values:
            file.write(json.dumps(value, ensure_ascii=False) + "\n")


def require_unicode(*texts: str, name: str) -> None:
    """Raises :class:`FormatError` for document ``name`` when a text holds a lone surrogate, which UTF-8 cannot."""
    for text in texts:
        try:
            text.encode("utf-8")
        except UnicodeEncodeError as error:
            message = "this format cannot hold a lone surrogate; use JSON lines, or replace it with U+FFFD"
            raise FormatError(message, f"document {name!r}", offset=error.start) from None


@contextmanager
def malformed(path: str | Path, line: int | None = None) -> Iterator[None]:
    """Turn the errors of missing or mistyped fields inside the block into :class:`FormatError`."""
    try:
        yield
    except FormatError:
        raise
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError) as error:
        raise FormatError(f"missing or malformed field ({type(error).__name__}: {error})", path, line) from error
