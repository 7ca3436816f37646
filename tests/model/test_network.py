from __future__ import annotations

import json

import numpy as np
import pytest
import torch

from chinese_deal_ie.model.config import ROLES, ModelConfig
from chinese_deal_ie.model.network import additive_mask, drop_features
from chinese_deal_ie.model.torch_backend import TorchBackend

from .helpers import config, network


def reading(length: int, padding: int = 0) -> tuple[np.ndarray, np.ndarray]:
    ids = np.random.default_rng(1).integers(5, 40, (2, 30))[:, :length]
    valid = np.ones((2, length + padding), np.bool_)
    valid[:, length:] = False
    return np.pad(ids, ((0, 0), (0, padding))), valid


def test_shapes() -> None:
    model = network()
    settings = model.config
    backend = TorchBackend(model)
    ids, valid = reading(20)
    states, tags, coreference = backend.shared(ids, valid)
    assert states.shape == (2, 20, settings.hidden_size)
    assert tags.shape == (2, 20, len(settings.tags)) == (2, 20, 15)
    assert coreference.shape == (2, 20, 3 * settings.coreference_size)
    roles, decisions = backend.focus(states, valid, tags, np.ones((2, 20), np.float32))
    assert roles.shape == (2, 20, 3 * len(ROLES))
    assert decisions.shape == (2, 20, sum(settings.focus_outputs.values()))


def test_padding_changes_nothing() -> None:
    backend = TorchBackend(network())
    marks = np.zeros((2, 20), np.float32)
    marks[:, 3:6] = 1
    ids, valid = reading(20)
    alone = backend.shared(ids, valid)
    alone += backend.focus(alone[0], valid, alone[1], marks)
    ids, valid = reading(20, padding=7)
    padded = backend.shared(ids, valid)
    padded += backend.focus(padded[0], valid, padded[1], np.pad(marks, ((0, 0), (0, 7))))
    for one, other in zip(alone, padded, strict=True):
        np.testing.assert_allclose(one, other[:, :20], atol=1e-5)


def test_the_mark_changes_what_is_read_everywhere() -> None:
    backend = TorchBackend(network())
    ids, valid = reading(20)
    states, tags, _ = backend.shared(ids, valid)
    marks = np.zeros((2, 20), np.float32)
    marks[:, 3:6] = 1
    unmarked, marked = (backend.focus(states, valid, tags, given)[0] for given in (marks * 0, marks))
    assert (np.abs(unmarked - marked).max(-1) > 1e-4).all()


def test_dropped_features_are_the_same_for_all_characters() -> None:
    torch.manual_seed(0)
    dropped = drop_features(torch.ones(3, 5, 64), 0.5, training=True)
    assert set(dropped.unique().tolist()) == {0.0, 2.0}
    assert (dropped == dropped[:, :1]).all()
    assert not (dropped[0] == dropped[1]).all()
    assert (drop_features(torch.ones(3, 5, 64), 0.5, training=False) == 1).all()


def test_mask() -> None:
    mask = additive_mask(torch.tensor([[True, False]]))
    assert mask.shape == (1, 1, 1, 2)
    assert mask.flatten().tolist() == [0, -10000]


def test_a_config_survives_json() -> None:
    settings = config(40, focus_layers=3)
    assert ModelConfig.from_dict(json.loads(json.dumps(settings.to_dict()))) == settings


def test_an_unknown_setting_is_an_error() -> None:
    with pytest.raises(ValueError, match="gates"):
        ModelConfig.from_dict(config(40).to_dict() | {"gates": 2})


def test_tags_follow_the_labels() -> None:
    assert config(40, labels=("COM", "AMT")).tags == ("O", "B-COM", "I-COM", "B-AMT", "I-AMT")
