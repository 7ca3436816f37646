"""The vocabulary: labels, values, annotated documents and deals."""

from .deal import Deal, DealAmount, DealDate, DealLocation, DealProject, DealTuple, Extraction, Party
from .document import Document, Frame, Mention, Span
from .labels import (
    DEAL_TYPES,
    LABELS,
    MODIFIERS,
    SCOPES,
    SLOT_LABELS,
    SLOTS,
    STAGES,
    DealType,
    Label,
    Modifier,
    Scope,
    Slot,
    Stage,
)
from .values import Amount, DateValue, Place

__all__ = [
    "DEAL_TYPES",
    "LABELS",
    "MODIFIERS",
    "SCOPES",
    "SLOTS",
    "SLOT_LABELS",
    "STAGES",
    "Amount",
    "DateValue",
    "Deal",
    "DealAmount",
    "DealDate",
    "DealLocation",
    "DealProject",
    "DealTuple",
    "DealType",
    "Document",
    "Extraction",
    "Frame",
    "Label",
    "Mention",
    "Modifier",
    "Party",
    "Place",
    "Scope",
    "Slot",
    "Span",
    "Stage",
]
