"""The article of a saved web page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_SMALL = 80
"""Characters below which an extraction has probably missed the article."""
_HIDDEN = frozenset({"script", "style", "noscript", "template", "head"})
_BLOCKS = frozenset(
    [
        *("address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption", "footer", "form"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "option", "p", "pre"),
        *("section", "select", "table", "td", "th", "tr", "ul"),
    ]
)


def html_to_text(html: str) -> str:
    """Title and body text of a page, a line a block: the raw text that all offsets count from.

    Trafilatura finds the article. On pages so small that it finds next to nothing, all visible text is taken.
    The page's title comes first unless the text begins with it. Empty for a page without text.

    :raises ImportError: trafilatura is not installed (``pip install chinese_deal_ie[html]``).
    """
    try:
        import trafilatura
        from lxml import etree
        from lxml import html as parser
    except ImportError as error:
        raise ImportError(
            "reading HTML needs trafilatura: pip install chinese_deal_ie[html], or pass the page's text instead"
        ) from error
    # lxml takes no NUL, no lone surrogates, and no encoding declaration in text
    page = re.sub(r"^\s{0,1000}<\?xml[^>]{0,200}\?>", "", html).replace("\0", "").encode("utf-8", "replace").decode()
    try:
        tree = parser.fromstring(page.encode(), parser=parser.HTMLParser(encoding="utf-8"))
    except etree.ParserError:
        return ""  # nothing but comments or declarations
    article: Any = trafilatura.bare_extraction(page, include_comments=False, favor_recall=True, with_metadata=True)
    text = getattr(article, "text", None) or ""
    title = getattr(article, "title", None) or tree.findtext(".//title") or ""
    if len(text) < _SMALL:
        text = _visible_text(tree) or text
    title = " ".join(title.split())
    if title not in text[: len(title) + _SMALL]:
        text = f"{title}\n{text}"
    return text.strip()


def _visible_text(tree: HtmlElement) -> str:
    """All text but that of scripts and styles, a line a block element."""
    from lxml import etree

    pieces: list[str] = []
    hidden = 0
    for event, node in etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        name = node.tag if isinstance(node.tag, str) else ""
        text = node.tail if node is not tree else None
        if event == "start":
            hidden += name in _HIDDEN
            text = node.text
        elif event == "end":
            hidden -= name in _HIDDEN
        if name in _BLOCKS:
            pieces.append("\n")
        if text and not hidden:
            pieces.append(re.sub(r"\s+", " ", text))
    return "\n".join(filter(None, map(str.strip, "".join(pieces).split("\n"))))
