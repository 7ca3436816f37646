"""Compare predicted with gold documents: every score, every error, one object."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping

from ..schema import Document, Slot
from .alignment import Criterion, SlotJudge, ValueOf, entity_values
from .coreference import coreference, on_shared_mentions, partition
from .deals import DealMatch, match_deals
from .links import match_links
from .mentions import match_mentions
from .results import DocumentEvaluation, Evaluation
from .tally import Tally

PlaceOf = Callable[[str, str], Hashable | None]
"""The code of a place from its text and the document's text as context, None when it cannot be resolved."""


def evaluate(
    gold: Iterable[Document],
    predicted: Iterable[Document],
    *,
    value_of: ValueOf | None = None,
    place_of: PlaceOf | None = None,
) -> Evaluation:
    """Compare ``predicted`` with ``gold``: the same ids and texts, in any order.

    ``value_of`` (text of an amount to a hashable value) adds the scores ``value.…`` and ``accuracy.amount``;
    ``place_of`` (text of a place, text of the document, to a code) adds ``accuracy.place``. Both accuracies are over
    the fillers that are right by overlap in matched frames and whose gold text the normaliser can read.

    Raises ValueError when ids are repeated or differ, or when a predicted document has another text.
    """
    ours, theirs = _by_id(gold, "gold"), _by_id(predicted, "predicted")
    if ours.keys() != theirs.keys():
        raise ValueError(f"documents on one side only: {sorted(ours.keys() ^ theirs.keys())[:10]}")
    for name, document in ours.items():
        if document.text != theirs[name].text:
            raise ValueError(f"document {name}: gold and predicted texts differ")
    return Evaluation(
        tuple(_evaluate_document(document, theirs[name], value_of, place_of) for name, document in ours.items())
    )


def _by_id(documents: Iterable[Document], side: str) -> dict[str, Document]:
    result: dict[str, Document] = {}
    for document in documents:
        if document.id in result:
            raise ValueError(f"{side} document {document.id} twice")
        result[document.id] = document
    return result


def _evaluate_document(
    gold: Document, predicted: Document, value_of: ValueOf | None, place_of: PlaceOf | None
) -> DocumentEvaluation:
    mentions = match_mentions(gold.mentions, predicted.mentions)
    deals: dict[Criterion, DealMatch] = {
        "strict": match_deals(gold, predicted),
        "relaxed": match_deals(gold, predicted, "relaxed"),
    }
    if value_of is not None:
        deals["value"] = match_deals(gold, predicted, "value", value_of)
    tallies = dict(mentions.tallies)
    for criterion, match in deals.items():
        prefix = "" if criterion == "strict" else f"{criterion}."
        tallies |= {prefix + name: tally for name, tally in match.tallies.items()}
    tallies |= match_links(gold, predicted, SlotJudge.of(gold, predicted, "strict"))
    entities = partition(gold), partition(predicted)
    for prefix, pair in (("coref", entities), ("coref_shared", on_shared_mentions(*entities))):
        tallies |= {f"{prefix}.{name}": tally for name, tally in coreference(*pair).items()}
    silent = not gold.frames
    tallies["quiet"] = Tally.rate(silent and not predicted.frames, silent)
    if value_of is not None:
        readings = entity_values(gold, value_of), entity_values(predicted, value_of)
        tallies["accuracy.amount"] = _accuracy(deals["relaxed"], "amount", *readings)
    if place_of is not None:
        places = (_places(document, place_of) for document in (gold, predicted))
        tallies["accuracy.place"] = _accuracy(deals["relaxed"], "location", *places)
    return DocumentEvaluation(gold, predicted, tallies, mentions, deals)


def _places(document: Document, place_of: PlaceOf) -> dict[str, frozenset[Hashable]]:
    codes: dict[str, set[Hashable]] = {}
    for mention in document.mentions:
        if mention.label == "LOC" and (code := place_of(mention.text, document.text)) is not None:
            codes.setdefault(mention.entity, set()).add(code)
    return {entity: frozenset(found) for entity, found in codes.items()}


def _accuracy(
    match: DealMatch,
    slot: Slot,
    gold: Mapping[str, frozenset[Hashable]],
    predicted: Mapping[str, frozenset[Hashable]],
) -> Tally:
    """How often a matched filler's readings contain one of the gold filler's, where that can be read."""
    cases = [(ours, theirs) for name, ours, theirs in match.fillers if name == slot and ours in gold]
    return Tally.rate(sum(bool(gold[ours] & predicted.get(theirs, frozenset())) for ours, theirs in cases), len(cases))
