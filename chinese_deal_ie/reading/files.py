"""Files on disk to text."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from .encoding import ReadError, decode, looks_like_html
from .pages import html_to_text


@dataclass(frozen=True, slots=True)
class Source:
    """One input document before cleaning."""

    id: str
    """The file's name."""
    text: str
    """The raw text that offsets count from; for HTML the extracted text, not the markup."""
    warnings: tuple[str, ...] = ()


def read_file(path: str | os.PathLike[str]) -> Source:
    """The text of a file; HTML, by its name or its beginning, goes through `html_to_text`.

    :raises OSError: the file cannot be read.
    :raises ReadError: it is binary; the message names the file.
    :raises ImportError: it is HTML and the extra ``html`` is not installed.
    """
    path = Path(path)
    try:
        text, warnings = decode(path.read_bytes())
    except ReadError as error:
        raise ReadError(f"{path}: {error}") from error
    if path.suffix.lower() in {".html", ".htm"} or looks_like_html(text):
        text = html_to_text(text)
    return Source(path.name, text, warnings)
