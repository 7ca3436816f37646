"""Dates as ISO 8601: :func:`resolve_date` for one expression, :func:`resolve_dates` for all of a document."""

from .dateline import find_dateline
from .document import resolve_dates
from .resolve import DateContext, resolve_date

__all__ = ["DateContext", "find_dateline", "resolve_date", "resolve_dates"]
