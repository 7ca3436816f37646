"""From raw text to what the model reads, in the one order in which the steps do not undo each other."""

from __future__ import annotations

from . import glosses, lines, mojibake, punctuation, spaces, traditional
from .characters import unify
from .draft import REPLACEMENT, Draft
from .text import CleanText


def clean(raw: str) -> CleanText:
    """Clean text of any string, with the map back; never raises, in time linear in the length.

    1. lone surrogates become U+FFFD, what is invisible goes (`spaces`), GBK text shifted by a lost byte is put right
       (`mojibake`);
    2. variant forms become canonical (`characters`), white space collapses (`spaces`);
    3. pinyin glosses go (`glosses`), and with them the white space they leave double;
    4. shared punctuation settles to one width (`punctuation`);
    5. traditional lines become simplified (`traditional`), after the glosses, so that phrases are whole;
    6. lines of page furniture are flagged (`lines`), not removed.

    Characters lost in scraping (``?``, U+FFFD) stay. Cleaning the resulting text again gives the same text.
    """
    suspicion = mojibake.suspect(raw)
    warnings = [] if suspicion is None else [suspicion]
    draft = Draft.of(raw)
    lost = int((draft.codes == REPLACEMENT).sum())
    if lost:
        warnings.append(f"{lost} characters were lost in decoding (U+FFFD)")
    draft, marks = spaces.drop_invisible(draft)
    if marks:
        warnings.append(f"{marks} combining marks beyond {spaces.MAX_MARKS} in a run were dropped")
    # before any character is replaced: mending needs the bytes
    draft = _mend(draft, warnings)
    draft = spaces.collapse(draft.replace(unify(draft.codes)))
    found = glosses.find_glosses(draft.text())
    if found:
        draft = spaces.collapse(draft.without(found))
    draft = traditional.simplify(punctuation.settle(draft))

    text = draft.text()
    if not text:
        warnings.append("empty document")
    starts = draft.origin
    starts.setflags(write=False)
    return CleanText(raw, text, starts, tuple(lines.find_debris(text)), tuple(warnings))


def _mend(draft: Draft, warnings: list[str]) -> Draft:
    """Shifted stretches put right in place, with a warning."""
    mendings = mojibake.mend_shifted(draft.text())
    if not mendings:
        return draft
    codes = draft.codes.copy()
    swallowed = []
    for mending in mendings:
        end = mending.start + len(mending.text)
        codes[mending.start : end] = [ord(character) for character in mending.text]
        if mending.swallowed:
            swallowed.append((end, end + mending.swallowed))
    warnings.append(f"{len(mendings)} stretches of GBK text read one byte off were put right")
    return draft.replace(codes).without(swallowed)
