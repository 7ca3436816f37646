"""Which texts to annotate first: those of which the model is least sure. Needs no PyTorch.

Uncertainty sampling (Lewis and Gale 1994): half of a document's uncertainty is that of its mentions on average, half
that of the company whose part in a deal is most doubtful, whether the model reports that deal or not.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ..corpus_io.checks import party_flaw
from ..engine import Analysis, analyse, document
from ..extractor import Extractor
from ..reading import clean
from ..schema import Document
from ..sections import SECTION

BATCH = 32


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the model would annotate in a text."""

    document: Document
    """With scores; deals that no annotation tool can show (a company alone) are left out."""
    uncertainty: float
    """Between 0 (sure) and 1, to compare texts by."""


def suggest(extractor: Extractor, texts: Sequence[tuple[str, str]]) -> Iterator[Suggestion]:
    """Read (id, text) pairs, in order.

    :raises ValueError: for a text longer than a section of :mod:`..sections`: no tool shows it in one piece.
    """
    settings = extractor.checkpoint
    for begin in range(0, len(texts), BATCH):
        batch = texts[begin : begin + BATCH]
        for name, text in batch:
            if len(text) > SECTION:
                raise ValueError(f"{name}: {len(text):,} characters, at most {SECTION:,} are read; split the text")
        views = [clean(text) for _, text in batch]
        analyses = analyse(extractor.reader, views, settings.coreference)
        for (name, _), view, analysis in zip(batch, views, analyses, strict=True):
            found = document(name, view, analysis, settings.thresholds)
            frames = tuple(frame for frame in found.frames if party_flaw(frame) is None)
            yield Suggestion(replace(found, frames=frames), _uncertainty(analysis))


def _uncertainty(analysis: Analysis) -> float:
    mentions = [_entropy(mention.score) for mention in analysis.reading.mentions]
    deals = [_entropy(company.deal) for company in analysis.companies]
    return (sum(mentions) / max(1, len(mentions)) + max(deals, default=0.0)) / 2


def _entropy(probability: float) -> float:
    """Binary entropy in bits: 1 at one half, 0 at both ends."""
    chances = (min(max(probability, 0.0), 1.0), 1 - min(max(probability, 0.0), 1.0))
    return -sum(chance * math.log2(chance) for chance in chances if chance > 0)
