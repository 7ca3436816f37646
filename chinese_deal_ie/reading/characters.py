"""Character classes and the one-for-one table of variant forms.

Canonical forms: Latin letters, digits and symbols are ASCII; Chinese punctuation is full width; quotation marks are
“” and ‘’ (also for 「」『』); half-width, small and vertical forms, radicals and compatibility ideographs become the
character they stand for. NFKC is not used, since it changes lengths (㎡, ㈱, …).
The marks , ; : ! and brackets depend on their neighbours (see `punctuation`). The question mark keeps its width:
an ASCII one between Chinese characters is often a character lost in scraping.
"""

from __future__ import annotations

import functools
import sys
import unicodedata

import numpy as np
from numpy.typing import NDArray

from .draft import Codes

HAN, IGNORABLE, SPACE, WIDE_SPACE, NARROW_SPACE, NEWLINE, MARK, ALNUM = (1 << bit for bit in range(8))
ANY_SPACE = SPACE | WIDE_SPACE | NARROW_SPACE

_CLASSES: dict[int, str] = {
    HAN: "3005 3007 3400-4DBF 4E00-9FFF F900-FAFF 20000-323AF",
    # controls, soft hyphen, zero width, bidi, variation selectors, byte order mark, tags: never part of a name
    IGNORABLE: "0-8 E-1F 7F-84 86-9F AD 34F 61C 180B-180F 200B-200F 202A-202E 2060-206F FE00-FE0F FEFF FFF0-FFFB "
    "FFFE-FFFF E0000-E0FFF",
    SPACE: "20",
    WIDE_SPACE: "9 A0 1680 2000-2003 2007 3000 3164 FFA0",
    NARROW_SPACE: "2004-2006 2008-200A 202F 205F",
    NEWLINE: "A-D 85 2028-2029",
    MARK: "300-34E 350-36F 483-489 1AB0-1AFF 1DC0-1DFF 20D0-20FF 3099-309A FE20-FE2F",
    ALNUM: "30-39 41-5A 61-7A",
}

_VARIANTS = {
    "“": "「｢﹁〝",
    "”": "」｣﹂〞〟",
    "‘": "『﹃",
    "’": "』﹄",
    "，": "︐﹐",
    "。": "︒｡",
    "、": "︑､﹑",
    "：": "︓﹕",
    "；": "︔﹔",
    "！": "︕﹗",
    "？": "︖﹖",
    "（": "︵﹙",
    "）": "︶﹚",
    "【": "︗︻",
    "】": "︘︼",
    "〔": "︹﹝",
    "〕": "︺﹞",
    "《": "︽",
    "》": "︾",
    "〈": "︿",
    "〉": "﹀",
    "·": "・･‧∙",
    "—": "―─━﹘",
    "-": "‐‑‒–−﹣",
    "~": "〜∼",
    "…": "⋯",
    ".": "﹒",
    "%": "﹪",
    "+": "﹢",
    "*": "﹡",
    "=": "﹦",
    "<": "﹤",
    ">": "﹥",
    "#": "﹟",
    "&": "﹠",
    "@": "﹫",
    "$": "﹩",
    "{": "﹛",
    "}": "﹜",
    "\\": "﹨",
    "¥": "￥",
    "£": "￡",
    "¢": "￠",
    "₩": "￦",
    "¬": "￢",
    "¦": "￤",
}
"""Canonical characters and their variants, beyond the full-width forms of ASCII."""
_FULL_WIDTH_KEPT = frozenset("，；：？！（）")
_COMPATIBILITY_BLOCKS = (range(0x2E80, 0x2FD6), range(0xF900, 0xFB00), range(0x2F800, 0x2FA20))


@functools.cache
def classes() -> NDArray[np.uint8]:
    """Class bits of every code point. *Shape:* ``(0x110000,)``."""
    table = np.zeros(sys.maxunicode + 1, dtype=np.uint8)
    for bit, ranges in _CLASSES.items():
        for item in ranges.split():
            first, _, last = item.partition("-")
            table[int(first, 16) : int(last or first, 16) + 1] |= bit
    return table


@functools.cache
def _widths() -> Codes:
    table = np.arange(sys.maxunicode + 1, dtype=np.uint32)
    for code in range(0xFF01, 0xFF5F):
        if chr(code) not in _FULL_WIDTH_KEPT:
            table[code] = code - 0xFEE0
    for canonical, variants in _VARIANTS.items():
        table[[ord(variant) for variant in variants]] = ord(canonical)
    for block in _COMPATIBILITY_BLOCKS:
        for code in block:
            plain = unicodedata.normalize("NFKC", chr(code))
            if len(plain) == 1:
                table[code] = ord(plain)
    return table


def classify(codes: Codes) -> NDArray[np.uint8]:
    """Class bits of each character."""
    return np.take(classes(), codes)


def unify(codes: Codes) -> Codes:
    """Variant forms replaced by canonical ones, character by character."""
    return np.take(_widths(), codes)


def is_han(character: str) -> bool:
    """Whether one character is a Chinese one (ideographs, 々 and 〇)."""
    return bool(classes()[ord(character)] & HAN)
