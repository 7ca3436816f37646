"""``chinese-deal-ie corpus``: check, count and convert annotation files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .output import Messages, check_target, draft, reason, stdout, stop, visible

if TYPE_CHECKING:
    from ..corpus_io import FormatError
    from ..schema import Document

app = typer.Typer(
    name="corpus",
    help="Check, count and convert annotated documents.\n\n"
    "Read are .deal.txt, JSON lines, exports of doccano and Label Studio, brat, spaCy DocBin and saved datasets.",
    no_args_is_help=True,
)

Paths = Annotated[list[Path], typer.Argument(exists=True, metavar="PATHS", help="Annotation files and folders.")]


class Target(str, Enum):
    """Formats that can be written."""

    deal = "deal"
    jsonl = "jsonl"
    doccano = "doccano"
    labelstudio = "labelstudio"
    brat = "brat"
    spacy = "spacy"


@app.command()
def check(paths: Paths) -> None:
    """Print all problems of annotation files.

    One a line: file, line, character, problem.

    Exit code: 0; 1 when there are problems; 2 for wrong usage.

    \b
    Examples:
      chinese-deal-ie corpus check corpus/
      chinese-deal-ie corpus check export.jsonl annotated.deal.txt
    """
    from ..corpus_io import check as problems_of

    documents, _ = _read(paths)
    problems = problems_of(paths)
    out = stdout()
    for problem in problems:
        out.write(visible(str(problem), 1000) + "\n")
    out.flush()
    if problems:
        raise stop(f"{len(problems):,} problems beside {len(documents):,} readable documents", 1)
    Messages().note(f"{len(documents):,} documents, no problems")


@app.command()
def stats(paths: Paths) -> None:
    """Print what a corpus holds as a Markdown table, one column a path.

    Exit code: 0; 1 when a document could not be read (the others are counted); 2 for wrong usage.

    \b
    Examples:
      chinese-deal-ie corpus stats corpus/train corpus/dev corpus/test
      chinese-deal-ie corpus stats export.jsonl > statistics.md
    """
    from ..corpus_io.statistics import describe, markdown

    read = {visible(str(path)).replace("|", "\\|"): _read([path]) for path in paths}
    out = stdout()
    out.write(markdown({name: describe(documents) for name, (documents, _) in read.items()}))
    out.flush()
    _tell(problem for _, problems in read.values() for problem in problems)


@app.command()
def convert(
    paths: Paths,
    to: Annotated[Target, typer.Option("--to", help="The format to write.")],
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="PATH", help="The file, or for deal and brat the new folder, to write."),
    ],
) -> None:
    """Write annotation files of any format as another one.

    jsonl, doccano, labelstudio and spacy are one file, deal (.deal.txt) and brat a folder.

    Exit code: 0; 1 when a document could not be read (the others are written) or written; 2 for wrong usage.

    \b
    Examples:
      chinese-deal-ie corpus convert corpus/train --to doccano --output train.jsonl
      chinese-deal-ie corpus convert train.jsonl --to deal --output annotated/
      chinese-deal-ie corpus convert corpus/dev --to spacy --output dev.spacy
    """
    from ..corpus_io import FormatError, write_corpus

    check_target(output.resolve())
    documents, problems = _read(paths)
    try:
        with draft(output) as path:
            write_corpus(documents, path, to.value)
    except FormatError as error:
        raise stop(f"nothing was written: {visible(str(error), 1000)}", 1) from error
    except OSError as error:
        raise stop(f"cannot write {visible(str(output))}: {reason(error)}", 1) from error
    Messages().note(f"{len(documents):,} documents: {visible(str(output))}")
    _tell(problems)


def _read(paths: Sequence[Path]) -> tuple[list[Document], list[FormatError]]:
    """The sound documents of all paths and the errors in the place of the others; an id counts once.

    Ends the command with code 1 where there is nothing to read at all: an empty folder is a wrong one.
    """
    from ..corpus_io import FormatError, read_corpus

    documents: dict[str, Document] = {}
    problems: list[FormatError] = []
    for path in paths:
        try:
            found = read_corpus(path, on_error="collect")
        except OSError as error:
            raise stop(f"cannot read {visible(str(error.filename or path))}: {reason(error)}", 1) from error
        problems += found.errors
        for document in found:
            if document.id in documents:
                problems.append(FormatError(f"document id {document.id!r} again, in an earlier path too", path))
            else:
                documents[document.id] = document
    if not documents and not problems:
        names = ", ".join(visible(str(path)) for path in paths)
        raise stop(f"no annotated documents in {names}; see chinese-deal-ie corpus --help for the formats", 1)
    return list(documents.values()), problems


def _tell(problems: Iterable[FormatError]) -> None:
    """Report documents left out; ends the command with code 1 if there are any."""
    found = list(problems)
    for problem in found:
        Messages().error(visible(str(problem), 1000))
    if found:
        raise stop(f"{len(found):,} documents left out; chinese-deal-ie corpus check tells all problems", 1)
