from __future__ import annotations

from pathlib import Path

import pytest
import spacy
from spacy.tokens import Doc, DocBin
from spacy.vocab import Vocab

from chinese_deal_ie.corpus_io import FormatError, read_corpus
from chinese_deal_ie.corpus_io.docbin import EXTRA, SPANS, read, to_doc
from chinese_deal_ie.schema import Document

from .test_round_trips import DOCUMENT


def save(docs: list[Doc], path: Path) -> Path:
    DocBin(docs=docs, store_user_data=True).to_disk(path)
    return path


def test_a_doc_has_the_text_its_spans_and_ents() -> None:
    doc = to_doc(DOCUMENT, Vocab())
    assert doc.text == DOCUMENT.text
    assert [(span.text, span.label_, span.id_) for span in doc.spans[SPANS]] == [
        (mention.text, mention.label, mention.entity) for mention in DOCUMENT.mentions
    ]
    assert [ent.text for ent in doc.ents] == [mention.text for mention in DOCUMENT.mentions]
    assert doc.user_data[EXTRA]["id"] == DOCUMENT.id


def test_reads_ents_of_a_file_that_is_not_ours(tmp_path: Path) -> None:
    doc = Doc(Vocab(), words=["松湖县", "与", "远帆重工", "签约", "，", "远帆重工", "投资"], spaces=[False] * 7)
    ents = [doc.char_span(0, 3, label="LOC"), doc.char_span(4, 8, label="COM"), doc.char_span(11, 15, label="COM")]
    doc.set_ents([ent for ent in ents if ent is not None])
    (document,) = read(save([doc], tmp_path / "plain.spacy"))
    assert document.id == "plain:1"
    assert [(mention.start, mention.text, mention.entity) for mention in document.mentions] == [
        (0, "松湖县", "l1"),
        (4, "远帆重工", "c1"),
        (11, "远帆重工", "c1"),
    ]


def test_errors_name_the_document(tmp_path: Path) -> None:
    doc = spacy.blank("zh")("松湖县")
    doc.set_ents([doc[0:3]], default="outside")
    doc.ents = [spacy.tokens.Span(doc, 0, 3, label="GPE")]
    path = save([to_doc(Document("a", "甲"), doc.vocab), doc], tmp_path / "x.spacy")
    with pytest.raises(FormatError, match=r"x\.spacy \(document 2\): character 0: unknown label 'GPE'"):
        read(path)


def test_a_file_that_is_no_docbin_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "x.spacy").write_bytes(b"no DocBin")
    with pytest.raises(FormatError, match="no DocBin"):
        read_corpus(tmp_path)
