"""The gate of continuous integration: is a system worse or slower than the committed baseline says?

A baseline keeps the counts of every document, not scores, so that the difference can be tested by resampling
documents for both runs at once (paired bootstrap, Koehn 2004) without running the old system again. A score counts as
fallen when the whole 95 % interval of its difference lies below zero: chance alone does that in about one run of forty
for each score.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..schema import Document
from .bootstrap import PairedTest
from .cost import Cost
from .results import Evaluation, paired
from .tally import Tally, total

FORMAT = 1
GATED = ("mention", "pair", "value.pair_amount", "tuple", "slot", "quiet")
"""The scores that must not fall."""
SLOWER = 1.5
"""How many times the baseline's ratio of reading to calibration a run may have. Runs of one program on different
processors and loads differ by up to a third."""
SAMPLES = 2000


@dataclass(frozen=True, slots=True)
class BaselineDocument:
    """One document as it was scored when the baseline was written."""

    id: str
    gold: str
    """:func:`digest` of the annotated document."""
    counts: Mapping[str, Tally]
    """By the names of :data:`GATED`."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """What a later run is compared with."""

    system: str
    version: str
    """Of the package."""
    documents: tuple[BaselineDocument, ...]
    cost: Mapping[str, Any]
    """:meth:`.cost.Cost.to_dict` of the run."""

    @property
    def ratio(self) -> float:
        """Reading to calibration, :attr:`.cost.Cost.ratio`."""
        return float(self.cost["ratio"])

    def tally(self, name: str) -> Tally:
        """Summed counts of one score."""
        return total(document.counts[name] for document in self.documents)


@dataclass(frozen=True, slots=True)
class Change:
    """One score of the baseline and of now."""

    name: str
    before: float
    """F1."""
    now: float
    test: PairedTest
    """Now minus before."""

    @property
    def fallen(self) -> bool:
        """Whether the score is significantly lower than it was."""
        return self.test.difference.high < 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate found."""

    changes: tuple[Change, ...]
    ratio_before: float
    ratio_now: float

    @property
    def slower(self) -> bool:
        """Whether reading takes more than :data:`SLOWER` times what it took, in calibration loops."""
        return self.ratio_now > SLOWER * self.ratio_before

    @property
    def passed(self) -> bool:
        """Nothing fell and nothing became slow."""
        return not self.slower and not any(change.fallen for change in self.changes)


def digest(document: Document) -> str:
    """A short hash of an annotated document: text, mentions and deals, header fields aside."""
    frames = [
        [{slot: list(ids) for slot, ids in frame.slots().items()}, frame.type, frame.stage] for frame in document.frames
    ]
    mentions = [[one.start, one.end, one.label, one.entity] for one in document.mentions]
    content = json.dumps([document.text, mentions, frames], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def make_baseline(system: str, version: str, evaluation: Evaluation, cost: Cost) -> Baseline:
    """The baseline of a run, its documents sorted by id; raises ValueError where amounts were not compared by value."""
    if missing := [name for name in GATED if name not in evaluation.names()]:
        raise ValueError(f"the evaluation lacks {', '.join(missing)}")
    documents = sorted(evaluation.documents, key=lambda one: one.gold.id)
    return Baseline(
        system,
        version,
        tuple(
            BaselineDocument(one.gold.id, digest(one.gold), {name: one.tallies[name] for name in GATED})
            for one in documents
        ),
        cost.to_dict(),
    )


def judge(baseline: Baseline, evaluation: Evaluation, cost: Cost, *, samples: int = SAMPLES, seed: int = 0) -> Verdict:
    """Compare a run with ``baseline``.

    Raises ValueError when its documents or their annotations are others than the baseline's.
    """
    now = {one.gold.id: one for one in evaluation.documents}
    before = {one.id: one for one in baseline.documents}
    if now.keys() != before.keys():
        raise ValueError(f"documents on one side only: {', '.join(sorted(now.keys() ^ before.keys())[:5])}")
    if changed := [name for name, one in before.items() if digest(now[name].gold) != one.gold]:
        raise ValueError(f"annotated anew since the baseline was written: {', '.join(changed[:5])}")
    order = [one.id for one in baseline.documents]
    tests = paired(
        np.array([_counts(now[name].tallies) for name in order]),
        np.array([_counts(before[name].counts) for name in order]),
        GATED,
        samples=samples,
        seed=seed,
    )
    changes = tuple(
        Change(name, baseline.tally(name).score().f1, evaluation.score(name).f1, tests[name]) for name in GATED
    )
    return Verdict(changes, baseline.ratio, cost.ratio)


def write_baseline(baseline: Baseline, path: Path) -> None:
    """Write a baseline as JSON with one line a document, so that version control shows which documents changed."""
    head = {"format": FORMAT, "system": baseline.system, "version": baseline.version, "cost": dict(baseline.cost)}
    lines = [
        json.dumps(
            {"id": one.id, "gold": one.gold, "counts": {name: _short(tally) for name, tally in one.counts.items()}},
            ensure_ascii=False,
        )
        for one in baseline.documents
    ]
    opening = json.dumps(head, ensure_ascii=False, indent=1).removesuffix("\n}")
    path.write_text(f'{opening},\n "documents": [\n' + ",\n".join(lines) + "\n ]\n}\n", encoding="utf-8", newline="\n")


def read_baseline(path: Path) -> Baseline:
    """Read what :func:`write_baseline` wrote.

    Raises OSError when the file cannot be read, ValueError with its name when it is no such baseline.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if found["format"] != FORMAT:
            raise ValueError(f"format {found['format']}, this version reads {FORMAT}")
        documents = tuple(
            BaselineDocument(one["id"], one["gold"], {name: _long(one["counts"][name]) for name in GATED})
            for one in found["documents"]
        )
        baseline = Baseline(found["system"], found["version"], documents, found["cost"])
        if not documents or baseline.ratio <= 0:
            raise ValueError("no documents or no speed")
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path} is no baseline that can be read ({error!r}); write it anew") from error
    return baseline


def _counts(tallies: Mapping[str, Tally]) -> list[float]:
    return [number for name in GATED for number in tallies[name].row()]


def _short(tally: Tally) -> list[float]:
    """``[correct, predicted, gold]``; the gated scores are matchings, in which ``found`` is ``correct``."""
    return [int(number) if number.is_integer() else number for number in (tally.correct, tally.predicted, tally.gold)]


def _long(numbers: Sequence[float]) -> Tally:
    correct, predicted, gold = numbers
    return Tally.of(correct, predicted, gold)
