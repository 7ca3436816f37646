"""Every format gives back the document it got, up to what its module says it drops."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

import pytest
from hypothesis import HealthCheck, find, given, settings

from chinese_deal_ie.corpus_io import Format, FormatError, detect, read_corpus, write_corpus
from chinese_deal_ie.corpus_io.normalise import unix_newlines
from chinese_deal_ie.schema import Document, Frame, Mention

from .helpers import CORPUS
from .strategies import documents

TEXT = "6月3日，青禾市政府与蓝鲸科技、云杉物流签约，蓝鲸投资12亿元。\n蓝鲸还与市政府合办白桦基地。"
DOCUMENT = Document(
    "t-1",
    TEXT,
    (
        Mention(0, 4, "6月3日", "DATE", "d1"),
        Mention(5, 10, "青禾市政府", "GOV", "g1"),
        Mention(11, 15, "蓝鲸科技", "COM", "c1"),
        Mention(16, 20, "云杉物流", "COM", "c2"),
        Mention(23, 25, "蓝鲸", "COM", "c1"),
        Mention(27, 31, "12亿元", "AMT", "a1"),
        Mention(33, 35, "蓝鲸", "COM", "c1"),
        Mention(37, 40, "市政府", "GOV", "g1"),
        Mention(42, 46, "白桦基地", "PROJ", "p1"),
    ),
    (
        Frame(("g1",), ("c2", "c1"), ("a1",), date=("d1",), type="investment", stage="signed", scope="shared"),
        Frame(("g1",), ("c1",), project=("p1",), type="cooperation", stage="intended"),
        Frame(("g1",), ("c1",), type="fund", stage="terminated"),
    ),
    {"genre": "news", "published": "2026-06-03", "code.g1": "999901"},
)
TARGETS: dict[Format, str] = {
    "deal": "folder",
    "jsonl": "documents.jsonl",
    "doccano": "doccano.jsonl",
    "labelstudio": "tasks.json",
    "brat": "collection",
    "spacy": "documents.spacy",
    "datasets": "saved",
}
SCORED = ("jsonl", "labelstudio", "spacy", "datasets")


def through(documents: list[Document], format: Format, folder: Path) -> list[Document]:
    write_corpus(documents, folder / TARGETS[format], format)
    return list(read_corpus(folder / TARGETS[format]))


def unscored(document: Document) -> Document:
    mentions = tuple(replace(mention, score=1.0) for mention in document.mentions)
    return replace(document, mentions=mentions, frames=tuple(replace(frame, score=1.0) for frame in document.frames))


def test_every_format_is_tried() -> None:
    assert set(TARGETS) == set(get_args(Format))


@pytest.mark.parametrize("format", TARGETS)
def test_a_document_with_several_deals(format: Format, tmp_path: Path) -> None:
    documents = [DOCUMENT, Document("t-2", "无。"), Document("t-3", "")]
    assert through(documents, format, tmp_path) == documents


@pytest.mark.parametrize("format", SCORED)
def test_scores_survive_where_the_format_has_a_place(format: Format, tmp_path: Path) -> None:
    mentions = tuple(replace(mention, score=0.1 * place) for place, mention in enumerate(DOCUMENT.mentions))
    document = replace(DOCUMENT, mentions=mentions, frames=(replace(DOCUMENT.frames[0], score=1 / 3),))
    assert through([document], format, tmp_path) == [document]


def test_random_documents_are_no_trivial_ones() -> None:
    found = find(documents(), lambda document: len(document.frames) > 1 and len(document.mentions) > 3)
    assert found.frames


@pytest.mark.parametrize("format", ["doccano", "labelstudio", "brat", "jsonl"])
@given(document=documents())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_random_documents(format: Format, document: Document) -> None:
    expected = document if format in SCORED else unscored(document)
    if format == "doccano":
        expected = unix_newlines(expected)
    with TemporaryDirectory() as folder:
        assert through([document], format, Path(folder)) == [expected]


@pytest.mark.parametrize("format", ["spacy", "datasets"])
@given(document=documents())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_random_documents_of_slower_formats(format: Format, document: Document) -> None:
    with TemporaryDirectory() as folder:
        assert through([document], format, Path(folder)) == [document]


@pytest.mark.parametrize("format", TARGETS)
def test_the_corpus(format: Format, tmp_path: Path) -> None:
    documents = list(read_corpus(CORPUS / "dev"))
    assert len(documents) >= 50
    assert through(documents, format, tmp_path) == documents


@pytest.mark.parametrize("format", TARGETS)
def test_written_files_are_recognised(format: Format, tmp_path: Path) -> None:
    write_corpus([DOCUMENT], tmp_path / TARGETS[format], format)
    target = tmp_path / TARGETS[format]
    suffix = {"deal": "*.deal.txt", "brat": "*.ann"}.get(format)
    assert detect(next(target.glob(suffix)) if suffix else target) == format


@pytest.mark.parametrize("format", TARGETS)
@pytest.mark.parametrize(
    "document",
    [
        replace(DOCUMENT, text=TEXT[1:]),
        replace(DOCUMENT, mentions=DOCUMENT.mentions[::-1]),
        replace(DOCUMENT, mentions=DOCUMENT.mentions[:2]),
    ],
    ids=["shifted", "unsorted", "slots of nothing"],
)
def test_a_broken_document_is_not_written_or_not_read(format: Format, document: Document, tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="t-1|documents.jsonl:1"):
        through([document], format, tmp_path)
