"""An extractor that finds listed names, and texts and deals to try the pipeline on."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

from chinese_deal_ie.model.checkpoint import MANIFEST
from chinese_deal_ie.schema import (
    Amount,
    DateValue,
    Deal,
    DealAmount,
    DealDate,
    DealLocation,
    DealProject,
    Extraction,
    Label,
    Mention,
    Party,
    Place,
    Span,
)

NAMES: dict[str, Label] = {
    "云泽市政府": "GOV",
    "松湖集团": "COM",
    "约1.25亿元": "AMT",
    "泽东新区": "LOC",
    "3月5日": "DATE",
    "松湖产业园": "PROJ",
    "云泽大学": "ORG",
    "市政": "GOV",  # inside words
    "湖集": "COM",
}
TEXT = "3月5日，云泽市政府与松湖集团在云泽大学签约，投资约1.25亿元，在泽东新区建设松湖产业园。"
PLACE = Place("320404", "江苏省", "常州市", "钟楼区", ("320404", "320402"))
FAILING = "会失败的文本"


def span(text: str, surface: str) -> Span:
    start = text.index(surface)
    return Span(start, start + len(surface), surface)


def full_deal(text: str = TEXT) -> Deal:
    """A deal that uses every field of the schema."""
    amount = Amount(None, Decimal("125000000.55"), Decimal("1E+9"), "USD", "range", "year")
    government = Party("云泽市政府", (span(text, "云泽市政府"),), ("云泽",), 0.123456789, PLACE, "320404")
    return Deal(
        government=(government,),
        company=(Party("松湖集团", (span(text, "松湖集团"),)),),
        amount=(
            DealAmount(span(text, "约1.25亿元"), amount, "shared", 1 / 3),
            DealAmount(span(text, "约1.25亿元"), None),
        ),
        location=(DealLocation(span(text, "泽东新区"), PLACE, 0.7),),
        date=(DealDate(span(text, "3月5日"), DateValue("2021-03-05", "published"), 0.6),),
        project=(DealProject(span(text, "松湖产业园"), 0.5),),
        type="fund",
        stage="underway",
        score=2 / 3,
        evidence=(span(text, TEXT[:20]),),
    )


class FakeExtractor:
    """Stands in for ``chinese_deal_ie.extractor.Extractor``; a checkpoint is a manifest with names."""

    loaded: list[Path | None] = []
    batches: list[list[str]] = []

    def __init__(self, folder: Path, names: dict[str, Label]) -> None:
        self.folder = folder
        self.names = names
        self.pattern = re.compile("|".join(map(re.escape, names)))

    @classmethod
    def from_checkpoint(
        cls, folder: Path | None = None, *, backend: str = "onnx", device: str = "cpu"
    ) -> FakeExtractor:
        cls.loaded.append(folder)
        if backend == "torch" and device == "nowhere":
            raise ValueError("no such device: nowhere")
        if folder is None:
            return cls(Path("packaged"), NAMES)
        return cls(folder, json.loads((folder / MANIFEST).read_text(encoding="utf-8")))

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(self.folder / MANIFEST, folder / MANIFEST)

    def extract(self, text: str, *, id: str = "", published: date | None = None) -> Extraction:
        mentions = [
            Mention(
                found.start(), found.end(), found[0], self.names[found[0]], f"e{found[0]}", 0.1 + 0.8 / (1 + number)
            )
            for number, found in enumerate(self.pattern.finditer(text))
        ]
        deals = (full_deal(text),) if TEXT in text else ()
        warnings = () if published is None else (f"published {published.isoformat()}",)
        return Extraction(id, text, deals, tuple(mentions), warnings)

    def extract_many(self, items: Iterable[tuple[str, str]], *, batch_size: int = 32) -> Iterator[Extraction]:
        batch = list(items)
        self.batches.append([text for _, text in batch])
        for id, text in batch:
            if FAILING in text:
                yield Extraction(id, text, warnings=("failed: ValueError: as asked",))
            else:
                yield self.extract(text, id=id)


def write_checkpoint(folder: Path, names: dict[str, Label]) -> Path:
    folder.mkdir(parents=True)
    (folder / MANIFEST).write_text(json.dumps(names), encoding="utf-8")
    return folder
