from __future__ import annotations

import json
from pathlib import Path

import pytest

from chinese_deal_ie.evaluation import PEERS, evaluate
from chinese_deal_ie.evaluation.normalisers import value_of
from chinese_deal_ie.schema import Document, Frame, Mention

from .helpers import FakeExtractor, run

DEAL = """# id: one
[常州市政府|GOV:g1]与[百度公司|COM:c1]签约,投资[50亿元|AMT:a1]。

@deal government=g1 company=c1 amount=a1 type=investment stage=signed
"""
SEVERAL = DEAL.replace("one", "two") + "@deal government=g1 company=c1 type=cooperation stage=signed\n"
QUIET = "# id: three\n今天天气好。\n"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for name, content in (("1", DEAL), ("2", SEVERAL), ("3", QUIET)):
        (folder / f"{name}.deal.txt").write_text(content, encoding="utf-8")
    return folder


@pytest.mark.usefixtures("fake")
def test_scores_of_the_model(corpus: Path, tmp_path: Path) -> None:
    target, markdown, html = (tmp_path / f"scores.{suffix}" for suffix in ("json", "md", "html"))
    result = run("evaluate", corpus, "--json", target, "--markdown", markdown, "--html", html)
    assert result.exit_code == 0, result.stderr
    scores = json.loads(target.read_text(encoding="utf-8"))
    # two of the six mentions, both companies, are found; the third document is left alone
    assert scores["mention"]["p"] == 1
    assert scores["mention"]["r"] == pytest.approx(1 / 3, abs=1e-6)
    assert {"p", "r", "f1"} <= scores["pair"].keys() & scores["tuple"].keys()
    assert scores["quiet"] == 1
    assert scores["documents"] == 3
    assert scores["system"] == "fake-model"
    low, value, high = (scores["intervals"]["mention"]["f1"][key] for key in ("low", "value", "high"))
    assert low <= value <= high
    assert {"pair_amount", "quiet", "single.pair", "multi.tuple", "mention.COM", "link"} <= scores["intervals"].keys()
    # everything that docs/metrics.md defines
    assert {"link", "slot", "value", "relaxed", "coreference", "coreference_shared", "accuracy"} <= scores.keys()
    assert scores["breakdown"].keys() == {"deals", "genre", "language", "length", "noise"}
    assert {"mention_ece", "mention_curve", "deal_ece", "deal_curve"} <= scores["calibration"].keys()
    assert scores["cost"]["characters_per_second"] > 0
    assert scores["cost"]["ratio"] > 0
    assert scores["against"] == {}
    for title in (
        "mentions",
        "COM",
        "pairs",
        "pairs with amount",
        "full tuples",
        "quiet without deals",
        "several deals",
        "CoNLL average",
        "calibration error",
        "characters a second",
    ):
        assert title in result.stdout
    assert f"fake-model on {corpus}" in result.stdout
    assert "3 documents, 3 deals" in result.stdout
    assert markdown.read_text(encoding="utf-8").startswith("# fake-model on")
    assert html.read_text(encoding="utf-8").lstrip().lower().startswith("<!doctype html>")


def test_scores_of_the_baseline_need_no_model(corpus: Path) -> None:
    result = run("evaluate", corpus, "--system", "baseline")
    assert result.exit_code == 0
    assert f"rules on {corpus}" in result.stdout
    result = run("evaluate", corpus, "--system", "baseline", "--model", corpus)
    assert result.exit_code == 2
    assert "the baseline has no --model" in result.stderr


@pytest.mark.usefixtures("fake")
def test_systems_side_by_side(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise ImportError("No module named 'monpa'")

    monkeypatch.setitem(PEERS, "monpa", (missing, ()))
    target, markdown = tmp_path / "scores.json", tmp_path / "scores.md"
    systems = ("--against", "baseline", "--against", "monpa")
    result = run("evaluate", corpus, *systems, "--json", target, "--markdown", markdown)
    assert result.exit_code == 0
    assert "left out: monpa (No module named 'monpa')" in result.stderr
    assert "rules: Pairs (government, company)" in result.stdout
    found = json.loads(target.read_text(encoding="utf-8"))["against"]
    assert list(found) == ["rules"]
    assert {"f1", "difference"} == found["rules"]["tuple"].keys()
    assert {"value", "low", "high", "p_value"} == found["rules"]["tuple"]["difference"].keys()
    assert "## Side by side" in markdown.read_text(encoding="utf-8")
    result = run("evaluate", corpus, "--system", "monpa")
    assert result.exit_code == 2
    assert "No module named 'monpa'" in result.stderr


def _document(amount: str, entity: str = "a1") -> Document:
    text = f"甲市政府与乙公司签约,投资{amount}"
    mentions = (
        Mention(0, 4, "甲市政府", "GOV", "g1"),
        Mention(5, 8, "乙公司", "COM", "c1"),
        Mention(13, len(text), amount, "AMT", entity),
    )
    frame = Frame(government=("g1",), company=("c1",), amount=(entity,))
    return Document("one", text, mentions, (frame,))


def test_amounts_are_compared_by_value() -> None:
    gold = _document("约50亿元,即50亿元人民币")
    both = [Mention(13, 18, "约50亿元", "AMT", "a1"), Mention(20, 27, "50亿元人民币", "AMT", "a2")]
    halves = [
        Document("one", gold.text, (*gold.mentions[:2], one), (Frame(("g1",), ("c1",), (one.entity,)),)) for one in both
    ]
    found = evaluate([halves[0]], [halves[1]], value_of=value_of)
    assert found.score("pair_amount").f1 == 0
    assert found.score("value.pair_amount").f1 == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"bad.deal.txt": DEAL.replace("g1 company", "g9 company")}, ("bad.deal.txt", "g9", "nothing was scored")),
        ({"readme.md": "hello"}, ("no annotated documents", "corpus --help")),
    ],
)
def test_a_corpus_that_cannot_be_scored(content: dict[str, str], words: tuple[str, ...], tmp_path: Path) -> None:
    for name, text in content.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    result = run("evaluate", tmp_path)
    assert result.exit_code == 1
    assert all(word in result.stderr for word in words)
    assert result.stdout == ""


def test_wrong_usage(tmp_path: Path, fake: FakeExtractor) -> None:
    assert run("evaluate", tmp_path / "nowhere").exit_code == 2
    result = run("evaluate", tmp_path, "--json", tmp_path / "nowhere" / "scores.json")
    assert result.exit_code == 2
    assert "make it first" in " ".join(result.stderr.split())
