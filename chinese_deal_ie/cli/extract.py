"""``chinese-deal-ie extract``: deals from files, folders and stdin."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from . import models
from .formats import FormatName, writer
from .inputs import Input, Reading, find, read
from .models import BackendName, DealExtractor
from .output import Messages, check_target, results, stop, visible
from .resume import appended, finished, undivided

if TYPE_CHECKING:
    from ..schema import Extraction
    from ..workers import Work

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
    jobs: Annotated[
        int, typer.Option("--jobs", "-j", min=1, metavar="N", help="Processes that read, of one thread each.")
    ] = 1,
    resume: Annotated[
        bool,
        typer.Option("--resume", help="Go on with the jsonl file of --output: what stands in it is not read again."),
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="No progress bar, warnings or summary; errors are still told.")
    ] = False,
    example: Annotated[bool, typer.Option("--example", help="Read the example article that is shipped.")] = False,
) -> None:
    """Extract deals from texts and saved web pages.

    A deal is who (government, company), for how much, where, and the characters of the text that state it.

    Results go to stdout, messages to stderr. jsonl has one line for every input, also for one that failed ("warnings"
    say why); csv has one row for every (government, company, amount, location), in UTF-8; html is one page of all
    inputs with marked texts, deals and sums, to be opened in a browser.

    The id of a document is its file name as given, or its path from the folder that was given.

    Lines are written whole, in the order of inputs. Without --resume, FILE appears when it is complete; after Ctrl-C
    what was done is in FILE.partial. With --resume, FILE grows line by line, and after any end of a run the same
    command goes on; documents that failed count as done.

    Exit code: 0; 1 when an input failed or could be read only in part (the rest is written); 2 for wrong usage or no
    usable model.

    \b
    Examples:
      chinese-deal-ie extract --example
      chinese-deal-ie extract article.txt page.html
      chinese-deal-ie extract news/ --format jsonl --output deals.jsonl
      chinese-deal-ie extract news/ --format html --output deals.html
      chinese-deal-ie extract news/ --format jsonl --output deals.jsonl --jobs 2 --resume
      curl -s https://example.org/news.html | chinese-deal-ie extract - --format csv
      chinese-deal-ie extract news/ --format jsonl | jq '.deals[].company[].name'
    """
    if bool(paths) == example:
        raise typer.BadParameter("give files, folders or - (stdin), or --example; see chinese-deal-ie extract --help")
    messages = Messages(quiet)
    inputs, problems = find(paths or [])
    items: list[Input | Reading] = [*_example()] if example else [*inputs]
    done: Counter[str] = Counter()
    if resume:
        if output is None or format is not FormatName.jsonl:
            raise typer.BadParameter("--resume needs --output FILE and --format jsonl")
        done = finished(output)
    elif output is not None:
        check_target(output.resolve())
    before = len(items)
    items = [*_left(items, done)]
    for problem in problems:
        messages.error(problem)
    extractor = models.make_extractor(model, backend, None if jobs == 1 else 1)
    day = published.date() if published else None
    bad = bool(problems)
    documents = deals = 0
    try:
        with (
            appended(output) if resume and output is not None else results(output) as stream,
            messages.progress(len(items), results_on_stdout=output is None) as advance,
            closing(_found(extractor, items, day, jobs, model, backend)) as found,
            writer(format, stream) as write,
        ):
            for extraction, sound in found:
                with undivided():
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
        there = f" ({before - len(items):,} were there)" if resume else ""
        messages.note(f"{documents:,} documents{there}, {deals:,} deals: {visible(str(output))}")
    if bad:
        raise typer.Exit(1)


def _example() -> Iterator[Reading]:
    text = files("chinese_deal_ie.examples").joinpath(EXAMPLE).read_text(encoding="utf-8")
    yield Reading(EXAMPLE, text)


def _left(items: Iterable[Input | Reading], done: Counter[str]) -> Iterator[Input | Reading]:
    """The items without those that are done; one that is given twice has to be done twice."""
    for item in items:
        if done[item.id]:
            done[item.id] -= 1
        else:
            yield item


def _found(
    extractor: DealExtractor,
    items: Sequence[Input | Reading],
    published: date | None,
    jobs: int,
    model: Path | None,
    backend: BackendName,
) -> Generator[tuple[Extraction, bool], None, None]:
    """Results in order, read in this process or in ``jobs`` others."""
    if jobs == 1:
        yield from run(extractor, map(_reading, items), published)
        return
    from ..workers import FORKS, map_in_order

    prepare = partial(_forked, extractor, published) if FORKS else partial(_started, model, backend, published)
    # Only the first process has the standard input.
    inputs = (read(item) if isinstance(item, Input) and item.path is None else item for item in items)
    yield from map_in_order(prepare, inputs, _lost, processes=jobs)


def _forked(extractor: DealExtractor, published: date | None) -> Work[Input | Reading, tuple[Extraction, bool]]:
    return partial(_batch, extractor, published)


def _started(
    model: Path | None, backend: BackendName, published: date | None
) -> Work[Input | Reading, tuple[Extraction, bool]]:
    return partial(_batch, models.make_extractor(model, backend, threads=1), published)


def _batch(
    extractor: DealExtractor, published: date | None, items: Sequence[Input | Reading]
) -> list[tuple[Extraction, bool]]:
    """Files are read by the workers too."""
    return list(run(extractor, map(_reading, items), published))


def _lost(item: Input | Reading) -> tuple[Extraction, bool]:
    from ..schema import Extraction

    return Extraction(item.id, "", warnings=("failed: the process that read it died, twice",)), False


def _reading(item: Input | Reading) -> Reading:
    return read(item) if isinstance(item, Input) else item


def run(
    extractor: DealExtractor, readings: Iterable[Reading], published: date | None = None
) -> Iterator[tuple[Extraction, bool]]:
    """One result for every reading, in order, and whether all went well; failed readings give empty results.

    Inputs are read as the extractor asks for them, so that any number fits into memory.
    """
    from ..schema import Extraction

    waiting: deque[Reading] = deque()

    def texts() -> Iterator[tuple[str, str, date | None]]:
        for reading in readings:
            waiting.append(reading)
            if reading.text is not None:
                yield reading.id, reading.text, published

    def failures() -> Iterator[tuple[Extraction, bool]]:
        while waiting and waiting[0].text is None:
            reading = waiting.popleft()
            yield Extraction(reading.id, "", warnings=reading.problems), False

    for extraction in extractor.extract_many(texts()):
        yield from failures()
        problems = waiting.popleft().problems
        sound = not problems and not _failed(extraction.warnings)
        yield replace(extraction, warnings=problems + extraction.warnings), sound
    yield from failures()


def _failed(warnings: Sequence[str]) -> bool:
    return any(warning.startswith("failed: ") for warning in warnings)


def _tell(messages: Messages, extraction: Extraction) -> None:
    for warning in extraction.warnings:
        text = f"{visible(extraction.id)}: {visible(warning.removeprefix('failed: '), 1000)}"
        (messages.error if _failed([warning]) else messages.warning)(text)
