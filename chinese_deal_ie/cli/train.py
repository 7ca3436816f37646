"""``chinese-deal-ie train``: from the packaged model and own annotations to a model of one's own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .output import Messages, print_table, reason, stdout, stop, visible

if TYPE_CHECKING:
    from ..training.before_after import Comparison
    from ..training.retrain import Outcome, Progress

PACKAGED = "packaged"
_SAYS = {"training": "training", "exporting": "writing int8 graphs", "comparing": "reading with both models"}
_EXTRA = "pip install 'chinese_deal_ie[train]'"


def train(
    corpus: Annotated[
        Path,
        typer.Option(exists=True, metavar="PATH", help="Your annotated documents, any format that corpus check reads."),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", file_okay=False, metavar="DIR", help="The folder of the new model.")
    ],
    base: Annotated[
        str, typer.Option(metavar="DIR", help="The model to go on from: a checkpoint folder, or packaged.")
    ] = PACKAGED,
    rehearse: Annotated[
        Path | None,
        typer.Option(
            exists=True, metavar="PATH", help="Old documents to read along, so that they are not forgotten: corpus/."
        ),
    ] = None,
    held_out: Annotated[
        str,
        typer.Option(
            metavar="SHARE|PATH", help="What the models are compared on: a share of the corpus, or documents."
        ),
    ] = "0.3",
    steps: Annotated[int, typer.Option(min=1, help="At most so many updates; it stops by itself before.")] = 200,
    seed: Annotated[int, typer.Option(min=0, help="Decides how the corpus is divided, and the weights.")] = 0,
    threads: Annotated[
        int | None, typer.Option(min=1, help="Processor threads; default: as many as there are cores.")
    ] = None,
) -> None:
    """Go on training a model with your own annotations.

    The documents are divided by chance: 30 % are held out to compare the old model with the new one, 15 % tell when to
    stop, the rest are learnt from. It takes minutes on a laptop without a GPU; after an interruption, run the same
    command again. Labels that the model does not know are learnt too, where extra-labels.txt beside the documents
    names them.

    Prints scores before and after and what the paired test allows to be claimed. DIR holds the model, its card
    (README.md) and, in retraining/, the log and the comparison as JSON and Markdown; load it with
    chinese_deal_ie.load("DIR") or extract --model DIR.

    Exit code: 0, also when no improvement is shown; 1 when the corpus has errors or cannot be divided; 2 for wrong
    usage, no usable model or a package that is not installed; 130 when interrupted.

    \b
    Examples:
      chinese-deal-ie train --corpus my-corpus --output my-model
      chinese-deal-ie train --corpus my-corpus --rehearse corpus --output my-model
      chinese-deal-ie train --base my-model --corpus more --held-out my-test --output my-model-2
      chinese-deal-ie train --corpus my-corpus --output quick --steps 20 --held-out 0.5 --seed 1
    """
    if threads is not None:
        os.environ["OMP_NUM_THREADS"] = str(threads)  # before any library reads it
    messages = Messages()
    judged = _share(held_out)
    try:
        import_module("onnx")  # of the export, which comes last: better told now
        from ..model.checkpoint import CheckpointError, packaged
        from ..training.retrain import RetrainConfig, retrain
    except ImportError as error:
        raise stop(f"train needs packages that are not installed ({error.name or error}): {_EXTRA}", 2) from error
    if threads is not None:
        import torch

        torch.set_num_threads(threads)
    config = RetrainConfig(
        packaged() if base == PACKAGED else Path(base), corpus, output, rehearse, judged, steps, seed
    )
    try:
        with _progress(messages) as told:
            outcome = retrain(config, told)
    except KeyboardInterrupt:
        messages.error(
            f"interrupted; run the same command again to go on from the last state in {visible(str(output))}"
        )
        raise typer.Exit(130) from None
    except CheckpointError as error:
        raise stop(f"cannot start from {visible(base)}: {visible(str(error), 1000)}", 2) from error
    except ValueError as error:
        raise stop(visible(str(error), 1000), 1) from error
    except OSError as error:
        raise stop(f"cannot read or write {visible(str(error.filename or output))}: {reason(error)}", 1) from error
    _print(outcome)
    messages.note(f"weights after {outcome.stopped_at} of {outcome.rounds[-1].step} updates: {visible(str(output))}")


def _share(text: str) -> float | Path:
    try:
        share = float(text)
    except ValueError:
        if not Path(text).exists():
            raise typer.BadParameter(
                f"--held-out {visible(text)}: neither a share such as 0.3 nor a file or folder that is there"
            ) from None
        return Path(text)
    if not 0 < share < 0.8:
        raise typer.BadParameter(f"--held-out {text}: a share lies between 0 and 0.8; 0.3 is usual")
    return share


@contextmanager
def _progress(messages: Messages) -> Iterator[Callable[[Progress], None]]:
    """A bar on a terminal, and a note at the beginning of each stage elsewhere."""
    stage = ""

    def note(progress: Progress) -> None:
        nonlocal stage
        if progress.stage != stage:
            stage = progress.stage
            more = f", at most {progress.total} updates" if stage == "training" else ""
            messages.note(f"{_SAYS[stage]}{more}")

    with messages.bar() as bar:
        if bar is None:
            yield note
            return
        task = bar.add_task(_SAYS["training"], total=None, loss="")

        def show(progress: Progress) -> None:
            busy = progress.stage != "training"
            loss = "" if progress.loss is None else f"loss {progress.loss:.2f}"
            bar.update(
                task,
                description=_SAYS[progress.stage],
                completed=progress.done,
                total=None if busy else progress.total,
                loss=loss,
            )

        yield show


def _print(outcome: Outcome) -> None:
    out = stdout()
    for found in (outcome.held_out, outcome.old):
        if found is not None:
            _print_comparison(found)
    for sentence in outcome.sentences():
        out.write(f"{sentence[0].upper()}{sentence[1:]}.\n")
    kept = "fitted anew" if outcome.fitted else "those of the model it started from: too few documents to fit new ones"
    out.write(f"Thresholds are {kept}.\n")
    out.flush()


def _print_comparison(found: Comparison) -> None:
    from rich import box
    from rich.table import Table

    from ..training.before_after import SCORES

    title = f"{found.documents} {found.what} documents, F1 in percent"
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD)
    table.add_column("", no_wrap=True)
    for column in ("before", "after", "difference", "interval", ""):
        table.add_column(column, justify="right", no_wrap=True)
    for change in (*found.changes, *found.new_labels):
        table.add_row(
            SCORES.get(change.name, f"mentions, {change.name}"),
            f"{100 * change.before.f1:.1f}",
            f"{100 * change.after.f1:.1f}",
            f"{100 * change.difference:+.1f}",
            f"{100 * change.low:+.1f} to {100 * change.high:+.1f}",
            "" if change.verdict == "open" else change.verdict,
        )
    print_table(stdout(), table)
