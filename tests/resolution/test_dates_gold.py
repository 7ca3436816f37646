"""Dates against tables decided by reading: single expressions, and every DATE mention of the corpus' dev split."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from chinese_deal_ie.corpus_io import read_corpus
from chinese_deal_ie.resolution.dates import DateContext, resolve_date, resolve_dates
from chinese_deal_ie.resolution.dates.periods import Period
from chinese_deal_ie.schema import Document

DATA = Path(__file__).parent / "data"
DEV = Path(__file__).parents[2] / "corpus" / "dev"


def rows(name: str) -> list[dict[str, str]]:
    """Rows of a table; iso ``-`` where the text and its day of publication do not tell."""
    with (DATA / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))


TABLE = rows("dates_table.tsv")


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


@pytest.mark.parametrize("row", TABLE, ids=[f"{row['text']} {row['published'] or row['context']}" for row in TABLE])
def test_expression(row: dict[str, str]) -> None:
    """``context`` is the last day that the text named before."""
    last = day(row["context"])
    context = DateContext(last=Period(last, last, "day"), day=last) if last else None
    assert (resolve_date(row["text"], published=day(row["published"]), context=context).iso or "-") == row["iso"]


def test_the_table_is_large() -> None:
    assert len(TABLE) >= 150
    assert len({row["published"] for row in TABLE}) >= 50


def published(document: Document) -> date | None:
    found = document.meta.get("published", "")
    return date.fromisoformat(found) if len(found) == 10 else None


def test_every_date_of_dev() -> None:
    """Where nothing in the page says the year, none is guessed: 24 of 100 mentions."""
    if not DEV.is_dir():
        pytest.skip("the annotated corpus is not beside the tests")
    gold = {(row["document"], row["start"], row["end"]): (row["text"], row["iso"]) for row in rows("dates_dev.tsv")}
    found = {}
    for document in read_corpus(DEV):
        spans = [mention for mention in document.mentions if mention.label == "DATE"]
        values = resolve_dates(spans, document.text, published=published(document))
        for span, value in zip(spans, values, strict=True):
            found[document.id, str(span.start), str(span.end)] = (span.text, value.iso or "-")
    assert found == gold
