"""The gate: a worsened system fails it, the same system passes."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from chinese_deal_ie.corpus_io import read_corpus
from chinese_deal_ie.evaluation import Cost, Evaluation, RuleBaseline, evaluate
from chinese_deal_ie.evaluation.gate import (
    GATED,
    SLOWER,
    Baseline,
    digest,
    judge,
    make_baseline,
    read_baseline,
    write_baseline,
)
from chinese_deal_ie.evaluation.normalisers import value_of
from chinese_deal_ie.schema import Document, Frame, Mention

DEV = Path(__file__).parents[2] / "corpus" / "dev"
COST = Cost(50, 20_000, 2.0, 1.0, 0.01, None)


@pytest.fixture(scope="module")
def gold() -> list[Document]:
    return list(read_corpus(DEV))


@pytest.fixture(scope="module")
def predicted(gold: list[Document]) -> list[Document]:
    return RuleBaseline().predict(gold)


def scored(gold: list[Document], predicted: list[Document]) -> Evaluation:
    return evaluate(gold, predicted, value_of=value_of)


@pytest.fixture(scope="module")
def evaluation(gold: list[Document], predicted: list[Document]) -> Evaluation:
    return scored(gold, predicted)


@pytest.fixture(scope="module")
def baseline(evaluation: Evaluation) -> Baseline:
    return make_baseline("rules", "1.0", evaluation, COST)


def without_companies(document: Document) -> Document:
    kept = tuple(mention for mention in document.mentions if mention.label != "COM")
    return dataclasses.replace(document, mentions=kept)


def without_frames(document: Document) -> Document:
    return dataclasses.replace(document, frames=())


def with_a_deal(document: Document) -> Document:
    company = Mention(0, 1, document.text[0], "COM", "x1")
    return dataclasses.replace(document, mentions=(company, *document.mentions), frames=(Frame(company=("x1",)),))


def shifted(document: Document) -> Document:
    moved = (
        dataclasses.replace(one, end=one.end - 1, text=one.text[:-1]) if len(one.text) > 1 else one
        for one in document.mentions
    )
    return dataclasses.replace(document, mentions=tuple(moved))


def test_the_unchanged_system_passes(baseline: Baseline, evaluation: Evaluation) -> None:
    verdict = judge(baseline, evaluation, COST)
    assert verdict.passed
    assert [change.name for change in verdict.changes] == list(GATED)
    assert all(change.before == change.now for change in verdict.changes)
    assert all(change.test.difference.low == change.test.difference.high == 0 for change in verdict.changes)


@pytest.mark.parametrize(
    ("defect", "fallen"),
    [
        (without_companies, {"mention", "pair", "slot"}),
        (without_frames, {"pair", "slot"}),
        (with_a_deal, {"quiet", "slot"}),
        (shifted, {"mention", "pair", "slot"}),
    ],
)
def test_a_worsened_system_fails(
    defect: Callable[[Document], Document],
    fallen: set[str],
    baseline: Baseline,
    gold: list[Document],
    predicted: list[Document],
) -> None:
    verdict = judge(baseline, scored(gold, [defect(one) for one in predicted]), COST)
    assert not verdict.passed
    assert fallen <= {change.name for change in verdict.changes if change.fallen}


def test_a_better_system_passes(baseline: Baseline, gold: list[Document]) -> None:
    verdict = judge(baseline, scored(gold, gold), COST)
    assert verdict.passed
    assert all(change.now == 1 for change in verdict.changes)


def test_a_slip_in_one_document_is_within_chance(
    baseline: Baseline, gold: list[Document], predicted: list[Document]
) -> None:
    first = next(index for index, one in enumerate(predicted) if one.mentions)
    slip = [*predicted[:first], without_companies(predicted[first]), *predicted[first + 1 :]]
    verdict = judge(baseline, scored(gold, slip), COST)
    assert verdict.passed
    assert any(change.now < change.before for change in verdict.changes)


@pytest.mark.parametrize(
    ("factor", "slower"), [(0.5, False), (1.0, False), (SLOWER - 0.1, False), (SLOWER + 0.1, True)]
)
def test_speed(factor: float, slower: bool, baseline: Baseline, evaluation: Evaluation) -> None:
    verdict = judge(baseline, evaluation, dataclasses.replace(COST, processor=factor * COST.processor))
    assert (verdict.slower, verdict.passed) == (slower, not slower)


def test_a_slower_machine_is_not_a_slower_program(baseline: Baseline, evaluation: Evaluation) -> None:
    """Reading and calibration take five times as long."""
    slow = dataclasses.replace(COST, seconds=10.0, processor=5.0, calibration=0.05)
    assert judge(baseline, evaluation, slow).passed


def test_a_baseline_is_read_as_it_was_written(baseline: Baseline, tmp_path: Path) -> None:
    path = tmp_path / "dev.json"
    write_baseline(baseline, path)
    assert read_baseline(path) == baseline
    lines = path.read_text(encoding="utf-8").splitlines()
    assert sum(line.startswith('{"id"') for line in lines) == len(baseline.documents)
    assert json.loads(path.read_text(encoding="utf-8"))["system"] == "rules"


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"format": 2}',
        '{"format": 1, "system": "x", "version": "1", "cost": {"ratio": 1}, "documents": []}',
        '{"format": 1, "system": "x", "version": "1", "cost": {"ratio": 1}, "documents": [{"id": "a", "gold": "b"}]}',
    ],
)
def test_what_is_no_baseline_is_refused_by_name(content: str, tmp_path: Path) -> None:
    path = tmp_path / "broken.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=r"broken\.json"):
        read_baseline(path)


def test_other_documents_are_refused(baseline: Baseline, gold: list[Document], predicted: list[Document]) -> None:
    with pytest.raises(ValueError, match=f"one side only: {gold[-1].id}"):
        judge(baseline, scored(gold[:-1], predicted[:-1]), COST)
    annotated = dataclasses.replace(gold[0], mentions=gold[0].mentions[1:])
    with pytest.raises(ValueError, match=f"annotated anew.*{gold[0].id}"):
        judge(baseline, scored([annotated, *gold[1:]], predicted), COST)


def test_the_hash_tells_annotations_not_headers() -> None:
    one = Document("x", "甲市", (Mention(0, 2, "甲市", "LOC", "l1"),), (Frame(location=("l1",)),), {"genre": "news"})
    assert digest(one) == digest(dataclasses.replace(one, meta={}))
    changes = [
        {"text": "乙市"},
        {"mentions": ()},
        {"frames": ()},
        {"frames": (Frame(location=("l1",), type="fund"),)},
        {"mentions": (Mention(0, 2, "甲市", "LOC", "l2"),)},
    ]
    assert len({digest(one), *(digest(dataclasses.replace(one, **change)) for change in changes)}) == 6


def test_amounts_must_have_been_compared_by_value(gold: list[Document], predicted: list[Document]) -> None:
    with pytest.raises(ValueError, match=r"value\.pair_amount"):
        make_baseline("rules", "1.0", evaluate(gold, predicted), COST)
