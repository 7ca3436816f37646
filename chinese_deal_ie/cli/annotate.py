"""``chinese-deal-ie annotate``: new texts with the model's suggestions, for an annotation tool."""

from __future__ import annotations

import json
from collections.abc import Sequence
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from . import models
from .inputs import find, read
from .output import Messages, check_target, draft, stop, visible

if TYPE_CHECKING:
    from ..training.selection import Suggestion


class Tool(str, Enum):
    """Annotation tools."""

    doccano = "doccano"
    label_studio = "label-studio"
    brat = "brat"


def annotate(
    paths: Annotated[
        list[str],
        typer.Argument(metavar="PATHS", help="Texts, saved web pages, folders with *.txt, *.html and *.htm."),
    ],
    format: Annotated[Tool, typer.Option(help="The tool that the suggestions are for.")],
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="PATH", help="The file, or for brat the new folder, to write."),
    ],
    model: Annotated[
        Path | None,
        typer.Option(
            exists=True, file_okay=False, metavar="DIR", help="A checkpoint folder; default: the packaged model."
        ),
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Only the N documents that the model is least sure of.")
    ] = None,
) -> None:
    """Suggest annotations for new texts, the most uncertain ones first.

    Correcting suggestions is quicker than annotating from nothing, and documents that the model is unsure of teach it
    most. Label Studio shows scores by itself (sort tasks by prediction score); doccano keeps them as metadata
    (uncertainty, scores), brat as notes on the mentions; brat folders are numbered in the order to annotate them in.

    Set up the tool's labels with chinese-deal-ie corpus project, and bring its export back with corpus import.

    Exit code: 0; 1 when an input failed (the rest is written); 2 for wrong usage or no usable model.

    \b
    Examples:
      chinese-deal-ie annotate pages/ --format label-studio --output tasks.json
      chinese-deal-ie annotate pages/ --format doccano --output upload.jsonl --limit 30
      chinese-deal-ie annotate a.txt b.html --format brat --output collection --model my-model
    """
    if "-" in paths:
        raise typer.BadParameter("stdin has no name to find the document by; give files or folders")
    messages = Messages()
    check_target(output.resolve())
    inputs, problems = find(paths)
    extractor = models.make_extractor(model)
    from ..extractor import Extractor
    from ..sections import SECTION
    from ..training.selection import BATCH, suggest

    assert isinstance(extractor, Extractor)
    found: list[Suggestion] = []
    with messages.progress(len(inputs), results_on_stdout=False) as advance:
        for begin in range(0, len(inputs), BATCH):
            texts: list[tuple[str, str]] = []
            for item in inputs[begin : begin + BATCH]:
                reading = read(item)
                problems += (f"{visible(item.id)}: {problem.removeprefix('failed: ')}" for problem in reading.problems)
                if reading.text is not None and len(reading.text) > SECTION:
                    size = f"{len(reading.text):,} characters, at most {SECTION:,} are read"
                    problems.append(f"{visible(item.id)}: {size}; split the text")
                elif reading.text is not None:
                    texts.append((item.id, reading.text))
            found += suggest(extractor, texts)
            advance(min(BATCH, len(inputs) - begin))
    for problem in problems:
        messages.error(visible(problem, 1000))
    if not found:
        raise stop("nothing was written: no text to annotate", 1)
    found.sort(key=lambda suggestion: -suggestion.uncertainty)
    chosen = found[:limit]
    with draft(output) as target:
        refused = write(chosen, target, format, extractor.folder.resolve().name)
    for problem in refused:
        messages.error(f"left out: {visible(problem, 1000)}")
    for suggestion in chosen:
        messages.detail(f"{suggestion.uncertainty:.2f} {visible(suggestion.document.id)}")
    first = chosen[0]
    messages.note(
        f"{len(chosen):,} of {len(found):,} documents, least sure of {visible(first.document.id)} "
        f"({first.uncertainty:.2f}): {visible(str(output))}"
    )
    if problems or refused:
        raise typer.Exit(1)


def write(suggestions: Sequence[Suggestion], target: Path, tool: Tool, version: str) -> list[str]:
    """Write suggestions for ``tool`` in the order given; ``version`` names the model.

    Returns what is wrong with documents that the tool cannot show; they are left out.
    """
    from ..corpus_io import FormatError, extra_labels

    refused = []
    with extra_labels({mention.label for one in suggestions for mention in one.document.mentions}):
        objects = []
        if tool is Tool.brat:
            _begin_brat(target)
        for number, one in enumerate(suggestions, 1):
            try:
                if tool is Tool.brat:
                    _write_brat(one, target, f"{number:0{len(str(len(suggestions)))}d}")
                else:
                    objects.append(_task(one, version) if tool is Tool.label_studio else _upload(one))
            except FormatError as error:
                refused.append(str(error))
    if tool is not Tool.brat:
        lines = [json.dumps(value, ensure_ascii=False) for value in objects]
        array = tool is Tool.label_studio
        text = "[\n" + ",\n".join(lines) + "\n]\n" if array else "".join(f"{line}\n" for line in lines)
        target.write_text(text, encoding="utf-8", newline="\n")
    return refused


def _task(one: Suggestion, version: str) -> dict[str, Any]:
    """A Label Studio task."""
    from ..corpus_io import label_studio

    value = label_studio.to_task(None, one.document, model_version=version)
    value["data"]["uncertainty"] = round(one.uncertainty, 4)
    # What Label Studio sorts by: low scores are the ones to look at first.
    value["predictions"][0]["score"] = round(1 - one.uncertainty, 4)
    return value


def _upload(one: Suggestion) -> dict[str, Any]:
    """A line for doccano, which keeps fields that it does not know as metadata."""
    from ..corpus_io import doccano

    scores = {
        "entities": [round(mention.score, 4) for mention in one.document.mentions],
        "deals": [round(frame.score, 4) for frame in one.document.frames],
    }
    return {**doccano.to_json(one.document), "uncertainty": round(one.uncertainty, 4), "scores": scores}


def _begin_brat(folder: Path) -> None:
    from ..corpus_io import brat

    folder.mkdir()
    (folder / "annotation.conf").write_text(brat.annotation_conf(), encoding="utf-8", newline="\n")


def _write_brat(one: Suggestion, folder: Path, number: str) -> None:
    from ..corpus_io import brat
    from ..corpus_io.normalise import safe_name

    stem = f"{number}-{safe_name(one.document.id)}"
    mentions = one.document.mentions
    # Notes on entities have the lower numbers; an entity has a mention at least.
    notes = "".join(
        f"#{len(mentions) + index}\tAnnotatorNotes T{index}\tscore={mention.score:.2f}\n"
        for index, mention in enumerate(mentions, 1)
    )
    meta = {"id": one.document.id, "meta": {"uncertainty": f"{one.uncertainty:.4f}"}}
    contents = {
        ".ann": brat.to_standoff(one.document) + notes,
        ".txt": one.document.text,
        ".meta.json": json.dumps(meta, ensure_ascii=False),
    }
    for suffix, content in contents.items():
        (folder / f"{stem}{suffix}").write_bytes(content.encode("utf-8"))
