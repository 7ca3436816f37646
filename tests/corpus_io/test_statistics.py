from __future__ import annotations

from pathlib import Path

import pytest

from chinese_deal_ie.corpus_io.statistics import BEGIN, END, describe, insert, markdown, refresh, statistics
from chinese_deal_ie.schema import Document

from .helpers import CORPUS
from .test_round_trips import DOCUMENT

SOURCE = "# id: {}\n# genre: gov\n[甲|COM:c1]落户[乙|LOC:l1]\n@deal company=c1 location=l1 type=fund stage=signed\n"


def test_counts() -> None:
    counts = describe([DOCUMENT, Document("e", "无。", meta={"genre": "blog"})])
    assert counts["documents"] == 2
    assert counts["characters"] == len(DOCUMENT.text) + 2
    assert counts["length"] == {"min": 2, "median": (len(DOCUMENT.text) + 2) // 2, "max": len(DOCUMENT.text)}
    assert counts["mentions"] == 9
    assert counts["labels"] == {"GOV": 2, "COM": 4, "AMT": 1, "LOC": 0, "DATE": 1, "PROJ": 1, "ORG": 0}
    assert counts["entities"] == 6
    assert counts["entity_labels"]["COM"] == 2
    assert (counts["deals"], counts["deals_shared"]) == (3, 1)
    assert (counts["documents_without_deal"], counts["documents_with_several_deals"]) == (1, 1)
    assert counts["slots"] == {"government": 3, "company": 3, "amount": 1, "location": 0, "date": 1, "project": 1}
    assert counts["types"] == {"cooperation": 1, "investment": 1, "contract": 0, "fund": 1, "finance": 0}
    assert counts["stages"]["terminated"] == 1
    assert {genre: number for genre, number in counts["genres"].items() if number} == {"news": 1, "blog": 1}
    assert counts["langs"]["unstated"] == 2


def test_no_documents_have_no_length() -> None:
    assert describe([])["length"] == {"min": None, "median": None, "max": None}


def corpus(folder: Path) -> Path:
    for split, number in (("train", 2), ("dev", 1), ("test", 0)):
        (folder / split).mkdir()
        for place in range(number):
            source = SOURCE.format(f"{split}-{place}")
            (folder / split / f"{place}.deal.txt").write_text(source, encoding="utf-8")
    return folder


def test_table_has_a_column_a_split_and_shows_what_only_one_has(tmp_path: Path) -> None:
    table = markdown(statistics(corpus(tmp_path))).splitlines()
    assert table[:3] == ["|  | train | dev | test |", "| --- | ---: | ---: | ---: |", "| documents | 2 | 1 | 0 |"]
    assert "| length: median | 4 | 4 | – |" in table
    assert "| langs: unstated | 2 | 1 | – |" in table


def test_refresh_changes_the_block_and_nothing_else(tmp_path: Path) -> None:
    sheet = corpus(tmp_path) / "DATASHEET.md"
    sheet.write_text(f"前\n{BEGIN}\nold\n{END}\n后\n", encoding="utf-8")
    assert refresh(tmp_path)
    text = sheet.read_text(encoding="utf-8")
    assert text.startswith(f"前\n{BEGIN}\n\n|  | train")
    assert text.endswith(f"|\n\n{END}\n后\n")
    assert not refresh(tmp_path)


def test_a_sheet_without_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="no block"):
        insert("no marks", "table")


def test_the_data_sheet_is_current() -> None:
    sheet = (CORPUS / "DATASHEET.md").read_text(encoding="utf-8")
    assert insert(sheet, markdown(statistics(CORPUS))) == sheet, (
        "run: chinese_deal_ie.corpus_io.statistics.refresh('corpus')"
    )
