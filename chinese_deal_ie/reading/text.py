"""Clean text with a map back to the caller's raw text."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class CleanText:
    """What the model reads, and where each of its characters stands in the raw text.

    Cleaning only ever removes a character or replaces it by one other, so the map is one raw index a character.
    All offsets are code points, ends exclusive.
    """

    raw: str
    """The caller's text, untouched."""
    text: str
    """What the model reads."""
    starts: NDArray[np.int32] = field(compare=False, repr=False)
    """Raw index of each clean character, strictly increasing; read-only. *Shape:* ``(len(text),)``."""
    debris: tuple[tuple[int, int], ...] = ()
    """Clean ranges of lines that are page furniture (see `lines`): mentions there are kept, deals are not."""
    warnings: tuple[str, ...] = ()

    def to_raw(self, start: int, end: int) -> tuple[int, int]:
        """The raw range of a clean range: what was removed inside it stays inside, what follows it stays outside.

        :raises ValueError: the range is empty or leaves the text.
        """
        if not 0 <= start < end <= len(self.text):
            raise ValueError(f"no such range in a clean text of {len(self.text)} characters: {start}:{end}")
        return int(self.starts[start]), int(self.starts[end - 1]) + 1

    def from_raw(self, start: int, end: int) -> tuple[int, int] | None:
        """The smallest clean range that covers what survives of a raw range; None when nothing survives."""
        first, last = np.searchsorted(self.starts, (start, end))
        return (int(first), int(last)) if first < last else None
