"""``chinese-deal-ie extract``: deals from files, folders and stdin."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from . import models
from .formats import FormatName, writer
from .inputs import Reading, find, read
from .models import BackendName, DealExtractor
from .output import Messages, check_target, results, stop, visible

if TYPE_CHECKING:
    from ..schema import Extraction

EXAMPLE = "changzhou.txt"


def extract(
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PATHS", help="Texts, saved web pages, folders with *.txt, *.html and *.htm, or - for stdin."
        ),
    ] = None,
    format: Annotated[FormatName, typer.Option(help="How results are written.")] = FormatName.table,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write results to FILE instead of stdout.")
    ] = None,
    model: Annotated[
        Path | None,
        typer.Option(
            exists=True, file_okay=False, metavar="DIR", help="A checkpoint folder; default: the packaged model."
        ),
    ] = None,
    backend: Annotated[
        BackendName, typer.Option(help="What runs the network; torch needs the extra of that name.")
    ] = BackendName.onnx,
    published: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], metavar="DATE", help="The day (YYYY-MM-DD) that 昨日 or 今年 in the texts count from."
        ),
    ] = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="No progress bar, warnings or summary; errors are still told.")
    ] = False,
    example: Annotated[bool, typer.Option("--example", help="Read the example article that is shipped.")] = False,
) -> None:
    """Extract deals from texts and saved web pages.

    A deal is who (government, company), for how much, where, and the characters of the text that state it.

    Results go to stdout, messages to stderr. jsonl has one line for every input, also for one that failed ("warnings"
    say why); csv has one row for every (government, company, amount, location), in UTF-8.

    The id of a document is its file name as given, or its path from the folder that was given.

    Exit code: 0; 1 when an input failed or could be read only in part (the rest is written); 2 for wrong usage or no
    usable model.

    \b
    Examples:
      chinese-deal-ie extract --example
      chinese-deal-ie extract article.txt page.html
      chinese-deal-ie extract news/ --format jsonl --output deals.jsonl
      curl -s https://example.org/news.html | chinese-deal-ie extract - --format csv
      chinese-deal-ie extract news/ --format jsonl | jq '.deals[].company[].name'
    """
    if bool(paths) == example:
        raise typer.BadParameter("give files, folders or - (stdin), or --example; see chinese-deal-ie extract --help")
    messages = Messages(quiet)
    inputs, problems = find(paths or [])
    if output is not None:
        check_target(output.resolve())
    for problem in problems:
        messages.error(problem)
    extractor = models.make_extractor(model, backend)
    readings = _example() if example else map(read, inputs)
    bad = bool(problems)
    documents = deals = 0
    try:
        with (
            results(output) as stream,
            messages.progress(len(inputs), results_on_stdout=output is None) as advance,
        ):
            write = writer(format, stream)
            for extraction, sound in run(extractor, readings, published.date() if published else None):
                write(extraction)
                stream.flush()  # a reader at the other end of a pipe gets each result at once
                _tell(messages, extraction)
                advance(1)
                documents, deals, bad = documents + 1, deals + len(extraction.deals), bad or not sound
    except BrokenPipeError:
        raise  # the reader has seen enough; typer ends silently
    except OSError as error:
        raise stop(f"cannot write results: {error}", 1) from error
    if output is not None:
        messages.note(f"{documents:,} documents, {deals:,} deals: {visible(str(output))}")
    if bad:
        raise typer.Exit(1)


def _example() -> Iterator[Reading]:
    text = files("chinese_deal_ie.examples").joinpath(EXAMPLE).read_text(encoding="utf-8")
    yield Reading(EXAMPLE, text)


def run(
    extractor: DealExtractor, readings: Iterable[Reading], published: date | None = None
) -> Iterator[tuple[Extraction, bool]]:
    """One result for every reading, in order, and whether all went well; failed readings give empty results.

    Inputs are read as the extractor asks for them, so that any number fits into memory.
    """
    from ..schema import Extraction

    waiting: deque[Reading] = deque()

    def texts() -> Iterator[tuple[str, str]]:
        for reading in readings:
            waiting.append(reading)
            if reading.text is not None:
                yield reading.id, reading.text

    def failures() -> Iterator[tuple[Extraction, bool]]:
        while waiting and waiting[0].text is None:
            reading = waiting.popleft()
            yield Extraction(reading.id, "", warnings=reading.problems), False

    found = extractor.extract_many(texts()) if published is None else _dated(extractor, texts(), published)
    for extraction in found:
        yield from failures()
        problems = waiting.popleft().problems
        sound = not problems and not _failed(extraction.warnings)
        yield replace(extraction, warnings=problems + extraction.warnings), sound
    yield from failures()


def _dated(extractor: DealExtractor, texts: Iterable[tuple[str, str]], published: date) -> Iterator[Extraction]:
    from ..schema import Extraction

    for name, text in texts:
        try:
            yield extractor.extract(text, id=name, published=published)
        except Exception as error:  # as extract_many: one document must not end the run
            yield Extraction(name, text, warnings=(f"failed: {type(error).__name__}: {error}",))


def _failed(warnings: Sequence[str]) -> bool:
    return any(warning.startswith("failed: ") for warning in warnings)


def _tell(messages: Messages, extraction: Extraction) -> None:
    for warning in extraction.warnings:
        text = f"{visible(extraction.id)}: {visible(warning.removeprefix('failed: '), 1000)}"
        (messages.error if _failed([warning]) else messages.warning)(text)
