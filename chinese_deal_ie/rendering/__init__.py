"""Results for people: one HTML page that needs nothing else, with texts, deals, evidence and sums.

:func:`render` makes the page of anything that holds deals; :class:`Page` saves it and shows itself in notebooks;
:class:`PageBuilder` makes a page of a stream; :func:`extraction_from_dict` reads back a line of ``--format jsonl``.
"""

from .page import Page, PageBuilder
from .results import extraction_from_dict
from .sources import Renderable, render
from .words import division, money, plain

__all__ = ["Page", "PageBuilder", "Renderable", "division", "extraction_from_dict", "money", "plain", "render"]
