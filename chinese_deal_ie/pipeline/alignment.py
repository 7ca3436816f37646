"""Tokens that fit entities: a ``Doc`` with tokens split where an entity begins or ends inside one."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
from spacy.tokens import Doc, SpanGroup, Token

_TOKEN_ATTRIBUTES: dict[str, tuple[str, Callable[[Token], str]]] = {
    "tags": ("TAG", lambda token: token.tag_),
    "pos": ("POS", lambda token: token.pos_),
    "morphs": ("MORPH", lambda token: str(token.morph)),
    "lemmas": ("LEMMA", lambda token: token.lemma_),
    "deps": ("DEP", lambda token: token.dep_),
}
"""Argument of ``Doc`` that sets an annotation, its name, and how it is read."""


class Piece(NamedTuple):
    """A new token: its word, whether a space follows, and the index of the old token that it is (part of)."""

    word: str
    spaced: bool
    source: int


def fit(doc: Doc, ranges: Iterable[tuple[int, int]]) -> Doc:
    """``doc`` itself when each character range consists of whole tokens, else a copy with the tokens split.

    The copy has the same text, ``user_data``, categories, context and span groups. Parts inherit the annotation of the
    token they were; where there is a parse, they depend on the first part. Linear in the length of the document, which
    spaCy's retokenizer is not.
    """
    ranges = list(ranges)
    pieces = list(_pieces(doc, sorted({start for start, _ in ranges}), sorted({end for _, end in ranges})))
    return doc if len(pieces) == len(doc) else _rebuild(doc, pieces)


def _pieces(doc: Doc, starts: list[int], ends: list[int]) -> Iterator[Piece]:
    cuts = sorted({*starts, *ends})
    opening, closing = set(starts), set(ends)
    for token in doc:
        start, end = token.idx, token.idx + len(token.text)
        spaced = bool(token.whitespace_)
        # A space goes with the token before it; an entity that begins or ends with it makes it a token.
        apart = spaced and (end in opening or end + 1 in closing)
        inside = cuts[bisect_left(cuts, start + 1) : bisect_left(cuts, end)]
        bounds = [start, *inside, end]
        for left, right in zip(bounds, bounds[1:], strict=False):
            word = token.text[left - start : right - start]
            yield Piece(word, spaced and not apart and right == end, token.i)
        if apart:
            yield Piece(" ", False, token.i)


def _rebuild(doc: Doc, pieces: list[Piece]) -> Doc:
    fitted = Doc(
        doc.vocab,
        words=[piece.word for piece in pieces],
        spaces=[piece.spaced for piece in pieces],
        user_data=doc.user_data,
        **_annotation(doc, pieces),
    )
    fitted.cats = doc.cats
    fitted._context = doc._context  # the context of nlp.pipe(as_tuples=True)
    if doc.tensor.size:
        fitted.tensor = np.asarray(doc.tensor)[[piece.source for piece in pieces]]
    for name, group in doc.spans.items():
        moved = (
            fitted.char_span(span.start_char, span.end_char, span.label_, kb_id=span.kb_id_, span_id=span.id_)
            for span in group
        )
        spans = [span for span in moved if span is not None]  # None only for spans of no tokens
        fitted.spans[name] = SpanGroup(fitted, name=name, attrs=group.attrs, spans=spans)
    return fitted


def _annotation(doc: Doc, pieces: list[Piece]) -> dict[str, Any]:
    """What earlier components said about the tokens, for the pieces, as arguments of ``Doc``."""
    annotation: dict[str, Any] = {
        argument: [read(doc[piece.source]) for piece in pieces]
        for argument, (attribute, read) in _TOKEN_ATTRIBUTES.items()
        if doc.has_annotation(attribute)
    }
    first = {piece.source: index for index, piece in reversed(list(enumerate(pieces)))}
    leads = [first[piece.source] == index for index, piece in enumerate(pieces)]
    if "deps" in annotation:
        annotation["heads"] = [
            first[doc[piece.source].head.i if lead else piece.source] for piece, lead in zip(pieces, leads, strict=True)
        ]
    elif doc.has_annotation("SENT_START"):
        annotation["sent_starts"] = [
            lead and doc[piece.source].is_sent_start for piece, lead in zip(pieces, leads, strict=True)
        ]
    return annotation
