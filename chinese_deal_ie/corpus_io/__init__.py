"""Annotation files to documents and back.

:func:`read_corpus` reads files and folders of every format; each format has a module of its own, which also writes.
"""

from __future__ import annotations

from .checks import DECLARATION, declared_labels, extra_labels
from .errors import FormatError
from .files import Corpus, Format, check, detect, read_corpus, write_corpus

__all__ = [
    "DECLARATION",
    "Corpus",
    "Format",
    "FormatError",
    "check",
    "declared_labels",
    "detect",
    "extra_labels",
    "read_corpus",
    "write_corpus",
]
