"""Entity scores: MUC, B³, CEAF-e, their CoNLL average, and plain link F1.

Sources: MUC, Vilain et al. 1995, "A model-theoretic coreference scoring scheme"; B³, Bagga & Baldwin 1998,
"Algorithms for scoring coreference chains"; CEAF with the entity similarity φ4, Luo 2005, "On coreference resolution
performance metrics"; their average, Pradhan et al. 2012 (CoNLL-2012 shared task); mentions found on one side only
as in the reference implementation, Pradhan et al. 2014, "Scoring coreference partitions of predicted mentions".

Singletons are entities here as in the annotations, so B³ and CEAF-e reward finding them; MUC and links do not.
"""

from __future__ import annotations

from collections import Counter

from ..schema import Document
from .assignment import assign
from .tally import Score, Tally

Partition = dict[tuple[int, int], str]
"""Entity id of every (start, end); a span annotated twice belongs to the entity of its first mention."""


def partition(document: Document) -> Partition:
    """The entities of a document as a partition of its spans, labels aside."""
    result: Partition = {}
    for mention in document.mentions:
        result.setdefault((mention.start, mention.end), mention.entity)
    return result


def coreference(gold: Partition, predicted: Partition) -> dict[str, Tally]:
    """The tallies ``muc``, ``b3``, ``ceafe`` and ``link`` of one document on the mentions as they are."""
    ours, theirs = Counter(gold.values()), Counter(predicted.values())
    shared = Counter((entity, predicted[span]) for span, entity in gold.items() if span in predicted)
    ceaf_pairs = {(one, other): 2 * both / (ours[one] + theirs[other]) for (one, other), both in shared.items()}
    rows, columns = {entity: i for i, entity in enumerate(ours)}, {entity: i for i, entity in enumerate(theirs)}
    similarity = {(rows[one], columns[other]): value for (one, other), value in ceaf_pairs.items()}
    ceaf = sum(similarity[pair] for pair in assign(similarity))
    links = sum(_pairs(both) for both in shared.values())
    return {
        # An entity keeps its size minus the parts it falls into on the other side, a mention not found there being a
        # part of its own; summed over entities that is the same number seen from either side.
        "muc": Tally.of(
            sum(both - 1 for both in shared.values()),
            sum(size - 1 for size in theirs.values()),
            sum(size - 1 for size in ours.values()),
        ),
        "b3": Tally(
            sum(both * both / theirs[other] for (_, other), both in shared.items()),
            len(predicted),
            sum(both * both / ours[one] for (one, _), both in shared.items()),
            len(gold),
        ),
        "ceafe": Tally(ceaf, len(theirs), ceaf, len(ours)),
        "link": Tally.of(links, sum(map(_pairs, theirs.values())), sum(map(_pairs, ours.values()))),
    }


def on_shared_mentions(gold: Partition, predicted: Partition) -> tuple[Partition, Partition]:
    """Both partitions without the spans that only one of them has: clustering judged apart from mention finding."""
    return (
        {span: entity for span, entity in gold.items() if span in predicted},
        {span: entity for span, entity in predicted.items() if span in gold},
    )


def conll_average(muc: Score, b3: Score, ceafe: Score) -> float:
    """The CoNLL-2012 score: the mean of the three F1."""
    return (muc.f1 + b3.f1 + ceafe.f1) / 3


def _pairs(size: int) -> int:
    return size * (size - 1) // 2
