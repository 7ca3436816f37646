"""The command behind the numbers of README and model card, on the rules in the place of the model."""

from __future__ import annotations

import importlib.util
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from chinese_deal_ie.corpus_io import read_corpus
from chinese_deal_ie.corpus_io.statistics import describe
from chinese_deal_ie.evaluation import PEERS, RuleBaseline
from chinese_deal_ie.model.checkpoint import FOCUS, MANIFEST, SHARED, WEIGHTS, packaged
from chinese_deal_ie.schema import Document

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "docs/benchmark.md", "corpus/DATASHEET.md")
pytestmark = pytest.mark.skipif(not packaged().is_dir(), reason="this checkout holds no packaged model")


@pytest.fixture(scope="module")
def module() -> ModuleType:
    spec = importlib.util.spec_from_file_location("numbers_of_readme", ROOT / "benchmarks" / "report_numbers.py")
    assert spec is not None
    assert spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


class Rules:
    """Reads nothing on the first document, else as the rules do."""

    name = "model"

    def predict(self, texts: Sequence[Document]) -> list[Document]:
        return [text if text.id == "a-010" else RuleBaseline().predict([text])[0] for text in texts]


@pytest.fixture(scope="module")
def found(module: ModuleType) -> dict[str, Any]:
    """Numbers of a few documents, with one package installed and two that are not."""
    gold = {split: read_corpus(ROOT / "corpus" / split)[:12] for split in ("dev", "test")}

    def missing() -> RuleBaseline:
        raise ImportError("not here")

    notes: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(PEERS, "jionlp", (lambda: RuleBaseline("rules+jionlp"), ("AMT",)))
        patch.setitem(PEERS, "monpa", (missing, ()))
        patch.setitem(PEERS, "jiagu", (missing, ()))
        numbers: dict[str, Any] = module.numbers(gold, Rules(), {}, notes.append)
        earlier = {"peers": {"monpa": numbers["peers"]["jionlp"]}}
        again = module.numbers({split: items[:2] for split, items in gold.items()}, Rules(), earlier, notes.append)
    assert [note.partition(";")[2] for note in notes] == [
        " left out",
        " left out",
        " its earlier numbers are kept",
        " left out",
    ]
    assert list(again["peers"]) == ["jionlp", "monpa"]
    numbers["corpus"] = {split: describe(items) for split, items in gold.items()}
    numbers_as_json: dict[str, Any] = json.loads(json.dumps(numbers, allow_nan=False))
    return numbers_as_json


def test_numbers(found: dict[str, Any]) -> None:
    assert found["model"]["dev"]["documents"] == found["baseline"]["test"]["documents"] == 12
    assert found["model"]["dev"]["mention"]["r"] < found["baseline"]["dev"]["mention"]["r"]
    assert found["model"]["dev"]["intervals"]["tuple"]["f1"].keys() == {"value", "low", "high"}
    assert found["peers"]["jionlp"]["own_labels"] == ["AMT"]
    assert found["cost"].keys() == {"model, dev", "baseline, dev", "model, test", "baseline, test", "jionlp, dev"}
    assert found["against_baseline"]["mention"]["value"] < 0


@pytest.mark.parametrize("make", ["scores_table", "details_table", "peers_table", "cost_table"])
def test_tables_are_rectangular(make: str, module: ModuleType, found: dict[str, Any]) -> None:
    rows = getattr(module, make)(found).splitlines()
    assert len(rows) > 5
    assert len({row.count("|") for row in rows}) == 1


def test_a_package_is_bold_where_it_found_the_mentions_itself(module: ModuleType, found: dict[str, Any]) -> None:
    rows = module.peers_table(found).splitlines()
    assert [row.split("|")[1].strip() for row in rows if "**" in row] == ["mentions, AMT"]


def test_files_are_refreshed_between_their_marks(
    module: ModuleType, found: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And nowhere else; a second run changes nothing."""
    monkeypatch.setattr(module, "example", lambda: "```\nnothing\n```\n")
    for page in PAGES:
        (tmp_path / page).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / page, tmp_path / page)
    model = packaged().relative_to(ROOT)
    shutil.copytree(packaged(), tmp_path / model, ignore=shutil.ignore_patterns(WEIGHTS, SHARED, FOCUS))
    new = module.files(found, tmp_path)
    assert {str(path) for path in new} == {*PAGES, str(model / MANIFEST), str(model / "README.md")}
    readme = new[Path("README.md")]
    assert "| dev, 12 documents |" in readme
    assert "```\nnothing\n```" in readme
    for path, text in new.items():
        old = (tmp_path / path).read_text(encoding="utf-8")
        if path.suffix == ".md" and path.parts[0] != "chinese_deal_ie":
            assert outside(text) == outside(old)
        (tmp_path / path).write_text(text, encoding="utf-8")
    manifest = json.loads(new[model / MANIFEST])
    assert manifest["about"]["scores"]["test"]["pair"] == found["model"]["test"]["intervals"]["pair"]
    assert manifest["files"] == json.loads((packaged() / MANIFEST).read_text(encoding="utf-8"))["files"]
    value = found["model"]["test"]["intervals"]["mention"]["f1"]["value"]
    assert f"{value:.3f} [" in new[model / "README.md"]
    assert module.files(found, tmp_path) == new


def outside(text: str) -> list[str]:
    """The lines that are not between marks."""
    kept, inside = [], False
    for line in text.splitlines():
        inside = inside and ": end" not in line
        if not inside:
            kept.append(line)
        inside = inside or (line.startswith("<!-- ") and ": begin" in line)
    return kept


def test_missing_marks_are_told(module: ModuleType) -> None:
    assert module.replace("a\n<!-- x: begin -->\nold\n<!-- x: end -->\nb", "x", "new\n") == (
        "a\n<!-- x: begin -->\n\nnew\n\n<!-- x: end -->\nb"
    )
    with pytest.raises(ValueError, match="x: begin"):
        module.replace("a", "x", "new")


def test_the_example_is_what_the_command_prints(module: ModuleType) -> None:
    lines = module.example().splitlines()
    assert lines[0] == lines[-1] == "```"
    assert lines[1].startswith("changzhou.txt: ")
    assert "百度公司" in module.example()
