"""The places and governments of one document, decided together.

Names that stand for one division are anchors. An ambiguous name is decided by the anchors that are kin to a candidate
(the same place, its city, a neighbour), weighted by frequency and nearness in the order of mention; undecided names
vote for each other with their share (``names``). Places named only by level (市政府, 我县), bare zones (高新区) and
places below the county take the division of that sort which the anchors around them name (``deixis``). What stays open
is returned as candidates.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from chinese_deal_ie.schema.values import Place

from .deixis import Deixis, Pieces
from .evidence import CONTEXT, Anchor, Evidence
from .expression import Expression, read_chain, read_expression
from .gazetteer import Gazetteer, gazetteer, level
from .names import Decision, decide_names
from .wording import SITE, cleaned

SCANNED: Final = 20_000
"""Characters of a document that are searched for names of places outside its mentions."""
CITY_WORDS: Final = frozenset({"城区", "新城区", "郊区", "矿区", "东区", "西区"})
"""Names of a few districts that are ordinary words elsewhere: there they are parts of the document's city."""


class PlaceResolver:
    """Decides the places of documents; holds no state between documents."""

    def __init__(self) -> None:
        """Take the shipped table."""
        self._table: Gazetteer = gazetteer()

    def resolve(self, texts: Sequence[str], *, context: Sequence[str] = (), document: str = "") -> list[Place]:
        """Resolve the place and government names of one document, given in the order of their mention.

        ``context`` are further texts that say where the document plays (headline, dateline, site); ``document`` is its
        whole text, whose names of places are asked only where the mentions leave one open. One ``Place`` for each
        text. Where several divisions stay possible ``code`` is None, ``candidates`` holds their codes, likeliest
        first, and the names that all candidates share are set. A zone has the code of the smallest division that
        surely contains it; what spans two cities has the province's. Regions, foreign places, bodies of the whole
        country and unknown names give ``Place(None)``. Never raises on a string.
        """
        readings = [read_expression(text) for text in texts]
        given = [anchor for text in context for anchor in self._context(text)]
        found = self._decide(readings, given)
        if document and any(len(codes) != 1 for codes in found):
            further = self._decide(readings, [*given, *self._scan(document[:SCANNED])])
            found = [new if len(new) == 1 and len(old) != 1 else old for old, new in zip(found, further, strict=True)]
        return [self._place(codes) for codes in found]

    def _decide(self, readings: Sequence[Expression], given: Sequence[Anchor]) -> list[Sequence[str]]:
        """Codes of every mention of a document."""
        decisions = decide_names(readings, given)
        deixis = self._deixis(decisions, given)
        sited = [self._sited(decision, deixis, number) for number, decision in enumerate(decisions)]
        if sited != decisions:
            deixis = self._deixis(sited, given)
        pieces = Pieces(sited)
        return [self._codes(decision, deixis, pieces, number) for number, decision in enumerate(sited)]

    def _deixis(self, decisions: Sequence[Decision], given: Sequence[Anchor]) -> Deixis:
        named = [(number, found) for number, found in enumerate(decisions) if found.code is not None]
        return Deixis(self._table, Evidence([*given, *(a for number, found in named for a in found.anchors(number))]))

    def _sited(self, decision: Decision, deixis: Deixis, number: int) -> Decision:
        """A site that bears the name of a province or city lies in the county that the document is about."""
        code, reading = decision.code, decision.reading
        if code is None or level(code) == 3 or reading.body or not SITE.search(reading.tail):
            return decision
        return replace(decision, codes=(deixis.site(code, number),))

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
        """What a running text names for certain: official names of every level, short names of provinces and cities
        that mean nothing else, chains (浙江天台)."""
        words = cleaned(text, len(text))
        position = 0
        while position < len(words):
            found = read_chain(self._table, words, position) if words[position] in self._table.lengths else None
            senses, end = found or ((), position + 1)
            chained = words[position:end] not in self._table.names
            for sense in senses:
                certain = len(senses) == 1 and sense.kind in ("short", "former") and (chained or level(sense.code) < 3)
                if sense.kind == "full" or certain:
                    yield Anchor(CONTEXT, sense.code, weight=1.0 / len(senses))
            position = end

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
