from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model.helpers import UNHURRIED, documents

from chinese_deal_ie.schema import Document, Mention
from chinese_deal_ie.training.augment import Pools, core, pools, rewrite, substitute

NAMES = pools(["明川", "阔野", "宁德时代"], ["松江", "西岭", "乌兰察布"])


def facts(document: Document) -> list[tuple[str, str]]:
    return [(mention.label, mention.entity) for mention in document.mentions]


@given(st.integers(0, 2**32 - 1), st.sampled_from(documents()), st.floats(0, 1))
@settings(UNHURRIED, max_examples=60)
def test_spans_still_point_at_what_they_named(seed: int, document: Document, rate: float) -> None:
    found = rewrite(document, NAMES, np.random.default_rng(seed), rate)
    assert facts(found) == facts(document)
    assert found.frames == document.frames
    for mention in found.mentions:
        assert found.text[mention.start : mention.end] == mention.text != ""


def test_a_company_is_renamed_everywhere_also_inside_other_names() -> None:
    (signing, *_) = documents()
    pool = Pools({2: ("明川",)}, {})
    found = rewrite(signing, pool, np.random.default_rng(0), rate=1.0)
    texts = {mention.entity: mention.text for mention in found.mentions}
    assert "海石" not in found.text
    assert texts["p1"] == "明川产业园"
    assert {"明川科技公司", "明川科技"} <= {mention.text for mention in found.mentions if mention.entity == "c1"}


def test_figures_keep_their_length_and_mentions_of_one_sum_their_agreement() -> None:
    text = "投资25亿元,即25亿元。"
    mentions = tuple(Mention(at, at + 4, "25亿元", "AMT", "a1") for at in (2, 8))
    found = rewrite(Document("x", text, mentions), Pools({}, {}), np.random.default_rng(3), rate=1.0)
    first, second = found.mentions
    assert first.text == second.text
    assert len(found.text) == len(text)
    assert first.text.endswith("亿元")
    assert first.text[0] != "0"


def test_without_chance_nothing_changes() -> None:
    for document in documents():
        assert rewrite(document, NAMES, np.random.default_rng(0), rate=0.0) == document


edits = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 6), st.text("甲乙丙", max_size=5)), max_size=8)


@given(st.sampled_from(documents()), edits)
@UNHURRIED
def test_substitution_moves_mentions_along(document: Document, wanted: list[tuple[int, int, str]]) -> None:
    size = len(document.text)
    ranges = [(min(at, size), min(at + length, size), new) for at, length, new in wanted]
    found = substitute(document, ranges)
    assert facts(found) == facts(document)
    for before, after in zip(document.mentions, found.mentions, strict=True):
        assert found.text[after.start : after.end] == after.text
        if not any(max(start, before.start) < min(end, before.end) or start == end for start, end, _ in ranges):
            assert after.text == before.text


def test_an_edit_across_the_edge_of_a_mention_is_left_out() -> None:
    document = Document("x", "青山市政府签约", (Mention(0, 5, "青山市政府", "GOV", "g1"),))
    assert substitute(document, [(3, 6, "!")]) == document
    moved = substitute(document, [(0, 2, "乌兰察布")])
    assert moved == replace(
        document, text="乌兰察布市政府签约", mentions=(Mention(0, 7, "乌兰察布市政府", "GOV", "g1"),)
    )


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["海石科技公司", "海石科技"], "海石"),
        (["白河集团"], "白河"),
        (["中国银行", "中行"], ""),
        (["海石科技", "白河集团"], ""),
        (["IBM公司"], ""),
    ],
)
def test_core(names: list[str], found: str) -> None:
    assert core(names) == found


def test_pools_keep_short_distinctive_names_once() -> None:
    found = pools(["明川", "明川", "明川科技股份", "S深", "中国石油"], ["松江", "松"])
    assert found.brands == {2: ("明川",)}
    assert found.places == {2: ("松江",)}
