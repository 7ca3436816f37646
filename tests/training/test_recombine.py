from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from model.helpers import UNHURRIED, documents

from chinese_deal_ie.schema import Document, Frame, Mention
from chinese_deal_ie.training.recombine import joined, thin


def check(document: Document) -> None:
    known = {mention.entity for mention in document.mentions}
    for mention in document.mentions:
        assert document.text[mention.start : mention.end] == mention.text != ""
    for frame in document.frames:
        assert all(entity in known for slot in frame.slots().values() for entity in slot)


@given(st.integers(0, 2**32 - 1), st.sampled_from(documents()), st.floats(0, 1))
@settings(UNHURRIED, max_examples=60)
def test_thinning_keeps_deals_and_spans(seed: int, document: Document, rate: float) -> None:
    found = thin(document, np.random.default_rng(seed), rate)
    check(found)
    assert found.frames == document.frames
    assert found.text.strip()


def test_only_sentences_without_a_deal_go() -> None:
    text = "市里去年招商。甲公司与乙市签约。丙公司来访！散会。"
    mentions = (
        Mention(7, 10, "甲公司", "COM", "c1"),
        Mention(11, 13, "乙市", "LOC", "l1"),
        Mention(16, 19, "丙公司", "COM", "c2"),
    )
    document = Document("x", text, mentions, (Frame(company=("c1",), location=("l1",)),))
    found = thin(document, np.random.default_rng(0), 1.0)
    assert found.text == "甲公司与乙市签约。"
    assert [mention.entity for mention in found.mentions] == ["c1", "l1"]
    bare = replace(document, frames=())
    assert thin(bare, np.random.default_rng(0), 1.0).text == "市里去年招商。"
    assert thin(document, np.random.default_rng(0), 0.0) == document


def test_joined_pages_hold_both_documents_deals() -> None:
    first, second = (
        Document(
            name,
            f"{company}{verb}乙市。",
            (Mention(0, 3, company, "COM", "c1"), Mention(5, 7, "乙市", "LOC", place)),
            (Frame(company=("c1",), location=(place,)),),
        )
        for name, company, verb, place in (("a", "甲公司", "落户", "l1"), ("b", "丁集团", "也到", "l9"))
    )
    page = joined(first, second)
    assert page is not None
    check(page)
    assert page.text == "甲公司落户乙市。\n丁集团也到乙市。"
    assert [frame.location for frame in page.frames] == [("l1",), ("l1",)]
    assert page.frames[0].company != page.frames[1].company
    assert joined(first, first) is None
