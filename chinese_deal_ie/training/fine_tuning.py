"""The loop that goes on training a finished network on a few new documents.

Training goes in rounds. Each draws its batches and its dropout from the seed and its own number alone, and ends with a
look at the watched documents and a saved state; so a run that was broken off and gone on with has the same weights as
one that was not. The averaged weights with the lowest loss on the watched documents are the result, those from before
the first round among them (early stopping; Prechelt 1998).

Old documents that are read along keep the network from forgetting (rehearsal; Robins 1995, Connection Science 7).
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch

from ..model.network import DealNetwork
from ..model.vocabulary import Vocabulary
from ..schema import Document
from .augment import Pools
from .deal_stage import DealStageConfig, losses_of, varied
from .deals import examples
from .examples import Example, batches
from .loop import Trainer

ROUND = 20
"""At most so many updates between two looks at the watched documents."""
PATIENCE = 4
"""Training stops after so many looks without a lower loss."""
STATE, BEST, ROUNDS = "state.safetensors", "best.safetensors", "rounds.json"
Step = Callable[[int, float], None]
"""Is told the updates made and the loss of the last."""


@dataclass(frozen=True, slots=True)
class Round:
    """A look at the watched documents."""

    step: int
    loss: float
    """Of the watched documents, by the averaged weights."""


@dataclass(frozen=True, slots=True)
class Lessons:
    """What is learnt from."""

    own: Sequence[Document]
    rehearsed: Sequence[Document]
    """Old documents; of these, about as many characters as ``own`` has are drawn for each round."""
    watched: Sequence[Document]
    names: Pools
    own_labels: int
    """How many labels, the network's first, are annotated in ``own`` and ``watched``."""
    old_labels: int
    """The same of ``rehearsed``."""


def fine_tune(
    network: DealNetwork,
    vocabulary: Vocabulary,
    lessons: Lessons,
    config: DealStageConfig,
    folder: Path,
    told: Step = lambda step, loss: None,
) -> tuple[Round, ...]:
    """Train ``network`` in place; at the end it holds the weights of the best round. Returns all rounds.

    A run that was broken off goes on from what ``folder`` holds; a finished one is only loaded.

    :raises ValueError: when ``folder`` holds the state of another network.
    """
    folder.mkdir(parents=True, exist_ok=True)
    trainer = Trainer(
        network,
        steps=config.steps,
        encoder_rate=config.encoder_rate,
        head_rate=config.head_rate,
        warmup=config.warmup,
        averaging=config.averaging,
    )
    if (folder / STATE).is_file():
        trainer.resume(folder / STATE)
    rounds = [one for one in read_rounds(folder) if one.step <= trainer.step]
    watched = _batches(lessons.watched, network, vocabulary, config, np.random.default_rng(0))

    def look() -> None:
        loss = trainer.averaged(lambda: _watched_loss(network, vocabulary, watched, config, lessons.own_labels))
        if not rounds or loss < best_round(rounds).loss:
            _save(trainer, folder / BEST)
        rounds.append(Round(trainer.step, loss))
        _write_rounds(folder, rounds)

    if not rounds or rounds[-1].step != trainer.step:  # broken off between the state and the look
        look()
    while trainer.step < config.steps and not _exhausted(rounds):
        generator = np.random.default_rng((config.seed, len(rounds)))
        torch.manual_seed(config.seed * 100_003 + len(rounds))
        for group, labels in _round(network, vocabulary, lessons, config, generator)[: config.steps - trainer.step]:
            network.train()
            loss, _ = losses_of(network, vocabulary, group, config, generator, labels)
            trainer.update(loss)
            told(trainer.step, float(loss.detach()))
        trainer.save(folder / STATE)
        look()
    from safetensors.torch import load_file

    network.load_state_dict(load_file(folder / BEST))
    network.eval()
    return tuple(rounds)


def best_round(rounds: Sequence[Round]) -> Round:
    """The round with the lowest loss, the first of equals."""
    return min(rounds, key=lambda one: one.loss)


def read_rounds(folder: Path) -> list[Round]:
    """The rounds of the run in ``folder``, none before it began."""
    path = folder / ROUNDS
    return [Round(**one) for one in json.loads(path.read_text(encoding="utf-8"))] if path.is_file() else []


def _exhausted(rounds: Sequence[Round]) -> bool:
    return len(rounds) - 1 - rounds.index(best_round(rounds)) >= PATIENCE


def _write_rounds(folder: Path, rounds: Sequence[Round]) -> None:
    part = folder / f"{ROUNDS}.part"
    part.write_text(json.dumps([asdict(one) for one in rounds], indent=1) + "\n", encoding="utf-8")
    os.replace(part, folder / ROUNDS)


def _save(trainer: Trainer, path: Path) -> None:
    from safetensors.torch import save_file

    part = path.with_suffix(".part")
    state = {name: tensor.contiguous() for name, tensor in trainer.network.state_dict().items()}
    save_file(state | {name: tensor.contiguous() for name, tensor in trainer.average.items()}, part)
    os.replace(part, path)


def _round(
    network: DealNetwork,
    vocabulary: Vocabulary,
    lessons: Lessons,
    config: DealStageConfig,
    generator: np.random.Generator,
) -> list[tuple[list[Example], int]]:
    """Batches of one round with the number of labels that are annotated in each: own and old documents in turn."""
    own = varied(lessons.own, lessons.names, config, generator)
    old = varied(_drawn(lessons, generator), lessons.names, config, generator)
    groups: list[tuple[list[Example], int]] = [
        (group, lessons.own_labels) for group in _batches(own, network, vocabulary, config, generator)
    ]
    groups += ((group, lessons.old_labels) for group in _batches(old, network, vocabulary, config, generator))
    return [groups[index] for index in generator.permutation(len(groups))[:ROUND]]


def _drawn(lessons: Lessons, generator: np.random.Generator) -> list[Document]:
    room = sum(len(document.text) for document in lessons.own)
    drawn: list[Document] = []
    for index in generator.permutation(len(lessons.rehearsed)):
        room -= len(lessons.rehearsed[index].text)
        drawn.append(lessons.rehearsed[index])
        if room <= 0:
            break
    return drawn


def _batches(
    documents: Sequence[Document],
    network: DealNetwork,
    vocabulary: Vocabulary,
    config: DealStageConfig,
    generator: np.random.Generator,
) -> list[list[Example]]:
    windows = [example for item in documents for example in examples(item, network.config, vocabulary)]
    return list(batches(windows, config.batch_characters, generator)) if windows else []


def _watched_loss(
    network: DealNetwork,
    vocabulary: Vocabulary,
    groups: Sequence[list[Example]],
    config: DealStageConfig,
    labels: int,
) -> float:
    """Mean loss of the windows, without dropout, the same companies in focus every time."""
    network.eval()
    generator = np.random.default_rng(0)
    with torch.no_grad():
        losses = [float(losses_of(network, vocabulary, group, config, generator, labels)[0]) for group in groups]
    return float(np.average(losses, weights=[len(group) for group in groups]))
