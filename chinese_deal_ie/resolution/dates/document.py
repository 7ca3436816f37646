"""The dates of a document, each read in the light of the page and of the dates before it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from ...schema import DateValue, Span
from .dateline import find_dateline
from .expressions import read_expression
from .resolve import DateContext, Resolved, resolve_expression

_SENTENCE_END = re.compile(r"[。！？!?\n]")
_FARTHEST_DATELINE = 31
"""Days between dateline and publication beyond which the dateline is some other date of the page."""


def resolve_dates(spans: Sequence[Span], text: str, *, published: date | None = None) -> list[DateValue]:
    """The value of every date in ``spans`` (character ranges of ``text``), in the order of ``spans``.

    What a date leaves out comes from ``published``, the text's own dateline (:func:`find_dateline`) or the dates before
    it in the text, and the basis says which. Never raises.
    """
    dateline = find_dateline(text, published=published)
    if dateline and published and abs((dateline - published).days) > _FARTHEST_DATELINE:
        dateline = None
    context = DateContext(dateline=dateline)
    values = [DateValue(None)] * len(spans)
    previous_end = 0
    for index in sorted(range(len(spans)), key=lambda index: (spans[index].start, spans[index].end)):
        span = spans[index]
        if _SENTENCE_END.search(text, previous_end, max(previous_end, span.start)):
            context = replace(context, carries=False)
        expression = read_expression(span.text)
        resolved = resolve_expression(expression, published, context) if expression else None
        if resolved is not None:
            values[index] = DateValue(resolved.period.iso(), resolved.basis)
            context = _after(context, resolved)
        previous_end = max(previous_end, span.end)
    return values


def _after(context: DateContext, resolved: Resolved) -> DateContext:
    period = resolved.period
    length = (period.end - period.start).days
    return replace(
        context,
        last=period,
        day=period.end if length < 7 else context.day,
        stretch=period if 27 <= length < 365 and period.grain != "year" and period.start.day == 1 else context.stretch,
        carries=resolved.explicit,
    )
