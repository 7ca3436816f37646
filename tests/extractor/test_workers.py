from __future__ import annotations

import functools
import os
import signal
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from chinese_deal_ie.workers import in_worker, map_in_order

pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")


def squares(folder: Path | None = None) -> functools.partial[list[int]]:
    return functools.partial(_square, folder)


def _square(folder: Path | None, batch: Sequence[int]) -> list[int]:
    """Squares; the process dies of 13 always, and of 7 the first time."""
    assert in_worker()
    for number in batch:
        if number == 13:
            os._exit(1)
        if folder is not None and number == 7 and not (folder / "died").exists():
            (folder / "died").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        if folder is not None:
            with open(folder / "seen", "a") as file:
                file.write(f"{os.getpid()}\n")
        time.sleep(0.01 if number % 3 else 0.03)
    return [number**2 for number in batch]


def lost(number: int) -> int:
    return -number


def test_results_keep_the_order_of_items() -> None:
    found = list(map_in_order(squares, iter(range(40, 90)), lost, processes=3, batch_size=4))
    assert found == [number**2 for number in range(40, 90)]
    assert list(map_in_order(squares, [], lost, processes=2)) == []


def test_an_endless_source_is_read_as_results_are_taken() -> None:
    taken: list[int] = []

    def source() -> Iterator[int]:
        number = 100
        while True:
            taken.append(number)
            yield number
            number += 1

    results = map_in_order(squares, source(), lost, processes=2, batch_size=3)
    for place in range(10):
        assert next(results) == (100 + place) ** 2
        assert len(taken) <= place + 1 + 2 * 2 * 3 + 3
    results.close()  # type: ignore[attr-defined]


def test_a_killed_worker_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    found = list(map_in_order(functools.partial(squares, tmp_path), range(12), lost, processes=2, batch_size=3))
    assert found == [number**2 for number in range(12)]
    assert (tmp_path / "died").exists()


def test_an_item_that_kills_every_worker_is_passed_over() -> None:
    found = list(map_in_order(squares, range(10, 20), lost, processes=2, batch_size=4))
    assert found == [number**2 if number != 13 else -13 for number in range(10, 20)]


def refuse() -> functools.partial[list[int]]:
    raise ValueError("no such model")


def test_a_worker_that_cannot_begin_says_why() -> None:
    with pytest.raises(RuntimeError, match="ValueError: no such model"):
        list(map_in_order(refuse, [1, 2], lost, processes=2))


def test_workers_end_with_the_iterator(tmp_path: Path) -> None:
    results = map_in_order(functools.partial(squares, tmp_path), range(100, 200), lost, processes=2, batch_size=2)
    next(results)
    results.close()  # type: ignore[attr-defined]
    for process in {int(line) for line in (tmp_path / "seen").read_text().split()}:
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)
