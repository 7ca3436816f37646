"""What reading costs: time, memory, and speed as a ratio to a fixed loop of the same run.

Seconds of one machine say nothing about another, nor about the same one an hour later. The ratio divides the
processor time of reading by that of a loop which is run between the batches, under the same load and clock; it is what
a gate can compare (the idea is that of pyperformance's and asv's calibrated runs). Processor time, not wall time, so
that a busy machine does not count; it covers all threads of the process, so compare runs with the same number of them.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np

from ..schema import Document

BATCH = 16
"""Documents between two calibration loops."""


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of one system's predictions."""

    documents: int
    characters: int
    seconds: float
    """Wall time, without the calibration loops and without loading the system."""
    processor: float
    """Processor time of this process in seconds, all threads together."""
    calibration: float
    """Processor time of one calibration loop in seconds, the median of those of the run."""
    memory: int | None
    """The most bytes that the process has had in memory so far, model and libraries included; None where the
    operating system does not tell."""

    @property
    def ratio(self) -> float:
        """Calibration loops that the processor could have run in the time of 1,000 characters; smaller is faster."""
        return 1000 * self.processor / self.calibration / self.characters if self.characters else 0.0

    @property
    def speed(self) -> float:
        """Characters a second of wall time."""
        return self.characters / self.seconds if self.seconds else 0.0

    def to_dict(self) -> dict[str, Any]:
        """JSON-able numbers."""
        return {
            "documents": self.documents,
            "characters": self.characters,
            "seconds": round(self.seconds, 3),
            "processor_seconds": round(self.processor, 3),
            "calibration_seconds": round(self.calibration, 6),
            "ratio": round(self.ratio, 4),
            "characters_per_second": round(self.speed, 1),
            "peak_memory_bytes": self.memory,
        }


def calibration_loop() -> float:
    """Run the fixed loop once; its processor time in seconds.

    Interpreter, small matrix products (too small for the linear algebra library to use several threads) and a walk
    through more memory than caches hold, about a third each, as in reading a text.
    """
    matrix = np.linspace(-1, 1, 48 * 48, dtype=np.float32).reshape(48, 48)
    table = np.ones(4_000_000, np.float32)
    begun = time.process_time()
    counts: dict[int, int] = {}
    for number in range(60_000):
        key = number * 7919 % 251
        counts[key] = counts.get(key, 0) + 1
    state = matrix
    for _ in range(600):
        state = np.tanh(matrix @ state)
    for _ in range(4):
        table.sum()
    return time.process_time() - begun


def measure(
    predict: Callable[[Sequence[Document]], list[Document]],
    texts: Sequence[Document],
    advance: Callable[[int], None] = lambda steps: None,
) -> tuple[list[Document], Cost]:
    """Predictions for ``texts``, in their order, and what they cost.

    ``predict`` is warmed up on the first text, uncounted. ``advance`` is told after each batch how many texts it had.
    """
    predict(texts[:1])
    predicted: list[Document] = []
    loops, seconds, processor = [calibration_loop()], 0.0, 0.0
    for start in range(0, len(texts), BATCH):
        batch = texts[start : start + BATCH]
        wall, spent = time.perf_counter(), time.process_time()
        predicted += predict(batch)
        seconds += time.perf_counter() - wall
        processor += time.process_time() - spent
        loops.append(calibration_loop())
        advance(len(batch))
    characters = sum(len(text.text) for text in texts)
    return predicted, Cost(len(texts), characters, seconds, processor, median(loops), _peak_memory())


def _peak_memory() -> int | None:
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else 1024 * peak
