"""Texts of any length as windows the network can read.

A text that fits is one window. A longer one is read in windows that overlap, each after the first preceded by the
text's lead (its first lines: headline and opening sentence), so that the parties named there stay in sight of sums and
places paragraphs away. Cuts fall after sentences where one ends in reach.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

LEAD = 120
"""At most this many characters of lead precede a later window."""
OVERLAP = 100
"""About this many characters are read again by the next window."""
_BREAK = re.compile(r"[。！？；\n]")


@dataclass(frozen=True, slots=True)
class Window:
    """Which characters of a text stand in which rows of one reading.

    Row 0 is [CLS]; then come the lead and the body, then [SEP].
    """

    lead: int
    """Characters ``text[0:lead]`` stand in rows ``1 … lead``; 0 when there is no lead of its own."""
    start: int
    """First character of the body."""
    end: int
    """End of the body, exclusive."""

    def __len__(self) -> int:
        return self.lead + self.end - self.start

    def characters(self) -> npt.NDArray[np.int32]:
        """The text position of each character row, ``(len(self),)``."""
        return np.concatenate([np.arange(self.lead), np.arange(self.start, self.end)]).astype(np.int32)

    def row(self, start: int, end: int) -> int | None:
        """The row in which the characters ``[start, end)`` begin, or None when the window does not hold them whole."""
        if self.start <= start and end <= self.end:
            return 1 + self.lead + start - self.start
        if end <= self.lead:
            return 1 + start
        return None


def plan(text: str, capacity: int) -> list[Window]:
    """Windows over ``text`` of at most ``capacity`` characters each; none for an empty text.

    Linear in the length of the text. Every character stands in the body of at least one window.
    """
    if not text:
        return []
    if len(text) <= capacity:
        return [Window(0, 0, len(text))]
    lead = _cut(text, min(LEAD, capacity // 4), capacity // 8)
    windows = [Window(0, 0, _cut(text, capacity, capacity // 2))]
    while windows[-1].end < len(text):
        begin = windows[-1].end
        start = max(_cut(text, begin - OVERLAP // 2, begin - OVERLAP), lead, windows[-1].start + 1)
        room = capacity - lead
        end = len(text) if len(text) - start <= room else _cut(text, start + room, start + room // 2)
        windows.append(Window(lead, start, end))
    return windows


def _cut(text: str, latest: int, earliest: int) -> int:
    """The last sentence end in ``(earliest, latest]``, or ``latest``."""
    ends = [match.end() for match in _BREAK.finditer(text, max(earliest, 0), latest)]
    return ends[-1] if ends else latest
