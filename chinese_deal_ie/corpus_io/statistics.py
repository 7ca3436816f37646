"""What a corpus holds, counted by split, as a dict and as a Markdown table; the data sheet shows the latter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from ..schema import DEAL_TYPES, LABELS, SLOTS, STAGES, Document
from .checks import GENRES, LANGS
from .files import read_corpus

BEGIN = "<!-- statistics: begin (generated, do not edit) -->"
END = "<!-- statistics: end -->"


def describe(documents: Sequence[Document]) -> dict[str, Any]:
    """The counts of some documents.

    Plain numbers: ``documents, characters, mentions, entities, deals``; ``deals_shared`` (amount shared between
    deals), ``documents_without_deal, documents_with_several_deals``. Counts by value: ``labels`` and
    ``entity_labels`` (mentions and entities), ``slots`` (deals that fill each), ``types``, ``stages``, ``genres``,
    ``langs``. ``length``: ``min, median, max`` characters a document, all None without documents.
    """
    frames = [frame for document in documents for frame in document.frames]
    entities = [mentions[0] for document in documents for mentions in document.entities().values()]
    mentions = [mention for document in documents for mention in document.mentions]
    lengths = [len(document.text) for document in documents]
    return {
        "documents": len(documents),
        "characters": sum(lengths),
        "length": {
            "min": min(lengths, default=None),
            "median": int(median(lengths)) if lengths else None,
            "max": max(lengths, default=None),
        },
        "mentions": len(mentions),
        "labels": _count((mention.label for mention in mentions), LABELS),
        "entities": len(entities),
        "entity_labels": _count((mention.label for mention in entities), LABELS),
        "deals": len(frames),
        "deals_shared": sum(frame.scope == "shared" for frame in frames),
        "documents_without_deal": sum(not document.frames for document in documents),
        "documents_with_several_deals": sum(len(document.frames) > 1 for document in documents),
        "slots": _count((slot for frame in frames for slot, ids in frame.slots().items() if ids), SLOTS),
        "types": _count((frame.type for frame in frames), DEAL_TYPES),
        "stages": _count((frame.stage for frame in frames), STAGES),
        "genres": _count((document.meta.get("genre", "unstated") for document in documents), sorted(GENRES)),
        "langs": _count((document.meta.get("lang", "unstated") for document in documents), sorted(LANGS)),
    }


def _count(values: Iterable[str], order: Sequence[str]) -> dict[str, int]:
    """How often each value occurs: those of ``order`` first, zeros included, then others."""
    counts = Counter(values)
    return {value: counts.pop(value, 0) for value in order} | dict(sorted(counts.items()))


def statistics(folder: str | Path, splits: Sequence[str] = ("train", "dev", "test")) -> dict[str, dict[str, Any]]:
    """:func:`describe` for each split, a folder of its own below ``folder``; raises as :func:`read_corpus`."""
    return {split: describe(read_corpus(Path(folder) / split)) for split in splits}


def markdown(counts: Mapping[str, Mapping[str, Any]]) -> str:
    """The result of :func:`statistics` as a Markdown table, a row a number and a column a split."""
    rows = [("", *counts), ("---", *("---:" for _ in counts))]
    described = [_rows(count) for count in counts.values()]
    names = dict.fromkeys(name for rows_of_split in described for name in rows_of_split)
    rows += [(name, *(_number(rows_of_split.get(name)) for rows_of_split in described)) for name in names]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _number(value: int | None) -> str:
    return "–" if value is None else f"{value:,}"


def _rows(count: Mapping[str, Any]) -> dict[str, int | None]:
    """Row name to number."""
    rows: dict[str, int | None] = {}
    for key, value in count.items():
        name = key.replace("_", " ")
        if isinstance(value, Mapping):
            rows.update({f"{name}: {item}": number for item, number in value.items()})
        else:
            rows[name] = value
    return rows


def insert(sheet: str, table: str) -> str:
    """The Markdown text ``sheet`` with ``table`` between its two marks; raises ``ValueError`` without them."""
    before, begin, rest = sheet.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"no block between {BEGIN!r} and {END!r}")
    return f"{before}{BEGIN}\n\n{table}\n{END}{after}"


def refresh(folder: str | Path) -> bool:
    """Bring the table in the folder's ``DATASHEET.md`` up to date; True when it had to change."""
    sheet = Path(folder) / "DATASHEET.md"
    old = sheet.read_text(encoding="utf-8")
    new = insert(old, markdown(statistics(folder)))
    if new != old:
        sheet.write_text(new, encoding="utf-8", newline="\n")
    return new != old
