"""``chinese-deal-ie report``: results that were written before as one HTML page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .inputs import Input, read
from .output import Messages, check_target, reason, results, stop, visible

if TYPE_CHECKING:
    from ..schema import Extraction


def report(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="RESULTS", exists=True, dir_okay=False, help="Files of extract --format jsonl."),
    ],
    texts: Annotated[
        Path | None,
        typer.Option(
            exists=True, file_okay=False, metavar="DIR", help="The folder that was read, to show whole texts from."
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write the page to FILE instead of stdout.")
    ] = None,
    title: Annotated[str | None, typer.Option(help="Title of the page; default: the document's id.")] = None,
) -> None:
    """Make a page of results: sums by province, deals as cards, evidence.

    No model is needed. Results do not hold the texts they were read from; with --texts they are read again and shown
    whole, without it the sentences of evidence are shown.

    Exit code: 0; 1 when a result or text could not be read (the rest is shown, with a message); 2 for wrong usage.

    \b
    Examples:
      chinese-deal-ie extract news/ --format jsonl --output deals.jsonl
      chinese-deal-ie report deals.jsonl --output deals.html
      chinese-deal-ie report deals.jsonl --texts news/ --output deals.html
      chinese-deal-ie report 2024.jsonl 2025.jsonl --title "Two years" > deals.html
    """
    from ..rendering import PageBuilder

    if output is not None:
        check_target(output.resolve())
    messages, builder, bad, documents = Messages(), PageBuilder(title), False, 0
    for file in files:
        for place, found in _results(file):
            if isinstance(found, str):
                messages.error(f"{place}: {found}")
                bad = True
                continue
            if texts is not None:
                found, problem = _with_text(found, texts)
                if problem:
                    messages.error(f"{visible(found.id)}: {problem}; its evidence is shown instead")
                    bad = True
            builder.add(found)
            documents += 1
    with results(output) as stream:
        stream.write(builder.page().html)
    if output is not None:
        messages.note(f"{documents:,} documents: {visible(str(output))}")
    if bad:
        raise typer.Exit(1)


def _results(file: Path) -> Iterator[tuple[str, Extraction | str]]:
    """Each line of a file as a result or as what is wrong with it, with its place."""
    from ..rendering import extraction_from_dict

    try:
        with open(file, encoding="utf-8", errors="replace", newline="\n") as lines:
            for number, line in enumerate(lines, 1):
                if not line.strip():
                    continue
                place = f"{visible(str(file))}, line {number}"
                try:
                    value = json.loads(line)
                    if not isinstance(value, dict):
                        raise ValueError("no result of extract --format jsonl: no object")
                    yield place, extraction_from_dict(value)
                except (ValueError, RecursionError) as error:
                    yield place, f"{visible(str(error))}; was it written by extract --format jsonl?"
    except OSError as error:
        raise stop(f"cannot read {visible(str(file))}: {reason(error)}", 1) from error


def _with_text(found: Extraction, folder: Path) -> tuple[Extraction, str]:
    """The result with the text it was read from, or what stands in the way.

    Ids come from a file, so nothing outside the folder is read.
    """
    try:
        path = (folder / found.id).resolve()
        inside = path.is_relative_to(folder.resolve()) and path.is_file()
    except (OSError, ValueError):
        inside = False
    if not inside:
        return found, f"no such file in {visible(str(folder))}"
    reading = read(Input(found.id, path))
    if reading.text is None:
        return found, "; ".join(problem.removeprefix("failed: ") for problem in reading.problems)
    return replace(found, text=reading.text), ""
