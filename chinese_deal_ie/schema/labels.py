"""The closed vocabularies of annotations and results."""

from __future__ import annotations

from typing import Literal, get_args

Label = Literal["GOV", "COM", "AMT", "LOC", "DATE", "PROJ", "ORG"]
Slot = Literal["government", "company", "amount", "location", "date", "project"]
DealType = Literal["cooperation", "investment", "contract", "fund", "finance"]
Stage = Literal["intended", "signed", "underway", "completed", "terminated"]
Scope = Literal["deal", "shared"]
Modifier = Literal["exact", "approximately", "at_least", "at_most", "over", "nearly", "range", "order_of_magnitude"]

LABELS: tuple[Label, ...] = get_args(Label)
SLOTS: tuple[Slot, ...] = get_args(Slot)
DEAL_TYPES: tuple[DealType, ...] = get_args(DealType)
STAGES: tuple[Stage, ...] = get_args(Stage)
SCOPES: tuple[Scope, ...] = get_args(Scope)
MODIFIERS: tuple[Modifier, ...] = get_args(Modifier)

SLOT_LABELS: dict[Slot, frozenset[Label]] = {
    "government": frozenset({"GOV", "LOC"}),  # a place name may stand for its government
    "company": frozenset({"COM"}),
    "amount": frozenset({"AMT"}),
    "location": frozenset({"LOC"}),
    "date": frozenset({"DATE"}),
    "project": frozenset({"PROJ"}),
}
"""Which mention labels may fill a slot."""
