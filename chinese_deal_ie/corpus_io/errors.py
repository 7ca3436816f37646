"""What goes wrong in an annotation file, and where."""

from __future__ import annotations

from pathlib import Path


class FormatError(ValueError):
    """An annotation file breaks its format; says which file, line and character.

    ``line`` counts lines of the file from 1. ``offset`` counts characters (code points) from 0: of the file for
    ``.deal.txt`` and for JSON syntax, of the document's text for the other formats. Either is None where it has
    no meaning.
    """

    def __init__(
        self, message: str, file: str | Path = "<string>", line: int | None = None, offset: int | None = None
    ) -> None:
        self.message = message
        self.file = str(file)
        self.line = line
        self.offset = offset
        place = self.file if line is None else f"{self.file}:{line}"
        at = "" if offset is None else f"character {offset}: "
        super().__init__(f"{place}: {at}{message}")
