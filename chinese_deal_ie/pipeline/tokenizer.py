"""spaCy's Chinese tokenizer with a segmenter that is at hand.

spaCy's own needs a pkuseg model that is downloaded. :class:`SegmentingTokenizer` brings one (``assets/segmenter``,
made by ``training/build_segmenter.py``), reads only MessagePack and NumPy files, takes time linear in the length of
the text, and keeps the text character for character.
"""

# Annotations are not postponed here: earlier releases of spaCy 3.8 validate configs against them as they stand.

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import spacy_pkuseg
import srsly
from spacy.lang.zh import ChineseTokenizer, Segmenter
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import registry
from spacy.vocab import Vocab

from .extensions import add_note

SegmenterName = Literal["pkuseg", "char"]
TOKENIZER = "chinese_deal_ie.Segmenter.v1"
"""Name in spaCy's registry of tokenizers, an entry point of the distribution."""

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


@registry.tokenizers(TOKENIZER)  # type: ignore[untyped-decorator]
def make_tokenizer(segmenter: SegmenterName = "pkuseg") -> Callable[[Language], "SegmentingTokenizer"]:
    """Factory for ``[nlp.tokenizer]`` of a spaCy config: words by ``pkuseg``, or single characters by ``char``."""

    def create(nlp: Language) -> "SegmentingTokenizer":
        return SegmentingTokenizer(nlp.vocab, segmenter)

    return create


class SegmentingTokenizer(ChineseTokenizer):
    """Words of a text as a ``Doc`` with ``doc.text == text``.

    spaCy can hold no lone surrogates (halves of a character, left by careless cutting of UTF-16). Each is replaced by
    U+FFFD, so that all offsets stay, and ``doc._.deal_warnings`` tells so.

    :param vocab: the pipeline's.
    :param segmenter: ``pkuseg`` or ``char``.
    :param model: folder with a pkuseg model instead of the packaged one.
    :raises ValueError: for another segmenter, or a folder without a model.
    """

    def __init__(self, vocab: Vocab, segmenter: SegmenterName = "pkuseg", model: Path | None = None) -> None:
        if segmenter not in ("pkuseg", "char"):
            raise ValueError(f"unknown segmenter {segmenter!r}; choose 'pkuseg' or 'char'")
        super().__init__(vocab, segmenter=Segmenter(segmenter))
        self.pkuseg_seg: Any = None
        if segmenter == "pkuseg":
            self.pkuseg_seg = open_model(packaged_model() if model is None else model)

    def __call__(self, text: str) -> Doc:
        whole, replaced = _LONE_SURROGATE.subn("\ufffd", text)
        found = whole if self.pkuseg_seg is None else self.pkuseg_seg.cut(whole)
        words, spaces = cover(found, whole)
        doc = Doc(self.vocab, words=words, spaces=spaces)
        if replaced:
            add_note(doc, f"lone surrogates replaced by U+FFFD: {replaced}")
        return doc

    def initialize(
        self,
        get_examples: Callable[[], Iterable[Any]] | None = None,
        *,
        nlp: Language | None = None,
        pkuseg_model: str | None = None,
        pkuseg_user_dict: str | None = None,
    ) -> None:
        """Take the pkuseg model from a folder instead; called by ``nlp.initialize``.

        The packaged model stays when none is given; dictionaries of words go in by ``pkuseg_update_user_dict``.
        """
        if self.segmenter == "pkuseg" and pkuseg_model is not None:
            self.pkuseg_seg = open_model(Path(pkuseg_model))

    def from_disk(self, path: Path | str, **kwargs: Any) -> "SegmentingTokenizer":
        """Read what ``to_disk`` wrote, user words included, past spaCy-pkuseg's pickled dictionary."""
        path = Path(path)
        self._set_config(srsly.read_json(path / "cfg"))
        self.pkuseg_seg = None
        if self.segmenter == "pkuseg":
            self.pkuseg_seg = open_model(path / "pkuseg_model")
            user_words = srsly.read_msgpack(path / "pkuseg_processors")[0]
            self.pkuseg_seg.preprocesser = spacy_pkuseg.Preprocesser(user_words)
        return self


def open_model(folder: Path) -> Any:
    """The pkuseg segmenter of ``folder``; raises ``ValueError`` where its files are missing."""
    for name in ("features.msgpack", "weights.npz"):  # without them spacy-pkuseg would try older, pickled formats
        if not (folder / name).is_file():
            raise ValueError(f"no segmentation model in {folder}: {name} is missing")
    segmenter = spacy_pkuseg.pkuseg(str(folder), user_dict=None)
    # Without a dictionary these stay unset, and spaCy's to_disk asks for them.
    segmenter.postprocesser.common_words = segmenter.postprocesser.other_words = set()
    return segmenter


@cache
def packaged_model() -> Path:
    """Folder of the model that comes with the package."""
    return Path(str(files("chinese_deal_ie") / "assets" / "segmenter"))


def cover(found: Iterable[str], text: str) -> tuple[list[str], list[bool]]:
    """Words and the white space between them as spaCy's ``words`` and ``spaces``, which give ``text`` when joined.

    ``found`` are the words in order, without the white space around them. As everywhere in spaCy, one space after a
    word belongs to it, and all other white space is words of its own.
    """
    words: list[str] = []
    spaces: list[bool] = []
    position = 0
    for word in _without_blanks(found):
        start = text.index(word, position)
        if start > position:
            words.append(text[position:start])
            spaces.append(False)
        position = start + len(word)
        spaced = text.startswith(" ", position)
        words.append(word)
        spaces.append(spaced)
        position += spaced
    if position < len(text):
        words.append(text[position:])
        spaces.append(False)
    return words, spaces


def _without_blanks(words: Iterable[str]) -> Iterator[str]:
    return (word for word in words if not word.isspace())
