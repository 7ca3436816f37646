"""``chinese-deal-ie evaluate``: how well a model or the rule baseline reads an annotated corpus."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterator, Sequence
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from . import models
from .output import Messages, check_target, print_table, reason, stdout, stop, visible, write_file

if TYPE_CHECKING:
    from ..evaluation import Evaluation, Interval, Tally
    from ..schema import Document

BATCH = 16
"""Documents between two steps of the progress bar."""

SHOWN_ERRORS = 20


class SystemName(str, Enum):
    """What can be evaluated."""

    model = "model"
    baseline = "baseline"


def evaluate(
    corpus: Annotated[Path, typer.Argument(exists=True, help="Annotated files, any format that corpus check reads.")],
    model: Annotated[
        Path | None,
        typer.Option(
            exists=True, file_okay=False, metavar="DIR", help="A checkpoint folder; default: the packaged model."
        ),
    ] = None,
    system: Annotated[
        SystemName, typer.Option(help="The trained model, or the rules that it has to beat.")
    ] = SystemName.model,
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
    deals are left alone.

    Exit code: 0; 1 when the corpus has errors (nothing is scored); 2 for wrong usage or no
    usable model.

    \b
    Examples:
      chinese-deal-ie evaluate corpus/test
      chinese-deal-ie evaluate corpus/test --json scores.json --html report.html
      chinese-deal-ie evaluate corpus/dev --model my-checkpoint
      chinese-deal-ie evaluate corpus/dev --system baseline --markdown baseline.md
    """
    if model is not None and system is SystemName.baseline:
        raise typer.BadParameter("the baseline has no --model; give one or the other")
    for target in (json_file, markdown, html):
        if target is not None:
            check_target(target.resolve())
    messages = Messages()
    gold = _gold(corpus, messages)
    name, predicted = _predict(gold, model, system, messages)
    found = _compare(gold, predicted)
    intervals = _intervals(found)
    title = f"{visible(name)} on {visible(str(corpus))}"
    _print(found, intervals, title)
    if json_file is not None:
        write_file(json_file, json.dumps(_to_json(found, intervals, name, corpus), ensure_ascii=False, indent=2) + "\n")
    if markdown is not None:
        from ..evaluation import markdown_report

        write_file(markdown, markdown_report(found, title))
    if html is not None:
        from ..evaluation import html_report

        write_file(html, html_report(found, title))


def _gold(corpus: Path, messages: Messages) -> list[Document]:
    from ..corpus_io import read_corpus

    try:
        gold = read_corpus(corpus, on_error="collect")
    except OSError as error:
        raise stop(f"cannot read {visible(str(error.filename or corpus))}: {reason(error)}", 1) from error
    for problem in gold.errors[:SHOWN_ERRORS]:
        messages.error(visible(str(problem), 1000))
    if gold.errors:
        # scores over what happens to be readable would pass for scores of the corpus
        raise stop(
            f"{len(gold.errors)} errors in the corpus, nothing was scored; mend them (chinese-deal-ie corpus check)", 1
        )
    if not gold:
        raise stop(f"no annotated documents in {visible(str(corpus))}; see chinese-deal-ie corpus --help", 1)
    return gold


def _predict(
    gold: Sequence[Document], model: Path | None, system: SystemName, messages: Messages
) -> tuple[str, list[Document]]:
    """The name of the system and its predictions."""
    from ..evaluation import RuleBaseline
    from ..evaluation.adapters import unannotated

    predict: Callable[[Sequence[Document]], list[Document]]
    if system is SystemName.baseline:
        baseline = RuleBaseline()
        name, predict = baseline.name, baseline.predict
    else:
        extractor = models.make_extractor(model)
        name, predict = extractor.folder.name, extractor.predict
    texts = [unannotated(document) for document in gold]
    predicted: list[Document] = []
    with messages.progress(len(texts), results_on_stdout=False) as advance:
        for batch in _batches(texts):
            predicted += predict(batch)
            advance(len(batch))
    return name, predicted


def _batches(documents: Sequence[Document]) -> Iterator[Sequence[Document]]:
    return (documents[start : start + BATCH] for start in range(0, len(documents), BATCH))


def _compare(gold: Sequence[Document], predicted: Sequence[Document]) -> Evaluation:
    from ..evaluation import evaluate as compare
    from ..resolution.amounts import parse_amount
    from ..resolution.places import resolve_place

    def value_of(text: str) -> Hashable | None:
        """Figure, currency and period; 约50亿元 is worth the same as 50亿元."""
        amount = parse_amount(text)
        if amount is None:
            return None
        figure = (amount.low, amount.high) if amount.value is None else amount.value
        return figure, amount.currency, amount.per

    def place_of(text: str, document: str) -> Hashable | None:
        return resolve_place(text, context=document).code

    return compare(gold, predicted, value_of=value_of, place_of=place_of)


Row = tuple[str, str, "Tally", "dict[str, Interval]"]
"""Key in the JSON, title, counts, intervals of p, r and f1."""


def _intervals(found: Evaluation) -> list[Row]:
    from ..evaluation.results import deal_count
    from ..schema import LABELS

    titles = {
        "mention": "mentions",
        **{f"mention.{label}": f"  {label}" for label in LABELS},
        "pair": "pairs",
        "value.pair_amount": "pairs with amount",
        "tuple": "full tuples",
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


def _print(found: Evaluation, rows: Sequence[Row], title: str) -> None:
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
    out.flush()


def _to_json(found: Evaluation, rows: Sequence[Row], name: str, corpus: Path) -> dict[str, Any]:
    """The JSON of the contract, with the system's name and the intervals of what is printed."""
    intervals = {key: {part: interval[part].to_dict() for part in ("p", "r", "f1")} for key, _, _, interval in rows}
    return {"system": name, "corpus": str(corpus), **found.to_dict(), "intervals": intervals}
