"""The general stage: the encoder learns to read single characters, to tag, and to look with a company in focus.

Pieces of several characters carried most of what the base encoder knew; public NER and event sets teach it to do
without them before the few deal documents are spent on their own subject.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from ..model.network import DealNetwork, FocusReader
from ..model.vocabulary import Vocabulary
from .examples import Batch, Example, Focus, batches, collate
from .general import FEWFC_EVENTS, TAG_LABELS, examples, tag_count
from .loop import RunLog, Trainer, going_on, means
from .losses import focus_loss, tag_loss

EVENT_SET = "fewfc"
"""The set whose events are read with a company in focus."""
_PACK = {EVENT_SET: 400}
_SHORT_PACK = 256


@dataclass(frozen=True, slots=True)
class GeneralStageConfig:
    """Settings of the general stage."""

    epochs: float = 1.6
    """Passes over all sets."""
    batch_characters: int = 2600
    encoder_rate: float = 1.5e-4
    head_rate: float = 1e-3
    warmup: float = 0.06
    averaging: float = 0.99
    focuses: int = 2
    """Companies read again in each window and step."""
    focus_weight: float = 0.3
    """Weight of each loss of the companies in focus; that of the tags is 1."""
    keep_focus: bool = False
    """Whether the deal stage goes on with the focus layers too, not only with the shared ones."""
    save_every: int = 100
    seed: int = 0


class GeneralNetwork(nn.Module):
    """The readers of a deal network under the label sets of the public data.

    Encoder layers, role read-out and company mark are those of ``network``, so that training this trains it; tag heads,
    tag vectors and deal decisions, whose sizes follow the label sets, are this one's own and thrown away with it.
    """

    def __init__(self, network: DealNetwork) -> None:
        super().__init__()
        self.config = replace(network.config, labels=TAG_LABELS[EVENT_SET], deal_types=FEWFC_EVENTS)
        width = self.config.hidden_size
        self.shared = network.shared
        self.focus = FocusReader(replace(self.config, focus_layers=0))
        self.focus.layers, self.focus.roles = network.focus.layers, network.focus.roles
        self.focus.focus_vector = network.focus.focus_vector
        self.heads = nn.ModuleDict({name: nn.Linear(width, tag_count(name)) for name in TAG_LABELS})
        for module in (self.focus.tag_vectors, self.focus.decisions):
            nn.init.normal_(module.weight, std=0.02)

    def losses(self, batch: Batch, chosen: list[tuple[int, Focus]]) -> dict[str, Tensor]:
        """The loss of the tags, as ``tag_`` and the set's name, and those of the companies in focus.

        :param batch: examples of one set.
        :param chosen: (row of the batch, focus) pairs.
        """
        head = batch.examples[0].head
        states = self.shared.encode(batch.ids, batch.mask)
        tags = self.heads[head](states)
        terms = {f"tag_{head}": tag_loss(tags, batch.tags)}
        if chosen:
            terms |= focus_loss(self.focus, self.config, batch, states, tags, chosen)
        return terms


def train(
    network: DealNetwork, vocabulary: Vocabulary, data: Path, config: GeneralStageConfig, folder: Path, log: RunLog
) -> None:
    """Train the encoder of ``network`` in place on the sets in ``data``; it holds the averaged weights at the end.

    Progress is saved to ``folder/state.safetensors``: a stage that was interrupted goes on there, a finished one is
    only loaded.

    :raises OSError: when a set is missing.
    """
    state = folder / "state.safetensors"
    generator = np.random.default_rng(config.seed)
    torch.manual_seed(config.seed)
    general = GeneralNetwork(network)
    queue = _epoch(data, vocabulary, config, generator)
    trainer = Trainer(
        general,
        steps=max(1, int(len(queue) * config.epochs)),
        encoder_rate=config.encoder_rate,
        head_rate=config.head_rate,
        warmup=config.warmup,
        averaging=config.averaging,
    )
    resumed = going_on(trainer, state, config.seed, log, phase="general")
    generator = resumed or generator
    if resumed is None:
        log(event="start", phase="general", batches=len(queue), steps=trainer.steps)
    general.train()
    recent: list[dict[str, float]] = []
    while trainer.step < trainer.steps:
        queue = queue or _epoch(data, vocabulary, config, generator)
        group = queue.pop(0)
        chosen = [(row, focus) for row, example in enumerate(group) for focus in _pick(example, config, generator)]
        terms = general.losses(collate(group, vocabulary.pad), chosen)
        tags, *focused = terms.values()
        trainer.update(tags + config.focus_weight * torch.stack(focused).sum() if focused else tags)
        recent.append({name: float(term.detach()) for name, term in terms.items()})
        if trainer.step % 50 == 0 or trainer.step == trainer.steps:
            log(phase="general", step=trainer.step, **means(recent))
            recent = []
        if trainer.step % config.save_every == 0 or trainer.step == trainer.steps:
            trainer.save(state)
    trainer.finish()
    general.eval()


def _epoch(
    data: Path, vocabulary: Vocabulary, config: GeneralStageConfig, generator: np.random.Generator
) -> list[list[Example]]:
    """All sets once, in shuffled batches of one set each."""
    loaded = [examples(data, name, vocabulary, generator, _PACK.get(name, _SHORT_PACK)) for name in TAG_LABELS]
    grouped = [group for found in loaded for group in batches(found, config.batch_characters, generator)]
    return [grouped[index] for index in generator.permutation(len(grouped))]


def _pick(example: Example, config: GeneralStageConfig, generator: np.random.Generator) -> list[Focus]:
    if not example.focuses:
        return []
    order = generator.permutation(len(example.focuses))
    return [example.focuses[index] for index in order[: config.focuses]]
