"""The spaCy component ``deal_extractor``: deals and entities of a ``Doc``.

spaCy finds the factory through the distribution's entry points, so ``spacy.load`` of a saved pipeline needs no import
of this package. The model is no part of what is pickled or turned to bytes: both carry the checkpoint's folder, and a
process that has not loaded it yet loads it from there when the first document comes. So does one that was forked from a
process that had, since a runtime's threads do not survive a fork.
"""

# Annotations are not postponed here: earlier releases of spaCy 3.8 validate configs against them as they stand.

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from weakref import WeakSet

import srsly
from spacy.language import Language
from spacy.pipeline import Pipe
from spacy.tokens import Doc
from spacy.util import minibatch

from ..model.checkpoint import MANIFEST
from ..schema import LABELS, Extraction
from .alignment import fit
from .extensions import MENTIONS, annotate

if TYPE_CHECKING:
    from ..extractor import Extractor

BackendName = Literal["onnx", "torch"]
FACTORY = "deal_extractor"

_components: "WeakSet[DealExtractor]" = WeakSet()
_inherited: list[object] = []
"""Models of a parent process, kept: ONNX Runtime hangs on closing a session whose threads were lost in a fork."""


@Language.factory(
    FACTORY,
    default_config={"model": None, "backend": "onnx", "device": "cpu"},
    assigns=["doc.ents", "doc.spans", "doc._.deals", "doc._.deal_warnings", "span._.score", "span._.entity_id"],
    retokenizes=True,
)
def make_deal_extractor(
    nlp: Language, name: str, model: str | None, backend: BackendName, device: str
) -> "DealExtractor":
    """Factory for a spaCy config.

    :param model: checkpoint folder; None is the packaged model.
    :param backend: ``onnx`` or ``torch``.
    :param device: where the backend runs, such as ``cpu`` or ``cuda:0``.
    """
    return DealExtractor(name, None if model is None else Path(model), backend, device)


class DealExtractor(Pipe):
    """Sets ``doc.ents``, ``doc.spans["deal_mentions"]``, ``doc._.deals`` and ``doc._.deal_warnings``.

    Earlier entities are replaced. Where an entity begins or ends inside a token, the document returned is a new one
    with that token split. A document that fails has no deals and a warning that starts with ``failed:``.
    """

    def __init__(self, name: str, model: Path | None, backend: BackendName, device: str) -> None:
        self.name = name
        self.model_folder = None if model is None else model.absolute()
        self.backend: BackendName = backend
        self.device = device
        self._extractor: Extractor | None = None
        _components.add(self)

    @property
    def extractor(self) -> "Extractor":
        """The model, loaded when it is first asked for in a process.

        :raises ValueError: when the folder holds no usable checkpoint, or the backend is not to be had.
        :raises ImportError: when the backend is not installed.
        """
        if self._extractor is None:
            from ..extractor import Extractor

            self._extractor = Extractor.from_checkpoint(self.model_folder, backend=self.backend, device=self.device)
        return self._extractor

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of entities."""
        return LABELS

    def __call__(self, doc: Doc) -> Doc:
        """Read one document."""
        return next(self._read([doc]))

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 32) -> Iterator[Doc]:
        """Read documents as a stream, in order, ``batch_size`` at a time."""
        handle_error = self.get_error_handler()
        for batch in minibatch(stream, batch_size):  # type: ignore[no-untyped-call]
            docs = list(batch)
            try:
                read = list(self._read(docs))
            except Exception as error:
                handle_error(self.name, self, docs, error)
            else:
                yield from read

    def _read(self, docs: list[Doc]) -> Iterator[Doc]:
        for doc, extraction in zip(docs, self._extract(docs), strict=True):
            doc.spans.pop(MENTIONS, None)  # of an earlier reading
            fitted = fit(doc, ((mention.start, mention.end) for mention in extraction.mentions))
            annotate(fitted, extraction)
            yield fitted

    def _extract(self, docs: list[Doc]) -> Iterator[Extraction]:
        undated = ((str(index), doc.text) for index, doc in enumerate(docs) if doc._.published is None)
        batched = self.extractor.extract_many(undated, batch_size=len(docs))
        for doc in docs:
            published = doc._.published
            yield next(batched) if published is None else self.extractor.extract(doc.text, published=published)

    def to_disk(self, path: Path | str, *, exclude: Iterable[str] = ()) -> None:
        """Copy the checkpoint to the folder ``path``."""
        path = Path(path)
        if not (path.exists() and path.samefile(self.extractor.folder)):
            self.extractor.save(path)

    def from_disk(self, path: Path | str, *, exclude: Iterable[str] = ()) -> "DealExtractor":
        """Use the checkpoint of the folder ``path`` from now on.

        :raises ValueError: when there is none.
        """
        folder = Path(path).absolute()
        if not (folder / MANIFEST).is_file():
            raise ValueError(f"no checkpoint in {folder}: {MANIFEST} is missing")
        self.model_folder, self._extractor = folder, None
        return self

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """Where the checkpoint is and how it runs; not the weights."""
        data: bytes = srsly.msgpack_dumps(self._settings())
        return data

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> "DealExtractor":
        """Use the checkpoint that :meth:`to_bytes` told of."""
        settings = srsly.msgpack_loads(data)
        self.model_folder = None if settings["model"] is None else Path(settings["model"])
        self.backend, self.device = settings["backend"], settings["device"]
        self._extractor = None
        return self

    def _settings(self) -> dict[str, Any]:
        folder = None if self.model_folder is None else str(self.model_folder)
        return {"model": folder, "backend": self.backend, "device": self.device}

    def __reduce__(self) -> tuple[Any, ...]:
        return DealExtractor, (self.name, self.model_folder, self.backend, self.device)


def _set_inherited_models_aside() -> None:
    for component in _components:
        if component._extractor is not None:
            _inherited.append(component._extractor)
            component._extractor = None


if hasattr(os, "register_at_fork"):  # not on Windows, where nothing forks
    os.register_at_fork(after_in_child=_set_inherited_models_aside)
