"""Traditional characters to simplified ones, one for one."""

from __future__ import annotations

import functools
import sys

import numpy as np
import opencc

from .draft import Codes, Draft, Mask

LINE_SHARE = 0.1
"""Share of traditional characters from which a line counts as traditional text."""
DOCUMENT_SHARE = 0.05
"""The same for a document: all its lines are converted then, short ones too."""

_BLOCKS = (range(0x3400, 0xA000), range(0x20000, 0x323B0))


@functools.cache
def _converter() -> opencc.OpenCC:
    # t2s, not tw2sp: the phrase configurations change lengths
    return opencc.OpenCC("t2s")


@functools.cache
def single_characters() -> dict[str, str]:
    """Each traditional character that OpenCC changes when it stands alone, with its simplified form."""
    source = [chr(code) for block in _BLOCKS for code in block]
    target = _converter().convert("\n".join(source)).split("\n")
    return {old: new for old, new in zip(source, target, strict=True) if old != new and len(new) == 1}


@functools.cache
def _tables() -> tuple[Mask, Mask]:
    """Of every code point: is it Chinese, and is it traditional only.

    What GB 2312 encodes is at home in simplified text too (乾县, 徵, 於) and is no sign of traditional text.
    """
    chinese = np.zeros(sys.maxunicode + 1, dtype=np.bool_)
    for block in _BLOCKS:
        chinese[block.start : block.stop] = True
    traditional = np.zeros_like(chinese)
    for character in single_characters():
        traditional[ord(character)] = not character.encode("gb2312", "ignore")
    return chinese, traditional


def simplify(draft: Draft) -> Draft:
    """Lines of traditional text converted with OpenCC ``t2s``; simplified text with a rare old form stays as it is.

    Phrases decide between readings (乾隆, 乾燥), so a line is converted whole; should that change its length,
    character by character.
    """
    chinese, traditional = _tables()
    old = np.take(traditional, draft.codes)
    if not old.any():
        return draft
    han = np.take(chinese, draft.codes)
    line = np.cumsum(draft.codes == ord("\n"))
    count = int(line[-1]) + 1
    share = np.bincount(line[old], minlength=count) / np.maximum(np.bincount(line[han], minlength=count), 1)
    whole = old.sum() >= DOCUMENT_SHARE * han.sum()
    chosen = np.flatnonzero(share >= (0 if whole else LINE_SHARE))
    if not len(chosen):
        return draft
    lines = draft.text().split("\n")
    converted = _converter().convert("\n".join(lines[index] for index in chosen)).split("\n")
    for index, new in zip(chosen, converted, strict=True):
        lines[index] = new if len(new) == len(lines[index]) else _one_by_one(lines[index])
    codes: Codes = np.frombuffer("\n".join(lines).encode("utf-32-le"), dtype="<u4")
    return draft.replace(codes)


def _one_by_one(line: str) -> str:
    simplified = single_characters()
    return "".join(simplified.get(character, character) for character in line)
