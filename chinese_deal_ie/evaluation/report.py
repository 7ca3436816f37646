"""Reports of an evaluation: Markdown for a repository, one self-contained HTML page for reading errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files
from string import Template

from .calibration import reliability_curve
from .charts import interval_chart, reliability_chart
from .cost import Cost
from .error_browser import choices, error_cards, safe
from .results import BREAKDOWNS, HEADLINES, Evaluation
from .tables import Intervals, Table, comparison, side_by_side, tables

_SHORT = {
    "mention": "mentions",
    "pair": "pairs",
    "pair_amount": "pairs with amount",
    "tuple": "full tuples",
    "slot": "slots",
}


def markdown_report(
    evaluation: Evaluation,
    title: str,
    *,
    others: Mapping[str, Evaluation] | None = None,
    cost: Cost | None = None,
    samples: int = 1000,
    seed: int = 0,
) -> str:
    """All tables as GitHub Markdown.

    ``others`` are evaluations of other systems on the same documents, by name; they are compared with this one.
    ``cost`` is what this one's predictions took.
    Raises ValueError when there are no documents or those of ``others`` differ.
    """
    found = _all_tables(evaluation, _intervals(evaluation, samples, seed), others, cost, samples, seed)
    return "\n\n".join([f"# {_cell(title)}", *map(markdown_table, found)]) + "\n"


def html_report(
    evaluation: Evaluation,
    title: str,
    *,
    others: Mapping[str, Evaluation] | None = None,
    cost: Cost | None = None,
    samples: int = 1000,
    seed: int = 0,
) -> str:
    """One HTML page with styles, script and drawings inside it: tables, reliability plots and the error browser.

    The page loads nothing and says so to the browser (Content-Security-Policy). Arguments and errors are those
    of :func:`markdown_report`.
    """
    intervals = _intervals(evaluation, samples, seed)
    drawings = interval_chart({_SHORT[name]: intervals[name]["f1"] for name in HEADLINES})
    curves = "".join(
        f"<figure>{reliability_chart(what, reliability_curve(*confidence))}<figcaption>{what}</figcaption></figure>"
        for what, confidence in (
            ("mentions", evaluation.mention_confidence()),
            ("deals", evaluation.deal_confidence()),
        )
    )
    assets = files(__package__) / "assets"
    return Template((assets / "report.html").read_text(encoding="utf-8")).substitute(
        title=safe(title),
        style=(assets / "report.css").read_text(encoding="utf-8"),
        script=(assets / "report.js").read_text(encoding="utf-8"),
        drawings=drawings,
        tables="\n".join(map(_html_table, _all_tables(evaluation, intervals, others, cost, samples, seed))),
        curves=curves,
        filters="".join(_filter(title, choices(evaluation, title)) for title in BREAKDOWNS),
        cards=error_cards(evaluation),
    )


def _intervals(evaluation: Evaluation, samples: int, seed: int) -> Intervals:
    return evaluation.intervals((*HEADLINES, "quiet"), samples=samples, seed=seed)


def _all_tables(
    evaluation: Evaluation,
    intervals: Intervals,
    others: Mapping[str, Evaluation] | None,
    cost: Cost | None,
    samples: int,
    seed: int,
) -> Sequence[Table]:
    first, *rest = tables(evaluation, intervals, cost)
    if not others:
        return [first, *rest]
    return [
        first,
        side_by_side({"this system": evaluation, **others}),
        comparison(evaluation, others, samples, seed),
        *rest,
    ]


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")


def markdown_table(table: Table) -> str:
    """One table as GitHub Markdown, under its title."""
    lines = [table.header, ("---", *("---:" for _ in table.header[1:])), *table.rows]
    grid = "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)
    return f"## {table.title}\n\n{table.note}\n\n{grid}"


def _html_table(table: Table) -> str:
    head = "".join(f'<th scope="col">{safe(cell)}</th>' for cell in table.header)
    body = "".join(
        f'<tr><th scope="row">{safe(name)}</th>' + "".join(f"<td>{safe(cell)}</td>" for cell in cells) + "</tr>"
        for name, *cells in table.rows
    )
    return (
        f'<section><h2>{safe(table.title)}</h2><p class="muted">{safe(table.note)}</p><div class="scroll">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div></section>"
    )


def _filter(title: str, values: Sequence[str]) -> str:
    options = "".join(f'<option value="{safe(value)}">{safe(value)}</option>' for value in values)
    return f'<label>{title} <select data-filter="{title}"><option value="">all</option>{options}</select></label>'
