"""The whole: contract, refusals, subsets, intervals, comparison."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

from chinese_deal_ie.evaluation import Evaluation, Tally, compare, evaluate
from chinese_deal_ie.evaluation.results import BREAKDOWNS, length_bucket
from chinese_deal_ie.schema import Document, Mention

from .helpers import document

DEAL = "government=g1 company=c1 amount=a1"
BODY = "[甲市政府|GOV:g1]与[乙集团|COM:c1]签约[5亿元|AMT:a1]，[丙公司|COM:c2]与[戊县|LOC:l1]签约。"
GOLD = [
    document(BODY, DEAL, "company=c2 location=l1", name="two", genre="news", lang="zh-Hans"),
    document(BODY, DEAL, name="one", genre="notice", lang="zh-Hant"),
    document("[乙集团|COM:c1]业绩增长。", name="quiet", genre="news", lang="zh-Hans"),
]


def silent(source: Document) -> Document:
    return dataclasses.replace(source, mentions=(), frames=())


def test_contract() -> None:
    found = json.loads(json.dumps(evaluate(GOLD, GOLD).to_dict(), allow_nan=False))
    for key in ("mention", "pair", "tuple"):
        assert {name: found[key][name] for name in ("p", "r", "f1")} == {"p": 1, "r": 1, "f1": 1}
    assert found["quiet"] == 1
    assert found["documents"] == 3
    assert found["documents_without_deals"] == 1
    assert (found["pair"]["gold"], found["mention"]["gold"]) == (3, 11)
    assert found["breakdown"]["deals"]["multi"]["pair"]["gold"] == 2


def test_every_number_of_the_json_is_finite_for_a_silent_system() -> None:
    found = evaluate(GOLD, map(silent, GOLD), value_of=len, place_of=lambda text, _: text).to_dict()
    json.dumps(found, allow_nan=False)
    assert (found["mention"]["f1"], found["pair"]["f1"], found["tuple"]["r"], found["quiet"]) == (0, 0, 0, 1)
    assert found["calibration"] == {
        **dict.fromkeys(("mention_ece", "mention_brier", "deal_ece", "deal_brier"), 0),
        **dict.fromkeys(("mention_curve", "deal_curve"), []),
    }


def test_no_documents() -> None:
    found = evaluate([], []).to_dict()
    assert (found["documents"], found["mention"]["f1"], found["quiet"]) == (0, 1, 1)


def test_documents_are_joined_by_id_in_any_order() -> None:
    result = evaluate(GOLD, reversed(GOLD))
    assert [part.gold.id for part in result.documents] == [part.predicted.id for part in result.documents]
    assert result.score("tuple").f1 == 1


@pytest.mark.parametrize(
    ("predicted", "message"),
    [
        (GOLD[:2], "one side only.*quiet"),
        ([*GOLD, document("x", name="more")], "one side only.*more"),
        ([*GOLD, GOLD[0]], "predicted document two twice"),
        ([*GOLD[:2], document("别的", name="quiet")], "quiet: gold and predicted texts differ"),
    ],
)
def test_documents_that_do_not_fit_are_refused(predicted: list[Document], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        evaluate(GOLD, predicted)


def test_scores_are_sums_over_documents_not_means() -> None:
    predicted = [GOLD[0], silent(GOLD[1]), GOLD[2]]
    result = evaluate(GOLD, predicted)
    assert result.tally("pair") == Tally(2, 2, 2, 3)
    score = result.score("pair")
    assert [score.p, score.r, score.f1] == pytest.approx([1, 2 / 3, 0.8])


def test_subsets() -> None:
    result = evaluate(GOLD, [GOLD[0], silent(GOLD[1]), GOLD[2]])
    assert result.select(lambda one: one.meta["lang"] == "zh-Hant").score("pair").r == 0
    groups = {title: list(result.breakdown(group_of)) for title, group_of in BREAKDOWNS.items()}
    assert groups == {
        "deals": ["multi", "none", "single"],
        "genre": ["news", "notice"],
        "language": ["zh-Hans", "zh-Hant"],
        "length": ["0000-0299"],
        "noise": ["clean"],
    }
    parts = result.breakdown(BREAKDOWNS["genre"]).values()
    assert sum((part.tally("mention") for part in parts), Tally()) == result.tally("mention")


@pytest.mark.parametrize(
    ("meta", "language", "noise"),
    [
        ({"lang": "zh-Hans"}, "zh-Hans", "clean"),
        ({"lang": "zh-Hans-noisy"}, "zh-Hans", "damaged"),
        ({}, "unknown", "unknown"),
    ],
)
def test_language_and_noise(meta: dict[str, str], language: str, noise: str) -> None:
    source = Document("x", "字", meta=meta)
    assert (BREAKDOWNS["language"](source), BREAKDOWNS["noise"](source)) == (language, noise)


@pytest.mark.parametrize(
    ("length", "bucket"),
    [(0, "0000-0299"), (299, "0000-0299"), (300, "0300-0599"), (999, "0600-0999"), (1000, "1000+"), (9999, "1000+")],
)
def test_length_bucket(length: int, bucket: str) -> None:
    assert length_bucket(Document("x", "字" * length)) == bucket


def many(predicted_right: int) -> Evaluation:
    gold = [dataclasses.replace(GOLD[1], id=str(index)) for index in range(40)]
    return evaluate(gold, [one if index < predicted_right else silent(one) for index, one in enumerate(gold)])


def test_intervals_of_every_score() -> None:
    result = many(30)
    intervals = result.intervals()
    assert list(intervals) == result.names()
    recall = intervals["pair"]["r"]
    assert recall.value == result.score("pair").r == 0.75
    assert 0.5 < recall.low < 0.75 < recall.high < 1
    assert intervals["pair"]["p"].low == 1
    assert result.intervals(["pair"])["pair"] == intervals["pair"]


def test_compare() -> None:
    tests = compare(many(36), many(20))
    assert list(tests) == ["mention", "pair", "pair_amount", "tuple", "slot"]
    assert tests["pair"].difference.value == pytest.approx(many(36).score("pair").f1 - many(20).score("pair").f1)
    assert tests["pair"].p_value < 0.01
    with pytest.raises(ValueError, match="different documents"):
        compare(many(3), evaluate(GOLD, GOLD))
    with pytest.raises(ValueError, match="different documents"):
        compare(evaluate(GOLD, GOLD), evaluate(GOLD[::-1], GOLD))


def test_confidence_goes_with_correctness() -> None:
    gold = document("[甲|COM:c1][乙|LOC:l1]", "company=c1 location=l1", name="one")
    wrong = Mention(1, 2, "乙", "GOV", "g1", 0.3)
    frames = (dataclasses.replace(gold.frames[0], location=(), government=("g1",), score=0.4),)
    predicted = dataclasses.replace(gold, mentions=(gold.mentions[0], wrong), frames=frames)
    result = evaluate([gold], [predicted])
    scores, right = result.mention_confidence()
    assert np.array_equal(scores, [1.0, 0.3])
    assert np.array_equal(right, [1.0, 0.0])
    assert [part.tolist() for part in result.deal_confidence()] == [[0.4], [0.0]]
    calibration = result.to_dict()["calibration"]
    assert (calibration["mention_ece"], calibration["deal_ece"]) == pytest.approx((0.15, 0.4))
    assert (calibration["mention_brier"], calibration["deal_brier"]) == pytest.approx((0.045, 0.16))
    curve = [(part["low"], part["count"], part["accuracy"]) for part in calibration["mention_curve"]]
    assert curve == [(0.3, 1, 0.0), (0.9, 1, 1.0)]


def test_a_deal_with_a_wrong_amount_is_still_a_right_pair() -> None:
    gold = document(BODY, DEAL, name="one")
    predicted = document(BODY, DEAL.replace(" amount=a1", ""), name="one")
    assert evaluate([gold], [predicted]).deal_confidence()[1].tolist() == [1.0]


def test_by_value_the_contract_pair_amount_is_by_value() -> None:
    gold = document("[甲|COM:c1][5亿元|AMT:a1][五亿元|AMT:a2]", "company=c1 amount=a1", name="one")
    predicted = dataclasses.replace(gold, frames=(dataclasses.replace(gold.frames[0], amount=("a2",)),))
    values = {"5亿元": 5, "五亿元": 5}
    assert evaluate([gold], [predicted]).to_dict()["pair_amount"]["f1"] == 0
    assert evaluate([gold], [predicted], value_of=values.get).to_dict()["pair_amount"]["f1"] == 1
    assert evaluate([gold], [predicted], value_of=values.get).to_dict()["tuple"]["f1"] == 0
