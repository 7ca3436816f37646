"""Lines that are page furniture: navigation, share buttons, forms, footers, related links.

Works on clean text (simplified, canonical widths, one line break between lines). A line is judged by itself: short,
no sentence in it, and a cue of what pages put around an article. Beyond that, a heading of related links after the
article makes furniture of what follows, until a long paragraph resumes. The cues name kinds of furniture, not sites.
"""

from __future__ import annotations

import re

from .cues import FURNITURE, MENU_WORDS, RELATED, RELATED_HEADING, TEASER

_SHORT = 40
"""Characters up to which a line may hold a sentence and still be furniture (“扫一扫，分享给好友吧。”)."""
_LONG = 160
"""Characters beyond which a line is read as text whatever its cues."""
_PARAGRAPH = 60
"""Characters from which a line with a full stop is a body paragraph."""

_SENTENCE = re.compile("[。；]")
"""Not ？ and ！: the former stands for lost characters, the latter in buttons."""

_MENU_SPLIT = re.compile(r"[ |/·]{1,3}")
_MENU_ITEM = 8
"""Characters of the longest menu item."""
_MENU_ITEMS = 6
"""Items from which a list without a digit is a menu whatever it says."""


def find_debris(text: str) -> list[tuple[int, int]]:
    """Ranges of furniture lines, sorted, each without its line break; neighbouring lines are not merged."""
    found: list[tuple[int, int]] = []
    start = 0
    seen_body = False
    related = False
    between: tuple[int, int] | None = None
    for line in text.split("\n"):
        end = start + len(line)
        if _is_paragraph(line):
            seen_body, related, between = True, False, None
        elif related or _is_furniture(line) or RELATED.match(line):
            # a heading before the article is a menu item, and what follows it the article
            related = related or (seen_body and RELATED_HEADING.match(line) is not None)
            if between is not None:
                found.append(between)
            found.append((start, end))
            between = None
        else:
            # after the article, one short line between two of furniture is furniture
            follows = bool(found) and found[-1][1] == start - 1
            sandwiched = seen_body and follows and len(line) <= _SHORT and _SENTENCE.search(line) is None
            between = (start, end) if sandwiched else None
        seen_body = seen_body or ("。" in line and len(line) >= _SHORT)
        start = end + 1
    return found


def _is_paragraph(line: str) -> bool:
    return len(line) >= _PARAGRAPH and "。" in line and TEASER.search(line) is None


def _is_furniture(line: str) -> bool:
    if len(line) > _LONG:
        return False
    if len(line) > _SHORT and _SENTENCE.search(line):
        return TEASER.search(line) is not None
    return FURNITURE.search(line) is not None or _is_menu(line)


def _is_menu(line: str) -> bool:
    """Short items with white space or bars between them: half of them usual menu words, or many without a digit."""
    items = _MENU_SPLIT.split(line)
    if len(items) < 2 or max(map(len, items)) > _MENU_ITEM:
        return False
    usual = sum(item in MENU_WORDS for item in items)
    return 2 * usual >= len(items) or (len(items) >= _MENU_ITEMS and not any(map(str.isdecimal, line)))
