"""Clean texts to scored mentions, and companies in focus to scored roles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .backend import Backend, Floats
from .config import ROLES, ModelConfig
from .decoding import log_softmax, mention_confidence, spans, viterbi
from .readout import mention_scores, same_scores
from .vocabulary import Vocabulary
from .windows import Window, plan


@dataclass(frozen=True, slots=True)
class ScoredSpan:
    """A mention in the clean text."""

    start: int
    end: int
    label: str
    score: float


@dataclass(frozen=True, slots=True)
class WindowReading:
    """What the shared layers made of one window."""

    window: Window
    states: Floats
    """``(rows, hidden)``."""
    tags: Floats
    """Tag probabilities, ``(rows, tags)``."""
    coreference: Floats
    """``(rows, 3 * coreference_size)``."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A text after the first pass."""

    text: str
    mentions: tuple[ScoredSpan, ...]
    windows: tuple[WindowReading, ...]
    same: dict[tuple[int, int], float]
    """Logits that two mentions of one label name one thing, by (earlier, later) index; only of mentions that a window
    shows together, so that long texts stay linear."""


@dataclass(frozen=True, slots=True)
class FocusWindow:
    """One window read with a company in focus; all values are logits."""

    deal: float
    shared: float
    none: Floats
    """That a role is not stated, ``(roles,)``."""
    several: Floats
    """That a role has more than one filler, ``(roles,)``."""
    type: Floats
    stage: Floats
    mentions: npt.NDArray[np.int64]
    """Indices of the mentions in this window, ``(found,)``."""
    roles: Floats
    """Of these mentions, ``(found, roles)``."""


class Reader:
    """A network with its vocabulary, whatever it runs on."""

    def __init__(self, backend: Backend, config: ModelConfig, vocabulary: Vocabulary) -> None:
        self.backend, self.config, self.vocabulary = backend, config, vocabulary

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """First pass over clean texts: windows of all texts go through the shared layers in batches of one length."""
        windows = [
            (index, window) for index, text in enumerate(texts) for window in plan(text, self.config.max_positions - 2)
        ]
        encoded = [self.vocabulary.encode(text) for text in texts]
        found: dict[int, WindowReading] = {}
        lengths = [len(window) + 2 for _, window in windows]
        for chosen in self._batches(lengths):
            ids = np.full((len(chosen), max(lengths[i] for i in chosen)), Vocabulary.pad, np.int64)
            for row, i in enumerate(chosen):
                index, window = windows[i]
                ids[row, 0] = Vocabulary.cls
                ids[row, 1 : lengths[i] - 1] = encoded[index][window.characters()]
                ids[row, lengths[i] - 1] = Vocabulary.sep
            states, tags, coreference = self.backend.shared(ids, ids != Vocabulary.pad)
            for row, i in enumerate(chosen):
                rows = slice(0, lengths[i])
                found[i] = WindowReading(
                    windows[i][1], states[row, rows], np.exp(log_softmax(tags[row, rows])), coreference[row, rows]
                )
        grouped: list[list[WindowReading]] = [[] for _ in texts]
        for i, (index, _) in enumerate(windows):
            grouped[index].append(found[i])
        return [self._reading(text, tuple(readings)) for text, readings in zip(texts, grouped, strict=True)]

    def _reading(self, text: str, windows: tuple[WindowReading, ...]) -> Reading:
        """Average the tags of overlapping bodies, decode once over the whole text, score all pairs of mentions."""
        total = np.zeros((len(text), len(self.config.tags)), np.float32)
        for reading in windows:
            window = reading.window
            total[window.start : window.end] += reading.tags[1 + window.lead : -1]
        scores = np.log(np.maximum(total / np.maximum(total.sum(-1, keepdims=True), 1e-9), 1e-9))
        breaks = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4") == ord("\n")
        scores[breaks, 1:] = -np.inf
        found = spans(viterbi(scores, np.concatenate([[True], breaks])[: len(text)]))
        confidence = mention_confidence(scores, found)
        mentions = tuple(
            ScoredSpan(start, end, self.config.labels[label], float(score))
            for (start, end, label), score in zip(found, confidence, strict=True)
        )
        return Reading(text, mentions, windows, self._same(mentions, windows))

    @staticmethod
    def _same(mentions: Sequence[ScoredSpan], windows: Sequence[WindowReading]) -> dict[tuple[int, int], float]:
        same: dict[tuple[int, int], float] = {}
        places = extents(mentions)
        names = {label: number for number, label in enumerate(sorted({mention.label for mention in mentions}))}
        labels = np.array([names[mention.label] for mention in mentions], np.int64)
        for reading in windows:
            inside, rows, ends = mention_rows(places, reading.window)
            if len(inside) < 2:
                continue
            logits = same_scores(reading.coreference, rows, ends)
            ours, theirs = np.nonzero(np.triu(labels[inside, None] == labels[inside], 1))
            found = logits[ours, theirs].tolist()
            for one, other, logit in zip(inside[ours].tolist(), inside[theirs].tolist(), found, strict=True):
                same[one, other] = max(same.get((one, other), logit), logit)
        return same

    def focus(
        self, readings: Sequence[Reading], companies: Sequence[tuple[int, Sequence[int]]]
    ) -> list[list[FocusWindow]]:
        """Second pass: each company through every window that mentions it.

        :param companies: (index of the reading, indices of the company's mentions) pairs.
        :returns: for each company its windows; none where no window holds a mention whole.
        """
        jobs = []
        places = [extents(reading.mentions) for reading in readings]
        for company, (index, members) in enumerate(companies):
            mentions = readings[index].mentions
            for reading in readings[index].windows:
                marks = np.zeros(len(reading.states), np.float32)
                for member in members:
                    row = reading.window.row(mentions[member].start, mentions[member].end)
                    if row is not None:
                        marks[row : row + mentions[member].end - mentions[member].start] = 1.0
                if marks.any():
                    jobs.append((company, places[index], reading, marks))
        results: list[list[FocusWindow]] = [[] for _ in companies]
        lengths = [len(job[3]) for job in jobs]
        for chosen in self._batches(lengths):
            shape = (len(chosen), max(lengths[i] for i in chosen))
            states = np.zeros((*shape, self.config.hidden_size), np.float32)
            tags = np.zeros((*shape, len(self.config.tags)), np.float32)
            marks = np.zeros(shape, np.float32)
            valid = np.zeros(shape, np.bool_)
            for row, i in enumerate(chosen):
                _, _, reading, mark = jobs[i]
                rows = slice(0, lengths[i])
                states[row, rows], tags[row, rows], marks[row, rows], valid[row, rows] = (
                    reading.states,
                    reading.tags,
                    mark,
                    True,
                )
            roles, decisions = self.backend.focus(states, valid, tags, marks)
            for row, i in enumerate(chosen):
                company, here, reading, mark = jobs[i]
                results[company].append(
                    self._focus_window(
                        here, reading.window, mark, roles[row, : lengths[i]], decisions[row, : lengths[i]]
                    )
                )
        return results

    def _focus_window(
        self, places: npt.NDArray[np.int64], window: Window, marks: Floats, roles: Floats, decisions: Floats
    ) -> FocusWindow:
        pooled = (decisions * marks[:, None]).sum(0) / marks.sum()
        widths = self.config.focus_outputs
        parts = dict(zip(widths, np.split(pooled, np.cumsum(list(widths.values()))[:-1]), strict=True))
        inside, rows, ends = mention_rows(places, window)
        scores = mention_scores(roles, rows, ends) if len(inside) else np.zeros((0, len(ROLES)), np.float32)
        return FocusWindow(
            float(parts["deal"][0]),
            float(parts["shared"][0]),
            parts["none"],
            parts["several"],
            parts["type"],
            parts["stage"],
            inside,
            scores,
        )

    def _batches(self, lengths: Sequence[int]) -> Iterator[list[int]]:
        """Indices in groups of similar length, each of at most ``backend.characters`` padded characters."""
        batch: list[int] = []
        for index in sorted(range(len(lengths)), key=lengths.__getitem__):
            if batch and lengths[index] * (len(batch) + 1) > self.backend.characters:
                yield batch
                batch = []
            batch.append(index)
        if batch:
            yield batch


def extents(mentions: Sequence[ScoredSpan]) -> npt.NDArray[np.int64]:
    """Starts and ends, ``(mentions, 2)``."""
    return np.array([(mention.start, mention.end) for mention in mentions], np.int64).reshape(-1, 2)


def mention_rows(
    places: npt.NDArray[np.int64], window: Window
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Of the mentions a window holds whole: their indices, first rows and end rows (exclusive).

    :param places: as :func:`extents` gives them.
    """
    starts, ends = places.T
    body = (window.start <= starts) & (ends <= window.end)
    inside = np.flatnonzero(body | (ends <= window.lead))
    rows = 1 + starts[inside] + np.where(body[inside], window.lead - window.start, 0)
    return inside, rows, rows + ends[inside] - starts[inside]
