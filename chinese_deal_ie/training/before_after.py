"""Two models on the same documents, and what may be claimed from it.

A score counts as changed only when both tests say so: the paired bootstrap interval of its difference leaves zero out
(Koehn 2004), and its sign is unlikely by approximate randomisation (Yeh 2000). Both are held to 5 % over all scores of
the comparison together (Bonferroni), since several scores are looked at; and on fewer than :data:`FEWEST` documents,
where the bootstrap is known to be too sure of itself, nothing is claimed at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol

from ..evaluation import evaluate
from ..evaluation.results import compare
from ..evaluation.tally import Score
from ..schema import Document

SCORES = {"mention": "mentions", "pair": "pairs", "tuple": "full tuples"}
FEWEST = 8
ERROR = 0.05
"""Chance of a claim by luck alone, over all scores of a comparison."""
SAMPLES = 2000
BATCH = 32
Verdict = Literal["better", "worse", "open"]


class Model(Protocol):
    """What is compared."""

    def predict(self, documents: Sequence[Document]) -> list[Document]:
        """Mentions and frames from the texts alone."""
        ...


@dataclass(frozen=True, slots=True)
class Change:
    """One score of both models; fractions."""

    name: str
    """A key of :data:`SCORES`, or a new label."""
    before: Score
    after: Score
    difference: float
    """Of the F1, after minus before."""
    low: float
    """Of the interval of the difference that belongs to the verdict."""
    high: float
    verdict: Verdict

    def to_dict(self) -> dict[str, Any]:
        """As JSON, fractions rounded to four digits."""
        sides = {
            side: {"p": round(score.p, 4), "r": round(score.r, 4), "f1": round(score.f1, 4)}
            for side, score in (("before", self.before), ("after", self.after))
        }
        gap = {"value": round(self.difference, 4), "low": round(self.low, 4), "high": round(self.high, 4)}
        return {**sides, "difference": gap, "verdict": self.verdict}


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both models on one set of documents."""

    what: Literal["held-out", "old"]
    documents: int
    changes: tuple[Change, ...]
    new_labels: tuple[Change, ...] = ()
    """Mentions of labels that only the new model knows; the other scores leave these labels out."""

    def sentence(self) -> str:
        """What the numbers allow to be said, and no more."""
        better = [change for change in self.changes if change.verdict == "better"]
        worse = [change for change in self.changes if change.verdict == "worse"]
        place = f"on the {self.documents} {self.what} documents"
        if self.documents < FEWEST:
            least = "no improvement is shown" if self.what == "held-out" else "whether anything was forgotten is open"
            return f"{least}: {self.documents} {self.what} documents are too few to tell, at least {FEWEST} are needed"
        said = [f"better {place}: {_listed(better)}"] if better else []
        if worse:
            said.append(
                f"worse {place}: {_listed(worse)}" if self.what == "held-out" else f"forgotten: {_listed(worse)}"
            )
        if not better and self.what == "held-out":
            said.append(f"no improvement is shown {place}: the differences may be chance")
        if not worse and self.what == "old":
            loss = max(0.0, *(-change.low for change in self.changes))
            said.append(f"no loss is shown {place}; a loss of up to {100 * loss:.1f} points is not ruled out")
        return "; ".join(said)

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "documents": self.documents,
            "scores": {change.name: change.to_dict() for change in self.changes},
            "new_labels": {change.name: change.to_dict() for change in self.new_labels},
            "sentence": self.sentence(),
        }


def compare_models(
    what: Literal["held-out", "old"],
    before: Model,
    after: Model,
    gold: Sequence[Document],
    new_labels: Sequence[str] = (),
) -> Comparison:
    """Let both models read the texts of ``gold`` and compare what they find.

    Labels that ``before`` does not know are left out of the common scores and told apart.

    :raises ValueError: without documents.
    """
    texts = [Document(document.id, document.text) for document in gold]
    old, new = _predict(before, texts), _predict(after, texts)
    known = [[_select(item, new_labels, keep=False) for item in side] for side in (gold, old, new)]
    changes = _changes(known, tuple(SCORES), tuple(SCORES))
    extra: list[Change] = []
    for label in new_labels:
        own = [[_select(item, (label,), keep=True) for item in side] for side in (gold, old, new)]
        extra += _changes(own, ("mention",), (label,))
    return Comparison(what, len(gold), changes, tuple(extra))


def _predict(model: Model, texts: Sequence[Document]) -> list[Document]:
    """A few at a time, so that memory does not grow with the corpus."""
    starts = range(0, len(texts), BATCH)
    return [found for start in starts for found in model.predict(texts[start : start + BATCH])]


def _select(document: Document, labels: Sequence[str], *, keep: bool) -> Document:
    mentions = tuple(mention for mention in document.mentions if (mention.label in labels) is keep)
    return replace(document, mentions=mentions, frames=() if keep else document.frames)


def _changes(sides: Sequence[Sequence[Document]], scores: Sequence[str], names: Sequence[str]) -> tuple[Change, ...]:
    """Scores of the old and the new model's documents; ``sides`` are gold, old and new."""
    gold, old, new = sides
    before, after = evaluate(gold, old), evaluate(gold, new)
    error = ERROR / len(scores)
    tests = compare(after, before, scores, samples=SAMPLES, level=1 - error)
    found = []
    for score, name in zip(scores, names, strict=True):
        gap, p_value = tests[score].difference, tests[score].p_value
        verdict: Verdict = "open"
        if len(gold) >= FEWEST and p_value <= error and not gap.low <= 0 <= gap.high:
            verdict = "better" if gap.low > 0 else "worse"
        found.append(Change(name, before.score(score), after.score(score), gap.value, gap.low, gap.high, verdict))
    return tuple(found)


def _listed(changes: Sequence[Change]) -> str:
    return ", ".join(
        f"{SCORES[change.name]} {100 * change.difference:+.1f} points "
        f"({100 * change.low:+.1f} to {100 * change.high:+.1f})"
        for change in changes
    )


def markdown(comparisons: Mapping[str, Mapping[str, Any]]) -> str:
    """Tables of :meth:`Comparison.to_dict` values by title, with their sentences."""
    lines = []
    for title, found in comparisons.items():
        lines += [f"{title} ({found['documents']}):", "", "| F1 | before | after | difference | interval |"]
        lines.append("| --- | ---: | ---: | ---: | ---: |")
        for name, change in {**found["scores"], **found["new_labels"]}.items():
            gap = change["difference"]
            lines.append(
                f"| {SCORES.get(name, name)} | {change['before']['f1']:.3f} | {change['after']['f1']:.3f} "
                f"| {gap['value']:+.3f} | {gap['low']:+.3f} to {gap['high']:+.3f} |"
            )
        lines += ["", f"**{found['sentence'][:1].upper()}{found['sentence'][1:]}.**", ""]
    return "\n".join(lines).rstrip() + "\n"
