"""Scored links to deal frames, by one algorithm.

For each company entity, every window of it gives a probability that the company stands in a deal, and for each slot a
distribution over the entities that may fill it and "not stated". The window that is surest of the deal speaks for the
company, and a filler found in another window counts with that window's deal probability. Then

1. a document whose surest company stays below ``document`` has no deal; in others a company is kept when its deal
   probability reaches ``deal`` (companies of one enumeration were levelled before, see ``enumeration.py``);
2. a slot takes its best entity when that is likelier than ``fill``, and where the network expects more than one filler
   (``several``), also those that come near it (``further``), but not a place beside its own government;
3. a company with several governments or amounts is split into as many deals, each slot's entities going to the nearest
   in the text;
4. companies whose frames agree in government, amount and location, and that see each other as partners (on average over
   the company's partners so far), share a frame;
5. a sum that stands in several frames after that is the sum of them together: its scope is ``shared``.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from ..model.config import ROLES, ModelConfig
from ..model.fitted import Thresholds
from ..model.reader import FocusWindow
from ..schema import SLOT_LABELS, Frame, Slot
from .metonymy import one_place

FILLED: tuple[Slot, ...] = ("government", "amount", "location", "date", "project")


@dataclass(frozen=True, slots=True)
class EntityView:
    """What assembly needs to know of an entity."""

    id: str
    label: str
    starts: tuple[int, ...]
    """Where its mentions begin."""
    names: tuple[str, ...]
    """The texts of its mentions."""


@dataclass(frozen=True, slots=True)
class CompanyRoles:
    """Everything read with one company in focus, entity by entity; all values are probabilities."""

    company: EntityView
    deal: float
    shared: float
    type: str
    stage: str
    slots: Mapping[Slot, Mapping[str, float]]
    """Entities with their probability, given a deal, for each slot."""
    several: Mapping[Slot, float]
    """That a slot has more than one entity."""
    partners: Mapping[str, float]


def _softmax(logits: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    shifted = np.exp(logits - logits.max())
    result: npt.NDArray[np.float64] = shifted / shifted.sum()
    return result


def _sigmoid(logit: float) -> float:
    return float(1 / (1 + np.exp(-np.clip(logit, -50, 50))))


def company_roles(
    company: EntityView,
    windows: Sequence[FocusWindow],
    entities: Sequence[EntityView],
    entity_of: Sequence[int],
    usable: Collection[int],
    config: ModelConfig,
) -> CompanyRoles:
    """Fold the windows of one company into one view.

    :param entity_of: index into ``entities`` of each mention of the reading.
    :param usable: the mentions that may take part in deals.
    """
    slots: dict[Slot, dict[str, float]] = {slot: {} for slot in FILLED}
    partners: dict[str, float] = {}
    several: dict[Slot, float] = dict.fromkeys(FILLED, 0.0)
    best = max(windows, key=lambda window: window.deal)
    for window in windows:
        weight = _sigmoid(window.deal) / _sigmoid(best.deal)
        scores = _entity_scores(window, entity_of, usable)
        for slot in FILLED:
            column = ROLES.index(slot)
            several[slot] = max(several[slot], weight * _sigmoid(float(window.several[column])))
            candidates = [index for index in scores if entities[index].label in SLOT_LABELS[slot]]
            logits = np.array([window.none[column], *(scores[index][column] for index in candidates)], np.float64)
            for index, probability in zip(candidates, _softmax(logits)[1:], strict=True):
                found = slots[slot]
                found[entities[index].id] = max(found.get(entities[index].id, 0.0), weight * float(probability))
        column = ROLES.index("partner")
        for index, score in scores.items():
            if entities[index].label == "COM" and entities[index].id != company.id:
                probability = weight * _sigmoid(float(score[column] - window.none[column]))
                partners[entities[index].id] = max(partners.get(entities[index].id, 0.0), probability)
    return CompanyRoles(
        company,
        _sigmoid(best.deal),
        _sigmoid(best.shared),
        config.deal_types[int(best.type.argmax())],
        config.stages[int(best.stage.argmax())],
        slots,
        several,
        partners,
    )


def _entity_scores(
    window: FocusWindow, entity_of: Sequence[int], usable: Collection[int]
) -> dict[int, npt.NDArray[np.float64]]:
    grouped: dict[int, list[npt.NDArray[np.float32]]] = {}
    for mention, score in zip(window.mentions, window.roles, strict=True):
        if mention not in usable:
            continue
        grouped.setdefault(entity_of[mention], []).append(score)
    return {
        entity: np.logaddexp.reduce(np.stack(scores).astype(np.float64), axis=0) for entity, scores in grouped.items()
    }


def assemble(
    companies: Sequence[CompanyRoles], entities: Mapping[str, EntityView], thresholds: Thresholds
) -> list[Frame]:
    """Frames of a document, best first."""
    if max((roles.deal for roles in companies), default=0.0) < thresholds.document:
        return []
    frames: list[tuple[Frame, CompanyRoles]] = []
    for roles in companies:
        if roles.deal >= thresholds.deal:
            frames += [(frame, roles) for frame in _split(roles, entities, thresholds)]
    merged: list[tuple[Frame, list[CompanyRoles]]] = []
    for frame, roles in frames:
        links = [_partnership(roles, members) if _agree(frame, other) else 0.0 for other, members in merged]
        best = max(range(len(links)), key=links.__getitem__, default=None)
        if best is None or links[best] < thresholds.partner:
            merged.append((frame, [roles]))
            continue
        other, members = merged[best]
        score = max(frame.score, other.score)
        merged[best] = (replace(other, company=other.company + frame.company, score=score), [*members, roles])
    return sorted(_scoped([frame for frame, _ in merged]), key=lambda frame: -frame.score)


def _scoped(frames: Sequence[Frame]) -> list[Frame]:
    uses = Counter(amount for frame in frames for amount in frame.amount)
    return [
        replace(frame, scope="shared") if any(uses[amount] > 1 for amount in frame.amount) else frame
        for frame in frames
    ]


def _split(roles: CompanyRoles, entities: Mapping[str, EntityView], thresholds: Thresholds) -> list[Frame]:
    chosen: dict[Slot, list[str]] = {}
    for slot in FILLED:
        ranked = sorted(roles.slots[slot].items(), key=lambda pair: -pair[1])
        if not ranked or ranked[0][1] < thresholds.fill:
            chosen[slot] = []
            continue
        least = thresholds.further * ranked[0][1] if roles.several[slot] >= thresholds.several else math.inf
        chosen[slot] = [ranked[0][0], *(entity for entity, probability in ranked[1:] if probability >= least)]
    chosen["government"] = _one_each(chosen["government"], entities)
    anchor = max(("government", "amount"), key=lambda slot: len(chosen[slot]))  # type: ignore[index]
    heads: Sequence[str | None] = chosen[anchor] or [None]  # type: ignore[index]
    frames = []
    for head in heads:
        fillers: dict[Slot, tuple[str, ...]] = {}
        for slot in FILLED:
            candidates = chosen[slot]
            if head is not None and slot == anchor:
                candidates = [head]
            elif head is not None and len(heads) > 1 and len(candidates) > 1:
                candidates = [min(candidates, key=lambda entity: _distance(entities[entity], entities[head]))]
            fillers[slot] = tuple(candidates)
        confidence = roles.slots[anchor][head] if head is not None else 1.0  # type: ignore[index]
        frames.append(
            Frame(
                company=(roles.company.id,),
                type=roles.type,  # type: ignore[arg-type]
                stage=roles.stage,  # type: ignore[arg-type]
                scope="shared" if fillers["amount"] and roles.shared >= 0.5 else "deal",
                score=roles.deal * confidence if len(heads) > 1 else roles.deal,
                **fillers,
            )
        )
    return frames


def _one_each(governments: Sequence[str], entities: Mapping[str, EntityView]) -> list[str]:
    """Of a government and the place that stands for it, the likelier."""
    kept: list[str] = []
    for entity in governments:
        if not any(one_place(entities[entity].names, entities[other].names) for other in kept):
            kept.append(entity)
    return kept


def _distance(one: EntityView, other: EntityView) -> int:
    return min(abs(ours - theirs) for ours, theirs in itertools.product(one.starts, other.starts))


def _agree(one: Frame, other: Frame) -> bool:
    return (one.government, one.amount, one.location) == (other.government, other.amount, other.location)


def _partnership(roles: CompanyRoles, members: Sequence[CompanyRoles]) -> float:
    """Mean probability, over both directions, that a company is a partner of the members of a frame."""
    links = [
        (roles.partners.get(member.company.id, 0.0) + member.partners.get(roles.company.id, 0.0)) / 2
        for member in members
    ]
    return sum(links) / len(links)
