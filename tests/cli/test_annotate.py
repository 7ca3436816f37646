from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from chinese_deal_ie.cli import models
from chinese_deal_ie.corpus_io import brat, doccano, label_studio
from chinese_deal_ie.extractor import Extractor
from chinese_deal_ie.schema import Document

from .helpers import run

torch = pytest.importorskip("torch")

from training.helpers import many, write_base  # noqa: E402


@pytest.fixture(scope="module")
def extractor(tmp_path_factory: pytest.TempPathFactory) -> Extractor:
    return Extractor.from_checkpoint(write_base(tmp_path_factory.mktemp("base") / "model"))


@pytest.fixture
def texts(tmp_path: Path, extractor: Extractor, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(models, "make_extractor", lambda model, backend=None, threads=None: extractor)
    folder = tmp_path / "texts"
    folder.mkdir()
    for item in many(5):
        (folder / f"{item.id}.txt").write_text(item.text, encoding="utf-8")
    return folder


def predicted(extractor: Extractor) -> dict[str, Document]:
    found = extractor.predict([Document(f"{item.id}.txt", item.text) for item in many(5)])
    return {item.id: item for item in found}


def test_label_studio(texts: Path, extractor: Extractor) -> None:
    target = texts.parent / "tasks.json"
    result = run("annotate", texts, "--format", "label-studio", "--output", target, "-v")
    assert result.exit_code == 0, result.stderr
    tasks: list[dict[str, Any]] = json.loads(target.read_text(encoding="utf-8"))
    doubts = [task["data"]["uncertainty"] for task in tasks]
    assert doubts == sorted(doubts, reverse=True)
    assert len(set(doubts)) > 1
    assert all(0 <= doubt <= 1 for doubt in doubts)
    assert [task["predictions"][0]["score"] for task in tasks] == [round(1 - doubt, 4) for doubt in doubts]
    found = {item.id: item for item in label_studio.read(target, "predictions")}
    for name, item in predicted(extractor).items():
        assert found[name].text == item.text
        assert [(one.start, one.end, one.label) for one in found[name].mentions] == [
            (one.start, one.end, one.label) for one in item.mentions
        ]
    assert label_studio.read(target) == []  # suggestions are no annotations
    assert result.stderr.count(".txt") >= 5  # -v tells every document


def test_doccano_and_a_limit(texts: Path) -> None:
    target = texts.parent / "upload.jsonl"
    assert run("annotate", texts, "--format", "doccano", "--output", target, "--limit", "2").exit_code == 0
    lines = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert len(lines) == 2
    assert lines[0]["uncertainty"] >= lines[1]["uncertainty"]
    assert all(len(line["scores"]["entities"]) == len(line["entities"]) for line in lines)
    assert len(doccano.read(target)) == 2


def test_brat_files_are_numbered(texts: Path) -> None:
    target = texts.parent / "collection"
    assert run("annotate", texts, "--format", "brat", "--output", target).exit_code == 0
    found = brat.read(target)
    doubts = [float(item.meta["uncertainty"]) for item in found]
    assert doubts == sorted(doubts, reverse=True)
    assert sorted(item.id for item in found) == sorted(f"{item.id}.txt" for item in many(5))
    notes = "".join(file.read_text(encoding="utf-8") for file in target.glob("*.ann"))
    assert notes.count("score=") == sum(len(item.mentions) for item in found)
    assert (target / "annotation.conf").is_file()


def test_broken_inputs_are_told_and_the_others_written(texts: Path) -> None:
    (texts / "empty.txt").write_bytes(b"")
    target = texts.parent / "tasks.json"
    result = run("annotate", texts, "--format", "label-studio", "--output", target)
    assert result.exit_code == 1
    assert "empty.txt: empty: 0 bytes" in result.stderr
    assert len(json.loads(target.read_text(encoding="utf-8"))) == 5


def test_nothing_to_annotate(texts: Path) -> None:
    (texts.parent / "none").mkdir()
    target = texts.parent / "tasks.json"
    result = run("annotate", texts.parent / "none", "--format", "brat", "--output", target)
    assert result.exit_code == 1
    assert "nothing was written" in result.stderr
    assert run("annotate", "-", "--format", "brat", "--output", target).exit_code == 2
    assert not target.exists()
