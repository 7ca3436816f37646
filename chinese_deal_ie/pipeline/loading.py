"""``chinese_deal_ie.load``: a ready spaCy pipeline."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from spacy.language import Language

BATCH_SIZE = 32
"""Documents at a time in ``nlp.pipe`` when the caller does not say."""


def load(
    path_or_name: str | Path | None = None,
    *,
    backend: Literal["onnx", "torch"] = "onnx",
    device: str = "cpu",
    segmenter: Literal["pkuseg", "char"] = "pkuseg",
) -> Language:
    """A spaCy pipeline that tokenizes Chinese text and extracts deals.

    :param path_or_name: None for the packaged model; the folder of a checkpoint; or the folder or the package name of
        a saved spaCy pipeline.
    :param backend: ``onnx`` (int8, CPU) or ``torch`` (extra ``torch``; full precision, any device).
    :param device: where the backend runs.
    :param segmenter: tokens are words (``pkuseg``) or characters (``char``); a saved pipeline keeps its own.
    :raises FileNotFoundError: when there is no such folder or package.
    :raises ValueError: when the folder holds neither a checkpoint nor a pipeline with our component, or the checkpoint
        is not usable, or the backend cannot use the device.
    :raises ImportError: when the extra ``torch`` is needed and missing.
    """
    from ..model.checkpoint import MANIFEST

    settings = {"backend": backend, "device": device}
    if path_or_name is None:
        return _fresh(None, settings, segmenter)
    path = Path(path_or_name)
    if not path.exists():
        from spacy.util import is_package

        if not is_package(str(path_or_name)):
            raise FileNotFoundError(
                f"no folder {str(path_or_name)!r} and no installed spaCy pipeline of that name; "
                "give a checkpoint folder, a saved pipeline, or nothing for the packaged model"
            )
        return _saved(str(path_or_name), settings)
    if (path / "config.cfg").is_file() and (path / "meta.json").is_file():
        return _saved(path, settings)
    if (path / MANIFEST).is_file():
        return _fresh(path, settings, segmenter)
    raise ValueError(
        f"{path} is neither a checkpoint (a folder with {MANIFEST}) nor a saved spaCy pipeline (config.cfg, meta.json)"
    )


def _fresh(model: Path | None, settings: dict[str, Any], segmenter: str) -> Language:
    import spacy

    from .component import FACTORY
    from .tokenizer import TOKENIZER

    if segmenter not in ("pkuseg", "char"):
        raise ValueError(f"unknown segmenter {segmenter!r}; choose 'pkuseg' or 'char'")
    tokenizer = {"@tokenizers": TOKENIZER, "segmenter": segmenter}
    nlp = spacy.blank("zh", config={"nlp": {"tokenizer": tokenizer, "batch_size": BATCH_SIZE}})
    folder = None if model is None else str(model)
    component: Any = nlp.add_pipe(FACTORY, config={"model": folder, **settings})
    _ = component.extractor  # problems with the model show here, not at the first text
    return nlp


def _saved(path_or_name: str | Path, settings: dict[str, Any]) -> Language:
    import spacy

    from . import tokenizer  # noqa: F401  (known to spaCy also where the distribution's entry points are not)
    from .component import DealExtractor

    nlp = spacy.load(path_or_name)
    ours = [component for _, component in nlp.components if isinstance(component, DealExtractor)]
    if not ours:
        raise ValueError(f"the pipeline {str(path_or_name)!r} has no component made by 'deal_extractor'")
    for component in ours:
        component.backend, component.device = settings["backend"], settings["device"]
        _ = component.extractor
    return nlp
