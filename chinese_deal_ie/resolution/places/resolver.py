"""The places and governments of one document, decided together.

Names that stand for one division are anchors. An ambiguous name is decided by the anchors that are kin to a candidate
(the same place, its city, a neighbour), weighted by frequency and nearness in the order of mention; undecided names
vote for each other with their share (``names``). Places named only by level (市政府, 我县), bare zones (高新区) and
places below the county take the division of that sort which the anchors around them name (``deixis``). What stays open
is returned as candidates.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from chinese_deal_ie.schema.values import Place

from .deixis import Deixis, Pieces
from .evidence import CONTEXT, Anchor, Evidence
from .expression import read_expression
from .gazetteer import Gazetteer, gazetteer, level
from .names import Decision, decide_names
from .wording import cleaned

CITY_WORDS: Final = frozenset({"城区", "新城区", "郊区", "矿区", "东区", "西区"})
"""Names of a few districts that are ordinary words elsewhere: there they are parts of the document's city."""


class PlaceResolver:
    """Decides the places of documents; holds no state between documents."""

    def __init__(self) -> None:
        """Take the shipped table."""
        self._table: Gazetteer = gazetteer()

    def resolve(self, texts: Sequence[str], *, context: Sequence[str] = ()) -> list[Place]:
        """Resolve the place and government names of one document, given in the order of their mention.

        ``context`` are further texts that say where the document plays (headline, dateline, site). One ``Place`` for
        each text. Where several divisions stay possible ``code`` is None, ``candidates`` holds their codes, likeliest
        first, and the names that all candidates share are set. A zone has the code of the smallest division that
        surely contains it; what spans two cities has the province's. Regions, foreign places, bodies of the whole
        country and unknown names give ``Place(None)``. Never raises on a string.
        """
        given = [anchor for text in context for anchor in self._context(text)]
        decisions = decide_names([read_expression(text) for text in texts], given)
        named = [(number, found) for number, found in enumerate(decisions) if found.code is not None]
        deixis = Deixis(self._table, Evidence([*given, *(a for number, found in named for a in found.anchors(number))]))
        pieces = Pieces(decisions)
        return [self._place(self._codes(decision, deixis, pieces, number)) for number, decision in enumerate(decisions)]

    def _codes(self, decision: Decision, deixis: Deixis, pieces: Pieces, number: int) -> Sequence[str]:
        """The codes of one mention: of its name, or of the name that it is a piece of, or of what it points at."""
        reading, codes = decision.reading, decision.codes
        if reading.text in CITY_WORDS and len(codes) > 1:
            return deixis.find(read_expression("当地"), number) or codes
        if codes:
            return codes
        known = pieces.find(reading, number)
        return [known] if known else deixis.find(reading, number)

    def _context(self, text: str) -> list[Anchor]:
        """Anchors in a context text: the text itself as a name, else the names in it that mean one division."""
        reading = read_expression(text)
        if reading.sort == "named" and not reading.tail:
            return Decision(reading, tuple(sense.code for sense in reading.senses)).anchors(CONTEXT)
        return list(self._scan(text))

    def _scan(self, text: str) -> Iterator[Anchor]:
        """Official names of every level and short names of provinces and cities in a running text."""
        words = cleaned(text, len(text))
        position = 0
        while position < len(words):
            sizes = self._table.lengths.get(words[position], ())
            found = (words[position : position + size] for size in sizes if size > 1)
            name = next((name for name in found if name in self._table.names), "")
            for sense in self._table.names[name] if name else ():
                if sense.code and (sense.kind == "full" or level(sense.code) < 3):
                    yield Anchor(CONTEXT, sense.code, weight=1.0 / len(self._table.names[name]))
            position += max(1, len(name))

    def _place(self, codes: Sequence[str]) -> Place:
        """One code's place; of several the names that they share."""
        if len(codes) == 1:
            return self._table.place(codes[0])
        paths = [self._table.path(code) for code in codes]
        province, city = paths[0][:2] if paths else (None, None)
        if any(path[0] != province for path in paths):
            province = city = None
        elif any(path[1] != city for path in paths):
            city = None
        return Place(None, province, city, candidates=tuple(codes))
