"""A runtime of whole numbers: it finds much, costs little, and no order of sums changes its results."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from chinese_deal_ie.extractor import Extractor
from chinese_deal_ie.model.backend import Floats
from chinese_deal_ie.model.checkpoint import Checkpoint, CoreferenceWeights, Thresholds
from chinese_deal_ie.model.config import ROLES, ModelConfig
from chinese_deal_ie.model.vocabulary import SPECIALS, Vocabulary

ALPHABET = "青山白河市县政府公司集团与投资签约亿元二三五,。"
FATAL = "崩"


class IntegerBackend:
    """Read-outs are sums of small whole numbers, one for each character and one for that before it.

    :param characters: as of every backend; 0 is one window a call.
    """

    name = "integers"

    def __init__(self, config: ModelConfig, characters: int = 0, threads: int | None = 1) -> None:
        generator = np.random.default_rng(11)
        size = config.vocab_size, config.hidden_size

        def table(rows: int, columns: int) -> Floats:
            return generator.integers(-3, 4, (rows, columns)).astype(np.float32)

        self.characters, self.threads = characters, threads
        self.own, self.previous = table(*size), table(*size)
        self.tags = table(size[1], len(config.tags))
        self.coreference = table(size[1], 3 * config.coreference_size)
        self.roles = table(size[1], 3 * len(ROLES))
        self.decisions = table(size[1], sum(config.focus_outputs.values()))
        self.focused = table(1, size[1])
        self.most = 0
        """Characters of the largest call."""

    def shared(self, ids: npt.NDArray[np.int64], valid: npt.NDArray[np.bool_]) -> tuple[Floats, Floats, Floats]:
        self.most = max(self.most, ids.size)
        before = np.concatenate([ids[:, :1], ids[:, :-1]], 1)
        states = self.own[ids] + self.previous[before]
        return states, states @ self.tags, states @ self.coreference / np.float32(16)

    def focus(self, states: Floats, valid: npt.NDArray[np.bool_], tags: Floats, marks: Floats) -> tuple[Floats, Floats]:
        states = states + marks[..., None] * self.focused
        return states @ self.roles, states @ self.decisions


def extractor(characters: int = 0, threads: int | None = 1) -> Extractor:
    """An extractor without weights."""
    vocabulary = Vocabulary((*SPECIALS, *ALPHABET))
    config = ModelConfig(len(vocabulary), hidden_size=6, coreference_size=2, max_positions=80)
    checkpoint = Checkpoint(Path("nowhere"), config, vocabulary, Thresholds(), CoreferenceWeights())
    return Extractor(checkpoint, IntegerBackend(config, characters, threads))
