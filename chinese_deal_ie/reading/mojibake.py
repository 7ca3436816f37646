"""Text that was decoded wrongly before it came here: warned of, and mended where nothing has to move.

Two kinds. A GBK page from which one byte was lost reads on with every pair of bytes shifted by one, until the pairs
fall right again: ``生物?萍加邢薰``. The right characters stand in the same places and are put back one for one.
UTF-8 read as GBK (or as Latin-1) has more characters than the text it came from and is left as it is.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from .frequency import RAREST, log_frequency

_LOST = "?\ufffd"
_SHIFT_START = re.compile(rf"[{_LOST}](?=[!-~]?[\u0080-\uffff]{{2}})")
_LONGEST_SHIFT = 200
_MIN_GAIN = 8.0
"""Nats by which the shifted reading must be more likely than the one in the text."""
_MIN_MENDED = 2
_DIGIT, _ASCII, _WIDE = -3.0, -6.0, -8.0
"""Stand-ins for the `log_frequency` of what is no Chinese character."""

_UTF8_AS_LATIN1 = re.compile(
    "[\u00e4-\u00e9][\u0080-\u00bf\u0152-\u0178\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]{2}"
)
_MIN_FOREIGN = 4
_SAMPLE = 20000


@dataclass(frozen=True, slots=True)
class Mending:
    """A stretch of shifted text: ``text`` stands for the characters from ``start`` on, one for one."""

    start: int
    text: str
    swallowed: int
    """ASCII characters after the stretch that were the second byte of its last character (0 or 1)."""


def mend_shifted(text: str) -> list[Mending]:
    """Stretches of GBK text shifted by one byte, each after the ``?`` or U+FFFD that the lost byte left."""
    if not any(mark in text for mark in _LOST):
        return []
    found: list[Mending] = []
    done = 0
    for match in _SHIFT_START.finditer(text):
        if match.end() >= done:
            mending = _mend(text, match.end())
            if mending is not None:
                found.append(mending)
                done = mending.start + len(mending.text) + mending.swallowed
    return found


def _mend(text: str, start: int) -> Mending | None:
    """The stretch from ``start`` whose shifted reading gains most over the text, if that is convincing.

    The last character of a stretch lends one byte to the one before it and loses the other, so it costs what it is
    worth as it stands: nothing if it is a rare one, much if the text runs on from it.
    """
    mended = ""
    gain = 0.0
    best_gain = _MIN_GAIN
    best: Mending | None = None
    for place in range(start, min(start + _LONGEST_SHIFT, len(text) - 1)):
        pair, following = _pair(text[place]), text[place + 1]
        if len(pair) != 2:
            break
        before = _likelihood(text[place])
        swallowing = _decode(pair[1:] + following.encode("ascii")) if "@" <= following <= "~" else ""
        if swallowing and len(mended) + 1 >= _MIN_MENDED and gain + log_frequency(swallowing) - before > best_gain:
            return Mending(start, mended + swallowing, 1)
        next_pair = _pair(following)
        shifted = _decode(pair[1:] + next_pair[:1]) if len(next_pair) == 2 and following not in _LOST else ""
        if not shifted:
            break
        mended += shifted
        gain += log_frequency(shifted) - before
        net = gain - (_likelihood(following) - RAREST)
        if net > best_gain and len(mended) >= _MIN_MENDED:
            best_gain = net
            best = Mending(start, mended + _LOST[0], 0)
    return best


def _likelihood(character: str) -> float:
    """`log_frequency` of a character as it stands in the text."""
    if character.isdecimal() or character.isspace():
        return _DIGIT
    if character.isascii():
        return _ASCII
    score = log_frequency(character)
    return max(score, _WIDE) if "\uff01" <= character <= "\uff5e" else score


def _pair(character: str) -> bytes:
    """The two bytes of a character in GBK (private use included), of the full-width form of an ASCII one."""
    wide = chr(ord(character) + 0xFEE0) if "!" <= character <= "~" else character
    return wide.encode("gb18030", "ignore")


def _decode(pair: bytes) -> str:
    return pair.decode("gb18030", "ignore")


@functools.cache
def _utf8_as_gbk() -> re.Pattern[str]:
    """A character that GBK makes of the first two bytes of a Chinese character in UTF-8."""
    pairs = (bytes((lead, trail)).decode("gbk", "ignore") for lead in range(0xE4, 0xEA) for trail in range(0x80, 0xC0))
    return re.compile("[" + "".join(pairs) + "]")


def suspect(text: str) -> str | None:
    """A warning when text looks like UTF-8 read in another encoding; None when it does not."""
    sample = text[:_SAMPLE]
    foreign = sum(character > "\x7f" for character in sample)
    if foreign < _MIN_FOREIGN:
        return None
    if 3 * len(_UTF8_AS_LATIN1.findall(sample)) > foreign / 2:
        return "looks like UTF-8 read as Latin-1; left as it is"
    if 6 * len(_utf8_as_gbk().findall(sample)) > foreign:
        data = sample.encode("gb18030", "ignore")
        chinese = sum("\u4e00" <= character <= "\u9fff" for character in data.decode("utf-8", "ignore"))
        if 6 * chinese > len(data):
            return "looks like UTF-8 read as GBK; left as it is"
    return None
