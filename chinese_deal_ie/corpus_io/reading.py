"""Bytes of annotation files to text."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
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
    """The text of a UTF-8 file, line ends as they are, without byte order mark; :class:`FormatError` if it is none."""
    data = path.read_bytes()
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        raise FormatError(f"not UTF-8 ({error.reason})", path, before.count("\n") + 1, len(before)) from None


def json_lines(path: Path, build: Callable[[dict[str, Any], int], Document]) -> Items:
    """One document a line; ``build`` gets the JSON object and its line number, from 1. Empty lines are passed over.

    ``build`` may raise :class:`FormatError`; a missing or mistyped field is turned into one.
    """
    text = read_utf8(path)
    start = 0
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                yield build(json_object(line, path, number, start), number)
            except FormatError as error:
                yield error
            except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
                yield FormatError(f"missing or malformed field ({type(error).__name__}: {error})", path, number)
        start += len(line) + 1


def json_object(text: str, path: Path, line: int, start: int) -> dict[str, Any]:
    """``text`` as a JSON object; ``start`` is its offset in the file."""
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise FormatError(f"no JSON: {error.msg}", path, line + error.lineno - 1, start + error.pos) from None
    if not isinstance(value, dict):
        raise FormatError("no JSON object", path, line, start)
    return value
