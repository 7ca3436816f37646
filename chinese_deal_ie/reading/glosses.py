"""Pinyin glosses that pages for learners and content farms put in brackets: ``济南(jǐnán)市``.

A bracket is a gloss when it spells Mandarin syllables, no more of them than there are Chinese characters before it.
One without tone marks (``(de)``, ``(tuan)``) must also be lower case, of one or two syllables, directly after its
character, and in a document that shows by other brackets that it is glossed. So Latin in brackets stays:
``(BOE)``, ``(PPP)``, ``(China)``, ``(a)``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .characters import is_han
from .pinyin import LETTERS, SEPARATORS, Reading, read

_CLOSING = {"(": ")）", "（": ")）", "[": "]", "【": "】"}
_BRACKETED = re.compile(rf"[(（\[【]([{LETTERS}{SEPARATORS}]{{1,80}})[)）\]】]")
_TONELESS = re.compile(r"[a-z]{2,8}")
_LOST = "?\ufffd"
"""What scraping leaves in place of a character."""
_CLOSING_QUOTES = "”’》」』"
_TONELESS_EVIDENCE = 4
"""Different toneless one-syllable brackets that make a document glossed without any tone mark."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    start: int
    end: int
    spelling: str
    reading: Reading


def find_glosses(text: str) -> list[tuple[int, int]]:
    """Ranges of glosses with the space before them, sorted and apart; expects collapsed white space."""
    candidates = _candidates(text)
    if not candidates:
        return []
    toned = any(candidate.reading.toned and _fits(text, candidate) for candidate in candidates)
    bare = {
        candidate.spelling
        for candidate in candidates
        if _is_plain(candidate) and candidate.reading.syllables == 1 and _fits(text, candidate)
    }
    glossed = toned or len(bare) >= _TONELESS_EVIDENCE
    found: list[tuple[int, int]] = []
    runs: list[int] = []  # for each gloss the first of those that stand wall to wall with it
    for candidate in candidates:
        if (candidate.reading.toned or (glossed and _is_plain(candidate))) and _fits(text, candidate, found, runs):
            start = candidate.start - (text[candidate.start - 1] == " ")
            runs.append(runs[-1] if found and found[-1][1] == start else len(found))
            found.append((start, candidate.end))
    return found


def _candidates(text: str) -> list[_Candidate]:
    result = []
    for match in _BRACKETED.finditer(text):
        if text[match.end() - 1] in _CLOSING[text[match.start()]]:
            spelling = match[1].strip()
            reading = read(spelling)
            if reading is not None:
                result.append(_Candidate(match.start(), match.end(), spelling, reading))
    return result


def _is_plain(candidate: _Candidate) -> bool:
    reading = candidate.reading
    return not reading.toned and reading.syllables <= 2 and _TONELESS.fullmatch(candidate.spelling) is not None


def _fits(text: str, candidate: _Candidate, found: Sequence[tuple[int, int]] = (), runs: Sequence[int] = ()) -> bool:
    """Whether enough Chinese characters stand before a bracket, looking past the ``runs`` of glosses ``found``."""
    place = candidate.start
    behind = len(found) - 1
    # what may still come between the bracket and its characters, nearest first: “趵眼” (bàoyǎn)
    between = [" ", _CLOSING_QUOTES] if candidate.reading.toned else []
    missing = candidate.reading.syllables
    while missing and place > 0:
        before = text[place - 1]
        if behind >= 0 and found[behind][1] == place:
            place = found[runs[behind]][0]
            behind = runs[behind] - 1
            continue
        while between and before not in between[0]:
            del between[0]
        if between:
            del between[0]
        elif is_han(before) or before in _LOST:
            missing -= 1
        else:
            return False
        place -= 1
    return not missing
