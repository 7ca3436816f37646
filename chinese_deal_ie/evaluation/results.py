"""What an evaluation found: scores of any subset of its documents, intervals, and the JSON of the contract."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ..schema import LABELS, SLOTS, Document
from .alignment import Criterion
from .bootstrap import Interval, PairedTest, confidence_interval, paired_test
from .calibration import brier_score, expected_calibration_error, reliability_curve
from .coreference import conll_average
from .deals import LEVELS, DealMatch
from .links import LINKED
from .mentions import MentionMatch
from .tally import Floats, Score, Tally, precision_recall_f1, total

HEADLINES = ("mention", "pair", "pair_amount", "tuple", "slot")
"""The scores that breakdowns and comparisons show."""

NOISY = "-noisy"
"""What the ``lang`` of a damaged text ends in."""
_LENGTHS = (300, 600, 1000)


@dataclass(frozen=True, slots=True)
class DocumentEvaluation:
    """Scores and errors of one document."""

    gold: Document
    predicted: Document
    tallies: Mapping[str, Tally]
    """Every count by name; the names are those of :meth:`Evaluation.score`."""
    mentions: MentionMatch
    deals: Mapping[Criterion, DealMatch]
    """By criterion; ``value`` only where amounts were compared by value."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Scores over a set of documents. Everything is a sum over documents, so any subset can be scored too."""

    documents: tuple[DocumentEvaluation, ...]

    def names(self) -> list[str]:
        """Names of all scores, in a stable order."""
        return list(dict.fromkeys(name for document in self.documents for name in document.tallies))

    def tally(self, name: str) -> Tally:
        """Summed counts of the score ``name``; empty counts where no document has them."""
        return total(document.tallies[name] for document in self.documents if name in document.tallies)

    def score(self, name: str) -> Score:
        """Micro-averaged score ``name``.

        * ``mention``, ``mention.exact``, ``mention.partial``, ``mention.type``, ``mention.GOV`` …
        * ``pair``, ``pair_amount``, ``tuple``, ``slot``, ``slot.government`` … ``slot.stage``; the same with
          ``relaxed.`` in front (overlap is enough), and with ``value.`` (amounts compared by value) where
          ``value_of`` was given
        * ``link``, ``link.government``, ``link.amount`` …
        * ``coref.muc``, ``coref.b3``, ``coref.ceafe``, ``coref.link``; ``coref_shared.…`` on the mentions of both sides
        * ``quiet``, ``accuracy.amount``, ``accuracy.place``: rates, p = r = f1
        """
        return self.tally(name).score()

    def quiet(self) -> float:
        """Share of the documents without gold deals in which no deal is predicted; 1 when all documents have deals."""
        return self.score("quiet").f1

    def conll(self, group: str = "coref") -> float:
        """CoNLL average of ``coref`` or ``coref_shared``."""
        return conll_average(*(self.score(f"{group}.{name}") for name in ("muc", "b3", "ceafe")))

    def select(self, keep: Callable[[Document], bool]) -> Evaluation:
        """The evaluation of the documents whose gold side satisfies ``keep``."""
        return Evaluation(tuple(document for document in self.documents if keep(document.gold)))

    def breakdown(self, group_of: Callable[[Document], str]) -> dict[str, Evaluation]:
        """One evaluation for every value of ``group_of`` on the gold documents, sorted by that value."""
        groups: dict[str, list[DocumentEvaluation]] = {}
        for document in self.documents:
            groups.setdefault(group_of(document.gold), []).append(document)
        return {group: Evaluation(tuple(groups[group])) for group in sorted(groups)}

    def counts(self, names: Iterable[str]) -> Floats:
        """Counts for :mod:`.bootstrap`, *shape* ``(documents, 4 * names)``."""
        empty, wanted = Tally(), list(names)
        rows = [
            [number for name in wanted for number in document.tallies.get(name, empty).row()]
            for document in self.documents
        ]
        return np.array(rows, dtype=np.float64).reshape(len(rows), 4 * len(wanted))

    def intervals(
        self, names: Iterable[str] | None = None, *, samples: int = 1000, level: float = 0.95, seed: int = 0
    ) -> dict[str, dict[str, Interval]]:
        """``{name: {"p", "r", "f1"}}`` with bootstrap intervals over documents, for all scores or those named.

        Raises ValueError without documents.
        """
        wanted = self.names() if names is None else list(names)
        flat = confidence_interval(self.counts(wanted), _scores, samples=samples, level=level, seed=seed)
        return {
            name: dict(zip(("p", "r", "f1"), flat[3 * i : 3 * i + 3], strict=True)) for i, name in enumerate(wanted)
        }

    def mention_confidence(self) -> tuple[Floats, Floats]:
        """Scores of all predicted mentions, and 1.0 where span and label are right."""
        scores, right = [], []
        for document in self.documents:
            hits = {column for _, column in document.mentions.correct}
            for column, mention in enumerate(document.predicted.mentions):
                scores.append(mention.score)
                right.append(float(column in hits))
        return np.array(scores), np.array(right)

    def deal_confidence(self) -> tuple[Floats, Floats]:
        """Scores of all predicted frames, and 1.0 where all their (government, company) pairs are right."""
        scores, right = [], []
        for document in self.documents:
            wrong = {
                error.frame
                for error in document.deals["strict"].errors
                if error.level == "pair" and error.kind == "spurious"
            }
            for index, frame in enumerate(document.predicted.frames):
                scores.append(frame.score)
                right.append(float(index not in wrong))
        return np.array(scores), np.array(right)

    def to_dict(self) -> dict[str, Any]:
        """The JSON of ``chinese-deal-ie evaluate``.

        At least ``{"mention": {"p", "r", "f1"}, "pair": {…}, "tuple": {…}, "quiet": number, "documents": n}``, strict;
        ``pair_amount`` compares amounts by value where ``value_of`` was given.
        """
        by_value = "value.pair" in self.names()
        return {
            "mention": self.tally("mention").to_dict() | {"labels": self._group("mention", LABELS)},
            "mention_exact": self.tally("mention.exact").to_dict(),
            "mention_partial": self.tally("mention.partial").to_dict(),
            "mention_type": self.tally("mention.type").to_dict(),
            "pair": self.tally("pair").to_dict(),
            "pair_amount": self.tally("value.pair_amount" if by_value else "pair_amount").to_dict(),
            "tuple": self.tally("tuple").to_dict(),
            "slot": self.tally("slot").to_dict() | {"slots": self._group("slot", (*SLOTS, "type", "stage"))},
            "link": self.tally("link").to_dict() | {"slots": self._group("link", LINKED)},
            "relaxed": self._group("relaxed", (*LEVELS, "slot")),
            **({"value": self._group("value", (*LEVELS, "slot"))} if by_value else {}),
            "accuracy": {
                name.partition(".")[2]: self.tally(name).score().f1
                for name in self.names()
                if name.startswith("accuracy.")
            },
            "coreference": self._group("coref", ("muc", "b3", "ceafe", "link")) | {"conll": self.conll()},
            "coreference_shared": self._group("coref_shared", ("muc", "b3", "ceafe", "link"))
            | {"conll": self.conll("coref_shared")},
            "calibration": _calibration("mention", *self.mention_confidence())
            | _calibration("deal", *self.deal_confidence()),
            "quiet": self.quiet(),
            "documents": len(self.documents),
            "documents_without_deals": int(self.tally("quiet").gold),
            "breakdown": {
                title: {group: part._headlines() for group, part in self.breakdown(group_of).items()}
                for title, group_of in BREAKDOWNS.items()
            },
        }

    def _group(self, prefix: str, names: Iterable[str]) -> dict[str, Any]:
        return {name: self.tally(f"{prefix}.{name}").to_dict() for name in names}

    def _headlines(self) -> dict[str, Any]:
        return {
            **{name: self.tally(name).to_dict() for name in HEADLINES},
            "quiet": self.quiet(),
            "documents": len(self.documents),
        }


def deal_count(document: Document) -> str:
    """``none``, ``single`` or ``multi``: how many deals a document tells."""
    return ("none", "single")[len(document.frames)] if len(document.frames) < 2 else "multi"


def length_bucket(document: Document) -> str:
    """The range of characters a document's length falls in, such as ``0300-0599`` (sorts as text)."""
    for low, high in zip((0, *_LENGTHS), _LENGTHS, strict=False):
        if len(document.text) < high:
            return f"{low:04d}-{high - 1:04d}"
    return f"{_LENGTHS[-1]:04d}+"


def noise(document: Document) -> str:
    """``damaged`` or ``clean``, as the header's ``lang`` tells; ``unknown`` without it."""
    language = document.meta.get("lang")
    return "unknown" if language is None else "damaged" if language.endswith(NOISY) else "clean"


BREAKDOWNS: dict[str, Callable[[Document], str]] = {
    "deals": deal_count,
    "genre": lambda document: document.meta.get("genre", "unknown"),
    "language": lambda document: document.meta.get("lang", "unknown").removesuffix(NOISY),
    "length": length_bucket,
    "noise": noise,
}
"""How reports split a corpus; by the gold documents."""


def compare(
    first: Evaluation,
    second: Evaluation,
    names: Iterable[str] = HEADLINES,
    *,
    samples: int = 1000,
    level: float = 0.95,
    seed: int = 0,
) -> dict[str, PairedTest]:
    """Paired tests of the F1 of two systems on the same documents (:func:`.bootstrap.paired_test`).

    Raises ValueError when the documents differ or there are none.
    """
    wanted = list(names)
    if [document.gold.id for document in first.documents] != [document.gold.id for document in second.documents]:
        raise ValueError("the two evaluations are of different documents")
    return paired(first.counts(wanted), second.counts(wanted), wanted, samples=samples, level=level, seed=seed)


def paired(
    first: Floats, second: Floats, names: Sequence[str], *, samples: int = 1000, level: float = 0.95, seed: int = 0
) -> dict[str, PairedTest]:
    """Paired tests of the F1 of ``names``, from the counts of the same documents, *shape* ``(documents, 4 * names)``.

    Raises ValueError when the shapes differ or there are no documents.
    """
    tests = paired_test(first, second, _scores, samples=samples, level=level, seed=seed)
    return {name: tests[3 * index + 2] for index, name in enumerate(names)}


def _calibration(what: str, scores: Floats, right: Floats) -> dict[str, Any]:
    return {
        f"{what}_ece": expected_calibration_error(scores, right),
        f"{what}_brier": brier_score(scores, right),
        f"{what}_curve": [asdict(part) for part in reliability_curve(scores, right)],
    }


def _scores(sums: Floats) -> Floats:
    """``(samples, 4 * names)`` sums to ``(samples, names, 3)`` precision, recall, F1."""
    return precision_recall_f1(sums.reshape(len(sums), -1, 4))
