"""What is fitted on dev after training: temperature of the deal probability, coreference weights, thresholds.

A few numbers on a few dozen documents: coordinate search over short grids. A value is judged together with its
neighbours, and of those that do equally well the middle one is taken, so that no choice hangs on a single document.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, TypeVar

import numpy as np
import torch

from ..engine import Analysis, analyse, document
from ..evaluation.calibration import fit_temperature
from ..evaluation.coreference import Partition, conll_average, coreference, on_shared_mentions, partition
from ..evaluation.deals import match_deals
from ..evaluation.tally import Tally, total
from ..model.fitted import CoreferenceWeights, Thresholds
from ..model.network import DealNetwork
from ..model.reader import Reader, Reading
from ..reading import CleanText, clean
from ..resolution.entities import cluster
from ..schema import Document, Frame

_PROBABILITIES = tuple(round(0.02 * step, 2) for step in range(1, 50))
THRESHOLD_GRIDS: dict[str, tuple[float, ...]] = {
    "document": _PROBABILITIES,
    "deal": _PROBABILITIES,
    "fill": _PROBABILITIES,
    # Below this a second filler does more harm to readers than it adds to a score.
    "several": tuple(value for value in _PROBABILITIES if value >= 0.3),
    "further": tuple(value for value in _PROBABILITIES if value >= 0.3),
    "partner": _PROBABILITIES,
}
COREFERENCE_GRIDS: dict[str, tuple[float, ...]] = {
    "scale": (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0),
    "bias": tuple(0.5 * step for step in range(-4, 5)),
    "contained": tuple(0.5 * step for step in range(0, 11)),
    "abbreviated": tuple(0.5 * step for step in range(0, 11)),
    "disjoint": tuple(-0.5 * step for step in range(0, 9)),
}
ROUNDS = 4
"""Passes of the coordinate search at most."""
REACH = 0.06
"""Values nearer than this weigh in when one is judged."""
_Settings = TypeVar("_Settings", Thresholds, CoreferenceWeights)
Counts = tuple[Tally, ...]


@dataclass(frozen=True, slots=True)
class Fit:
    """Settings fitted on dev, and the scores they reach there."""

    thresholds: Thresholds
    coreference: CoreferenceWeights
    conll: float
    """CoNLL average of the entities, on the mentions that gold and prediction share."""
    pair: float
    tuple: float
    quiet: float

    def to_dict(self) -> dict[str, Any]:
        """As JSON, the settings under ``thresholds`` and ``coreference``."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Fit:
        """What :meth:`to_dict` wrote."""
        settings = dict(values)
        thresholds = Thresholds(**settings.pop("thresholds"))
        return cls(thresholds, CoreferenceWeights(**settings.pop("coreference")), **settings)


def fit(reader: Reader, gold: Sequence[Document]) -> Fit:
    """Fit entities first, then thresholds: the deals are read with the entities that the former give."""
    views = [clean(item.text) for item in gold]
    weights, conll = fit_coreference(reader.read([view.text for view in views]), views, gold)
    thresholds, *scores = fit_thresholds(analyse(reader, views, weights), views, gold)
    return Fit(thresholds, weights, conll, *scores)


def fit_coreference(
    readings: Sequence[Reading], views: Sequence[CleanText], gold: Sequence[Document]
) -> tuple[CoreferenceWeights, float]:
    """The weights with the highest CoNLL average on the mentions that gold and prediction share, and that average."""
    cases = [_CoreferenceCase.of(*case) for case in zip(readings, views, gold, strict=True)]

    def score(weights: CoreferenceWeights) -> float:
        muc, b3, ceafe = _sums(case.counts(weights) for case in cases)
        return conll_average(muc.score(), b3.score(), ceafe.score())

    return coordinate_search(CoreferenceWeights(), COREFERENCE_GRIDS, score)


def fit_thresholds(
    analyses: Sequence[Analysis], views: Sequence[CleanText], gold: Sequence[Document]
) -> tuple[Thresholds, float, float, float]:
    """The thresholds with the highest sum of pair F1, tuple F1 and 0.3 times the quiet rate, and these scores."""
    cases = [_DealCase.of(*case) for case in zip(analyses, views, gold, strict=True)]

    def scores(thresholds: Thresholds) -> tuple[float, float, float]:
        pair, both, quiet = _sums(case.counts(thresholds) for case in cases)
        return pair.score().f1, both.score().f1, quiet.score().f1

    def objective(thresholds: Thresholds) -> float:
        pair, both, quiet = scores(thresholds)
        return pair + both + 0.3 * quiet

    best, _ = coordinate_search(Thresholds(), THRESHOLD_GRIDS, objective)
    return best, *scores(best)


def coordinate_search(
    start: _Settings, grids: Mapping[str, Sequence[float]], score: Callable[[_Settings], float]
) -> tuple[_Settings, float]:
    """Each setting in turn takes its best value, until a round changes nothing or :data:`ROUNDS` are over.

    Where several neighbours of a grid do equally well, the middle of the longest run of them is taken.
    """
    current = start
    for _ in range(ROUNDS):
        better = _one_round(current, grids, score)
        if better == current:
            break
        current = better
    return current, score(current)


def _one_round(
    settings: _Settings, grids: Mapping[str, Sequence[float]], score: Callable[[_Settings], float]
) -> _Settings:
    for name, grid in grids.items():
        own: float = getattr(settings, name)
        values = sorted(set(grid) | {own})
        found = [score(_changed(settings, name, value)) for value in values]
        settings = _changed(settings, name, values[_middle(_smoothed(values, found))])
    return settings


def _smoothed(values: Sequence[float], scores: Sequence[float]) -> list[float]:
    """Each score averaged with those of the values nearer than :data:`REACH`, near ones weighing more."""
    grid = np.array(values)
    weights = np.maximum(0, 1 - np.abs(grid[:, None] - grid) / REACH)
    # Rounded, so that equal scores stay equal whatever the order of summing.
    return [round(score, 9) for score in (weights @ np.array(scores) / weights.sum(1)).tolist()]


def _changed(settings: _Settings, name: str, value: float) -> _Settings:
    change: dict[str, Any] = {name: value}
    return replace(settings, **change)


def _middle(scores: Sequence[float]) -> int:
    """Index in the middle of the longest run of the highest score, the first such run."""
    top = max(scores)
    runs: list[list[int]] = [[]]
    for index, score in enumerate(scores):
        if score == top:
            runs[-1].append(index)
        elif runs[-1]:
            runs.append([])
    longest = max(runs, key=len)
    return longest[(len(longest) - 1) // 2]


def _sums(counts: Any) -> Counts:
    return tuple(total(column) for column in zip(*counts, strict=True))


@dataclass(frozen=True, slots=True)
class _CoreferenceCase:
    """A document whose mentions are grouped again and again."""

    reading: Reading
    texts: list[str]
    spans: list[tuple[int, int]]
    """Raw ranges of the mentions."""
    gold: Partition
    known: dict[Hashable, Counts]

    @classmethod
    def of(cls, reading: Reading, view: CleanText, gold: Document) -> _CoreferenceCase:
        texts = [reading.text[mention.start : mention.end] for mention in reading.mentions]
        spans = [view.to_raw(mention.start, mention.end) for mention in reading.mentions]
        return cls(reading, texts, spans, partition(gold), {})

    def counts(self, weights: CoreferenceWeights) -> Counts:
        """MUC, B³ and CEAF-e."""
        entities = tuple(cluster(self.texts, self.reading.mentions, self.reading.same, weights))
        if entities not in self.known:
            predicted = {span: str(entity) for span, entity in zip(self.spans, entities, strict=True)}
            found = coreference(*on_shared_mentions(self.gold, predicted))
            self.known[entities] = (found["muc"], found["b3"], found["ceafe"])
        return self.known[entities]


@dataclass(frozen=True, slots=True)
class _DealCase:
    """A document whose deals are assembled again and again."""

    analysis: Analysis
    mentions: Document
    """The prediction, its frames aside."""
    gold: Document
    known: dict[Hashable, Counts]

    @classmethod
    def of(cls, analysis: Analysis, view: CleanText, gold: Document) -> _DealCase:
        return cls(analysis, document(gold.id, view, analysis, Thresholds()), gold, {})

    def counts(self, thresholds: Thresholds) -> Counts:
        """Pairs, full tuples and quiet documents."""
        frames: tuple[Frame, ...] = tuple(self.analysis.frames(thresholds))
        if frames not in self.known:
            found = match_deals(self.gold, replace(self.mentions, frames=frames)).tallies
            silent = not self.gold.frames
            self.known[frames] = (found["pair"], found["tuple"], Tally.rate(silent and not frames, silent))
        return self.known[frames]


def deal_temperature(reader: Reader, gold: Sequence[Document]) -> float:
    """The temperature at which the deal logits of the companies found are calibrated (Guo et al. 2017).

    A company is right when a mention of it is one of a gold company that stands in a deal. 1 without companies.
    """
    views = [clean(item.text) for item in gold]
    logits, right = [], []
    for analysis, view, item in zip(analyse(reader, views, CoreferenceWeights()), views, gold, strict=True):
        ids = {entity.id: number for number, entity in enumerate(analysis.entities)}
        parties = {entity for frame in item.frames for entity in frame.company}
        places = {(mention.start, mention.end) for mention in item.mentions if mention.entity in parties}
        spans = [view.to_raw(mention.start, mention.end) for mention in analysis.reading.mentions]
        for roles in analysis.companies:
            number = ids[roles.company.id]
            own = [span for span, entity in zip(spans, analysis.entity_of, strict=True) if entity == number]
            probability = min(max(roles.deal, 1e-9), 1 - 1e-9)
            logits.append(np.log(probability / (1 - probability)))
            right.append(float(any(span in places for span in own)))
    return fit_temperature(np.array(logits), np.array(right))


def apply_temperature(network: DealNetwork, temperature: float) -> None:
    """Divide the deal logit by ``temperature`` in the weights themselves: the decision is linear in the states."""
    decisions, widths = network.focus.decisions, network.config.focus_outputs
    names = list(widths)
    row = sum(widths[name] for name in names[: names.index("deal")])
    with torch.no_grad():
        decisions.weight[row] /= temperature
        decisions.bias[row] /= temperature
