"""A trained model and a few annotated documents of your own to a better model, on a laptop.

The documents are divided in three (:mod:`.parts`): most are learnt from, a few tell when to stop, and the rest are read
once by both models, at the end, so that the comparison is of documents that decided nothing. The result is a
checkpoint folder like any other.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from ..corpus_io import read_corpus
from ..corpus_io.json_lines import to_json
from ..extractor import Extractor
from ..model.checkpoint import MANIFEST, WEIGHTS, Checkpoint, digest, load_checkpoint, verify, write_manifest
from ..model.network import DealNetwork
from ..model.reader import Reader
from ..model.torch_backend import TorchBackend, load_network
from ..schema import LABELS, Document
from . import before_after, model_card
from .before_after import Comparison, compare_models
from .deal_stage import DealStageConfig
from .export import export
from .extend import extend_labels
from .fine_tuning import STATE, Lessons, Round, best_round, fine_tune
from .fit import apply_temperature, deal_temperature, fit
from .loop import RunLog
from .parts import Parts, divide, without_copies
from .recipe import CALIBRATION, earlier_sources, name_pools
from .statement import Source, about

FOLDER = "retraining"
"""Inside the output: settings, log, states while it runs, and the comparison."""
COMPARISON = "comparison.json"
WATCHED = 0.15
"""Share of the documents that training is stopped by."""
ENOUGH = 40
"""Thresholds are fitted on the watched documents when there are so many; else the base model's are kept."""


@dataclass(frozen=True, slots=True)
class RetrainConfig:
    """What to make from what."""

    base: Path
    """A checkpoint folder with ``model.safetensors``."""
    corpus: Path
    """Own annotated documents, in any known format."""
    output: Path
    """The folder of the new checkpoint; it must not be there, be empty, or hold this run, broken off."""
    rehearse: Path | None = None
    """Old documents to read along: a folder with ``train`` and, for the comparison, ``dev``; or just documents."""
    held_out: float | Path = 0.3
    """A share of the own documents, or documents of their own, to compare on."""
    steps: int = 200
    """At most so many updates."""
    seed: int = 0
    name: str = ""
    """Of the new model; the output folder's when empty."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run is."""

    stage: str
    """``training``, ``exporting`` or ``comparing``."""
    done: int = 0
    total: int = 0
    """Updates made and planned, while training."""
    loss: float | None = None
    """Of the last update."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it."""

    output: Path
    held_out: Comparison
    old: Comparison | None
    """On old documents that were not read along; None without :attr:`RetrainConfig.rehearse`."""
    rounds: tuple[Round, ...]
    fitted: bool
    """Whether the thresholds are new."""

    @property
    def stopped_at(self) -> int:
        """Updates after which the weights were taken."""
        return best_round(self.rounds).step

    def sentences(self) -> list[str]:
        """What may be said of the new model."""
        found = [self.held_out.sentence()]
        if self.old is not None:
            found.append(self.old.sentence())
        if self.stopped_at == 0:
            found.append("training only made the watched documents worse, so the weights are the base model's")
        return found


@dataclass(frozen=True, slots=True)
class _Material:
    """Documents by use."""

    parts: Parts
    rehearsed: tuple[Document, ...]
    old: tuple[Document, ...]

    def by_name(self) -> dict[str, Sequence[Document]]:
        named = {
            "own, learnt": self.parts.train,
            "own, watched": self.parts.watched,
            "own, held out": self.parts.held_out,
            "old, read along": self.rehearsed,
            "old, compared": self.old,
        }
        return {name: documents for name, documents in named.items() if documents}


def retrain(config: RetrainConfig, told: Callable[[Progress], None] = lambda progress: None) -> Outcome:
    """Go on training ``config.base`` and write the new checkpoint; the same call goes on with a run broken off.

    :param told: is told how far it is.
    :raises chinese_deal_ie.corpus_io.FormatError: for the first broken document.
    :raises CheckpointError: when ``base`` is no usable checkpoint or has no weights to train.
    :raises ValueError: when there are too few documents, or ``output`` holds something else.
    :raises OSError: when something cannot be read or written.
    """
    base = load_checkpoint(config.base)
    material = _material(config)
    deal = DealStageConfig(
        steps=config.steps, encoder_rate=5e-5, head_rate=3e-4, warmup=0.1, averaging=0.98, seed=config.seed
    )
    weights = verify(config.base, WEIGHTS)
    settings = _settings(config, base, material, deal)
    folder = config.output / FOLDER
    _claim(config.output, settings)
    log = RunLog(folder, silent=True)

    def step(done: int, loss: float) -> None:
        log(step=done, loss=loss)
        told(Progress("training", done, config.steps, loss))

    told(Progress("training", 0, config.steps))
    network = load_network(base.config, weights)
    annotated = {mention.label for documents in _own(material) for item in documents for mention in item.mentions}
    new_labels = tuple(sorted(annotated - set(base.config.labels)))
    network = extend_labels(network, new_labels)
    own = [*material.parts.train, *material.rehearsed]
    lessons = Lessons(
        material.parts.train,
        material.rehearsed,
        material.parts.watched,
        name_pools(own, None),
        _known_in([*material.parts.train, *material.parts.watched], network.config.labels),
        _known_in(material.rehearsed, network.config.labels),
    )
    rounds = fine_tune(network, base.vocabulary, lessons, deal, folder, step)
    told(Progress("exporting", config.steps, config.steps))
    fitted = _write(config, base, network, material, {**settings, "steps_taken": best_round(rounds).step})
    told(Progress("comparing", config.steps, config.steps))
    outcome = _compare(config, material, new_labels, rounds, fitted)
    _finish(outcome, config.output)
    log(event="finished", **{name: found["sentence"] for name, found in _comparisons(outcome).items()})
    return outcome


def _known_in(documents: Sequence[Document], labels: Sequence[str]) -> int:
    """So many of ``labels``, the first, are annotated in these documents: those of the schema, and what else occurs."""
    found = {mention.label for document in documents for mention in document.mentions}
    return max([len(LABELS), *(labels.index(label) + 1 for label in found)])


def _own(material: _Material) -> tuple[Sequence[Document], ...]:
    return material.parts.train, material.parts.watched, material.parts.held_out


def _material(config: RetrainConfig) -> _Material:
    documents = read_corpus(config.corpus)
    if isinstance(config.held_out, Path):
        parts = divide(documents, held_out=0, watched=WATCHED, seed=config.seed)
        judged = read_corpus(config.held_out)
        if not judged:
            raise ValueError(f"no annotated documents in {config.held_out}")
        copies = len(documents) - len(without_copies(documents, judged))
        if copies:
            raise ValueError(f"{copies} documents of {config.corpus} stand in {config.held_out} too; take them out")
        parts = replace(parts, held_out=tuple(judged))
    else:
        parts = divide(documents, held_out=config.held_out, watched=WATCHED, seed=config.seed)
    if config.rehearse is None:
        return _Material(parts, (), ())
    inside = {split: config.rehearse / split for split in ("train", "dev")}
    whole = not inside["train"].is_dir()
    old = read_corpus(config.rehearse if whole else inside["train"])
    compared: Sequence[Document] = read_corpus(inside["dev"]) if not whole and inside["dev"].is_dir() else []
    kept_apart = [*parts.held_out, *parts.watched]
    return _Material(parts, tuple(without_copies(old, kept_apart)), tuple(without_copies(compared, documents)))


def _settings(config: RetrainConfig, base: Checkpoint, material: _Material, deal: DealStageConfig) -> dict[str, Any]:
    """What decides the result; names and sums in place of paths, since it goes into the checkpoint."""
    return {
        "name": config.name or config.output.resolve().name,
        "base": f"{base.about.get('name', base.folder.name)} {base.about.get('version', '')}".strip(),
        "base_sha256": digest(base.folder / MANIFEST),
        "documents_sha256": {name: _digest(documents) for name, documents in material.by_name().items()},
        "deal": asdict(deal),
    }


def _digest(documents: Sequence[Document]) -> str:
    total = hashlib.sha256()
    for document in documents:
        total.update(json.dumps(to_json(document), sort_keys=True, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    return total.hexdigest()


def _claim(output: Path, settings: Mapping[str, Any]) -> None:
    """Note the run's settings in its folder, or check that they are those noted."""
    path = output / FOLDER / "settings.json"
    if path.is_file():
        if (output / FOLDER / COMPARISON).is_file():
            raise ValueError(f"{output} holds a finished model; give a new folder")
        if json.loads(path.read_text(encoding="utf-8")) != settings:
            raise ValueError(
                f"{output} holds a run with other documents or settings that was broken off; give a new folder, or "
                "delete it"
            )
        return
    if output.exists() and (not output.is_dir() or any(output.iterdir())):
        raise ValueError(f"{output} has something else in it; give a new folder")
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(settings, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _write(
    config: RetrainConfig, base: Checkpoint, network: DealNetwork, material: _Material, run: Mapping[str, Any]
) -> bool:
    """Export the network with its statement; returns whether thresholds were fitted."""
    thresholds, coreference = base.thresholds, base.coreference
    watched = material.parts.watched
    fitted = len(watched) >= ENOUGH
    if fitted:
        reader = Reader(TorchBackend(network), network.config, base.vocabulary)
        apply_temperature(network, deal_temperature(reader, watched))
    sample = [item.text for item in (*material.parts.train, *material.rehearsed)]
    sample = sample[:: max(1, len(sample) // CALIBRATION)]
    before = base.about
    source = Source(
        "own_annotations",
        f"own annotations ({len(material.parts.train)} documents)",
        "mentions, coreference and deals",
        "not stated",
        "with whoever trained this model",
    )
    statement = about(
        name=str(run["name"]),
        encoder=f"{run['base']}, which started from {before.get('encoder', 'an encoder of unstated origin')}",
        sources=[source, *earlier_sources(before)],
        documents=material.by_name(),
        run=run,
    )
    statement["thresholds"] = "fitted on the watched documents" if fitted else f"those of {run['base']}"
    export(network, base.vocabulary, config.output, thresholds, coreference, statement, sample)
    if fitted:
        reader = Extractor.from_checkpoint(config.output).reader
        found = fit(reader, watched)
        write_manifest(config.output, network.config, found.thresholds, found.coreference, statement)
    return fitted


def _compare(
    config: RetrainConfig, material: _Material, new_labels: Sequence[str], rounds: tuple[Round, ...], fitted: bool
) -> Outcome:
    """Both models as they ship, int8 graphs and thresholds."""
    before, after = Extractor.from_checkpoint(config.base), Extractor.from_checkpoint(config.output)
    held_out = compare_models("held-out", before, after, material.parts.held_out, new_labels)
    old = compare_models("old", before, after, material.old) if material.old else None
    return Outcome(config.output, held_out, old, rounds, fitted)


def _comparisons(outcome: Outcome) -> dict[str, dict[str, Any]]:
    found = {"Held-out documents": outcome.held_out.to_dict()}
    if outcome.old is not None:
        found["Old documents"] = outcome.old.to_dict()
    return found


def _finish(outcome: Outcome, output: Path) -> None:
    """The comparison into the manifest, the card and files of its own; the states are no longer needed."""
    comparisons = _comparisons(outcome)
    checkpoint = load_checkpoint(output)
    statement = {**checkpoint.about, "comparison": comparisons}
    write_manifest(output, checkpoint.config, checkpoint.thresholds, checkpoint.coreference, statement)
    model_card.write(output)
    folder = output / FOLDER
    (folder / "comparison.md").write_text(before_after.markdown(comparisons), encoding="utf-8", newline="\n")
    part = folder / f"{COMPARISON}.part"
    part.write_text(json.dumps(comparisons, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    shutil.move(part, folder / COMPARISON)
    for name in (STATE, "best.safetensors"):
        (folder / name).unlink(missing_ok=True)
