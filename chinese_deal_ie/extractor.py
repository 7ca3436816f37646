"""Texts to deals, without spaCy in sight."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cache
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

MAX_LENGTH = 1_000_000
"""Longer texts are refused with a warning, as spaCy's ``nlp.max_length`` does; split them at document borders."""


class Extractor:
    """A trained model, ready to read; create it once.

    :param checkpoint: as read by :func:`~chinese_deal_ie.model.checkpoint.load_checkpoint`.
    """

    def __init__(self, checkpoint: Checkpoint, backend: Backend) -> None:
        self.checkpoint = checkpoint
        self.reader = Reader(backend, checkpoint.config, checkpoint.vocabulary)

    @classmethod
    def from_checkpoint(
        cls, folder: Path | str | None = None, *, backend: Literal["onnx", "torch"] = "onnx", device: str = "cpu"
    ) -> Extractor:
        """Load a checkpoint folder, or the packaged model when ``folder`` is None.

        :param backend: ``onnx`` (int8, CPU) or ``torch`` (extra ``torch``; full precision, any device).
        :raises CheckpointError: when the folder is no usable checkpoint.
        :raises ImportError: when the extra ``torch`` is needed and missing.
        :raises ValueError: when the backend is unknown or cannot use ``device``.
        """
        checkpoint = load_checkpoint(packaged() if folder is None else Path(folder))
        if backend == "onnx":
            if device != "cpu":
                raise ValueError(f"the onnx backend runs on the CPU, not on {device!r}; use backend='torch'")
            from .model.onnx_backend import OnnxBackend

            return cls(checkpoint, OnnxBackend(checkpoint.folder))
        if backend != "torch":
            raise ValueError(f"unknown backend {backend!r}; choose 'onnx' or 'torch'")
        try:
            from .model.torch_backend import TorchBackend, load_network
        except ImportError as error:
            raise ImportError(
                f"backend='torch' needs PyTorch: pip install 'chinese_deal_ie[torch]' ({error})"
            ) from error
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
        return self._extract([(id, text)], published)[0]

    def extract_many(self, items: Iterable[tuple[str, str]], *, batch_size: int = 32) -> Iterator[Extraction]:
        """Read (id, text) pairs as a stream, in order, ``batch_size`` at a time.

        A document that fails yields an :class:`Extraction` without deals whose warning says why; the others go on.
        """
        pending = iter(items)
        while batch := list(islice(pending, batch_size)):
            try:
                yield from self._extract(batch, None)
            except Exception:
                for id, text in batch:
                    yield self._careful(id, text)

    def predict(self, documents: Sequence[Document]) -> list[Document]:
        """Mentions and frames for the texts of ``documents``; what is annotated in them is not looked at."""
        return [predicted for predicted, _, _ in self._predict([(item.id, item.text) for item in documents])]

    def _careful(self, id: str, text: str) -> Extraction:
        try:
            return self._extract([(id, text)], None)[0]
        except Exception as error:
            return Extraction(id, text, warnings=(f"failed: {type(error).__name__}: {error}",))

    def _extract(self, items: Sequence[tuple[str, str]], published: date | None) -> list[Extraction]:
        return [
            Extraction(
                predicted.id, predicted.text, tuple(render(predicted, view, published)), predicted.mentions, warnings
            )
            for predicted, view, warnings in self._predict(items)
        ]

    def _predict(self, items: Sequence[tuple[str, str]]) -> Iterator[tuple[Document, CleanText, tuple[str, ...]]]:
        short = [text if len(text) <= MAX_LENGTH else "" for _, text in items]
        views = [clean(text) for text in short]
        settings = self.checkpoint
        analyses = engine.analyse(self.reader, views, settings.coreference)
        for (id, text), view, analysis in zip(items, views, analyses, strict=True):
            if len(text) > MAX_LENGTH:
                warning = f"failed: {len(text):,} characters, at most {MAX_LENGTH:,} are read; split the text"
                yield Document(id, text), view, (warning,)
            else:
                yield engine.document(id, view, analysis, settings.thresholds), view, view.warnings


@cache
def default_extractor() -> Extractor:
    """The packaged model, loaded once a process."""
    return Extractor.from_checkpoint()


def extract(text: str, *, published: date | None = None) -> list[Deal]:
    """The deals of one text, best first, by the packaged model.

    :param published: the day that relative dates count from; found in the text when it is not given.
    """
    return list(default_extractor().extract(text, published=published).deals)
