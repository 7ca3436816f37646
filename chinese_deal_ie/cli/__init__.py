"""The command line: ``chinese-deal-ie``, also ``python -m chinese_deal_ie``.

Commands import what they need when they run, so that ``--version`` and ``--help`` answer at once.
"""

from __future__ import annotations

from typing import Annotated

import typer

from . import annotate, benchmark, corpus, evaluate, extract, report, train
from .reporting import reports

__all__ = ["app"]

app = typer.Typer(
    name="chinese-deal-ie",
    help="Who signed what with whom, for how much, and where: deals between governments and companies in Chinese text.",
    no_args_is_help=True,
    rich_markup_mode=None,  # plain help: brackets in examples stay brackets, and rich need not be loaded for it
    pretty_exceptions_enable=False,
)
app.command()(reports(extract.extract))
app.command()(reports(annotate.annotate))
app.command()(reports(train.train))
app.command()(reports(evaluate.evaluate))
app.command()(reports(benchmark.benchmark))
app.command()(reports(report.report))
app.add_typer(corpus.app)


def _version(asked: bool) -> None:
    if asked:
        from .._version import __version__

        typer.echo(f"chinese-deal-ie {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None: ...
