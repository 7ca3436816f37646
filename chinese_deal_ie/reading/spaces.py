"""White space: what is invisible goes, runs shrink to one space or one line break."""

from __future__ import annotations

import numpy as np

from .characters import ANY_SPACE, HAN, IGNORABLE, MARK, NARROW_SPACE, NEWLINE, SPACE, classify
from .draft import Draft, Mask

MAX_MARKS = 4
"""Combining marks kept in a run; no script of news text stacks more."""


def drop_invisible(draft: Draft) -> tuple[Draft, int]:
    """Without control and zero-width characters and without the combining marks beyond `MAX_MARKS` in a run.

    :returns: the draft and the number of combining marks dropped.
    """
    kept = draft.keep((classify(draft.codes) & IGNORABLE) == 0)
    mark = (classify(kept.codes) & MARK) != 0
    if not mark.any():
        return kept, 0
    place = np.arange(len(mark))
    last_other = np.maximum.accumulate(np.where(mark, -1, place))
    excess = mark & (place - last_other > MAX_MARKS)
    return kept.keep(~excess), int(excess.sum())


def collapse(draft: Draft) -> Draft:
    """Runs of white space become one line break where they hold one, else one space; none at the text's edges.

    Two kinds of run vanish between Chinese characters: thin spaces, and wide ones (U+3000, no-break space, tab) with
    which single characters are spaced out (``王　伟``). Other wide ones part words, cells and links, and stay as one
    plain space.
    """
    kind = classify(draft.codes)
    blank = (kind & (ANY_SPACE | NEWLINE)) != 0
    if not blank.any():
        return draft
    first = np.flatnonzero(blank & ~np.concatenate(([False], blank[:-1])))
    end = np.flatnonzero(blank & ~np.concatenate((blank[1:], [False]))) + 1

    def holds(bits: int) -> Mask:
        total = np.concatenate(([0], np.cumsum((kind & bits) != 0)))
        result: Mask = total[end] > total[first]
        return result

    # two cells of padding on both sides stand for "no Chinese character there"
    han = np.pad((kind & HAN) != 0, 2)
    between_han = han[first + 1] & han[end + 2]
    spaced_out = ~han[first] & ~han[end + 3] & ~holds(SPACE)
    thin = holds(NARROW_SPACE) & ~holds((ANY_SPACE | NEWLINE) & ~NARROW_SPACE)
    breaks = holds(NEWLINE)
    gone = (first == 0) | (end == len(kind)) | (~breaks & between_han & (spaced_out | thin))

    codes = draft.codes.copy()
    codes[first] = np.where(breaks, ord("\n"), ord(" "))
    keep = ~blank
    keep[first] = ~gone
    return Draft(codes, draft.origin).keep(keep)
