"""Training examples: one window with its tags, entities and the deals of its companies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from ..model.network import additive_mask

IGNORED = -100
"""Tag of characters that carry no loss (PyTorch's default ``ignore_index``)."""


@dataclass(frozen=True, slots=True)
class Focus:
    """What is to be read with one company in focus."""

    entity: int
    """Index of the company's entity."""
    deal: float = 1.0
    """1 when the company stands in a deal, else 0."""
    roles: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """Entity indices by role; a role that is missing carries no loss, an empty one means "not stated"."""
    type: int = IGNORED
    stage: int = IGNORED
    shared: float | None = None
    """1 when the amount is shared with other deals, 0 when not, None for no loss."""


@dataclass(frozen=True, slots=True)
class Example:
    """One window. Positions count the window's rows: row 0 is [CLS], character ``i`` is row ``i + 1``."""

    ids: npt.NDArray[np.int32]
    """Rows of the vocabulary with [CLS] and [SEP], ``(length,)``."""
    tags: npt.NDArray[np.int64]
    """Tag indices, ``(length,)``; :data:`IGNORED` on [CLS] and [SEP]."""
    starts: npt.NDArray[np.int64]
    """First row of each mention, ``(mentions,)``."""
    ends: npt.NDArray[np.int64]
    """End row of each mention, exclusive, ``(mentions,)``."""
    entities: npt.NDArray[np.int64]
    """Entity index of each mention, ``(mentions,)``."""
    labels: tuple[str, ...]
    """Label of each entity."""
    focuses: tuple[Focus, ...] = ()
    head: str = "deals"
    """Which tag set ``tags`` belongs to."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Examples padded to one length."""

    examples: tuple[Example, ...]
    ids: Tensor
    """``(batch, length)``."""
    mask: Tensor
    """Additive, ``(batch, 1, 1, length)``."""
    tags: Tensor
    """``(batch, length)``."""


def collate(examples: Sequence[Example], pad: int) -> Batch:
    """Pad ``examples`` with row ``pad``."""
    length = max(len(example.ids) for example in examples)
    ids = np.full((len(examples), length), pad, np.int64)
    tags = np.full((len(examples), length), IGNORED, np.int64)
    for row, example in enumerate(examples):
        ids[row, : len(example.ids)] = example.ids
        tags[row, : len(example.tags)] = example.tags
    lengths = torch.tensor([len(example.ids) for example in examples])
    valid = torch.arange(length)[None] < lengths[:, None]
    return Batch(tuple(examples), torch.from_numpy(ids), additive_mask(valid), torch.from_numpy(tags))


def batches(examples: Iterable[Example], characters: int, generator: np.random.Generator) -> Iterator[list[Example]]:
    """Shuffle into batches of similar length and at most ``characters`` padded characters (at least one example)."""
    pool = list(examples)
    order = sorted(range(len(pool)), key=lambda index: len(pool[index].ids) * generator.uniform(0.9, 1.1))
    grouped: list[list[Example]] = [[]]
    longest = 0
    for index in order:
        longest = max(longest, len(pool[index].ids))
        if grouped[-1] and (longest * (len(grouped[-1]) + 1) > characters or grouped[-1][0].head != pool[index].head):
            grouped.append([])
            longest = len(pool[index].ids)
        grouped[-1].append(pool[index])
    for index in generator.permutation(len(grouped)):
        yield grouped[index]
