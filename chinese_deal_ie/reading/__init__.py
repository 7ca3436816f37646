"""Reading: raw text, bytes or saved HTML to clean text and a map back to raw offsets."""

from .cleaning import clean
from .encoding import ReadError, decode
from .files import Source, read_file
from .pages import html_to_text
from .text import CleanText

__all__ = ["CleanText", "ReadError", "Source", "clean", "decode", "html_to_text", "read_file"]
