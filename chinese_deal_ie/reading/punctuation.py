"""One canonical width for the marks that Chinese and Latin text share."""

from __future__ import annotations

import numpy as np

from .characters import ALNUM, HAN, SPACE, classify
from .draft import Draft

_ASCII_MARKS = ",;:!()"
_WIDE_OFFSET = 0xFEE0


def settle(draft: Draft) -> Draft:
    """Comma, semicolon, colon, exclamation mark and round brackets in one width.

    Full width in a line that holds a Chinese character, ASCII in any other; but , ; : ! between ASCII letters or
    digits (a space apart at most), and a colon before ``/``, are ASCII everywhere: ``5,000万元``, ``10:30``.
    Brackets go by the line alone, so that a pair stays a pair. Expects collapsed white space.
    """
    codes = draft.codes
    narrow = np.where((codes >= 0xFF01) & (codes <= 0xFF5E), codes - _WIDE_OFFSET, codes)
    place = np.flatnonzero(np.isin(narrow, [ord(mark) for mark in _ASCII_MARKS]))
    if not len(place):
        return draft
    kind = classify(codes)
    line = np.cumsum(codes == ord("\n"))
    chinese_line = np.zeros(int(line[-1]) + 1, dtype=np.bool_)
    chinese_line[line[(kind & HAN) != 0]] = True

    padded = np.pad(kind, 2)
    space = (padded & SPACE) != 0
    alnum = (padded & ALNUM) != 0
    here = place + 2
    left = alnum[here - 1] | (space[here - 1] & alnum[here - 2])
    right = alnum[here + 1] | (space[here + 1] & alnum[here + 2])
    mark = narrow[place]
    right |= (mark == ord(":")) & (np.pad(codes, 2)[here + 1] == ord("/"))
    bracket = (mark == ord("(")) | (mark == ord(")"))
    wide = chinese_line[line[place]] & (bracket | ~(left & right))
    settled = codes.copy()
    settled[place] = np.where(wide, mark + _WIDE_OFFSET, mark)
    return draft.replace(settled)
