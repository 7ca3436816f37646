"""A checkpoint's manifest as a model card: Markdown with the YAML head that the Hugging Face Hub reads."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..model.checkpoint import MANIFEST
from .before_after import markdown

FILE = "README.md"
TITLES = {
    "mention": "mentions, strict",
    "pair": "(government, company) pairs",
    "pair_amount": "pairs with amount",
    "tuple": "full tuples",
    "quiet": "documents without deals left alone",
}
Scores = Mapping[str, Mapping[str, Any]]
"""By split: ``documents``, and for each key of :data:`TITLES` its ``p``, ``r``, ``f1`` (value, low, high)."""


def write(folder: Path) -> None:
    """Write the card of the checkpoint in ``folder`` beside it."""
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    (folder / FILE).write_text(model_card(manifest), encoding="utf-8", newline="\n")


def model_card(manifest: Mapping[str, Any], scores: Scores | None = None) -> str:
    """The card of a checkpoint.

    :param manifest: what ``checkpoint.json`` holds.
    :param scores: with intervals, as in :data:`Scores`; those of the manifest when None.
    """
    about = manifest["about"]
    found: Scores = about.get("scores", {}) if scores is None else scores
    sections = (
        _head(about),
        f"# {about['name']}\n\n{_what(manifest)}",
        f"## How to use it\n\n{_USE}",
        f"## Training data\n\n{_data(about)}",
        *([f"## Scores\n\n{_scores(found)}"] if found or "comparison" not in about else []),
        *([f"## Before and after\n\n{_comparison(about)}"] if "comparison" in about else []),
        f"## Limits and biases\n\n{_LIMITS}",
        f"## Licence\n\n{_licence(about)}",
    )
    return "\n\n".join(sections) + "\n"


def _head(about: Mapping[str, Any]) -> str:
    names = [source["id"] for source in about["training_data"]]
    lines = [
        "language: zh",
        f"license: {about['licence'].lower()}",
        "library_name: chinese_deal_ie",
        "pipeline_tag: token-classification",
        "tags: [information-extraction, relation-extraction, named-entity-recognition]",
        "datasets:",
        *(f"  - {name}" for name in names),
    ]
    return "\n".join(["---", *lines, "---"])


def _what(manifest: Mapping[str, Any]) -> str:
    about, config = manifest["about"], manifest["config"]
    commit = f", commit {about['commit'][:12]}" if about["commit"] else ""
    return (
        "Reads a Chinese news item, government page or company notice and finds the deals between governments and "
        "companies that it reports: who, with whom, for how much money, where, when, which project.\n\n"
        f"* Made {about['date']} by chinese_deal_ie {about['version']}{commit}.\n"
        f"* Started from {about['encoder']}.\n"
        f"* A character Transformer, {config['hidden_size']} wide: {config['shared_layers']} layers find mentions "
        f"({', '.join(config['labels'])}) and which of them name one thing; {config['focus_layers']} more are read "
        "again with each company marked and give every other mention its role in that company's deal.\n"
        "* `shared.onnx` and `focus.onnx` hold int8 weights for the CPU, `model.safetensors` half precision for "
        f"PyTorch. Thresholds: {about.get('thresholds', 'fitted on the dev split')}."
    )


_USE = """```python
from chinese_deal_ie import load
from chinese_deal_ie.extractor import Extractor

extractor = Extractor.from_checkpoint("path/to/this/folder")
for deal in extractor.extract(text).deals:
    print(deal.tuples())

nlp = load("path/to/this/folder")          # the same as a spaCy pipeline
```"""


def _data(about: Mapping[str, Any]) -> str:
    rows = [
        (source["title"], source["used_for"], source["licence"], source["where"], source["citation"])
        for source in about["training_data"]
    ]
    counts = [
        (split, f"{about['documents'][split]:,}", f"{about['characters'][split]:,}", f"{about['deals'][split]:,}")
        for split in about["documents"]
    ]
    return "\n\n".join(
        (
            _table(("set", "used for", "licence", "where it can be had", "source"), rows),
            "None of the public sets is part of this checkpoint or of the package; where no licence is stated, take "
            "them as given for research. Deal documents counted:",
            _table(("split", "documents", "characters", "deals"), counts),
            *(
                []
                if "comparison" in about
                else ["The network learns from train only; dev chooses thresholds and settings."]
            ),
        )
    )


def _scores(scores: Scores) -> str:
    if not scores:
        return "None were measured."
    rows = []
    for split, found in scores.items():
        for key, title in TITLES.items():
            if key in found:
                cells = ("", "", _cell(found[key]["f1"])) if key == "quiet" else map(_cell, _parts(found[key]))
                rows.append((split, f"{found['documents']}", title, *cells))
    note = (
        "Micro averages from the texts alone, with 95 % bootstrap intervals over documents; a pair or tuple is right "
        "when all its parts are found at their exact places. Scores of dev flatter: thresholds were fitted there."
    )
    return f"{_table(('split', 'documents', 'score', 'precision', 'recall', 'F1'), rows)}\n\n{note}"


def _comparison(about: Mapping[str, Any]) -> str:
    note = (
        "The model it was retrained from and this one, on documents that this one was not trained on and that chose "
        "nothing. Intervals are of the difference (paired bootstrap over documents, 95 % over all scores of a table "
        "together); the sentence below a table says what they allow to be claimed."
    )
    return f"{note}\n\n{markdown(about['comparison'])}".rstrip()


def _parts(score: Mapping[str, Any]) -> tuple[Mapping[str, float], ...]:
    return score["p"], score["r"], score["f1"]


def _cell(interval: Mapping[str, float]) -> str:
    return f"{interval['value']:.3f} [{interval['low']:.3f}, {interval['high']:.3f}]"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


_LIMITS = """* The documents were picked for variety, not as a sample: how many deals are found in a crawl says nothing
  by itself. Their writers and annotators are of one kind; text by others will be read less well.
* Deals between companies only, or governments only, are not looked for. Plans and wishes are told from deals by their
  wording, which fails on both sides.
* A text longer than the window is read in overlapping pieces: parties, sums and places that stand far from each other
  and from the headline may not be joined.
* Characters beyond the basic plane, and dialects or classical Chinese, were not trained for. Well-known companies and
  large cities are more frequent in the data than others and are likely found better.
* What a text claims is extracted, not checked: a reported sum is not a paid one. Do not decide on people or money by it
  without looking at the evidence spans."""


def _licence(about: Mapping[str, Any]) -> str:
    return (
        f"{about['licence']}. The encoder it started from and the training data have licences of their own, named "
        "above; share-alike and research-only data was read in training and is not reproduced."
    )
