"""The error browser of the HTML report: every document with errors, its text marked, its errors listed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from ..schema import Document, Frame, Mention
from .deals import LEVELS, TupleError
from .mentions import MentionError
from .results import BREAKDOWNS, DocumentEvaluation, Evaluation

_UNPRINTABLE = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127), "\N{REPLACEMENT CHARACTER}")


def safe(text: str) -> str:
    """``text`` for HTML content or a quoted attribute; control characters and lone surrogates are replaced."""
    return escape(text.encode("utf-8", "replace").decode("utf-8").translate(_UNPRINTABLE))


def error_cards(evaluation: Evaluation) -> str:
    """One closed card for every document with an error, in the order of the documents."""
    return "\n".join(_card(document) for document in evaluation.documents if _has_errors(document))


def choices(evaluation: Evaluation, title: str) -> list[str]:
    """Values of one breakdown among the documents with errors, for a filter."""
    found = (document for document in evaluation.documents if _has_errors(document))
    return sorted({BREAKDOWNS[title](document.gold) for document in found})


def _has_errors(document: DocumentEvaluation) -> bool:
    return bool(document.mentions.errors or document.deals["strict"].errors)


def _card(document: DocumentEvaluation) -> str:
    gold, deals = document.gold, document.deals["strict"]
    data = " ".join(f'data-{title}="{safe(group_of(gold))}"' for title, group_of in BREAKDOWNS.items())
    items = [_tuple_item(error, document) for error in deals.errors]
    items += [_mention_item(error, document) for error in document.mentions.errors]
    wrong = sum(error.level == "tuple" for error in deals.errors)
    summary = f"wrong tuples: {wrong}, wrong mentions: {len(document.mentions.errors)}, gold deals: {len(gold.frames)}"
    return (
        f'<details class="card" {data}><summary><b>{safe(gold.id)}</b> <span class="muted">{summary}</span></summary>'
        f'<div class="columns"><p class="text">{_marked(document)}</p>'
        f'<ul class="errors">{"".join(items)}</ul></div></details>'
    )


def _tuple_item(error: TupleError, document: DocumentEvaluation) -> str:
    missed = error.kind == "missed"
    own, other = (document.gold, document.predicted) if missed else (document.predicted, document.gold)
    shown = " × ".join(safe(_name(own, filler)) for filler in error.fillers)
    hint = ""
    if error.counterpart is not None:
        counterpart = safe(_frame_text(other, other.frames[error.counterpart]))
        hint = f"<small>{'predicted' if missed else 'gold'} there: {counterpart}</small>"
    ids = " ".join(safe(filler) for filler in error.fillers if filler is not None)
    frame = own.frames[error.frame]
    small = f"<small>deal {error.frame + 1}, {safe(frame.type)}, {safe(frame.stage)}</small>"
    side = "gold" if missed else "predicted"
    return (
        f'<li data-level="{error.level}" data-kind="{error.kind}"><button type="button" data-{side}="{ids}">'
        f'<span class="kind {error.kind}">{error.kind}</span> {shown}</button>{small}{hint}</li>'
    )


def _mention_item(error: MentionError, document: DocumentEvaluation) -> str:
    shown, data = [], ""
    sides: tuple[tuple[str, int | None, Sequence[Mention]], ...] = (
        ("gold", error.gold, document.gold.mentions),
        ("predicted", error.predicted, document.predicted.mentions),
    )
    for side, index, mentions in sides:
        if index is not None:
            shown.append(f"{safe(mentions[index].text)} {mentions[index].label}")
            data += f' data-{side}-mention="{index}"'
    kind = {"missed": "missed", "spurious": "spurious"}.get(error.kind, "wrong")
    title = error.kind.replace("_", " ")
    return (
        f'<li data-level="mention" data-kind="{kind}"><button type="button"{data}>'
        f'<span class="kind {kind}">{title}</span> {" → ".join(shown)}</button></li>'
    )


def _name(document: Document, entity: str | None) -> str:
    """The longest form of an entity; ``—`` for an empty slot, the id where nothing mentions it."""
    texts = [mention.text for mention in document.mentions if mention.entity == entity]
    return max(texts, key=len) if texts else entity or "—"


def _frame_text(document: Document, frame: Frame) -> str:
    slots = (frame.slot(slot) for slot in LEVELS["tuple"])
    return " × ".join("、".join(_name(document, entity) for entity in slot) or "—" for slot in slots)


def _marked(document: DocumentEvaluation) -> str:
    """The text cut at every edge of a mention; each piece knows the gold and the predicted mention it belongs to."""
    gold, predicted = document.gold, document.predicted
    right = dict(document.mentions.correct)
    pieces = []
    for start, end, ours, theirs in _pieces(len(gold.text), gold.mentions, predicted.mentions):
        text = safe(gold.text[start:end])
        if ours is None and theirs is None:
            pieces.append(text)
            continue
        data, labels = "", []
        for side, index, mentions in (("gold", ours, gold.mentions), ("predicted", theirs, predicted.mentions)):
            if index is not None:
                one = mentions[index]
                data += f' data-{side}="{safe(one.entity)}" data-{side}-mention="{index}"'
                if one.start == start and one.label not in labels:
                    labels.append(one.label)
        if ours is None or theirs is None:
            state = "predicted" if ours is None else "gold"
        else:
            state = "right" if right.get(ours) == theirs else "both"
        tag = f' data-label="{"→".join(labels)}"' if labels else ""
        pieces.append(f'<mark class="{state}"{data}{tag}>{text}</mark>')
    return "".join(pieces)


def _pieces(
    length: int, gold: Sequence[Mention], predicted: Sequence[Mention]
) -> Iterator[tuple[int, int, int | None, int | None]]:
    """(start, end, gold index, predicted index) covering the text; of nested mentions the later one is shown."""
    cover: list[list[int | None]] = [[None] * length, [None] * length]
    edges = {0, length}
    for side, mentions in enumerate((gold, predicted)):
        for index, mention in enumerate(mentions):
            cover[side][mention.start : mention.end] = [index] * (mention.end - mention.start)
            edges |= {mention.start, mention.end}
    cuts = sorted(edges)
    for start, end in zip(cuts, cuts[1:], strict=False):
        yield start, end, cover[0][start], cover[1][start]
