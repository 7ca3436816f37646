"""What the network is trained on: tags, coreference, and the deal of each company in focus."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from ..model.config import ROLES, ModelConfig
from ..model.network import FocusReader
from ..model.readout import mention_scores, same_scores
from ..schema import SLOT_LABELS
from .examples import IGNORED, Batch, Example, Focus


def tag_loss(logits: Tensor, tags: Tensor) -> Tensor:
    """Mean cross-entropy over characters, from logits ``(batch, length, tags)``."""
    return F.cross_entropy(logits.flatten(0, 1).float(), tags.flatten(), ignore_index=IGNORED)


def coreference_loss(readout: Tensor, batch: Batch) -> Tensor:
    """Mean binary cross-entropy over all pairs of mentions of one label, from ``(batch, length, 3 * size)``."""
    losses = []
    for row, example in enumerate(batch.examples):
        if len(example.starts) < 2:
            continue
        starts, ends = torch.from_numpy(example.starts), torch.from_numpy(example.ends)
        scores = same_scores(readout[row].float(), starts, ends)
        entities = torch.from_numpy(example.entities)
        numbers = {label: number for number, label in enumerate(dict.fromkeys(example.labels))}
        labels = torch.tensor([numbers[example.labels[index]] for index in example.entities])
        comparable = torch.triu(labels[:, None] == labels[None], diagonal=1)
        if comparable.any():
            same = (entities[:, None] == entities[None]).float()
            losses.append(F.binary_cross_entropy_with_logits(scores[comparable], same[comparable]))
    return torch.stack(losses).mean() if losses else readout.sum() * 0.0


def focus_loss(
    reader: FocusReader,
    config: ModelConfig,
    batch: Batch,
    states: Tensor,
    tag_logits: Tensor,
    chosen: list[tuple[int, Focus]],
) -> dict[str, Tensor]:
    """Losses of the companies in focus, each a mean over those that carry it.

    :param states: shared states, ``(batch, length, hidden)``.
    :param tag_logits: ``(batch, length, tags)``.
    :param chosen: (row of the batch, focus) pairs, read as one batch.
    """
    rows = torch.tensor([row for row, _ in chosen])
    marks = torch.zeros(len(chosen), states.shape[1])
    for index, (row, focus) in enumerate(chosen):
        example = batch.examples[row]
        for mention in (example.entities == focus.entity).nonzero()[0]:
            marks[index, example.starts[mention] : example.ends[mention]] = 1.0
    tags = tag_logits.detach().float().softmax(-1)
    roles, decisions = reader(states[rows], batch.mask[rows], tags[rows], marks)
    pooled = (decisions.float() * marks[..., None]).sum(1) / marks.sum(1, keepdim=True)
    parts = dict(zip(config.focus_outputs, pooled.split(list(config.focus_outputs.values()), -1), strict=True))
    collected: dict[str, list[Tensor]] = {}
    for index, (row, focus) in enumerate(chosen):
        one = {name: part[index] for name, part in parts.items()}
        for name, loss in _focus_terms(focus, batch.examples[row], roles[index].float(), one):
            collected.setdefault(name, []).append(loss)
    return {name: torch.stack(losses).mean() for name, losses in collected.items()}


def _focus_terms(
    focus: Focus, example: Example, roles: Tensor, decisions: dict[str, Tensor]
) -> list[tuple[str, Tensor]]:
    terms = []
    if not math.isnan(focus.deal):
        terms.append(("deal", F.binary_cross_entropy_with_logits(decisions["deal"][0], torch.tensor(focus.deal))))
    if focus.type != IGNORED:
        terms.append(("type", F.cross_entropy(decisions["type"], torch.tensor(focus.type))))
    if focus.stage != IGNORED:
        terms.append(("stage", F.cross_entropy(decisions["stage"], torch.tensor(focus.stage))))
    if focus.shared is not None:
        terms.append(("shared", F.binary_cross_entropy_with_logits(decisions["shared"][0], torch.tensor(focus.shared))))
    if not focus.roles:
        return terms
    starts, ends = torch.from_numpy(example.starts), torch.from_numpy(example.ends)
    scores = pool_entities(mention_scores(roles, starts, ends), torch.from_numpy(example.entities), len(example.labels))
    for role, fillers in focus.roles.items():
        column = ROLES.index(role)
        if role == "partner":
            others = [index for index, label in enumerate(example.labels) if label == "COM" and index != focus.entity]
            if others:
                wanted = torch.tensor([float(index in fillers) for index in others])
                logits = scores[others, column] - decisions["none"][column]
                terms.append((role, F.binary_cross_entropy_with_logits(logits, wanted)))
            continue
        allowed = SLOT_LABELS[role]  # type: ignore[index]
        candidates = [index for index, label in enumerate(example.labels) if label in allowed]
        logits = torch.cat([decisions["none"][column : column + 1], scores[candidates, column]])
        target = torch.tensor([float(not fillers), *(float(index in fillers) for index in candidates)])
        terms.append((role, -(target / target.sum() * logits.log_softmax(0)).sum()))
        if fillers:
            several = torch.tensor(float(len(fillers) > 1))
            terms.append(("several", F.binary_cross_entropy_with_logits(decisions["several"][column], several)))
    return terms


def pool_entities(scores: Tensor, entities: Tensor, count: int) -> Tensor:
    """Log-sum-exp of mention scores ``(mentions, outputs)`` over each entity: ``(count, outputs)``."""
    top = scores.detach().max() if len(scores) else torch.tensor(0.0)
    summed = torch.zeros(count, scores.shape[1]).index_add(0, entities, (scores - top).exp())
    return summed.clamp_min(1e-30).log() + top
