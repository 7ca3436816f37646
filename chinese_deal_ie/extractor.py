"""Texts to deals, without spaCy in sight."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cache, partial
from itertools import islice
from pathlib import Path
from typing import Literal

from . import engine
from .model.backend import Backend
from .model.checkpoint import WEIGHTS, Checkpoint, copy, load_checkpoint, packaged, verify
from .model.reader import Reader
from .reading import CleanText, clean
from .resolution.deals import render
from .schema import Deal, Document, Extraction
from .sections import SECTION, SectionReading, join, plan
from .workers import BATCH, FORKS, Work, in_worker, map_in_order

MAX_LENGTH = 20_000_000
"""Longer texts are refused with a warning, for their results alone would fill the memory; split them."""

BackendName = Literal["onnx", "torch"]
Item = tuple[str, str] | tuple[str, str, date | None]
"""A document to read: its id, its text and, when known, the day it was published."""
_Read = tuple[Document, list[Deal], tuple[str, ...]]


class Extractor:
    """A trained model, ready to read; create it once.

    :param checkpoint: as read by :func:`~chinese_deal_ie.model.checkpoint.load_checkpoint`.
    """

    def __init__(self, checkpoint: Checkpoint, backend: Backend) -> None:
        self.checkpoint = checkpoint
        self.reader = Reader(backend, checkpoint.config, checkpoint.vocabulary)

    @classmethod
    def from_checkpoint(
        cls,
        folder: Path | str | None = None,
        *,
        backend: BackendName = "onnx",
        device: str = "cpu",
        threads: int | None = None,
    ) -> Extractor:
        """Load a checkpoint folder, or the packaged model when ``folder`` is None.

        :param backend: ``onnx`` (int8, CPU) or ``torch`` (extra ``torch``; full precision, any device).
        :param threads: threads of the runtime on the CPU (of all of PyTorch, for ``torch``); None leaves the choice to
            it, which is all cores, but for worker processes (of ``nlp.pipe`` or :mod:`multiprocessing`), which get one
            each.
        :raises CheckpointError: when the folder is no usable checkpoint.
        :raises ImportError: when the extra ``torch`` is needed and missing.
        :raises ValueError: when the backend is unknown or cannot use ``device``.
        """
        checkpoint = load_checkpoint(packaged() if folder is None else Path(folder))
        if threads is None and in_worker():
            threads = 1
        if backend == "onnx":
            if device != "cpu":
                raise ValueError(f"the onnx backend runs on the CPU, not on {device!r}; use backend='torch'")
            from .model.onnx_backend import OnnxBackend

            return cls(checkpoint, OnnxBackend(checkpoint.folder, threads))
        if backend != "torch":
            raise ValueError(f"unknown backend {backend!r}; choose 'onnx' or 'torch'")
        try:
            from .model.torch_backend import TorchBackend, load_network
        except ImportError as error:
            raise ImportError(
                f"backend='torch' needs PyTorch: pip install 'chinese_deal_ie[torch]' ({error})"
            ) from error
        if threads is not None:
            import torch

            torch.set_num_threads(threads)
        network = load_network(checkpoint.config, verify(checkpoint.folder, WEIGHTS))
        return cls(checkpoint, TorchBackend(network, device))

    @property
    def folder(self) -> Path:
        """Where the model was loaded from."""
        return self.checkpoint.folder

    def save(self, folder: Path) -> None:
        """Copy the checkpoint to ``folder``."""
        copy(self.folder, Path(folder))

    def extract(self, text: str, *, id: str = "", published: date | None = None) -> Extraction:
        """Read one text.

        :param published: the day that relative dates (昨日) count from; found in the text when it is not given.
        """
        return self._extract([(id, text, published)])[0]

    def extract_many(self, items: Iterable[Item], *, batch_size: int = 32, n_process: int = 1) -> Iterator[Extraction]:
        """Read (id, text) or (id, text, published) items as a stream, in order.

        Items are taken from ``items`` only as results are asked for, so that it may be endless. A document that fails
        yields an :class:`Extraction` without deals whose warning says why; the others go on.

        :param batch_size: documents at a time where that is faster; the int8 runtime reads one window after the other
            anyway, so that each of its results is given at once.
        :param n_process: worker processes, of one thread each. They end with the iterator. Where processes are not
            forked (all but Linux), the calling program needs the usual ``if __name__ == "__main__":``.
        """
        if n_process > 1:
            yield from map_in_order(
                self._prepare(), items, _lost, processes=n_process, batch_size=min(batch_size, BATCH)
            )
            return
        size = batch_size if self.reader.backend.characters else 1
        pending = iter(items)
        while batch := list(islice(pending, size)):
            yield from self._carefully(batch)

    def predict(self, documents: Sequence[Document]) -> list[Document]:
        """Mentions and frames for the texts of ``documents``; what is annotated in them is not looked at."""
        found: list[Document] = []
        for group in self._groups([(item.id, item.text) for item in documents]):
            if len(group[0][1]) > SECTION:
                found.append(self._long(group[0])[0])
            else:
                found += (document for document, _ in self._documents(group))
        return found

    def _prepare(self) -> partial[Work[Item, Extraction]]:
        backend = self.reader.backend
        if FORKS and getattr(backend, "threads", None) == 1:
            # A runtime without threads of its own survives the fork, and its weights are shared.
            return partial(_identity, self._carefully)
        name: BackendName = "torch" if backend.name == "torch" else "onnx"
        return partial(_open, self.folder, name, str(getattr(backend, "device", "cpu")))

    def _carefully(self, items: Sequence[Item]) -> list[Extraction]:
        try:
            return self._extract(items)
        except Exception as error:
            if len(items) > 1:
                return [result for item in items for result in self._carefully([item])]
            return [_failed(items[0], f"{type(error).__name__}: {error}")]

    def _extract(self, items: Sequence[Item]) -> list[Extraction]:
        return [
            Extraction(document.id, document.text, tuple(deals), document.mentions, warnings)
            for document, deals, warnings in self._read(items)
        ]

    def _read(self, items: Sequence[Item]) -> Iterator[_Read]:
        for group in self._groups(items):
            if len(group[0][1]) > SECTION:
                yield self._long(group[0])
            else:
                for item, (document, view) in zip(group, self._documents(group), strict=True):
                    yield document, render(document, view, _published(item)), view.warnings

    def _groups(self, items: Sequence[Item]) -> Iterator[Sequence[Item]]:
        """The items in groups that are read together: each of bounded size, a long one by itself."""
        group: list[Item] = []
        size = 0
        for item in items:
            size += len(item[1])
            if group and (size > SECTION or not self.reader.backend.characters):
                yield group
                group, size = [], len(item[1])
            group.append(item)
        if group:
            yield group

    def _documents(self, items: Sequence[Item]) -> Iterator[tuple[Document, CleanText]]:
        views = [clean(item[1]) for item in items]
        settings = self.checkpoint
        for item, view, analysis in zip(
            items, views, engine.analyse(self.reader, views, settings.coreference), strict=True
        ):
            yield engine.document(item[0], view, analysis, settings.thresholds), view

    def _long(self, item: Item) -> _Read:
        id, text = item[:2]
        if len(text) > MAX_LENGTH:
            warning = f"failed: {len(text):,} characters, at most {MAX_LENGTH:,} are read; split the text"
            return Document(id, text), [], (warning,)
        return join(id, text, self._sections(text, _published(item)))

    def _sections(self, text: str, published: date | None) -> Iterator[SectionReading]:
        for section in plan(text):
            ((document, view),) = self._documents([("", section.text(text))])
            yield SectionReading(section, document, render(document, view, published), view.warnings)


def _published(item: Item) -> date | None:
    return item[2] if len(item) > 2 else None


def _failed(item: Item, reason: str) -> Extraction:
    return Extraction(item[0], item[1], warnings=(f"failed: {reason}",))


def _lost(item: Item) -> Extraction:
    return _failed(item, "the process that read it died, twice")


def _identity(work: Work[Item, Extraction]) -> Work[Item, Extraction]:
    return work


def _open(folder: Path, backend: BackendName, device: str) -> Work[Item, Extraction]:
    return Extractor.from_checkpoint(folder, backend=backend, device=device, threads=1)._carefully


@cache
def default_extractor() -> Extractor:
    """The packaged model, loaded once a process."""
    return Extractor.from_checkpoint()


def extract(text: str, *, published: date | None = None) -> list[Deal]:
    """The deals of one text, best first, by the packaged model.

    :param published: the day that relative dates count from; found in the text when it is not given.
    """
    return list(default_extractor().extract(text, published=published).deals)
