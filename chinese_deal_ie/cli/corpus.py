"""``chinese-deal-ie corpus``: check, count and convert annotation files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .annotate import Tool
from .output import Messages, check_target, draft, reason, stdout, stop, visible
from .reporting import reports

if TYPE_CHECKING:
    from ..corpus_io import FormatError
    from ..schema import Document

app = typer.Typer(
    name="corpus",
    help="Import, check, count and convert annotated documents.\n\n"
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
@reports
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
@reports
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
@reports
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
    from ..corpus_io import FormatError, extra_labels, write_corpus

    check_target(output.resolve())
    documents, problems = _read(paths)
    try:
        used = {mention.label for document in documents for mention in document.mentions}
        with draft(output) as path, extra_labels(used):
            write_corpus(documents, path, to.value)
    except FormatError as error:
        raise stop(f"nothing was written: {visible(str(error), 1000)}", 1) from error
    except OSError as error:
        raise stop(f"cannot write {visible(str(output))}: {reason(error)}", 1) from error
    Messages().note(f"{len(documents):,} documents: {visible(str(output))}")
    _tell(problems)


Labels = Annotated[
    list[str] | None,
    typer.Option("--label", metavar="NAME", help="A label beyond the seven; may be given several times."),
]


@app.command("import")
@reports
def import_(
    export: Annotated[Path, typer.Argument(exists=True, help="What the tool exported: a file, archive or folder.")],
    format: Annotated[Tool, typer.Option(help="The tool.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", file_okay=False, metavar="DIR", help="The folder of your corpus.")
    ],
    label: Labels = None,
) -> None:
    """Take the export of an annotation tool into a corpus.

    Read are doccano's JSONL (as downloaded, .zip, or unpacked), Label Studio's JSON (not JSON-MIN) and a brat
    collection (folder, .tar.gz or .zip). The documents are written to DIR as JSON lines, in a file named after the
    export; a later export of the same name takes its place. Labels of your own are noted in DIR/extra-labels.txt.

    A broken record is told with file, line and character of the text, and left out; the others are written.

    Exit code: 0; 1 when a record was left out or nothing could be written; 2 for wrong usage.

    \b
    Examples:
      chinese-deal-ie corpus import project-3.json --format label-studio --output my-corpus
      chinese-deal-ie corpus import doccano.zip --format doccano --output my-corpus
      chinese-deal-ie corpus import collection/ --format brat --output my-corpus --label POLICY
    """
    from ..corpus_io import DECLARATION, FormatError, declared_labels
    from ..corpus_io.exports import read_export
    from ..corpus_io.json_lines import write

    messages = Messages()
    target = output / f"{export.resolve().name.lstrip('.').split('.')[0]}.jsonl"
    try:
        known = declared_labels(output) if output.is_dir() else ()
        labels = tuple(dict.fromkeys((*known, *(label or ()))))
        documents, problems, untouched = read_export(export, format.value, labels)
        elsewhere = _ids(output, but=target)
    except FormatError as error:
        raise stop(visible(str(error), 1000), 1) from error
    except ValueError as error:
        raise typer.BadParameter(f"--label: {error}") from error
    except OSError as error:
        raise stop(f"cannot read {visible(str(error.filename or export))}: {reason(error)}", 1) from error
    problems += (
        FormatError(f"document id {document.id!r} is in {elsewhere[document.id]} already", export)
        for document in documents
        if document.id in elsewhere
    )
    documents = [document for document in documents if document.id not in elsewhere]
    for problem in problems:
        messages.error(visible(str(problem), 1000))
    if not documents:
        raise stop("nothing was written: no annotated document that could be read", 1)
    try:
        output.mkdir(parents=True, exist_ok=True)
        with draft(target) as path:
            write(documents, path)
        if set(labels) - set(known):
            (output / DECLARATION).write_text("".join(f"{name}\n" for name in labels), encoding="utf-8")
    except OSError as error:
        raise stop(f"cannot write {visible(str(target))}: {reason(error)}", 1) from error
    left = f"; {untouched:,} tasks that nobody has annotated passed over" if untouched else ""
    messages.note(f"{len(documents):,} documents: {visible(str(target))}{left}")
    if problems:
        raise stop(f"{len(problems):,} records left out; mend them in {format.value}, export and import again", 1)


def _ids(folder: Path, *, but: Path) -> dict[str, str]:
    """Document id to file name of what a corpus holds outside the file ``but``."""
    from ..corpus_io import read_corpus

    files = sorted(file for file in folder.glob("*.jsonl") if file.name != but.name) if folder.is_dir() else []
    return {document.id: file.name for file in files for document in read_corpus(file, on_error="collect")}


@app.command()
@reports
def project(
    format: Annotated[Tool, typer.Option(help="The tool.")],
    label: Labels = None,
) -> None:
    """Print what an annotation project needs to know: labels, relations, attributes.

    For Label Studio the labelling interface (Settings, Labeling Interface, Code), for brat annotation.conf, for doccano
    the span types and relation types to upload (Labels and Relations, Actions, Import Labels; a file each).

    Exit code: 0; 2 for wrong usage.

    \b
    Examples:
      chinese-deal-ie corpus project --format label-studio > interface.xml
      chinese-deal-ie corpus project --format brat --label POLICY > annotation.conf
      chinese-deal-ie corpus project --format doccano | jq .spans > spans.json
    """
    from ..corpus_io import brat, doccano, extra_labels, label_studio

    try:
        with extra_labels(label or ()):
            made = {
                Tool.label_studio: label_studio.labelling_config,
                Tool.brat: brat.annotation_conf,
                Tool.doccano: doccano.label_types,
            }[format]()
    except ValueError as error:
        raise typer.BadParameter(f"--label: {error}") from error
    out = stdout()
    out.write(made)
    out.flush()


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
