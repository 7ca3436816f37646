"""Characters to embedding rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

PAD, UNK, CLS, SEP, MASK = "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"
SPECIALS = (PAD, UNK, CLS, SEP, MASK)
_PLANE = 0x10000


class Vocabulary:
    """One row a character, one entry a line in ``vocab.txt``; the first five are :data:`SPECIALS`.

    :param entries: the vocabulary in row order.
    :raises ValueError: when the special entries are not at the start or an entry stands twice.
    """

    def __init__(self, entries: Sequence[str]) -> None:
        if tuple(entries[: len(SPECIALS)]) != SPECIALS:
            raise ValueError(f"a vocabulary starts with {SPECIALS}, not {tuple(entries[: len(SPECIALS)])}")
        if len(set(entries)) != len(entries):
            raise ValueError("an entry stands twice in the vocabulary")
        self.entries = tuple(entries)
        # Characters beyond the basic plane are rare in this kind of text and read as unknown.
        self._rows = np.full(_PLANE + 1, self.unk, np.int32)
        for row, entry in enumerate(entries):
            if len(entry) == 1 and ord(entry) < _PLANE:
                self._rows[ord(entry)] = row
        # SentencePiece vocabularies write the space as U+2581; a line end reads as the end of a text.
        self._rows[ord("\n")] = self.sep
        if "\u2581" in entries:
            self._rows[ord(" ")] = entries.index("\u2581")

    pad, unk, cls, sep, mask = range(5)

    def __len__(self) -> int:
        return len(self.entries)

    def encode(self, text: str) -> npt.NDArray[np.int32]:
        """Rows of the characters of ``text``, ``(len(text),)``; no special entries are added."""
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
        rows: npt.NDArray[np.int32] = self._rows[np.minimum(codes, _PLANE)]
        return rows

    @classmethod
    def load(cls, path: Path) -> Vocabulary:
        """Read ``vocab.txt``; errors as in the constructor, OSError when it cannot be read."""
        return cls(path.read_text(encoding="utf-8").split("\n")[:-1])

    def save(self, path: Path) -> None:
        path.write_text("\n".join(self.entries) + "\n", encoding="utf-8", newline="\n")

    @classmethod
    def extended(cls, entries: Iterable[str], more: Iterable[str]) -> Vocabulary:
        """A vocabulary of ``entries`` followed by the characters of ``more`` that it lacks."""
        return cls(tuple(dict.fromkeys((*entries, *more))))
