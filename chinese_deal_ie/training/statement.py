"""What a checkpoint says about itself: what it was made from, by what, and when."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from .._version import __version__
from ..schema import Document


@dataclass(frozen=True, slots=True)
class Source:
    """A data set that training reads."""

    id: str
    """Short name, for the head of a model card."""
    title: str
    used_for: str
    licence: str
    where: str
    """Where it can be had."""
    citation: str = ""


CORPUS = Source(
    "chinese_deal_ie",
    "the chinese_deal_ie corpus",
    "mentions, coreference and deals",
    "MIT",
    "corpus/train of the project; datasheet beside it",
)
PUBLIC_SETS = (
    Source(
        "cluener",
        "CLUENER2020, train",
        "general stage: tags",
        "none stated",
        "github.com/CLUEbenchmark/CLUENER2020",
        "Xu et al. 2020, arXiv:2001.04351",
    ),
    Source(
        "msra_ner",
        "MSRA NER, 3,000 sentences of train",
        "general stage: tags",
        "none stated",
        "github.com/lemonhu/NER-BERT-pytorch",
        "Levow 2006, The third international Chinese language processing bakeoff",
    ),
    Source(
        "fewfc",
        "FewFC, train and dev",
        "general stage: tags and event arguments",
        "CC BY-SA 4.0",
        "github.com/TimeBurningFish/FewFC",
        "Zhou et al. 2021, AAAI",
    ),
)
COMPANY_NAMES = Source(
    "fddc_company_names",
    "short names of listed companies (Tianchi FDDC 2018)",
    "names that replace those of training documents",
    "none stated",
    "github.com/magicdict/FDDC",
)


def about(
    *,
    name: str,
    encoder: str,
    sources: Sequence[Source],
    documents: Mapping[str, Sequence[Document]],
    run: Mapping[str, Any],
) -> dict[str, Any]:
    """The ``about`` of a checkpoint.

    :param encoder: what the network started from, with its licence.
    :param sources: the sets it was trained on.
    :param documents: deal documents by split, to be counted.
    :param run: the settings of the run.
    """
    return {
        "name": name,
        "version": __version__,
        "date": datetime.now(timezone.utc).date().isoformat(),
        "commit": git_commit(Path(__file__).parent),
        "licence": "MIT",
        "language": "zh",
        "encoder": encoder,
        "training_data": [asdict(source) for source in sources],
        "documents": {split: len(items) for split, items in documents.items()},
        "characters": {split: sum(len(item.text) for item in items) for split, items in documents.items()},
        "deals": {split: sum(len(item.frames) for item in items) for split, items in documents.items()},
        "run": dict(run),
    }


def git_commit(folder: Path) -> str | None:
    """The commit checked out in ``folder``, ``+`` behind it when files differ from it; None where there is no git."""
    try:
        commit = _git(folder, "rev-parse", "HEAD")
        return commit + ("+" if _git(folder, "status", "--porcelain", "--untracked-files=no") else "")
    except (OSError, subprocess.SubprocessError):
        return None


def _git(folder: Path, *arguments: str) -> str:
    found = subprocess.run(
        ("git", *arguments), cwd=folder, capture_output=True, text=True, encoding="utf-8", check=True, timeout=30
    )
    return found.stdout.strip()
