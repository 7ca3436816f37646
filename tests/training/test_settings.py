from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from chinese_deal_ie.training.deal_stage import DealStageConfig
from chinese_deal_ie.training.general_stage import GeneralStageConfig
from chinese_deal_ie.training.settings import load_config

SHIPPED = Path(__file__).parents[2] / "training" / "configs"
SMALLEST: dict[str, Any] = {"name": "mine", "encoder": "enc", "corpus": "../corpus", "runs": "runs"}


def write(folder: Path, values: object) -> Path:
    path = folder / "config.json"
    path.write_text(json.dumps(values), encoding="utf-8")
    return path


def test_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    found = load_config(write(tmp_path, SMALLEST | {"data": "sets"}))
    assert found.encoder == tmp_path / "enc"
    assert found.corpus.resolve() == tmp_path.parent / "corpus"
    assert found.data == tmp_path / "sets"
    assert found.folder == tmp_path / "runs" / "mine"


def test_defaults(tmp_path: Path) -> None:
    found = load_config(write(tmp_path, SMALLEST))
    assert (found.general, found.deal, found.report, found.data) == (None, DealStageConfig(), ("dev",), None)


def test_stages_take_their_settings(tmp_path: Path) -> None:
    values = SMALLEST | {"data": "x", "general": {"epochs": 2}, "deal": {"steps": 5, "encoder_rate": 1e-5}}
    found = load_config(write(tmp_path, values))
    assert found.general == GeneralStageConfig(epochs=2)
    assert found.deal == DealStageConfig(steps=5, encoder_rate=1e-5)
    assert json.loads(json.dumps(found.settings())) == found.settings()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([], "JSON object"),
        ({key: SMALLEST[key] for key in ("name", "runs")}, "missing settings: corpus, encoder"),
        (SMALLEST | {"layers": 2}, "unknown settings: layers"),
        (SMALLEST | {"deal": {"stepz": 2}}, "unknown settings: stepz"),
        (SMALLEST | {"deal": {"steps": "5"}}, "steps: int expected, not '5'"),
        (SMALLEST | {"deal": {"steps": 5.5}}, "steps: int expected"),
        (SMALLEST | {"deal": {"warmup": True}}, "warmup: float expected"),
        (SMALLEST | {"name": "../other"}, "not a plain name"),
        (SMALLEST | {"general": {}}, "needs data"),
    ],
)
def test_flawed_settings_are_named(tmp_path: Path, values: object, message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        load_config(write(tmp_path, values))
    assert "config.json" in str(caught.value)


def test_a_file_that_is_no_json_is_named(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{", encoding="utf-8")
    with pytest.raises(ValueError, match=r"config\.json"):
        load_config(tmp_path / "config.json")


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.json")), ids=lambda path: path.stem)
def test_shipped_configs_are_sound(path: Path) -> None:
    found = load_config(path)
    assert found.name == path.stem
    assert (found.corpus / "train").is_dir()
    assert found.runs.resolve() == SHIPPED.parent / "runs"
