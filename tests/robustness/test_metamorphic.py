"""Changes that change no deal: reading undoes three of them, the packaged model minds the others little."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from chinese_deal_ie.corpus_io import deal_text, read_corpus
from chinese_deal_ie.reading import clean
from chinese_deal_ie.schema import Deal, Document, Extraction, Party, Span

from .helpers import ROOT, program

FLOOR = 0.75
"""Least mean consistency on `SAMPLE` documents; ``benchmarks/metamorphic`` measures the whole of dev."""
SAMPLE = 6

DOCUMENT = deal_text.parse(
    "# id: t\n[常州市政府|GOV:g1]与[海石科技公司|COM:c1]签约：投资[5,000万元|AMT:a1]（一期）。\n"
    "天气晴。\n[海石科技|COM:c1]在[常州市|LOC:l1]建厂。\n交通便利。\n人口众多。\n"
    "@deal government=g1 company=c1 amount=a1 location=l1\n"
)
OTHERS = [DOCUMENT, *(Document(f"o{number}", f"第{number}家公司与某市签约投资\n正文") for number in range(4))]


def changed(name: str, document: Document = DOCUMENT) -> tuple[str, str]:
    """The changed text, and what the change is undone to."""
    found = program("metamorphic", "changes").CHANGES[name](document, OTHERS, random.Random(1))
    return found.text, found.undo(found.text)


@pytest.fixture(scope="module")
def documents() -> Sequence[Document]:
    return read_corpus(ROOT / "corpus" / "dev")


@pytest.mark.parametrize("name", ["glosses", "punctuation width"])
def test_reading_undoes_glosses_and_widths(name: str, documents: Sequence[Document]) -> None:
    change = program("metamorphic", "changes").CHANGES[name]
    differ = []
    for document in documents:
        found = change(document, documents, random.Random(document.id))
        if found is not None and clean(found.text).text != clean(document.text).text:
            differ.append(document.id)
    assert len(differ) <= len(documents) // 20, differ


def test_names_are_changed_throughout_and_back() -> None:
    text, back = changed("company renamed")
    assert "海石" not in text
    assert back == DOCUMENT.text
    text, back = changed("city renamed")
    assert "常州" not in text
    assert back == DOCUMENT.text


def test_only_paragraphs_without_parts_of_deals_move() -> None:
    text, _ = changed("paragraphs reordered")
    before, after = DOCUMENT.text.split("\n"), text.split("\n")
    assert sorted(before) == sorted(after)
    assert before != after
    assert [after[number] for number in (0, 2)] == [before[number] for number in (0, 2)]


def test_headlines_stand_below() -> None:
    text, _ = changed("foreign headlines")
    assert text.startswith(DOCUMENT.text)
    assert len(text.split("\n")) == len(DOCUMENT.text.split("\n")) + 4


def test_a_text_with_nothing_to_change_is_left_out() -> None:
    quiet = Document("q", "hello")
    for name, change in program("metamorphic", "changes").CHANGES.items():
        if name != "foreign headlines":
            assert change(quiet, OTHERS, random.Random(1)) is None, name


class Fickle:
    """Finds the company of a text, but not below a heading of related links."""

    def extract(self, text: str, *, id: str = "") -> Extraction:
        place = text.find("海石")
        if place < 0 or "相关新闻" in text:
            return Extraction(id, text)
        party = Party("海石", (Span(place, place + 2, "海石"),))
        return Extraction(id, text, (Deal((), (party,), (), (), (), (), "investment", "signed", 1.0),))


def test_inconsistency_is_measured() -> None:
    found = program("metamorphic", "__main__").measure(Fickle(), [DOCUMENT, *OTHERS[1:]])
    assert found["punctuation width"]["consistency"] == 1.0
    assert found["foreign headlines"] == {
        "documents": 5, "tuples": 1, "consistency": 0.0, "alike": 0.8, "differ": ["t"],
    }  # fmt: skip
    assert found["company renamed"]["consistency"] == 0.0, "the renamed company is not found"


def test_the_packaged_model_minds_little(documents: Sequence[Document]) -> None:
    from chinese_deal_ie.extractor import default_extractor

    sample = [document for document in documents if document.frames and len(document.text) < 600]
    sample = sample[:: max(1, len(sample) // SAMPLE)][:SAMPLE]
    found = program("metamorphic", "__main__").measure(default_extractor(), sample)
    rates = [row["consistency"] for row in found.values() if row["consistency"] is not None]
    assert rates
    assert sum(rates) / len(rates) >= FLOOR, found
