"""The model behind the commands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from .output import stop

if TYPE_CHECKING:
    from ..extractor import Item
    from ..schema import Document, Extraction


class BackendName(str, Enum):
    """What runs the network."""

    onnx = "onnx"
    torch = "torch"


class DealExtractor(Protocol):
    """What the commands need of :class:`chinese_deal_ie.extractor.Extractor`."""

    @property
    def folder(self) -> Path:
        """Where the model was loaded from."""
        ...

    def extract(self, text: str, *, id: str = "", published: date | None = None) -> Extraction:
        """Read one text."""
        ...

    def extract_many(self, items: Iterable[Item], *, batch_size: int = 32) -> Iterator[Extraction]:
        """Read (id, text, published) items in order; a failing one gives an extraction with a warning ``failed: …``."""
        ...

    def predict(self, documents: Sequence[Document]) -> list[Document]:
        """Mentions and frames from the texts alone."""
        ...


def make_extractor(
    model: Path | None, backend: BackendName = BackendName.onnx, threads: int | None = None
) -> DealExtractor:
    """The model in folder ``model``, or the packaged one; ends the command with code 2 where it cannot be loaded.

    :param threads: threads of the runtime; None leaves the choice to it.
    """
    try:
        from ..extractor import Extractor

        return Extractor.from_checkpoint(model, backend=backend.value, threads=threads)
    except (ImportError, OSError, ValueError) as error:
        raise stop(f"cannot load the model: {error}", 2) from error
