"""Chinese, Arabic and mixed numerals: 3亿5千万, 一百二十三亿四千万, 1,234.5万, 两三百亿, 数十亿, 20多亿.

A numeral is read left to right onto a stack of parts (``3亿``, ``5千万``): a unit multiplies the part before it, and
万, 亿 and 兆 also gather the smaller parts in front of them (``2千3百`` before ``万``). Parts must descend, each below
the unit of the one before; anything else (``3万5万``) is no numeral. Figures are integers scaled by ``SCALE``, so
nothing is ever rounded and no decimal context plays a part.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

DECIMALS = 12
SCALE = 10**DECIMALS

_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8, "兆": 10**12}
_TWENTIES = {"廿": 2, "卅": 3, "卌": 4}
_ENGLISH = {"million": 10**6, "mn": 10**6, "billion": 10**9, "bn": 10**9, "trillion": 10**12}

_TOKEN = re.compile(
    r"(?P<arabic>(?:\d{1,3}(?:,\d{3}){1,7}|\d{1,24})(?:\.\d{1,12})?(?![.,]?\d))"
    r"|(?P<chinese>[零一二三四五六七八九两]{1,24}(?:点[零一二三四五六七八九]{1,12})?(?![零一二三四五六七八九两]))"
    r"|(?P<unit>[十百千万亿兆])"
    r"|(?P<over>[多余])"
    r"|(?P<about>来(?=[万亿百千个]))"
    r"|(?P<counter>个(?=(?:[多余半]|[多余]?[百千])?[万亿]))"
    r"|(?P<some>[几数])"
    r"|(?P<half>半)"
    r"|(?P<twenty>[廿卅卌])"
    r"|(?P<english>(?i:million|billion|trillion|mn|bn)(?![a-zA-Z]))"
)

_PLAIN = re.compile(
    r"([0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})(?:\.([0-9]{1,12}))?(千万|百万|万亿|[万亿])?"
    r"(?![\d.,零一二三四五六七八九两十百千万亿兆点多余来个几数半廿卅卌a-zA-Z])"
)
"""The commonest numeral, Arabic figures with one unit behind them, so that it need not go through ``_Reader``."""
_PLAIN_UNITS = {
    # factor, the part of it that is 万 or 亿
    None: (1, 1),
    "万": (10**4, 10**4),
    "百万": (10**6, 10**4),
    "千万": (10**7, 10**4),
    "亿": (10**8, 10**8),
    "万亿": (10**12, 10**12),
}

STARTS = frozenset("0123456789零一二三四五六七八九两十百千万亿几数半廿卅卌")
"""Characters a numeral may begin with."""
_ONES = frozenset("一二三四五六七八九两")
_INSIDE = STARTS | frozenset("多余来个mbtMBT")
"""Characters that another piece of a numeral may begin with, and 兆 as a unit."""


class Numeral(NamedTuple):
    """What a numeral says; ``low`` and ``high`` (equal except for a pair such as 两三百) are scaled by ``SCALE``."""

    low: int
    high: int
    end: int
    over: bool
    """多, 余 or 几 after the figure: 20多亿, 十几亿."""
    about: bool
    """来 after the figure: 十来亿."""
    magnitude: bool
    """数 or 几 in place of the figure: 数十亿, 几千万."""
    bare: bool
    """Nothing but units: 百亿, 千万."""
    plain: bool
    """Digits alone, without any unit."""
    large: int
    """Product of the 万, 亿 and 兆 that close the numeral; 1 where there are none, 0 where a smaller part follows."""
    tail: int
    """Product of all units after a single group of digits (5千万: 10,000,000); 0 where there are several groups."""
    elided: bool
    """The last unit is left out after an Arabic digit: 3万5."""


class _Reader:
    """The state of one reading; ``pick`` chooses the lower (0) or upper (1) side of a pair of digits."""

    previous = ""
    """``""``, ``digit``, or the unit character before."""
    broken = False
    direct = False
    """The last unit stood right after digits."""
    unskipped = False
    """No 零 since the last unit: a single digit now leaves its own unit out."""
    over = about = magnitude = bare = pair = fraction = False
    elidable = chinese = False
    owing = False
    """亿 is followed by digits without 零, which are so many 万 whether it is said or not."""
    groups = 0
    """Groups of digits so far."""
    large = tail = 1

    def __init__(self, pick: int) -> None:
        self.pick = pick
        self.parts: list[tuple[int, int]] = []  # scaled value, unit it was last multiplied by

    def accept(self, kind: str, token: str) -> bool:
        """Take the next token; False ends the numeral before it, ``broken`` says that this is no numeral."""
        return _TAKE[kind](self, token) and not self.broken

    def _push(self, value: int, unit: int) -> None:
        if self.parts and value >= self.parts[-1][1] * SCALE:
            self.broken = True
        self.parts.append((value, unit))

    def _digits(self, value: int, elidable: bool) -> bool:
        if self.previous == "digit" or self.magnitude or self.fraction and self.parts[-1][1] == 1:
            self.broken = True
            return False
        if self.over or self.about or self.fraction:
            self.broken = True
            return False
        self._push(value, 1)
        self.elidable = elidable and self.unskipped
        self.owing = self.previous == "亿" and self.unskipped
        self.previous = "digit"
        self.groups += 1
        self.large = self.tail = 1
        return True

    def _arabic(self, token: str) -> bool:
        whole, _, decimals = token.replace(",", "").partition(".")
        value = int(whole) * SCALE + int(decimals.ljust(DECIMALS, "0") if decimals else 0)
        accepted = self._digits(value, len(whole) == 1 and not decimals)
        self.fraction, self.chinese = bool(decimals), False
        return accepted

    def _chinese(self, token: str) -> bool:
        run, _, decimals = token.partition("点")
        if run[0] == "零" and self.previous and not decimals:
            run = run.lstrip("零")
            self.unskipped = False
            if not run:
                return True
        if len(run) == 2 and run[0] != "零" and run[1] != "零":
            low, high = _DIGITS[run[0]], _DIGITS[run[1]]
            if self.pair or not (high == low + 1 or (low, high) == (3, 5)):
                self.broken = True
                return False
            self.pair = True
            run = run[self.pick]
            self.unskipped = False
        value = int("".join(str(_DIGITS[digit]) for digit in run)) * SCALE
        if decimals:
            value += int("".join(str(_DIGITS[digit]) for digit in decimals).ljust(DECIMALS, "0"))
        accepted = self._digits(value, len(run) == 1 and not decimals)
        self.fraction, self.chinese = bool(decimals), True
        return accepted

    def _one(self, token: str) -> bool:
        """A Chinese digit with its unit behind it, the commonest case of ``_chinese``."""
        accepted = self._digits(_DIGITS[token] * SCALE, True)
        self.fraction, self.chinese = False, True
        return accepted

    def _twenty(self, token: str) -> bool:
        accepted = self._digits(_TWENTIES[token] * SCALE, False)
        return accepted and self._unit("十")

    def _unit(self, token: str) -> bool:
        unit = _UNITS[token]
        myriad = unit >= 10**4
        if self.previous == "":
            self._push(SCALE, 1)
            self.bare = True
        elif self.previous == "十" and token == "十" or self.previous != "digit" and not myriad:
            if token != "十" or self.over or _UNITS[self.previous] <= 10:
                self.broken = True
                return False
            self._push(SCALE, 1)  # 三百十亿: a 一 left out
            self.groups += 1
            self.large = self.tail = 1
        elif self.previous in ("亿", "兆"):
            self.broken = True
            return False
        self.owing = self.owing and not myriad
        self.direct, self.unskipped = self.previous == "digit", True
        value, _ = self.parts.pop()
        while myriad and self.parts and self.parts[-1][0] < unit * SCALE:
            value += self.parts.pop()[0]
        self._push(value * unit, unit)
        self.tail *= unit
        self.large *= unit if myriad else 1
        self.elidable, self.previous = False, token
        return True

    def _english(self, token: str) -> bool:
        if self.previous != "digit" or len(self.parts) > 1:
            return False
        unit = _ENGLISH[token.lower()]
        self.parts = [(self.parts[0][0] * unit, 1)]
        self.large = self.tail = unit
        self.previous = "亿"  # nothing may follow
        return True

    def _over(self, _: str) -> bool:
        self.over = True
        return self.previous != ""

    def _about(self, _: str) -> bool:
        self.about = True
        return self.previous != ""

    def _counter(self, _: str) -> bool:
        return self.previous != "" and self.previous not in "万亿兆"

    def _some(self, _: str) -> bool:
        if self.previous == "十":
            self.over = True
            return True
        if self.previous:
            return False
        self._digits(SCALE, False)
        self.magnitude = True
        return True

    def _half(self, _: str) -> bool:
        if self.previous == "":
            self._digits(SCALE // 2, False)
        elif self.fraction or self.over or self.previous not in ("digit", "万", "亿"):
            return False
        else:
            value, unit = self.parts.pop()
            self.parts.append((value + unit * SCALE // 2, unit))
            self.large = self.large if self.previous == "digit" else 0
        self.fraction = True
        return True


_TAKE: dict[str, Callable[[_Reader, str], bool]] = {
    "arabic": _Reader._arabic,
    "chinese": _Reader._chinese,
    "one": _Reader._one,
    "unit": _Reader._unit,
    "over": _Reader._over,
    "about": _Reader._about,
    "counter": _Reader._counter,
    "some": _Reader._some,
    "half": _Reader._half,
    "twenty": _Reader._twenty,
    "english": _Reader._english,
}


def to_decimal(scaled: int) -> Decimal:
    """The exact figure of a scaled integer, in its shortest form."""
    whole, rest = divmod(scaled, SCALE)
    return Decimal(f"{whole}.{rest:0{DECIMALS}d}".rstrip("0")) if rest else Decimal(whole)


def read_numeral(text: str, start: int) -> Numeral | None:
    """The numeral at ``start`` of a normalised text, or None where there is none or it breaks the rules of numerals."""
    plain = _PLAIN.match(text, start)
    if plain is not None:
        return _plain_numeral(plain)
    reader, end = _read(text, start, 0)
    low = _total(reader)
    if low is None:
        return None
    high = _total(_read(text, start, 1)[0]) if reader.pair else low
    if high is None:
        return None
    single = len(reader.parts) == 1
    return Numeral(
        low=low,
        high=high,
        end=end,
        over=reader.over,
        about=reader.about,
        magnitude=reader.magnitude,
        bare=reader.bare and not reader.groups,
        plain=reader.previous == "digit" and single and not reader.magnitude,
        large=reader.large if single else 0,
        tail=reader.tail if single and reader.groups == 1 else 0,
        elided=reader.elidable and not reader.chinese,
    )


def _plain_numeral(match: re.Match[str]) -> Numeral:
    whole, decimals, unit = match.groups()
    if len(whole) > 3:
        whole = whole.replace(",", "")
    factor, large = _PLAIN_UNITS[unit]
    scaled = int(whole + decimals.ljust(DECIMALS, "0") if decimals else whole) * factor
    value = scaled if decimals else scaled * SCALE
    return Numeral(value, value, match.end(), False, False, False, False, unit is None, large, factor, False)


def _read(text: str, start: int, pick: int) -> tuple[_Reader, int]:
    reader = _Reader(pick)
    position = start
    while position < len(text):
        token = text[position]
        if token in _UNITS:
            kind = "unit"
        elif token in _ONES and text[position + 1 : position + 2] in _UNITS:
            kind = "one"
        elif token in _INSIDE and (match := _TOKEN.match(text, position)) and match.lastgroup:
            kind, token = match.lastgroup, match.group()
        else:
            break
        if not reader.accept(kind, token):
            break
        position += len(token)
    return reader, position


def _total(reader: _Reader) -> int | None:
    if reader.broken or not reader.parts or reader.magnitude and reader.previous == "digit":
        return None
    total = reader.parts[0][0] if len(reader.parts) == 1 else sum(value for value, _ in reader.parts)
    if reader.elidable:
        digit, unit = reader.parts[-1][0], reader.parts[-2][1]
        if unit >= 100 and not reader.direct:
            return None  # 三百万五: 三百零五万 or 三百万零五
        total += digit * (unit // 10 - 1) if unit >= 100 else 0
    elif reader.owing:
        return None  # 三亿五千: most likely 350,000,000, by the letter 300,005,000
    return total
