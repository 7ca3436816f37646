"""Link scores of one document: who stands with what in some deal, each pair once, whatever deal it came from.

A link joins a company with another filler of one of its deals. Unlike tuples, links do not ask which fillers belong
together beyond the pair, so they tell how far a system's linking is right where whole deals fail. Recall is over all
gold links, found or not: a scorer that walks over predicted pairs only gives one right pair out of three a recall of 1.
"""

from __future__ import annotations

from itertools import product

from ..schema import SLOTS, Document, Slot
from .alignment import SlotJudge
from .assignment import assign
from .tally import Tally, total

LINKED: tuple[Slot, ...] = tuple(slot for slot in SLOTS if slot != "company")
"""The slots that a company is linked with."""

Link = tuple[Slot, str, str]
"""Slot, company and filler, as entity ids."""


def links(document: Document) -> list[Link]:
    """The links of a document's frames, each once, in the order of the frames."""
    found = (
        (slot, company, filler)
        for frame in document.frames
        for slot in LINKED
        for company, filler in product(frame.company, frame.slot(slot))
    )
    return list(dict.fromkeys(found))


def match_links(gold: Document, predicted: Document, judge: SlotJudge) -> dict[str, Tally]:
    """The tallies ``link`` (all slots), ``link.government``, ``link.amount`` …, matched one-to-one.

    A predicted link is right when ``judge`` takes both its ends for those of a gold link of the same slot.
    """
    ours, theirs = links(gold), links(predicted)
    edges = {
        (row, column): 1
        for row, (slot, company, filler) in enumerate(ours)
        for column, (other_slot, other_company, other_filler) in enumerate(theirs)
        if slot == other_slot
        and judge.same("company", company, other_company)
        and judge.same(slot, filler, other_filler)
    }
    right = [ours[row][0] for row, _ in assign(edges)]
    tallies = {
        f"link.{slot}": Tally.of(
            right.count(slot), sum(link[0] == slot for link in theirs), sum(link[0] == slot for link in ours)
        )
        for slot in LINKED
    }
    return {"link": total(tallies.values()), **tallies}
