"""Mentions to entities."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chinese_deal_ie.model.fitted import CoreferenceWeights
from chinese_deal_ie.model.reader import ScoredSpan
from chinese_deal_ie.resolution.entities import cluster, is_nominal

PLAIN = CoreferenceWeights(scale=1, bias=0, contained=0, abbreviated=0, disjoint=0)


def spans(labels: str) -> list[ScoredSpan]:
    names = {"C": "COM", "G": "GOV", "L": "LOC"}
    return [ScoredSpan(place * 10, place * 10 + 2, names[label], 1.0) for place, label in enumerate(labels)]


@pytest.mark.parametrize("text", ["公司", "该公司", "集团", "市政府", "区管委会", "开发区", "上市公司", "我市", "市委"])
def test_words_for_a_kind_are_nominals(text: str) -> None:
    assert is_nominal(text)


@pytest.mark.parametrize("text", ["百度公司", "常州市政府", "钟楼开发区", "京东集团", "丹江口市", "中国银行"])
def test_names_are_no_nominals(text: str) -> None:
    assert not is_nominal(text)


def test_equal_names_are_one_entity_without_any_score() -> None:
    assert cluster(["百度", "常州", "百度"], spans("CLC"), {}, PLAIN) == [0, 1, 0]


def test_equal_nominals_wait_for_the_network() -> None:
    assert cluster(["公司", "公司"], spans("CC"), {}, PLAIN) == [0, 1]
    assert cluster(["公司", "公司"], spans("CC"), {(0, 1): 1.0}, PLAIN) == [0, 0]


def test_equal_words_of_other_labels_stay_apart() -> None:
    assert cluster(["常州", "常州"], spans("LG"), {}, PLAIN) == [0, 1]


def test_average_link_weighs_all_pairs_of_two_groups() -> None:
    texts = ["百度", "公司", "京东", "百度"]
    # 公司 goes with 京东 by one pair, but with 百度 by the mean of two.
    scores = {(0, 1): 3.0, (1, 3): 1.0, (1, 2): 1.5, (0, 2): -9.0, (2, 3): -9.0}
    assert cluster(texts, spans("CCCC"), scores, PLAIN) == [0, 0, 1, 0]


def test_a_merge_keeps_out_what_contradicts_the_whole_group() -> None:
    scores = {(0, 1): 5.0, (1, 2): 1.0, (0, 2): -4.0}
    assert cluster(["甲科技", "乙科技", "丙科技"], spans("CCC"), scores, PLAIN) == [0, 0, 1]


def test_string_evidence_moves_the_logit() -> None:
    weights = CoreferenceWeights(scale=1, bias=0, contained=2, abbreviated=1.5, disjoint=-3)
    assert cluster(["百度公司", "百度"], spans("CC"), {(0, 1): -1.0}, weights) == [0, 0]
    assert cluster(["中国交通建设集团", "中交建"], spans("CC"), {(0, 1): -1.0}, weights) == [0, 0]
    assert cluster(["百度", "京东"], spans("CC"), {(0, 1): 2.0}, weights) == [0, 1]
    assert cluster(["百度", "京东"], spans("CC"), {(0, 1): 4.0}, weights) == [0, 0]


@settings(deadline=None)
@given(st.data())
def test_clusters_are_a_partition_numbered_by_first_mention(data: st.DataObject) -> None:
    texts = data.draw(st.lists(st.sampled_from(["百度", "公司", "京东", "京东集团"]), max_size=8))
    pairs = [(one, other) for other in range(len(texts)) for one in range(other)]
    scores = {pair: data.draw(st.floats(-5, 5)) for pair in pairs if data.draw(st.booleans())}
    result = cluster(texts, spans("C" * len(texts)), scores, CoreferenceWeights())
    assert list(dict.fromkeys(result)) == list(range(len(set(result))))
    names = {}
    for text, entity in zip(texts, result, strict=True):
        if text != "公司":
            assert names.setdefault(text, entity) == entity
