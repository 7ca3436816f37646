"""Systems to compare: anything that turns texts into predicted documents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from ..schema import Document


class System(Protocol):
    """Something that can be evaluated."""

    @property
    def name(self) -> str:
        """What reports call it."""
        ...

    def predict(self, texts: Sequence[Document]) -> list[Document]:
        """Documents with the ids and texts of ``texts``, in their order, and mentions and frames of its own.

        ``texts`` may be annotated documents; a system must look at ``id``, ``text`` and ``meta`` only.
        """
        ...


@dataclass(frozen=True, slots=True)
class FunctionSystem:
    """A system made of a function from one document to its prediction."""

    name: str
    function: Callable[[Document], Document]

    def predict(self, texts: Sequence[Document]) -> list[Document]:
        """Apply the function to every text, its annotations removed first."""
        return [self.function(unannotated(text)) for text in texts]


def unannotated(document: Document) -> Document:
    """The document without its mentions and frames: what a system is allowed to see."""
    return Document(document.id, document.text, meta=document.meta)
