"""The deal stage: annotated deal documents teach mentions, coreference and the deals of each company."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from ..engine import analyse, document, focus
from ..evaluation import Evaluation, evaluate
from ..model.fitted import CoreferenceWeights, Thresholds
from ..model.network import DealNetwork
from ..model.reader import Reader, Reading, ScoredSpan
from ..model.torch_backend import TorchBackend
from ..model.vocabulary import Vocabulary
from ..reading import clean
from ..resolution.assembly import EntityView
from ..schema import Document
from .augment import Pools, rewrite
from .deals import examples
from .examples import IGNORED, Example, Focus, batches, collate
from .loop import RunLog, Trainer, going_on, means
from .losses import coreference_loss, focus_loss, tag_loss
from .recombine import joined, thin

WEIGHTS = {
    "tags": 2.0,
    "coreference": 0.3,
    "deal": 0.5,
    "shared": 0.1,
    "type": 0.1,
    "stage": 0.1,
    "partner": 0.3,
    "several": 0.2,
}
"""Weight of each loss; the slots count 0.3 each."""
UNCHANGED = 0.2
"""Share of the documents that a pass reads as they are."""
JOINED = 1000
"""Longest page, in characters, that two documents are joined to."""
LONGEST = 6
"""At most this many companies of one window are read in a step, so that long lists do not crowd out the rest."""


@dataclass(frozen=True, slots=True)
class DealStageConfig:
    """Settings of the deal stage."""

    steps: int = 1800
    batch_characters: int = 2600
    encoder_rate: float = 2e-4
    head_rate: float = 1e-3
    warmup: float = 0.06
    averaging: float = 0.995
    focuses: int = 2
    """Companies read again in each window and step."""
    rewriting: float = 0.4
    """Chance of each name and figure to be replaced."""
    thinning: float = 0.0
    """Chance of each sentence beside the deals to be left out."""
    joining: float = 0.0
    """Chance of a document to be read as one page with another."""
    masking: float = 0.0
    """Share of the characters hidden from the network."""
    save_every: int = 100
    evaluate_every: int = 300
    seed: int = 0


def train(
    network: DealNetwork,
    vocabulary: Vocabulary,
    train_documents: Sequence[Document],
    dev_documents: Sequence[Document],
    config: DealStageConfig,
    names: Pools,
    folder: Path,
    log: RunLog | None = None,
) -> None:
    """Train ``network`` in place; it holds the averaged weights at the end.

    Progress is saved to ``folder/state.safetensors``: a stage that was interrupted goes on there, a finished one is
    only loaded.

    :param log: where events go; ``folder/log.jsonl`` when None.
    """
    generator = np.random.default_rng(config.seed)
    torch.manual_seed(config.seed)
    log = log or RunLog(folder)
    trainer = Trainer(
        network,
        steps=config.steps,
        encoder_rate=config.encoder_rate,
        head_rate=config.head_rate,
        warmup=config.warmup,
        averaging=config.averaging,
    )
    state = folder / "state.safetensors"
    generator = going_on(trainer, state, config.seed, log, phase="deal") or generator
    losses: list[dict[str, float]] = []
    while trainer.step < config.steps:
        changed = varied(train_documents, names, config, generator)
        windows = [example for item in changed for example in examples(item, network.config, vocabulary)]
        for group in batches(windows, config.batch_characters, generator):
            network.train()
            loss, parts = losses_of(network, vocabulary, group, config, generator)
            trainer.update(loss)
            losses.append(parts)
            if trainer.step % 25 == 0:
                log(phase="deal", step=trainer.step, **means(losses))
                losses = []
            done = trainer.step == config.steps
            if trainer.step % config.save_every == 0 or done:
                trainer.save(state)
            if trainer.step % config.evaluate_every == 0 or done:
                scores = trainer.averaged(lambda: _dev_scores(network, vocabulary, dev_documents))
                log(phase="deal", step=trainer.step, **scores)
            if done:
                break
    trainer.finish()
    network.eval()


def varied(
    documents: Sequence[Document], names: Pools, config: DealStageConfig, generator: np.random.Generator
) -> list[Document]:
    """This pass's version of every document: rewritten, thinned, some joined to the one before."""
    result: list[Document] = []
    for index in generator.permutation(len(documents)):
        item = documents[index]
        if generator.random() < UNCHANGED:
            result.append(item)
            continue
        item = thin(rewrite(item, names, generator, config.rewriting), generator, config.thinning)
        before = result[-1] if result and generator.random() < config.joining else None
        if before is not None and len(before.text) + len(item.text) <= JOINED:
            page = joined(before, item)
            if page is not None:
                result[-1] = page
                continue
        result.append(item)
    return result


def losses_of(
    network: DealNetwork,
    vocabulary: Vocabulary,
    group: list[Example],
    config: DealStageConfig,
    generator: np.random.Generator,
    labels: int | None = None,
) -> tuple[torch.Tensor, dict[str, float]]:
    """The loss of a batch, and its parts as numbers.

    :param labels: so many labels, the first, are annotated in these documents; None for all. Of the others nothing is
        known there, so the network's scores for them are left out.
    """
    batch = collate(group, vocabulary.pad)
    hidden = torch.from_numpy(generator.random(batch.ids.shape) < config.masking) & (batch.tags != IGNORED)
    states, tags, coreference = network.shared(batch.ids.masked_fill(hidden, vocabulary.mask), batch.mask)
    known = tags if labels is None else tags[..., : 1 + 2 * labels]
    terms = {"tags": tag_loss(known, batch.tags), "coreference": coreference_loss(coreference, batch)}
    chosen = [
        (row, picked)
        for row, example in enumerate(group)
        for picked in _pick(example.focuses, config.focuses, generator)
    ]
    if chosen:
        terms |= focus_loss(network.focus, network.config, batch, states, tags, chosen)
    loss = torch.stack([WEIGHTS.get(name, 0.3) * term for name, term in terms.items()]).sum()
    return loss, {name: float(term.detach()) for name, term in terms.items()}


def _pick(focuses: Sequence[Focus], count: int, generator: np.random.Generator) -> list[Focus]:
    """A random ``count`` of the focuses, or a third of a long list, companies with a deal twice as likely as others."""
    count = max(count, min(LONGEST, (len(focuses) + 2) // 3))
    if len(focuses) <= count:
        return list(focuses)
    odds = np.array([1.0 + focus.deal for focus in focuses])
    return [focuses[index] for index in generator.choice(len(focuses), count, replace=False, p=odds / odds.sum())]


def _dev_scores(network: DealNetwork, vocabulary: Vocabulary, gold: Sequence[Document]) -> dict[str, float]:
    """Scores end to end, and of the links alone, with gold mentions and entities."""
    reader = Reader(TorchBackend(network), network.config, vocabulary)
    views = [clean(item.text) for item in gold]
    thresholds = Thresholds()
    found = [
        document(item.id, view, analysis, thresholds)
        for item, view, analysis in zip(gold, views, analyse(reader, views, CoreferenceWeights()), strict=True)
    ]
    given = focus_on_gold(reader, gold)
    return {**_short("", evaluate(gold, found)), **_short("gold_", evaluate(gold, given(thresholds)))}


def focus_on_gold(reader: Reader, documents: Sequence[Document]) -> Callable[[Thresholds], list[Document]]:
    """Read ``documents`` with their gold mentions and entities; the result gives predictions at any thresholds."""
    views = [clean(item.text) for item in documents]
    readings, grouped = [], []
    for item, view, reading in zip(documents, views, reader.read([view.text for view in views]), strict=True):
        pairs = [(mention, view.from_raw(mention.start, mention.end)) for mention in item.mentions]
        inside = [(mention, place) for mention, place in pairs if place is not None]
        ids = list(dict.fromkeys(mention.entity for mention, _ in inside))
        labels = {mention.entity: mention.label for mention, _ in inside}
        members = {id: [(mention, place) for mention, place in inside if mention.entity == id] for id in ids}
        entities = [
            EntityView(
                id, labels[id], tuple(place[0] for _, place in own), tuple(view.text[slice(*place)] for _, place in own)
            )
            for id, own in members.items()
        ]
        spans = tuple(ScoredSpan(*place, mention.label, 1.0) for mention, place in inside)
        readings.append(Reading(reading.text, spans, reading.windows, reading.same))
        grouped.append(([ids.index(mention.entity) for mention, _ in inside], entities))
    analyses = focus(reader, readings, grouped, [frozenset(range(len(reading.mentions))) for reading in readings])
    return lambda thresholds: [
        Document(item.id, item.text, item.mentions, tuple(analysis.frames(thresholds)))
        for item, analysis in zip(documents, analyses, strict=True)
    ]


def _short(prefix: str, evaluation: Evaluation) -> dict[str, float]:
    scores = evaluation.to_dict()
    keys = ("mention", "pair", "tuple")
    return {f"{prefix}{key}": float(scores[key]["f1"]) for key in keys} | {f"{prefix}quiet": float(scores["quiet"])}
