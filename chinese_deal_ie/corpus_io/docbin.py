"""spaCy ``DocBin`` files, one token a character, so that every span is one of tokens.

Mentions are ``doc.spans["mentions"]`` with the entity id as span id, and ``doc.ents``. What a ``Doc`` has no place for
(id, meta, frames, scores) is a JSON-able dict in ``doc.user_data["chinese_deal_ie"]``. Docs of other tokenizations read
as well; one without our spans gives its ``ents``, those of equal label and text as one entity.

Lossless, scores included.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..schema import Document
from .checks import require
from .errors import FormatError
from .json_lines import frame_from_json, frame_to_json
from .regions import Region, to_mentions
from .sources import Items, malformed, require_unicode, sound

if TYPE_CHECKING:
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

SPANS = "mentions"
EXTRA = "chinese_deal_ie"
LARGEST = 1 << 30
"""Bytes that a file may have when unpacked."""
_STEP = 1 << 20


def to_doc(document: Document, vocab: Vocab) -> Doc:
    """The document as a ``Doc`` with ``doc.text == document.text``; raises :class:`FormatError` for a broken one."""
    from spacy.tokens import Doc, Span

    require(document, f"document {document.id}")
    require_unicode(document.id, document.text, *document.meta, *document.meta.values(), name=document.id)
    doc = Doc(vocab, words=list(document.text), spaces=[False] * len(document.text))
    spans = [
        Span(doc, mention.start, mention.end, label=mention.label, span_id=mention.entity)
        for mention in document.mentions
    ]
    doc.spans[SPANS] = spans
    doc.set_ents(spans)
    doc.user_data[EXTRA] = {
        "id": document.id,
        "meta": dict(document.meta),
        "frames": [frame_to_json(frame) for frame in document.frames],
        "scores": [mention.score for mention in document.mentions],
    }
    return doc


def from_doc(doc: Doc, file: str | Path, number: int) -> Document:
    """The ``Doc`` as a document; ``number`` (from 1) is its place in ``file``, for errors and for a missing id.

    Raises :class:`FormatError` for spans that overlap, have unknown labels, or do not fit the frames.
    """
    extra: dict[str, Any] = doc.user_data.get(EXTRA) or {}
    ours = SPANS in doc.spans
    spans = list(doc.spans[SPANS] if ours else doc.ents)
    scores = extra.get("scores") or ()
    if len(scores) != len(spans):  # spans were edited: a person's word counts fully
        scores = [1.0] * len(spans)
    regions = [
        Region(span.start_char, span.end_char, span.text, span.label_, span.id_ or None, score)
        for span, score in zip(spans, scores, strict=True)
    ]
    with malformed(f"{file} (document {number})"):
        document = Document(
            str(extra.get("id", f"{Path(file).stem}:{number}")),
            doc.text,
            tuple(to_mentions(regions, (), by_surface=not ours)),
            tuple(frame_from_json(frame) for frame in extra.get("frames") or ()),
            {str(key): str(value) for key, value in (extra.get("meta") or {}).items()},
        )
    return require(document, f"{file} (document {number})")


def items(path: Path) -> Items:
    """The documents of a ``.spacy`` file, and an error for each that is broken."""
    from spacy.tokens import DocBin
    from spacy.vocab import Vocab

    number = 0
    try:
        data = path.read_bytes()
        _refuse_bomb(data)
        docs = iter(DocBin(store_user_data=True).from_bytes(data).get_docs(Vocab()))
        while (doc := next(docs, None)) is not None:
            number += 1
            try:
                document = from_doc(doc, path, number)
            except FormatError as error:
                yield error
            else:
                yield document
    except OSError:
        raise
    except Exception as error:  # zlib, msgpack and spaCy each raise their own
        yield FormatError(f"no DocBin, or broken after document {number} ({type(error).__name__}: {error})", path)


def _refuse_bomb(data: bytes) -> None:
    """Raises ValueError for compressed data of more than :data:`LARGEST` bytes, before they fill the memory."""
    unpacked = zlib.decompressobj()
    size = 0
    while data and not unpacked.eof:
        size += len(unpacked.decompress(data, _STEP))
        data = unpacked.unconsumed_tail
        if size > LARGEST:
            raise ValueError(f"more than {LARGEST >> 20} MiB when unpacked; split the file")


def read(path: str | Path) -> list[Document]:
    """All documents of a ``.spacy`` file; :class:`FormatError` at the first broken one."""
    return sound(items(Path(path)))


def write(documents: Iterable[Document], path: str | Path) -> None:
    """Write a ``.spacy`` file, user data included; raises as :func:`to_doc`."""
    from spacy.tokens import DocBin
    from spacy.vocab import Vocab

    vocab = Vocab()
    DocBin(docs=[to_doc(document, vocab) for document in documents], store_user_data=True).to_disk(path)
