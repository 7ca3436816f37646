"""Speed as a ratio to a loop of the same run."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import pytest

from chinese_deal_ie.evaluation.cost import BATCH, Cost, calibration_loop, measure
from chinese_deal_ie.schema import Document

TEXTS = [Document(str(index), "字" * 100) for index in range(2 * BATCH + 1)]


def reader(loops: int, seen: list[int]) -> Callable[[Sequence[Document]], list[Document]]:
    """Spends the processor time of ``loops`` calibration loops a call, and notes the size of each batch."""

    def predict(texts: Sequence[Document]) -> list[Document]:
        seen.append(len(texts))
        for _ in range(loops):
            calibration_loop()
        return list(texts)

    return predict


def test_order_batches_and_warm_up() -> None:
    seen: list[int] = []
    steps: list[int] = []
    predicted, cost = measure(reader(0, seen), TEXTS, steps.append)
    assert predicted == TEXTS
    assert seen == [1, BATCH, BATCH, 1]
    assert steps == [BATCH, BATCH, 1]
    assert (cost.documents, cost.characters) == (len(TEXTS), 100 * len(TEXTS))
    assert cost.memory is None or cost.memory > 10_000_000


def test_the_ratio_is_in_calibration_loops() -> None:
    """Three batches of four loops each over 3,300 characters."""
    _, cost = measure(reader(4, []), TEXTS)
    assert cost.ratio == pytest.approx(12 / 3.3, rel=0.4)


def test_waiting_costs_time_but_no_processor() -> None:
    def wait(texts: Sequence[Document]) -> list[Document]:
        time.sleep(0.05)
        return list(texts)

    _, cost = measure(wait, TEXTS[:BATCH])
    assert cost.seconds >= 0.05
    assert cost.processor < 0.05


def test_nothing_to_read() -> None:
    predicted, cost = measure(lambda texts: list(texts), [])
    assert (predicted, cost.ratio, cost.speed) == ([], 0, 0)


def test_numbers() -> None:
    found = Cost(2, 3000, 2.0, 1.5, 0.01, None).to_dict()
    assert (found["ratio"], found["characters_per_second"], found["peak_memory_bytes"]) == (50.0, 1500.0, None)
