from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from model.helpers import config, documents

from chinese_deal_ie._version import __version__
from chinese_deal_ie.training import model_card, statement

INTERVAL = {"value": 0.5, "low": 0.25, "high": 0.75}
SCORE = {"p": INTERVAL, "r": INTERVAL, "f1": INTERVAL}


def manifest(**about: Any) -> dict[str, Any]:
    made = statement.about(
        name="tiny",
        encoder="an encoder (MIT)",
        sources=[statement.CORPUS, *statement.PUBLIC_SETS],
        documents={"train": documents(), "dev": documents()[:1]},
        run={"name": "tiny"},
    )
    return {"about": made | about, "config": config(40).to_dict()}


def test_the_statement_counts_and_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statement, "git_commit", lambda folder: "abc")
    found = manifest()["about"]
    assert (found["version"], found["commit"], found["licence"]) == (__version__, "abc", "MIT")
    assert found["documents"] == {"train": 3, "dev": 1}
    assert found["deals"] == {"train": 2, "dev": 1}
    assert found["characters"]["dev"] == len(documents()[0].text)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", found["date"])
    assert [source["licence"] for source in found["training_data"]] == [
        "MIT",
        "none stated",
        "none stated",
        "CC BY-SA 4.0",
    ]
    assert json.loads(json.dumps(found)) == found


def test_a_commit_is_told_with_a_mark_when_files_differ(tmp_path: Path) -> None:
    def git(*arguments: str) -> None:
        subprocess.run(("git", "-c", "user.name=x", "-c", "user.email=x@y", *arguments), cwd=tmp_path, check=True)

    assert statement.git_commit(tmp_path / "nowhere") is None
    git("init", "-q")
    (tmp_path / "a").write_text("1", encoding="utf-8")
    git("add", "a")
    git("commit", "-q", "-m", "x")
    clean = statement.git_commit(tmp_path)
    assert clean is not None
    assert re.fullmatch(r"[0-9a-f]{40}", clean)
    (tmp_path / "a").write_text("2", encoding="utf-8")
    assert statement.git_commit(tmp_path) == clean + "+"


def test_the_head_is_what_the_hub_reads() -> None:
    yaml = pytest.importorskip("yaml")
    _, head, body = model_card.model_card(manifest()).split("---\n", 2)
    assert yaml.safe_load(head) == {
        "language": "zh",
        "license": "mit",
        "library_name": "chinese_deal_ie",
        "pipeline_tag": "token-classification",
        "tags": ["information-extraction", "relation-extraction", "named-entity-recognition"],
        "datasets": ["chinese_deal_ie", "cluener", "msra_ner", "fewfc"],
    }
    assert body.lstrip().startswith("# tiny\n")


def test_sections_and_sources() -> None:
    card = model_card.model_card(manifest())
    assert re.findall(r"^## (.+)$", card, re.MULTILINE) == [
        "How to use it", "Training data", "Scores", "Limits and biases", "Licence",
    ]  # fmt: skip
    assert "None were measured." in card
    assert "CC BY-SA 4.0" in card
    assert "arXiv:2001.04351" in card
    assert "| train | 3 |" in card


def test_scores_stand_in_a_table_with_their_intervals() -> None:
    scores = {"test": {"documents": 52, "mention": SCORE, "pair": SCORE, "quiet": SCORE}}
    for card in (model_card.model_card(manifest(), scores), model_card.model_card(manifest(scores=scores))):
        cell = "0.500 [0.250, 0.750]"
        assert f"| test | 52 | mentions, strict | {cell} | {cell} | {cell} |" in card
        assert f"| test | 52 | documents without deals left alone |  |  | {cell} |" in card
        assert "full tuples" not in card.partition("## Scores")[2].partition("##")[0]


def test_tables_have_one_width() -> None:
    scores = {"test": {"documents": 52, "mention": SCORE, "tuple": SCORE}}
    card = model_card.model_card(manifest(), scores)
    for table in re.findall(r"(?:^\|.*\|\n)+", card, re.MULTILINE):
        assert len({line.count("|") for line in table.splitlines()}) == 1
