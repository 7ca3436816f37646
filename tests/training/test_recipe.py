from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest
from model.helpers import QUIET, SECOND, SIGNING, documents, vocabulary, write_encoder

from chinese_deal_ie.extractor import Extractor
from chinese_deal_ie.model.checkpoint import CheckpointError, load_checkpoint
from chinese_deal_ie.training.deal_stage import DealStageConfig
from chinese_deal_ie.training.recipe import COMPANIES, name_pools, run, start
from chinese_deal_ie.training.settings import TrainingConfig

DEAL = DealStageConfig(steps=2, batch_characters=200, save_every=2, evaluate_every=2)


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> TrainingConfig:
    folder = tmp_path_factory.mktemp("recipe")
    write_encoder(folder / "encoder", vocabulary().entries)
    for split, sources in {"train": (SIGNING, QUIET, SECOND), "dev": (SIGNING, QUIET)}.items():
        (folder / "corpus" / split).mkdir(parents=True)
        for number, source in enumerate(sources):
            (folder / "corpus" / split / f"{number}.deal.txt").write_text(source, encoding="utf-8")
    return TrainingConfig(
        "tiny", folder / "encoder", folder / "corpus", folder / "runs", "a random encoder (MIT)", None, 1, 1, None, DEAL
    )


@pytest.fixture(scope="module")
def output(config: TrainingConfig) -> Path:
    result = config.runs.parent / "model"
    run(config, result)
    return result


def test_a_run_makes_a_checkpoint_that_reads(output: Path) -> None:
    for backend in ("onnx", "torch"):
        extractor = Extractor.from_checkpoint(output, backend=backend)  # type: ignore[arg-type]
        assert len(extractor.predict(documents())) == 3


def test_the_checkpoint_tells_how_it_was_made(config: TrainingConfig, output: Path) -> None:
    about = load_checkpoint(output).about
    assert about["encoder"] == "a random encoder (MIT)"
    assert about["documents"] == {"train": 3, "dev": 2}
    assert [source["id"] for source in about["training_data"]] == ["chinese_deal_ie"]
    assert about["run"] == config.settings()
    assert about["scores"]["dev"]["documents"] == 2
    assert {"value", "low", "high"} == about["scores"]["dev"]["pair"]["f1"].keys()
    assert about["fit"].keys() == {"split", "conll", "pair", "tuple", "quiet"}
    card = (output / "README.md").read_text(encoding="utf-8")
    assert card.startswith("---\nlanguage: zh\n")
    assert "| dev | 2 | full tuples |" in card


def test_fitted_thresholds_are_those_of_the_checkpoint(config: TrainingConfig, output: Path) -> None:
    fitted = json.loads((config.folder / "fit.json").read_text(encoding="utf-8"))
    found = load_checkpoint(output)
    assert fitted["thresholds"]["deal"] == found.thresholds.deal
    assert fitted["coreference"]["bias"] == found.coreference.bias


def test_a_finished_run_is_passed_over(config: TrainingConfig, output: Path) -> None:
    before = {path.name: path.read_bytes() for path in output.iterdir()}
    lines = len((config.folder / "log.jsonl").read_text(encoding="utf-8").splitlines())
    run(config, output)
    assert {path.name: path.read_bytes() for path in output.iterdir()} == before
    added = (config.folder / "log.jsonl").read_text(encoding="utf-8").splitlines()[lines:]
    assert [json.loads(line)["event"] for line in added] == ["export there", "finished"]


def test_a_lost_export_is_made_again_from_the_trained_state(config: TrainingConfig, output: Path) -> None:
    again = output.parent / "again"
    run(config, again)
    for name in ("model.safetensors", "focus.onnx", "vocab.txt"):
        assert (again / name).read_bytes() == (output / name).read_bytes(), name


@pytest.mark.usefixtures("output")
def test_other_settings_need_another_name(config: TrainingConfig) -> None:
    with pytest.raises(ValueError, match="another name"):
        run(replace(config, deal=replace(DEAL, steps=3)), config.runs.parent / "elsewhere")


def test_a_model_of_another_run_is_not_overwritten(config: TrainingConfig, output: Path) -> None:
    with pytest.raises(ValueError, match="another run"):
        run(replace(config, name="other"), output)


def test_training_can_start_from_a_checkpoint_of_ours(config: TrainingConfig, output: Path) -> None:
    network, found = start(replace(config, encoder=output))
    assert found.entries == load_checkpoint(output).vocabulary.entries
    assert network.config == load_checkpoint(output).config
    with pytest.raises(CheckpointError, match="layers"):
        start(replace(config, encoder=output, shared_layers=2))
    mine = replace(config, name="mine", encoder=output, encoder_origin="")
    run(mine, output.parent / "mine")
    about = load_checkpoint(output.parent / "mine").about
    assert about["encoder"].startswith("tiny ")
    assert "a random encoder (MIT)" in about["encoder"]


def test_names_come_from_the_corpus_or_from_the_list_of_companies(tmp_path: Path) -> None:
    own = name_pools(documents(), None)
    assert set(own.brands[2]) == {"海石", "白河", "林溪"}
    assert "常州" in own.places[2]
    with gzip.open(tmp_path / COMPANIES, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps({"short": name}) + "\n" for name in ("明川科技", "阔野重工", None))
    listed = name_pools(documents(), tmp_path)
    assert listed.brands == {2: ("明川",), 4: ("阔野重工",)}
    assert listed.places == own.places
