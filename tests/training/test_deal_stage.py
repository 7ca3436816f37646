from __future__ import annotations

import json
from pathlib import Path

import torch
from model.helpers import documents, network, vocabulary

from chinese_deal_ie.evaluation import evaluate
from chinese_deal_ie.model.fitted import Thresholds
from chinese_deal_ie.model.network import DealNetwork
from chinese_deal_ie.model.reader import Reader
from chinese_deal_ie.model.torch_backend import TorchBackend
from chinese_deal_ie.training.augment import pools
from chinese_deal_ie.training.deal_stage import DealStageConfig, focus_on_gold, train

VOCABULARY = vocabulary()
NAMES = pools(["明川"], ["松江"])
CONFIG = DealStageConfig(steps=4, batch_characters=150, save_every=2, evaluate_every=4)


def trained(folder: Path, config: DealStageConfig = CONFIG, **changes: float) -> DealNetwork:
    model = network(**changes)
    train(model, VOCABULARY, documents(), documents()[:2], config, NAMES, folder)
    return model


def same(one: DealNetwork, other: DealNetwork) -> bool:
    return all(torch.equal(tensor, other.state_dict()[name]) for name, tensor in one.state_dict().items())


def test_a_seed_decides_the_weights_dropout_included(tmp_path: Path) -> None:
    one, other = (trained(tmp_path / name, dropout=0.3) for name in "ab")
    assert same(one, other)
    assert not same(one, trained(tmp_path / "c", DealStageConfig(**{**settings(), "seed": 1}), dropout=0.3))


def settings() -> dict[str, float]:
    return {name: getattr(CONFIG, name) for name in ("steps", "batch_characters", "save_every", "evaluate_every")}


def test_a_finished_stage_is_only_loaded(tmp_path: Path) -> None:
    first = trained(tmp_path)
    before = (tmp_path / "state.safetensors").stat().st_mtime_ns
    assert same(first, trained(tmp_path))
    assert (tmp_path / "state.safetensors").stat().st_mtime_ns == before


def test_an_interrupted_stage_goes_on(tmp_path: Path) -> None:
    trained(tmp_path, DealStageConfig(**{**settings(), "steps": 2}))
    trained(tmp_path)
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(line["event"], line["step"]) for line in lines if "event" in line] == [("resumed", 2)]
    assert lines[-1]["step"] == 4
    assert {"mention", "pair", "tuple", "quiet", "gold_mention", "gold_pair", "gold_tuple"} <= lines[-1].keys()


def test_gold_mentions_are_kept_and_links_are_read() -> None:
    model = network()
    reader = Reader(TorchBackend(model), model.config, VOCABULARY)
    given = focus_on_gold(reader, documents())
    everything = given(Thresholds(document=0.0, deal=0.0))
    assert evaluate(documents(), everything).score("mention").f1 == 1
    companies = [{entity for frame in item.frames for entity in frame.company} for item in everything]
    assert companies == [{"c1", "c2", "c3"}, {"c1"}, {"c1"}]
    assert all(not item.frames for item in given(Thresholds(deal=1.01)))
