"""The gate as a shell sees it."""

from __future__ import annotations

import copy
import dataclasses
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from chinese_deal_ie.cli import models
from chinese_deal_ie.evaluation import RuleBaseline
from chinese_deal_ie.extractor import Extractor, default_extractor
from chinese_deal_ie.model.checkpoint import packaged
from chinese_deal_ie.schema import Document

from .helpers import run

DEV = Path(__file__).parents[2] / "corpus" / "dev"


class Model:
    """The rules in the place of the model, with whatever is to be done to its predictions."""

    folder = Path("some-model")

    def __init__(self, change: Callable[[Document], Document] = lambda document: document) -> None:
        self.change = change

    def predict(self, documents: Sequence[Document]) -> list[Document]:
        return [self.change(document) for document in RuleBaseline().predict(documents)]


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Callable[[object], None]:
    """Make the commands use another extractor."""
    return lambda extractor: monkeypatch.setattr(models, "make_extractor", lambda model, threads: extractor)


def dropping(document: Document) -> Document:
    """Without every second mention."""
    return dataclasses.replace(document, mentions=document.mentions[::2])


def test_the_gate(use: Callable[[object], None], tmp_path: Path) -> None:
    baseline = tmp_path / "dev.json"
    use(Model())
    written = run("benchmark", DEV, "--baseline", baseline, "--update")
    assert written.exit_code == 0
    assert "written" in written.stderr
    same = run("benchmark", DEV, "--baseline", baseline)
    assert same.exit_code == 0
    assert same.stdout.splitlines()[-1].startswith("passed")
    assert "some-model on" in same.stdout

    use(Model(dropping))
    worse = run("benchmark", DEV, "--baseline", baseline)
    assert worse.exit_code == 1
    assert worse.stdout.splitlines()[-1].startswith("failed")
    assert "mentions fell from" in worse.stderr
    before = baseline.read_bytes()
    updated = run("benchmark", DEV, "--baseline", baseline, "--update")
    assert updated.exit_code == 0
    assert "fallen" in updated.stdout
    assert baseline.read_bytes() != before
    assert run("benchmark", DEV, "--baseline", baseline).exit_code == 0


def test_a_slow_model_fails(use: Callable[[object], None], tmp_path: Path) -> None:
    baseline = tmp_path / "dev.json"
    use(Model())
    run("benchmark", DEV, "--baseline", baseline, "--update")
    content = json.loads(baseline.read_text(encoding="utf-8"))
    content["cost"]["ratio"] /= 10
    baseline.write_text(json.dumps(content), encoding="utf-8")
    result = run("benchmark", DEV, "--baseline", baseline)
    assert result.exit_code == 1
    assert "calibration loops" in result.stderr
    assert "fell from" not in result.stderr


def test_without_a_baseline_of_these_documents(use: Callable[[object], None], tmp_path: Path) -> None:
    use(Model())
    baseline = tmp_path / "dev.json"
    result = run("benchmark", DEV, "--baseline", baseline)
    assert result.exit_code == 2
    assert "--update" in result.stderr
    baseline.write_text("{}", encoding="utf-8")
    assert run("benchmark", DEV, "--baseline", baseline).exit_code == 2
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name in ("a-010", "a-018"):
        (corpus / f"{name}.deal.txt").write_bytes((DEV / f"{name}.deal.txt").read_bytes())
    assert run("benchmark", corpus, "--baseline", baseline, "--update").exit_code == 0
    (corpus / "a-018.deal.txt").unlink()
    result = run("benchmark", corpus, "--baseline", baseline)
    assert result.exit_code == 2
    assert "a-018" in result.stderr


def test_the_baseline_is_found_by_the_name_of_the_corpus(
    use: Callable[[object], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(Model())
    (tmp_path / "benchmarks").mkdir()
    monkeypatch.chdir(tmp_path)
    corpus = tmp_path / "mine.v1"
    corpus.mkdir()
    (corpus / "a-010.deal.txt").write_bytes((DEV / "a-010.deal.txt").read_bytes())
    assert run("benchmark", "mine.v1", "--update").exit_code == 0
    assert (tmp_path / "benchmarks" / "mine.json").is_file()
    assert run("benchmark", corpus).exit_code == 0


def test_wrong_usage(tmp_path: Path) -> None:
    assert run("benchmark", tmp_path / "nowhere").exit_code == 2
    assert run("benchmark", DEV, "--system", "baseline", "--model", tmp_path).exit_code == 2
    result = run("benchmark", DEV, "--update", "--baseline", tmp_path / "no" / "dev.json")
    assert result.exit_code == 2


def raised(extractor: Extractor) -> Extractor:
    """One that finds a deal only where it is all but certain."""
    careful = copy.copy(extractor)
    sure = dataclasses.replace(extractor.checkpoint.thresholds, deal=0.99, document=0.99)
    careful.checkpoint = dataclasses.replace(extractor.checkpoint, thresholds=sure)
    return careful


@pytest.mark.slow
@pytest.mark.skipif(not packaged().is_dir(), reason="this checkout holds no packaged model")
def test_the_packaged_model_with_raised_thresholds_fails(use: Callable[[object], None], tmp_path: Path) -> None:
    """Twenty documents that tell of deals."""
    corpus, baseline = tmp_path / "corpus", tmp_path / "some.json"
    corpus.mkdir()
    telling = [path for path in sorted(DEV.glob("*.deal.txt")) if "@deal" in path.read_text(encoding="utf-8")]
    for path in telling[:20]:
        (corpus / path.name).write_bytes(path.read_bytes())
    use(default_extractor())
    assert run("benchmark", corpus, "--baseline", baseline, "--update").exit_code == 0
    use(raised(default_extractor()))
    result = run("benchmark", corpus, "--baseline", baseline)
    assert result.exit_code == 1
    assert "pairs fell from" in result.stderr
    assert "mentions fell" not in result.stderr
