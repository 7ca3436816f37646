"""The scorers on the annotated corpus itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from chinese_deal_ie.corpus_io import read_corpus
from chinese_deal_ie.evaluation import RuleBaseline, evaluate, html_report
from chinese_deal_ie.schema import LABELS, Document

from .helpers import iob2

DEV = Path(__file__).parents[2] / "corpus" / "dev"


@pytest.fixture(scope="module")
def gold() -> list[Document]:
    return list(read_corpus(DEV))


def test_gold_against_gold_is_perfect_in_every_score(gold: list[Document]) -> None:
    result = evaluate(gold, gold, value_of=lambda text: text, place_of=lambda text, context: text)
    assert {name for name in result.names() if result.score(name).f1 != 1} == set()
    assert result.tally("mention").gold == sum(len(document.mentions) for document in gold)
    assert result.tally("slot.type").gold == sum(len(document.frames) for document in gold)


def test_strict_scores_of_every_label_are_those_of_seqeval(gold: list[Document]) -> None:
    metrics = pytest.importorskip("seqeval.metrics")
    scheme = pytest.importorskip("seqeval.scheme")
    predicted = RuleBaseline().predict(gold)
    truth, answer = ([iob2(one.mentions, len(one.text)) for one in side] for side in (gold, predicted))
    report = metrics.classification_report(
        truth, answer, mode="strict", scheme=scheme.IOB2, output_dict=True, zero_division=0
    )
    result = evaluate(gold, predicted)
    for name, row in [("mention", "micro avg"), *((f"mention.{label}", label) for label in LABELS)]:
        score = result.score(name)
        assert [score.p, score.r, score.f1] == pytest.approx(
            [report[row]["precision"], report[row]["recall"], report[row]["f1-score"]]
        )


def test_the_baseline_is_a_floor_not_nothing(gold: list[Document]) -> None:
    result = evaluate(gold, RuleBaseline().predict(gold))
    assert result.score("mention").f1 > 0.5
    assert result.score("pair").f1 > 0.1
    assert result.quiet() > 0.7
    relaxed = {name: result.tally(f"relaxed.{name}").correct for name in ("pair", "pair_amount", "tuple")}
    assert all(result.tally(name).correct <= right for name, right in relaxed.items())
    page = html_report(result, "rules", samples=10)
    assert all(f"<b>{one.gold.id}</b>" in page for one in result.documents if one.mentions.errors)
