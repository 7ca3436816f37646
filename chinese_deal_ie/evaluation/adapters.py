"""Systems to compare: anything that turns texts into predicted documents."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from ..schema import Document
from .baseline import RULES, RuleBaseline


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


def jionlp_system() -> RuleBaseline:
    """The rule baseline with the amounts of JioNLP (github.com/dongrixinyu/JioNLP) for its own, and its places added.

    JioNLP knows the administrative divisions, so it finds bare names such as 常州; companies, governments and deals
    stay with the rules. Raises ImportError where JioNLP is not installed.
    """
    with contextlib.redirect_stdout(io.StringIO()):  # greets on stdout at import
        import jionlp

    def money(text: str) -> Iterable[tuple[int, int]]:
        try:
            found = jionlp.ner.extract_money(text)
        except ValueError:  # raised on some amounts it cannot read, for the whole text
            return []
        return [(item["offset"][0], item["offset"][1]) for item in found]

    def divisions(text: str) -> Iterable[tuple[int, int]]:
        found = jionlp.recognize_location(text)
        known = [place for place, _ in (found["domestic"] or []) + (found["foreign"] or [])]
        names = {name for place in known for name in place.values() if name} | set(found["others"] or ())
        # It tells full names, not where and in which form they stand.
        names |= {stem for name in names if len(stem := name.rstrip("省市县区州盟")) >= 2}
        return [match.span() for name in sorted(names) for match in re.finditer(re.escape(name), text)]

    def places(text: str) -> Iterable[tuple[int, int]]:
        return [*RULES["LOC"](text), *divisions(text)]

    return RuleBaseline("rules+jionlp", {**RULES, "AMT": money, "LOC": places})
