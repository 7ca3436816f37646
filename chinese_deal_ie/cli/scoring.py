"""What the commands that score a system share: the gold side, the systems, their predictions."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from . import models
from .output import Messages, reason, stop, visible

if TYPE_CHECKING:
    from ..evaluation import Cost, Evaluation, System
    from ..schema import Document

SHOWN_ERRORS = 20


class SystemName(str, Enum):
    """What can be scored; those after the baseline are packages of others that must be installed."""

    model = "model"
    baseline = "baseline"
    jionlp = "jionlp"
    monpa = "monpa"
    jiagu = "jiagu"


def gold_documents(corpus: Path, messages: Messages) -> list[Document]:
    """The annotated documents of ``corpus``; ends the command with code 1 when it has errors or none."""
    from ..corpus_io import read_corpus

    try:
        gold = read_corpus(corpus, on_error="collect")
    except OSError as error:
        raise stop(f"cannot read {visible(str(error.filename or corpus))}: {reason(error)}", 1) from error
    for problem in gold.errors[:SHOWN_ERRORS]:
        messages.error(visible(str(problem), 1000))
    if gold.errors:
        # scores over what happens to be readable would pass for scores of the corpus
        raise stop(
            f"{len(gold.errors)} errors in the corpus, nothing was scored; mend them (chinese-deal-ie corpus check)", 1
        )
    if not gold:
        raise stop(f"no annotated documents in {visible(str(corpus))}; see chinese-deal-ie corpus --help", 1)
    return gold


def make_system(name: SystemName, model: Path | None, threads: int | None = None) -> System:
    """The system ``name``; raises ImportError where a package is missing, ends with code 2 where a model is."""
    from ..evaluation import PEERS

    if name is SystemName.model:
        extractor = models.make_extractor(model) if threads is None else models.make_extractor(model, threads=threads)
        return _Model(extractor)
    return PEERS[name.value][0]()


class _Model:
    def __init__(self, extractor: models.DealExtractor) -> None:
        self.name = extractor.folder.resolve().name
        self.predict = extractor.predict


def check_choice(system: SystemName, model: Path | None) -> None:
    """Refuse a checkpoint for a system that has none."""
    if model is not None and system is not SystemName.model:
        raise typer.BadParameter(f"the {system.value} has no --model; give one or the other")


def score(gold: Sequence[Document], system: System, messages: Messages) -> tuple[Evaluation, Cost]:
    """Let ``system`` read the texts alone, under a progress bar, and compare what it finds with ``gold``."""
    from ..evaluation import evaluate, measure
    from ..evaluation.adapters import unannotated
    from ..evaluation.normalisers import place_of, value_of

    texts = [unannotated(document) for document in gold]
    with messages.progress(len(texts), results_on_stdout=False) as advance:
        predicted, cost = measure(system.predict, texts, advance)
    return evaluate(gold, predicted, value_of=value_of, place_of=place_of), cost
