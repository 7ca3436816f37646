"""Clean texts to entities and deal frames: the model's two passes and the resolution between and after them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from .model.fitted import CoreferenceWeights, Thresholds
from .model.reader import Reader, Reading
from .reading import CleanText
from .resolution.assembly import CompanyRoles, EntityView, assemble, company_roles
from .resolution.entities import cluster
from .resolution.enumeration import JOINT_SLOTS, enumerations, shared_fillers, shared_probabilities
from .schema import Document, Frame, Mention, Slot

ID_PREFIX = {"GOV": "g", "COM": "c", "AMT": "a", "LOC": "l", "DATE": "d", "PROJ": "p", "ORG": "o"}


@dataclass(frozen=True, slots=True)
class Analysis:
    """A clean text after both passes: what the network said, grouped by entity."""

    reading: Reading
    entity_of: tuple[int, ...]
    """Index into ``entities`` of each mention."""
    entities: tuple[EntityView, ...]
    companies: tuple[CompanyRoles, ...]

    def frames(self, thresholds: Thresholds) -> list[Frame]:
        """Deals at ``thresholds``, best first."""
        return assemble(self.companies, {entity.id: entity for entity in self.entities}, thresholds)


def analyse(reader: Reader, views: Sequence[CleanText], weights: CoreferenceWeights) -> list[Analysis]:
    """Run both passes over the clean texts of ``views``."""
    readings = reader.read([view.text for view in views])
    grouped = [_entities(reading, weights) for reading in readings]
    return focus(
        reader,
        readings,
        grouped,
        [
            _usable(reading, view, entity_of)
            for reading, view, (entity_of, _) in zip(readings, views, grouped, strict=True)
        ],
    )


def focus(
    reader: Reader,
    readings: Sequence[Reading],
    grouped: Sequence[tuple[list[int], list[EntityView]]],
    usable: Sequence[frozenset[int]],
) -> list[Analysis]:
    """The second pass, with entities given for each reading as (entity of each mention, entities).

    :param usable: of each reading, the mentions that may take part in deals.
    """
    jobs: list[tuple[int, EntityView, list[int]]] = []
    for index, (entity_of, entities) in enumerate(grouped):
        for number, entity in enumerate(entities):
            members = [mention for mention, owner in enumerate(entity_of) if owner == number]
            if entity.label == "COM" and usable[index].intersection(members):
                jobs.append((index, entity, members))
    read = reader.focus(readings, [(index, members) for index, _, members in jobs])
    companies: list[list[CompanyRoles]] = [[] for _ in readings]
    for (index, entity, _), windows in zip(jobs, read, strict=True):
        if not windows:  # its only mention is longer than any window holds whole
            continue
        entity_of, entities = grouped[index]
        companies[index].append(company_roles(entity, windows, entities, entity_of, usable[index], reader.config))
    return [
        Analysis(reading, tuple(entity_of), tuple(entities), _listed_together(reading, entity_of, entities, found))
        for reading, (entity_of, entities), found in zip(readings, grouped, companies, strict=True)
    ]


def _listed_together(
    reading: Reading, entity_of: Sequence[int], entities: Sequence[EntityView], companies: Sequence[CompanyRoles]
) -> tuple[CompanyRoles, ...]:
    numbers = {entity.id: number for number, entity in enumerate(entities)}
    by_number = {numbers[roles.company.id]: roles for roles in companies}
    lists = enumerations(reading.text, reading.mentions, entity_of)
    deals = shared_probabilities({number: roles.deal for number, roles in by_number.items()}, lists)
    slots: dict[int, dict[Slot, Mapping[str, float]]] = {
        number: dict(roles.slots) for number, roles in by_number.items()
    }
    for slot in JOINT_SLOTS:
        joint = shared_fillers({number: found[slot] for number, found in slots.items()}, lists)
        for number, fillers in joint.items():
            slots[number][slot] = fillers
    return tuple(replace(roles, deal=deals[number], slots=slots[number]) for number, roles in by_number.items())


def _usable(reading: Reading, view: CleanText, entity_of: Sequence[int]) -> frozenset[int]:
    """Mentions that may stand in a deal: none of page furniture, and no size class (千亿级), by the guidelines."""
    texts = [reading.text[mention.start : mention.end] for mention in reading.mentions]
    classes = {
        entity
        for text, mention, entity in zip(texts, reading.mentions, entity_of, strict=True)
        if mention.label == "AMT" and "级" in text
    }
    return frozenset(
        index
        for index, mention in enumerate(reading.mentions)
        if entity_of[index] not in classes
        and not any(start <= mention.start and mention.end <= end for start, end in view.debris)
    )


def _entities(reading: Reading, weights: CoreferenceWeights) -> tuple[list[int], list[EntityView]]:
    texts = [reading.text[mention.start : mention.end] for mention in reading.mentions]
    entity_of = cluster(texts, reading.mentions, reading.same, weights)
    starts: dict[int, list[int]] = {}
    names: dict[int, list[str]] = {}
    labels: dict[int, str] = {}
    for mention, text, number in zip(reading.mentions, texts, entity_of, strict=True):
        starts.setdefault(number, []).append(mention.start)
        names.setdefault(number, []).append(text)
        labels[number] = mention.label
    counts: dict[str, int] = {}
    entities = []
    for number in range(len(starts)):
        prefix = ID_PREFIX.get(labels[number], "x")
        counts[prefix] = counts.get(prefix, 0) + 1
        view = EntityView(f"{prefix}{counts[prefix]}", labels[number], tuple(starts[number]), tuple(names[number]))
        entities.append(view)
    return entity_of, entities


def document(id: str, view: CleanText, analysis: Analysis, thresholds: Thresholds) -> Document:
    """Mentions and frames over the raw text that ``view`` was made from."""
    mentions = []
    for span, number in zip(analysis.reading.mentions, analysis.entity_of, strict=True):
        start, end = view.to_raw(span.start, span.end)
        mentions.append(
            Mention(start, end, view.raw[start:end], span.label, analysis.entities[number].id, span.score)  # type: ignore[arg-type]
        )
    return Document(id, view.raw, tuple(mentions), tuple(analysis.frames(thresholds)))
