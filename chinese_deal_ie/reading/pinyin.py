"""Does a string of Latin letters spell Mandarin syllables?"""

from __future__ import annotations

import functools
import unicodedata
from dataclasses import dataclass

_FINALS_OF_INITIALS = {
    "b p m": "a ai an ang ao ei en eng i ian iao ie in ing o u",
    "f": "a an ang ei en eng o ou u",
    "m": "e iu ou",
    "d t n l": "a ai an ang ao e ei eng i ian iao ie ing iu ong ou u uan un uo",
    "d n": "en",
    "d l": "ia",
    "d t": "ui",
    "n l": "iang in v ve ue",
    "g k h": "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo",
    "j q x": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "zh ch sh": "a ai an ang ao e ei en eng i ong ou u ua uai uan uang ui un uo",
    "r": "an ang ao e en eng i ong ou u ua uan ui un uo",
    "z c s": "a ai an ang ao e ei en eng i ong ou u uan ui un uo",
    "y": "a an ang ao e i in ing o ong ou u uan ue un",
    "w": "a ai an ang ei en eng o u",
}
_WITHOUT_INITIAL = "a ai an ang ao e ei en eng er o ou"
_TONES = "\u0304\u0301\u030c\u0300\u0306"
"""Macron, acute, caron, grave; and the breve that is often typed for a caron."""
_DIAERESIS = "\u0308"
_LOOKALIKES = str.maketrans("ɑɡÜü’ʼ", "agVv''")
_SEPARATORS = str.maketrans("'-·", "   ")

TONED_LETTERS = "".join(
    unicodedata.normalize("NFC", vowel + tone)
    for vowel in "aeiouüAEIOUÜ"
    for tone in _TONES
    if len(unicodedata.normalize("NFC", vowel + tone)) == 1
)
LETTERS = "A-Za-zɑɡüÜ" + TONED_LETTERS + _TONES + _DIAERESIS
"""What pinyin is written with, as the inside of a regular expression's character class."""
SEPARATORS = " '’ʼ·/-"
"""What may stand between syllables or between alternative readings (``yī / yí``); ends with the hyphen."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Pinyin as it was spelled."""

    syllables: int
    """The smallest number of syllables; of alternatives, the largest such number."""
    toned: bool
    """Whether any syllable has a tone mark."""


@functools.cache
def syllables() -> frozenset[str]:
    """All toneless syllables, ü as v, with and without the r of erhua."""
    plain = set(_WITHOUT_INITIAL.split())
    for initials, finals in _FINALS_OF_INITIALS.items():
        plain.update(initial + final for initial in initials.split() for final in finals.split())
    return frozenset(plain | {syllable + "r" for syllable in plain})


@functools.lru_cache(maxsize=4096)
def read(spelling: str) -> Reading | None:
    """How a spelling reads as pinyin, alternatives parted by ``/``; None when it does not."""
    letters = unicodedata.normalize("NFD", spelling)
    plain = letters.translate(_LOOKALIKES).replace("u" + _DIAERESIS, "v").replace("U" + _DIAERESIS, "V")
    plain = "".join(letter for letter in plain if letter not in _TONES).lower()
    counts = [_count(alternative) for alternative in plain.split("/")]
    if not all(counts):
        return None
    return Reading(max(counts), any(letter in _TONES for letter in letters))


def _count(words: str) -> int:
    """The smallest number of syllables that spell all words; 0 when none do."""
    total = 0
    for word in words.translate(_SEPARATORS).split():
        best = [0] + [len(word) + 1] * len(word)
        for end in range(1, len(word) + 1):
            for start in range(max(0, end - 7), end):
                if best[start] < best[end] and word[start:end] in syllables():
                    best[end] = best[start] + 1
        if best[-1] > len(word):
            return 0
        total += best[-1]
    return total
