"""``chinese-deal-ie benchmark``: the gate that fails when a model has become worse or slower."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .output import Messages, check_target, print_table, reason, stdout, stop, visible
from .scoring import SystemName, check_choice, gold_documents, make_system, score

if TYPE_CHECKING:
    from ..evaluation.gate import Baseline, Verdict

_TITLES = {
    "mention": "mentions",
    "pair": "pairs",
    "value.pair_amount": "pairs with amount",
    "tuple": "full tuples",
    "slot": "slot fillers",
    "quiet": "quiet without deals",
}


def benchmark(
    corpus: Annotated[Path, typer.Argument(exists=True, help="Annotated files, any format that corpus check reads.")],
    model: Annotated[
        Path | None,
        typer.Option(
            exists=True, file_okay=False, metavar="DIR", help="A checkpoint folder; default: the packaged model."
        ),
    ] = None,
    system: Annotated[SystemName, typer.Option(help="What is scored, as in evaluate.")] = SystemName.model,
    baseline: Annotated[
        Path | None,
        typer.Option(dir_okay=False, metavar="FILE", help="What to compare with; default: benchmarks/CORPUS.json."),
    ] = None,
    update: Annotated[bool, typer.Option("--update", help="Write this run as the new baseline; never fails.")] = False,
) -> None:
    """Compare a model with a committed baseline, and fail when it is worse.

    The baseline holds the counts of every document. A score has fallen when the 95 % interval of its difference, by
    paired bootstrap over documents, lies below zero. Speed is processor time in units of a loop that is run between
    the documents, on one thread; more than 1.5 times the baseline's is a fall.

    Exit code: 0; 1 when a score or the speed has fallen, or the corpus has errors; 2 for wrong
    usage, no usable model or no baseline of these documents.

    \b
    Examples:
      chinese-deal-ie benchmark corpus/dev
      chinese-deal-ie benchmark corpus/dev --model my-checkpoint
      chinese-deal-ie benchmark corpus/dev --update
      chinese-deal-ie benchmark my-corpus --baseline ci/mine.json
    """
    from .._version import __version__
    from ..evaluation import gate

    check_choice(system, model)
    target = baseline or Path("benchmarks") / f"{corpus.resolve().name.split('.')[0]}.json"
    if update:
        check_target(target.resolve())
    messages = Messages()
    old = _read(target, update, messages)
    gold = gold_documents(corpus, messages)
    try:
        subject = make_system(system, model, threads=1)
    except ImportError as error:
        raise typer.BadParameter(f"--system {system.value}: {error}") from error
    found, cost = score(gold, subject, messages)
    verdict = None
    if old is not None:
        try:
            verdict = gate.judge(old, found, cost)
        except ValueError as error:
            if not update:
                raise stop(f"{visible(str(target))} is of other documents ({error}); run with --update", 2) from error
            messages.note(f"not compared: {error}")
    if old is not None and verdict is not None:
        title = f"{visible(subject.name)} on {visible(str(corpus))}, against {visible(old.system)} {old.version}"
        _print(verdict, title)
    if update:
        gate.write_baseline(gate.make_baseline(subject.name, __version__, found, cost), target)
        messages.note(f"written: {visible(str(target))}")
    elif verdict is not None and not verdict.passed:
        for line in _complaints(verdict):
            messages.error(line)
        raise typer.Exit(1)


def _read(path: Path, update: bool, messages: Messages) -> Baseline | None:
    from ..evaluation.gate import read_baseline

    try:
        return read_baseline(path)
    except OSError as error:
        if not update:
            raise stop(f"no baseline {visible(str(path))}: {reason(error)}; write one with --update", 2) from error
    except ValueError as error:
        if not update:
            raise stop(visible(str(error), 1000), 2) from error
        messages.note(visible(f"not compared: {error}", 1000))
    return None


def _print(verdict: Verdict, title: str) -> None:
    from rich import box
    from rich.table import Table

    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD)
    table.add_column("", no_wrap=True)
    for column in ("before", "now", "difference", "95 % interval", ""):
        table.add_column(column, justify="right", no_wrap=True)
    for change in verdict.changes:
        gap = change.test.difference
        table.add_row(
            _TITLES[change.name],
            f"{100 * change.before:.1f}",
            f"{100 * change.now:.1f}",
            f"{100 * gap.value:+.1f}",
            f"{100 * gap.low:+.1f} to {100 * gap.high:+.1f}",
            "fallen" if change.fallen else "",
        )
    before, now = verdict.ratio_before, verdict.ratio_now
    table.add_row(
        "loops for 1,000 characters",
        f"{before:.2f}",
        f"{now:.2f}",
        f"{100 * (now / before - 1):+.0f} %",
        "",
        "slower" if verdict.slower else "",
    )
    out = stdout()
    print_table(out, table)
    out.write(f"{'passed' if verdict.passed else 'failed'}; F1 in percent, paired bootstrap over documents\n")
    out.flush()


def _complaints(verdict: Verdict) -> list[str]:
    from ..evaluation.gate import SLOWER

    found = [
        f"{_TITLES[change.name]} fell from {100 * change.before:.1f} to {100 * change.now:.1f}: more than chance"
        for change in verdict.changes
        if change.fallen
    ]
    if verdict.slower:
        found.append(
            f"reading takes {verdict.ratio_now:.2f} calibration loops for 1,000 characters, "
            f"more than {SLOWER:g} times the {verdict.ratio_before:.2f} of the baseline"
        )
    return found
