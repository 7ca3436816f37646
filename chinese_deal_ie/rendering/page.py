"""The page: documents put together with styles and script inside, nothing to load."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template

from ..schema import Extraction
from .cards import deal_card, totals_table
from .marking import Marked, fits, safe
from .totals import Totals

OPEN = 5
"""A page of more documents than this shows them closed at first."""
NOTEBOOK_HEIGHT = "36rem"
"""Height of a page inside a notebook; its lower edge can be dragged where the browser allows it."""


@dataclass(frozen=True, slots=True)
class Page:
    """An HTML page that needs no other file and no network."""

    html: str = field(repr=False)

    def save(self, path: Path | str) -> Path:
        """Write the page as UTF-8; returns the path.

        :raises OSError: when the file cannot be written.
        """
        path = Path(path)
        path.write_text(self.html, encoding="utf-8", newline="\n")
        return path

    def __str__(self) -> str:
        return self.html

    def _repr_html_(self) -> str:
        """For notebooks: the page in a frame of its own, so that styles and script of the two stay apart."""
        return (
            f'<iframe title="deals" sandbox="allow-scripts" srcdoc="{escape(self.html)}" '
            f'style="width: 100%; height: {NOTEBOOK_HEIGHT}; border: 0; resize: vertical"></iframe>'
        )


class PageBuilder:
    """Makes a page of documents that come one after another; only their HTML and the sums are kept."""

    def __init__(self, title: str | None = None) -> None:
        self._title = title
        self._names: list[str] = []
        self._sections: list[str] = []
        self._deals = 0
        self._totals = Totals()

    def add(self, extraction: Extraction) -> None:
        """Add one document."""
        number = len(self._sections)
        marked = Marked(extraction, f"t{number}")
        self._deals += len(extraction.deals)
        self._totals.add(extraction.deals)
        cards = "".join(deal_card(deal, index, marked) for index, deal in enumerate(extraction.deals))
        deals = f'<ol class="deals" aria-label="deals">{cards}</ol>' if cards else '<p class="muted">no deals</p>'
        warnings = list(extraction.warnings)
        if extraction.text and not fits(extraction):
            warnings.append("the text is not the one that was read; the sentences of evidence are shown instead")
        told = "".join(f'<p class="warning">{safe(warning)}</p>' for warning in warnings)
        name = extraction.id or f"text {number + 1}"
        count = _count(len(extraction.deals), "deal")
        self._names.append(name)
        self._sections.append(
            f'<summary><h2>{safe(name)}</h2> <span class="muted">{count}</span></summary>{told}'
            f'<div class="columns">{deals}<div class="reading" lang="zh">{marked.html}</div></div>'
        )

    def page(self) -> Page:
        """The page of what was added."""
        state = " open" if len(self._sections) <= OPEN else ""
        rows = self._totals.rows()
        sums = (
            f'<section class="sums"><h2>Sums by province</h2>{totals_table(rows)}<p class="muted">Every sum of a '
            "document counts once, whichever deals share it; phases do not count beside their total, ranges by their "
            "lower bound. As reported, not checked.</p></section>"
            if rows
            else ""
        )
        title = self._title or (self._names[0] if len(self._names) == 1 else "Deals")
        style, script = _asset("page.css"), _asset("page.js")
        counts = f"{_count(len(self._sections), 'document')}, {_count(self._deals, 'deal')}"
        return Page(
            Template(_asset("page.html")).substitute(
                title=safe(title),
                policy=f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}",
                style=style,
                script=script,
                counts=counts,
                sums=sums,
                documents="\n".join(f'<details class="document"{state}>{part}</details>' for part in self._sections),
            )
        )


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


@cache
def _asset(name: str) -> str:
    return files("chinese_deal_ie.rendering").joinpath("assets", name).read_text(encoding="utf-8")


def _hash(content: str) -> str:
    """How a content security policy names the one style or script that it allows (W3C, CSP level 3)."""
    return f"'sha256-{b64encode(sha256(content.encode()).digest()).decode()}'"
