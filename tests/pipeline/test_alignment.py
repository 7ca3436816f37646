from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc, SpanGroup
from spacy.vocab import Vocab

from chinese_deal_ie.pipeline.alignment import fit

VOCAB = Vocab()


def make(words: list[str], spaces: list[bool] | None = None, **annotation: object) -> Doc:
    return Doc(VOCAB, words=words, spaces=spaces or [False] * len(words), **annotation)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("words", "spaces", "ranges", "expected"),
    [
        (["云泽", "市政府"], [False, False], [], ["云泽", "市政府"]),
        (["云泽", "市政府"], [False, False], [(0, 5)], ["云泽", "市政府"]),
        (["云泽", "市政府"], [False, False], [(2, 4)], ["云泽", "市政", "府"]),
        (["云泽市政府"], [False], [(0, 2), (2, 3), (4, 5)], ["云泽", "市", "政", "府"]),
        (["云泽", "市政府"], [True, False], [(0, 4)], ["云泽", "市", "政府"]),
        (["云泽", "市"], [True, False], [(0, 3)], ["云泽", " ", "市"]),
        (["云泽", "市"], [True, False], [(2, 4)], ["云泽", " ", "市"]),
        (["云泽", " \n ", "市"], [True, False, False], [(0, 4)], ["云泽", " ", "\n ", "市"]),
    ],
)
def test_tokens(words: list[str], spaces: list[bool], ranges: list[tuple[int, int]], expected: list[str]) -> None:
    doc = make(words, spaces)
    fitted = fit(doc, ranges)
    assert [token.text for token in fitted] == expected
    assert fitted.text == doc.text
    assert (fitted is doc) == (expected == words)


@settings(deadline=None)
@given(st.data())
def test_every_range_becomes_expressible(data: st.DataObject) -> None:
    words = data.draw(st.lists(st.text(st.sampled_from("云泽市 \n"), min_size=1, max_size=5), min_size=1, max_size=8))
    doc = make(words, data.draw(st.lists(st.booleans(), min_size=len(words), max_size=len(words))))
    cuts = sorted(data.draw(st.sets(st.integers(0, len(doc.text)))))
    ranges = list(zip(cuts[::2], cuts[1::2], strict=False))
    fitted = fit(doc, ranges)
    assert fitted.text == doc.text
    for start, end in ranges:
        span = fitted.char_span(start, end)
        assert span is not None
        assert span.text == doc.text[start:end]


def test_what_the_doc_carries_is_kept() -> None:
    doc = make(["云泽", "市政府", "签约"])
    doc.user_data["note"] = 1
    doc.cats = {"deal": 1.0}
    doc._context = "context"
    doc.tensor = np.arange(6, dtype="f").reshape(3, 2)
    span = doc.char_span(2, 7, label="X", span_id="x1")
    assert span is not None
    doc.spans["mine"] = SpanGroup(doc, name="mine", attrs={"a": 1}, spans=[span])
    fitted = fit(doc, [(2, 4)])
    assert fitted.user_data == {"note": 1}
    assert fitted.cats == {"deal": 1.0}
    assert fitted._context == "context"
    assert fitted.tensor[:, 0].tolist() == [0, 2, 2, 4]
    group = fitted.spans["mine"]
    assert group.attrs == {"a": 1}
    assert [(item.start_char, item.end_char, item.label_, item.id_) for item in group] == [(2, 7, "X", "x1")]


def test_parse_and_tags_are_inherited() -> None:
    doc = make(
        ["云泽", "市政府", "签约"],
        tags=["NR", "NN", "VV"],
        pos=["PROPN", "NOUN", "VERB"],
        morphs=["", "Number=Sing", ""],
        lemmas=["云泽", "市政府", "签约"],
        heads=[1, 2, 2],
        deps=["nmod", "nsubj", "ROOT"],
    )
    fitted = fit(doc, [(3, 5)])
    assert [token.text for token in fitted] == ["云泽", "市", "政府", "签约"]
    assert [token.tag_ for token in fitted] == ["NR", "NN", "NN", "VV"]
    assert [token.pos_ for token in fitted] == ["PROPN", "NOUN", "NOUN", "VERB"]
    assert [str(token.morph) for token in fitted] == ["", "Number=Sing", "Number=Sing", ""]
    assert [token.head.i for token in fitted] == [1, 3, 1, 3]
    assert [token.dep_ for token in fitted] == ["nmod", "nsubj", "nsubj", "ROOT"]
    assert len(list(fitted.sents)) == 1


def test_sentences_are_kept() -> None:
    doc = make(["云泽", "市政府", "签约"], sent_starts=[True, True, False])
    assert [sent.text for sent in fit(doc, [(3, 4)]).sents] == ["云泽", "市政府签约"]


def test_long_documents_are_quick() -> None:
    doc = make(["云泽市"] * 20_000)
    start = time.process_time()
    fitted = fit(doc, [(3 * index + 1, 3 * index + 2) for index in range(20_000)])
    assert len(fitted) == 60_000
    assert time.process_time() - start < 10  # spaCy's retokenizer takes minutes
