"""Documents and a checkpoint for tests of retraining."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from model.helpers import documents, network, vocabulary

from chinese_deal_ie.model.fitted import CoreferenceWeights, Thresholds
from chinese_deal_ie.schema import Document
from chinese_deal_ie.training.export import export


def many(count: int = 12) -> list[Document]:
    """Documents with texts of their own: letters that no other has stand between the same sentences."""
    result = []
    for number in range(count):
        item = documents()[number % 3]
        tail = "".join(chr(0x4E00 + 300 * number + step) for step in range(300))
        result.append(replace(item, id=f"n-{number}", text=f"{item.text}\n{tail}"))
    return result


def write_base(folder: Path) -> Path:
    about = {"name": "tiny", "version": "0", "encoder": "random numbers", "training_data": []}
    export(
        network(), vocabulary(), folder, Thresholds(), CoreferenceWeights(), about,
        [item.text for item in documents()],
    )  # fmt: skip
    return folder
