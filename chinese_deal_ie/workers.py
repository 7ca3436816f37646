"""Work spread over processes of one machine: results in order, a bounded number of items under way.

Each worker answers one batch before it is given the next, so neither side can block on a full pipe, and a source of
any size is read only as fast as results are taken. A worker that dies (killed, out of memory) is replaced and its batch
given again item by item; an item that ends two workers is passed over with a result that says so.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from multiprocessing.connection import Connection, wait
from typing import Any, Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")
Work = Callable[[Sequence[T]], Sequence[R]]
"""What a worker does with a batch: one result for each item, in order."""

FORKS = sys.platform == "linux"
"""Whether workers are forked, and so share the memory of what was loaded before; elsewhere they start afresh."""

BATCH = 8
"""Items given to a worker at a time: enough that it seldom waits for the next, few enough that all end together."""

_ATTEMPTS = 2


@dataclass(frozen=True, slots=True)
class _Refusal:
    """A worker could not make ready for work."""

    reason: str


def in_worker() -> bool:
    """Whether this process is a worker of :mod:`multiprocessing`, ours or anybody's."""
    return multiprocessing.parent_process() is not None


def map_in_order(
    prepare: Callable[[], Work[T, R]],
    items: Iterable[T],
    lost: Callable[[T], R],
    *,
    processes: int,
    batch_size: int = BATCH,
) -> Iterator[R]:
    """The result of each item, in order; all workers end with the iterator, however it ends.

    :param prepare: called once in each worker, gives what it does with a batch; has to be picklable unless
        :data:`FORKS`. What it loaded before threads were started may be shared by forks.
    :param lost: the result of an item that two workers died of.
    :param processes: how many workers, at least 1; at most two batches for each are under way or wait for their turn.
    :raises RuntimeError: when ``prepare`` fails in a worker, with its reason.
    """
    pending = iter(items)
    crew = [_Worker(prepare) for _ in range(processes)]
    done: dict[int, Sequence[R]] = {}
    given = turn = 0
    more = True
    try:
        for worker in crew:
            worker.start(crew)
        while True:
            for worker in crew:
                if more and worker.batch is None and given < turn + 2 * processes:
                    batch = list(islice(pending, batch_size))
                    more = bool(batch)
                    if batch:
                        worker.give(given, batch, crew)
                        given += 1
            if turn in done:
                yield from done.pop(turn)
                turn += 1
            elif turn == given:
                return
            else:
                for worker in _answering(crew):
                    done[worker.number] = worker.take(lost, crew)
    finally:
        for worker in crew:
            worker.stop()


def _answering(crew: Sequence[_Worker[T, R]]) -> list[_Worker[T, R]]:
    busy = [worker for worker in crew if worker.batch is not None]
    ready = wait([worker.pipe for worker in busy])
    return [worker for worker in busy if worker.pipe in ready]


class _Worker(Generic[T, R]):
    """One process and our end of the pipe to it."""

    def __init__(self, prepare: Callable[[], Work[T, R]]) -> None:
        self.prepare = prepare
        self.context: Any = multiprocessing.get_context("fork" if FORKS else "spawn")
        self.process: Any = None
        self.pipe: Connection
        self.number = 0
        self.batch: list[T] | None = None
        """What the worker is busy with."""

    def start(self, crew: Sequence[_Worker[T, R]]) -> None:
        """Start the process, or another in its place."""
        self.stop()
        self.pipe, theirs = self.context.Pipe()
        # A fork holds our ends of all pipes; unless it closes them, no worker would see the end of this process.
        ours = [worker.pipe for worker in crew if hasattr(worker, "pipe")] if FORKS else []
        self.process = self.context.Process(target=_serve, args=(self.prepare, theirs, ours), daemon=True)
        with _undisturbed():
            self.process.start()
        theirs.close()

    def give(self, number: int, batch: list[T], crew: Sequence[_Worker[T, R]]) -> None:
        self.number, self.batch = number, batch
        try:
            self.pipe.send(batch)
        except (BrokenPipeError, ConnectionResetError):  # it died idle
            self.start(crew)
            self.pipe.send(batch)

    def take(self, lost: Callable[[T], R], crew: Sequence[_Worker[T, R]]) -> Sequence[R]:
        """The answer to the batch; waits for it."""
        batch, self.batch = self.batch or [], None
        answer = self._answer()
        return self._one_by_one(batch, lost, crew) if answer is None else answer

    def _answer(self) -> Sequence[R] | None:
        try:
            answer = self.pipe.recv()
        except (EOFError, ConnectionResetError):
            return None
        if isinstance(answer, _Refusal):
            raise RuntimeError(answer.reason)
        found: Sequence[R] = answer
        return found

    def _one_by_one(self, batch: Sequence[T], lost: Callable[[T], R], crew: Sequence[_Worker[T, R]]) -> list[R]:
        results: list[R] = []
        self.start(crew)
        for item in batch:
            for _ in range(_ATTEMPTS):
                self.give(self.number, [item], crew)
                self.batch = None
                answer = self._answer()
                if answer is not None:
                    results += answer
                    break
                self.start(crew)
            else:
                results.append(lost(item))
        return results

    def stop(self) -> None:
        """End the process, whatever it is doing."""
        if self.process is not None:
            self.pipe.close()
            self.process.terminate()
            self.process.join()
            self.process = None


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Ctrl-C waits for the end of the block, and passes by a process that is started in it.

    It reaches every process of a terminal; the first one ends the others.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(prepare: Callable[[], Work[T, R]], pipe: Connection, others: Sequence[Connection]) -> None:
    """The life of a worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # a handler of the caller's program is not for us
    for other in others:
        other.close()
    try:
        work = prepare()
    except Exception as error:
        pipe.recv()
        pipe.send(_Refusal(f"{type(error).__name__}: {error}"))
        return
    try:
        while True:
            pipe.send(work(pipe.recv()))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return
