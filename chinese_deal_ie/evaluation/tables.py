"""The tables of a report, apart from how they are written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from ..schema import LABELS, SLOTS
from .alignment import Criterion
from .bootstrap import Interval
from .calibration import brier_score, expected_calibration_error
from .cost import Cost
from .deals import LEVELS
from .links import LINKED
from .results import BREAKDOWNS, HEADLINES, Evaluation, compare
from .tally import Tally

TITLES = {
    "mention": "Mentions (strict)",
    "pair": "Pairs (government, company)",
    "pair_amount": "Pairs with amount",
    "tuple": "Full tuples (government, company, amount, location)",
    "slot": "Slot fillers in matched deals",
}
"""Readable names of the headline scores."""

Intervals = Mapping[str, Mapping[str, Interval]]


@dataclass(frozen=True, slots=True)
class Table:
    """Cells as plain text; the first column names the row, the others are numbers."""

    title: str
    note: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def percent(value: float) -> str:
    """A share with one decimal, without the sign: ``87.3``."""
    return f"{100 * value:.1f}"


def tables(evaluation: Evaluation, intervals: Intervals, cost: Cost | None = None) -> list[Table]:
    """All tables of one system, most important first; that of its cost where it was measured."""
    return [
        _headlines(evaluation, intervals),
        _labels(evaluation),
        _mention_errors(evaluation),
        _deals(evaluation),
        _slots(evaluation),
        _links(evaluation),
        _entities(evaluation),
        _confidence(evaluation),
        *([_cost(cost)] if cost else []),
        *(_breakdown(evaluation, title) for title in BREAKDOWNS),
    ]


def comparison(evaluation: Evaluation, others: Mapping[str, Evaluation], samples: int, seed: int) -> Table:
    """Headline F1 of other systems on the same documents, with paired tests against this one."""
    rows = []
    for name, other in others.items():
        tests = compare(evaluation, other, samples=samples, seed=seed)
        for score, test in tests.items():
            gap = test.difference
            rows.append(
                (
                    f"{name}: {TITLES[score]}",
                    percent(other.score(score).f1),
                    f"{100 * gap.value:+.1f}",
                    f"{100 * gap.low:+.1f} to {100 * gap.high:+.1f}",
                    f"{test.p_value:.3f}",
                )
            )
    note = "Difference: F1 of this system minus that one; interval by paired bootstrap, p by approximate randomisation."
    return Table("Other systems", note, ("", "F1", "difference", "95 % interval", "p"), tuple(rows))


def side_by_side(systems: Mapping[str, Evaluation]) -> Table:
    """F1 of several systems on the same documents: mentions by label, deals by level, the quiet rate."""
    by_value = all("value.pair_amount" in evaluation.names() for evaluation in systems.values())
    titles = {
        "mention": TITLES["mention"],
        **{f"mention.{label}": f"Mentions, {label}" for label in LABELS},
        "pair": TITLES["pair"],
        "value.pair_amount" if by_value else "pair_amount": TITLES["pair_amount"] + (" value" if by_value else ""),
        "tuple": TITLES["tuple"],
        "quiet": "Quiet on documents without deals",
    }
    rows = tuple(
        (title, *(percent(evaluation.score(name).f1) for evaluation in systems.values()))
        for name, title in titles.items()
        if any(evaluation.tally(name).gold for evaluation in systems.values())
    )
    note = "F1 in percent. What a public package does not find itself is found by the rules of the baseline."
    return Table("Side by side", note, ("", *systems), rows)


_COUNTS = ("P", "R", "F1", "right", "predicted", "gold")


def _row(name: str, tally: Tally) -> tuple[str, ...]:
    score = tally.score()
    counts = (f"{count:g}" for count in (round(tally.correct, 1), round(tally.predicted, 1), round(tally.gold, 1)))
    return name, percent(score.p), percent(score.r), percent(score.f1), *counts


def _headlines(evaluation: Evaluation, intervals: Intervals) -> Table:
    rows = []
    for name in HEADLINES:
        f1 = intervals[name]["f1"]
        rows.append((*_row(TITLES[name], evaluation.tally(name)), f"{percent(f1.low)} to {percent(f1.high)}"))
    silent, quiet = evaluation.tally("quiet"), intervals["quiet"]["f1"]
    rate = percent(evaluation.quiet())
    band = f"{percent(quiet.low)} to {percent(quiet.high)}"
    rows.append(("Quiet on documents without deals", "", "", rate, f"{silent.correct:g}", "", f"{silent.gold:g}", band))
    note = (
        f"{len(evaluation.documents)} documents, {sum(len(one.gold.frames) for one in evaluation.documents)} deals. "
        "All deals of all documents, matched one-to-one; percent; intervals by bootstrap over documents."
    )
    return Table("Scores", note, ("", *_COUNTS, "95 % of F1"), tuple(rows))


def _labels(evaluation: Evaluation) -> Table:
    readings = [
        ("All labels, strict", "mention"),
        ("Span only", "mention.exact"),
        ("Partial (overlap counts half)", "mention.partial"),
        ("Type (overlap, same label)", "mention.type"),
        *((label, f"mention.{label}") for label in LABELS),
    ]
    return Table(
        "Mentions",
        "Strict: same start, end and label.",
        ("", *_COUNTS),
        tuple(_row(title, evaluation.tally(name)) for title, name in readings),
    )


def _mention_errors(evaluation: Evaluation) -> Table:
    """How often each label is missed, cut wrongly or taken for another one."""
    counts: Counter[tuple[str, str]] = Counter()
    for document in evaluation.documents:
        for error in document.mentions.errors:
            ours = document.gold.mentions[error.gold].label if error.gold is not None else None
            theirs = document.predicted.mentions[error.predicted].label if error.predicted is not None else None
            counts[ours or "none", "same" if error.kind == "boundary" else theirs or "none"] += 1
    columns = ("same", *LABELS, "none")
    rows = tuple(
        (row, *(str(counts[row, column] or "") for column in columns))
        for row in (*LABELS, "none")
        if any(counts[row, column] for column in columns)
    )
    return Table(
        "Mention errors",
        "Rows: gold label; columns: what was predicted there. same: right label, wrong boundary; "
        "row none: spurious; column none: missed.",
        ("gold", *columns),
        rows,
    )


def _deals(evaluation: Evaluation) -> Table:
    titles: dict[Criterion, str] = {
        "strict": "an exact mention",
        "value": "amounts by value",
        "relaxed": "an overlap is enough",
    }
    rows = [
        _row(f"{TITLES[level]}, {title}", tally)
        for criterion, title in titles.items()
        for level in LEVELS
        if (tally := evaluation.tally(level if criterion == "strict" else f"{criterion}.{level}")).row()
        != Tally().row()
    ]
    for name, title in (
        ("accuracy.amount", "Amount value of matched slots"),
        ("accuracy.place", "Place code of matched slots"),
    ):
        tally = evaluation.tally(name)
        if tally.gold:
            rate = percent(tally.score().f1)
            rows.append((title, "", "", rate, f"{tally.correct:g}", "", f"{tally.gold:g}"))
    note = "A filler is right when its entity shares an exact mention, the value of the amount, or any character."
    return Table("Deals", note, ("", *_COUNTS), tuple(rows))


def _slots(evaluation: Evaluation) -> Table:
    names = ("", *(f".{slot}" for slot in SLOTS), ".type", ".stage")
    rows = tuple(_row(name[1:] or "all fillers", evaluation.tally(f"slot{name}")) for name in names)
    return Table("Slots", "Role scores after the best one-to-one matching of deals.", ("", *_COUNTS), rows)


def _links(evaluation: Evaluation) -> Table:
    titles = {"link": "all", **{f"link.{slot}": f"company and {slot}" for slot in LINKED}}
    rows = tuple(_row(title, evaluation.tally(name)) for name, title in titles.items())
    note = "Who stands with what in some deal: each pair once, over all gold pairs, matched one-to-one."
    return Table("Links", note, ("", *_COUNTS), rows)


def _entities(evaluation: Evaluation) -> Table:
    rows = []
    for prefix, title in (("coref", "predicted mentions"), ("coref_shared", "mentions of both sides")):
        for name, metric in (("muc", "MUC"), ("b3", "B³"), ("ceafe", "CEAF-e"), ("link", "mention pairs")):
            rows.append(_row(f"{metric}, {title}", evaluation.tally(f"{prefix}.{name}"))[:4])
        rows.append((f"CoNLL average, {title}", "", "", percent(evaluation.conll(prefix))))
    return Table("Entities", "Which mentions name one thing; singletons included.", ("", "P", "R", "F1"), tuple(rows))


def _confidence(evaluation: Evaluation) -> Table:
    rows = tuple(
        (
            title,
            str(len(scores)),
            percent(expected_calibration_error(scores, right)),
            f"{brier_score(scores, right):.3f}",
        )
        for title, (scores, right) in (
            ("Mentions (span and label right)", evaluation.mention_confidence()),
            ("Deals (all pairs right)", evaluation.deal_confidence()),
        )
    )
    return Table(
        "Confidence", "Expected calibration error in percent, ten bins.", ("", "predicted", "ECE", "Brier"), rows
    )


def _cost(cost: Cost) -> Table:
    memory = "" if cost.memory is None else f"{cost.memory / 1e6:,.0f}"
    rows = (
        ("Characters a second", f"{cost.speed:,.0f}"),
        ("Documents a second", f"{cost.documents / cost.seconds:,.2f}" if cost.seconds else ""),
        ("Processor seconds", f"{cost.processor:,.2f}"),
        ("Calibration loops for 1,000 characters", f"{cost.ratio:,.2f}"),
        ("Peak memory of the process, MB", memory),
    )
    note = "Without loading. Only the ratio to the calibration loop can be compared between machines."
    return Table("Speed and memory", note, ("", "measured"), rows)


def _breakdown(evaluation: Evaluation, title: str) -> Table:
    rows = tuple(
        (
            group,
            str(len(part.documents)),
            str(sum(len(one.gold.frames) for one in part.documents)),
            *(percent(part.score(name).f1) if part.tally(name).gold else "" for name in ("mention", "pair", "tuple")),
            percent(part.quiet()) if part.tally("quiet").gold else "",
        )
        for group, part in evaluation.breakdown(BREAKDOWNS[title]).items()
    )
    header = ("", "documents", "deals", "mention F1", "pair F1", "tuple F1", "quiet")
    return Table(f"By {title}", "Empty where there is nothing to find.", header, rows)
