"""``chinese-deal-ie evaluate``: how well a model or another system reads an annotated corpus."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .output import Messages, check_target, print_table, stdout, visible, write_file
from .scoring import SystemName, check_choice, gold_documents, make_system, score

if TYPE_CHECKING:
    from ..evaluation import Cost, Evaluation, Interval, Tally


def evaluate(
    corpus: Annotated[Path, typer.Argument(exists=True, help="Annotated files, any format that corpus check reads.")],
    model: Annotated[
        Path | None,
        typer.Option(
            exists=True, file_okay=False, metavar="DIR", help="A checkpoint folder; default: the packaged model."
        ),
    ] = None,
    system: Annotated[
        SystemName, typer.Option(help="The trained model, the rules that it has to beat, or rules with a package.")
    ] = SystemName.model,
    against: Annotated[
        list[SystemName] | None,
        typer.Option(help="Another system to compare with, document by document; may be given several times."),
    ] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", dir_okay=False, metavar="FILE", help="Write all scores as JSON.")
    ] = None,
    markdown: Annotated[
        Path | None, typer.Option(dir_okay=False, metavar="FILE", help="Write all tables as Markdown.")
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option(dir_okay=False, metavar="FILE", help="Write a page with tables, plots and every error."),
    ] = None,
) -> None:
    """Score a model on an annotated corpus.

    It predicts from the texts alone. Prints precision, recall and F1 with bootstrap intervals: mentions (strict, and
    by label), pairs (government, company), pairs with amount (by value), full tuples, and how often documents without
    deals are left alone. The files have every score; docs/metrics.md defines them.

    Exit code: 0; 1 when the corpus has errors (nothing is scored); 2 for wrong usage, no
    usable model or a package that is not installed. Systems to compare with are left out, with a note, where their
    package is not installed.

    \b
    Examples:
      chinese-deal-ie evaluate corpus/test
      chinese-deal-ie evaluate corpus/test --json scores.json --html report.html
      chinese-deal-ie evaluate corpus/dev --model my-checkpoint
      chinese-deal-ie evaluate corpus/dev --system baseline --markdown baseline.md
      chinese-deal-ie evaluate corpus/dev --against baseline --against jionlp
    """
    check_choice(system, model)
    for target in (json_file, markdown, html):
        if target is not None:
            check_target(target.resolve())
    messages = Messages()
    gold = gold_documents(corpus, messages)
    try:
        first = make_system(system, model)
    except ImportError as error:
        raise typer.BadParameter(f"--system {system.value}: {error}") from error
    found, cost = score(gold, first, messages)
    others: dict[str, Evaluation] = {}
    for name in dict.fromkeys(against or ()):
        try:
            other = make_system(name, None)
        except ImportError as error:
            messages.note(f"left out: {name.value} ({error})")
            continue
        # the packaged model may stand beside a checkpoint of the same name
        others[other.name if other.name != first.name else f"{other.name} (packaged)"] = score(gold, other, messages)[0]
    rows = _intervals(found)
    title = f"{visible(first.name)} on {visible(str(corpus))}"
    _print(found, rows, title, cost)
    if others:
        _print_others(found, others)
    if json_file is not None:
        content = _to_json(found, rows, first.name, corpus, cost, others)
        write_file(json_file, json.dumps(content, ensure_ascii=False, indent=2) + "\n")
    if markdown is not None:
        from ..evaluation import markdown_report

        write_file(markdown, markdown_report(found, title, others=others, cost=cost))
    if html is not None:
        from ..evaluation import html_report

        write_file(html, html_report(found, title, others=others, cost=cost))


Row = tuple[str, str, "Tally", "dict[str, Interval]"]
"""Key in the JSON, title, counts, intervals of p, r and f1."""


def _intervals(found: Evaluation) -> list[Row]:
    from ..evaluation.results import deal_count
    from ..schema import LABELS

    titles = {
        "mention": "mentions",
        **{f"mention.{label}": f"  {label}" for label in LABELS},
        "link": "links",
        "pair": "pairs",
        "value.pair_amount": "pairs with amount",
        "tuple": "full tuples",
        "slot": "slot fillers",
        "quiet": "quiet without deals",
    }
    names = {"value.pair_amount": "pair_amount"}
    counts = found.intervals(titles)
    rows = [(names.get(key, key), title, found.tally(key), counts[key]) for key, title in titles.items()]
    parts = found.breakdown(deal_count)
    for group in ("single", "multi"):
        if group in parts:
            part = parts[group]
            for key, title in (("pair", "pairs"), ("tuple", "full tuples")):
                text = f"{title}, {'one deal' if group == 'single' else 'several deals'}"
                rows.append((f"{group}.{key}", text, part.tally(key), part.intervals([key])[key]))
    return rows


def _print(found: Evaluation, rows: Sequence[Row], title: str, cost: Cost) -> None:
    from rich import box
    from rich.table import Table

    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD)
    table.add_column("", no_wrap=True)
    for column in ("P", "R", "F1", "95 % of F1", "right", "predicted", "gold"):
        table.add_column(column, justify="right", no_wrap=True)
    for key, text, tally, interval in rows:
        shown = [f"{100 * interval[part].value:.1f}" for part in ("p", "r", "f1")]
        if key == "quiet":  # a rate: how many of the documents without deals stay so
            shown[:2] = "", ""
        band = f"{100 * interval['f1'].low:.1f} to {100 * interval['f1'].high:.1f}"
        predicted = "" if key == "quiet" else f"{tally.predicted:g}"
        table.add_row(text, *shown, band, f"{tally.correct:g}", predicted, f"{tally.gold:g}")
    out = stdout()
    print_table(out, table)
    deals = sum(len(document.gold.frames) for document in found.documents)
    out.write(
        f"{len(found.documents)} documents, {deals} deals; percent, strict; intervals by bootstrap over documents\n"
    )
    out.writelines(f"{line}\n" for line in _remarks(found, cost))
    out.flush()


def _remarks(found: Evaluation, cost: Cost) -> list[str]:
    """What is no precision or recall: entities, values, calibration, speed."""
    values = [
        f"{title} {100 * found.score(name).f1:.1f}"
        for name, title in (("accuracy.amount", "amount values"), ("accuracy.place", "place codes"))
        if found.tally(name).gold
    ]
    calibration = found.to_dict()["calibration"]
    clusters, shared = found.conll(), found.conll("coref_shared")
    mentions, deals = calibration["mention_ece"], calibration["deal_ece"]
    memory = "" if cost.memory is None else f"; peak memory {cost.memory / 1e6:,.0f} MB"
    return [
        f"entities: CoNLL average {100 * clusters:.1f}, on shared mentions {100 * shared:.1f}",
        *([f"right in matched slots: {', '.join(values)}"] if values else []),
        f"calibration error: mentions {100 * mentions:.1f}, deals {100 * deals:.1f}",
        f"{cost.speed:,.0f} characters a second, {cost.ratio:.2f} calibration loops for 1,000{memory}",
    ]


def _print_others(found: Evaluation, others: Mapping[str, Evaluation]) -> None:
    from rich import box
    from rich.table import Table

    from ..evaluation.tables import comparison

    shown = comparison(found, others, samples=1000, seed=0)
    table = Table(title="against other systems", title_justify="left", box=box.SIMPLE_HEAD)
    for column in shown.header:
        table.add_column(column, justify="right" if column else "left", no_wrap=True)
    for row in shown.rows:
        table.add_row(*row)
    print_table(stdout(), table)


def _to_json(
    found: Evaluation, rows: Sequence[Row], name: str, corpus: Path, cost: Cost, others: Mapping[str, Evaluation]
) -> dict[str, Any]:
    """The JSON of the contract, with the system's name, the intervals of what is printed, cost and comparisons."""
    from ..evaluation import compare

    intervals = {key: {part: interval[part].to_dict() for part in ("p", "r", "f1")} for key, _, _, interval in rows}
    against = {
        other: {
            key: {"f1": round(theirs.score(key).f1, 6), "difference": test.to_dict()}
            for key, test in compare(found, theirs).items()
        }
        for other, theirs in others.items()
    }
    return {
        "system": name,
        "corpus": str(corpus),
        **found.to_dict(),
        "intervals": intervals,
        "cost": cost.to_dict(),
        "against": against,
    }
