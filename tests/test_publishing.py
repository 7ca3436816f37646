"""What others build on: the spaCy package of the pipeline, and the model folder as hubs want it."""

from __future__ import annotations

import importlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import chinese_deal_ie
from chinese_deal_ie import Extractor
from chinese_deal_ie.model.checkpoint import packaged

TEXT = "11月24日，常州市政府与百度公司签署战略合作协议。项目总投资约50亿元，落户钟楼经济开发区。"


@pytest.mark.slow
def test_the_pipeline_becomes_a_spacy_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nlp = chinese_deal_ie.load()
    nlp.meta.update(name="deals_of_the_tests", version="1.0.0", license="MIT")
    nlp.to_disk(tmp_path / "pipeline")
    (tmp_path / "packages").mkdir()
    command = [
        sys.executable,
        "-m",
        "spacy",
        "package",
        tmp_path / "pipeline",
        tmp_path / "packages",
        "--build",
        "none",
    ]
    subprocess.run(command, check=True, capture_output=True)
    folder = tmp_path / "packages" / "zh_deals_of_the_tests-1.0.0"
    requirements = json.loads((folder / "meta.json").read_text("utf-8"))["requirements"]
    assert any(line.replace("-", "_").startswith("chinese_deal_ie") for line in requirements)
    shutil.copy(folder / "meta.json", folder / "zh_deals_of_the_tests")  # as the package's setup.py does
    monkeypatch.syspath_prepend(str(folder))
    try:
        loaded = importlib.import_module("zh_deals_of_the_tests").load()
    finally:
        sys.modules.pop("zh_deals_of_the_tests", None)
    assert [deal.to_dict() for deal in loaded(TEXT)._.deals] == [deal.to_dict() for deal in nlp(TEXT)._.deals]


@pytest.mark.slow
def test_a_saved_model_is_read_from_its_folder(tmp_path: Path) -> None:
    extractor = Extractor.from_checkpoint()
    extractor.save(tmp_path / "model")
    again = Extractor.from_checkpoint(tmp_path / "model")
    assert again.folder == tmp_path / "model"
    assert again.extract(TEXT) == extractor.extract(TEXT)
    assert {path.name for path in (tmp_path / "model").iterdir()} == {path.name for path in packaged().iterdir()}


def test_the_card_has_the_metadata_that_the_hub_reads() -> None:
    hub = pytest.importorskip("huggingface_hub", reason="comes with the extra train")
    data = hub.ModelCard.load(packaged() / "README.md").data.to_dict()
    assert data["language"] == "zh"
    assert data["license"] == "mit"
    assert data["library_name"] == "chinese_deal_ie"
    assert data["pipeline_tag"] == "token-classification"
    assert data["datasets"]


def test_the_model_folder_holds_no_pickle() -> None:
    allowed = {".md", ".json", ".onnx", ".safetensors", ".txt"}
    assert {path.suffix for path in packaged().iterdir()} <= allowed
