"""Where the hand-made files are, and what an error says."""

from __future__ import annotations

from pathlib import Path

from chinese_deal_ie.corpus_io import FormatError

DATA = Path(__file__).parent / "data"
CORPUS = Path(__file__).parents[2] / "corpus"


def place(error: FormatError) -> tuple[str, int | None, int | None]:
    """File name, line and offset."""
    return Path(error.file).name, error.line, error.offset
