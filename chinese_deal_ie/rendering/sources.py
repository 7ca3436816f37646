"""What can be shown: everything that holds deals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TypeAlias, Union

from ..schema import Deal, Document, Extraction, Mention
from .page import Page, PageBuilder

if TYPE_CHECKING:
    from spacy.tokens import Doc

Renderable: TypeAlias = Union[Extraction, Deal, Document, "Doc"]
"""A result, a deal, an annotated document, or a spaCy ``Doc`` that the pipeline has read."""


def render(source: Renderable | Iterable[Renderable], *, title: str | None = None) -> Page:
    """One self-contained HTML page: text with marked mentions, deals as cards tied to it, sums by province.

    The page shows itself as the value of a notebook cell; ``page.save("deals.html")`` writes it.

    :param source: a spaCy ``Doc``, an ``Extraction``, a ``Deal``, an annotated ``Document``, or several of them. Deals
        by themselves have no text, so their sentences of evidence are shown; those in a row belong to one document.
    :param title: of the page; default: the id of the document.
    :raises TypeError: when something else is given.
    """
    builder = PageBuilder(title)
    for extraction in _extractions([source] if _is_one(source) else source):  # type: ignore[list-item, arg-type]
        builder.add(extraction)
    return builder.page()


def _is_one(source: object) -> bool:
    return isinstance(source, (Extraction, Deal, Document)) or _is_doc(source)


def _is_doc(source: object) -> bool:
    """Whether it is a spaCy ``Doc``, told without importing spaCy: where there is a ``Doc``, spaCy is loaded."""
    return any(kind.__module__ == "spacy.tokens.doc" and kind.__name__ == "Doc" for kind in type(source).__mro__)


def _extractions(sources: Iterable[Renderable]) -> Iterator[Extraction]:
    if isinstance(sources, (str, bytes)) or not isinstance(sources, Iterable):
        raise TypeError(
            f"cannot render {type(sources).__name__}; give what extract() or the pipeline returned for a text"
        )
    loose: list[Deal] = []
    for source in sources:
        if isinstance(source, Deal):
            loose.append(source)
            continue
        if loose:
            yield Extraction("", "", tuple(loose))
            loose = []
        yield _extraction(source)
    if loose:
        yield Extraction("", "", tuple(loose))


def _extraction(source: Extraction | Document | Doc) -> Extraction:
    if isinstance(source, Extraction):
        return source
    if isinstance(source, Document):
        from ..reading import clean
        from ..resolution.deals import render as deals_of

        deals = deals_of(source, clean(source.text))
        return Extraction(source.id, source.text, tuple(deals), source.mentions)
    if not _is_doc(source):
        raise TypeError(f"cannot render {type(source).__name__}; give a Doc, an Extraction, a Deal or a Document")
    from ..pipeline.extensions import MENTIONS

    mentions = (
        Mention(span.start_char, span.end_char, span.text, span.label_, span.id_, span._.score or 0.0)
        for span in source.spans.get(MENTIONS, ())
    )
    return Extraction("", source.text, tuple(source._.deals), tuple(mentions), tuple(source._.deal_warnings))
