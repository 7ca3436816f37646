from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from model.helpers import network
from torch import Tensor, nn

from chinese_deal_ie.training.loop import RunLog, Trainer, means


def trainer(model: nn.Module, steps: int = 8) -> Trainer:
    return Trainer(model, steps=steps, encoder_rate=1e-2, head_rate=2e-2, warmup=0.25, averaging=0.5)


def advance(found: Trainer, count: int) -> None:
    """Steps whose loss depends on the step's number, as batches do."""
    for _ in range(count):
        ids = torch.arange(10)[None] + found.step
        states, tags, coreference = found.network.shared(ids, torch.zeros(1, 1, 1, 10))
        found.update((tags.square().mean() + coreference.square().mean()) * (1 + found.step))


def weights(found: Trainer) -> dict[str, Tensor]:
    return dict(found.network.state_dict())


def test_a_resumed_run_goes_on_as_if_it_had_not_stopped(tmp_path: Path) -> None:
    whole = trainer(network())
    advance(whole, 8)
    first = trainer(network())
    advance(first, 3)
    first.save(tmp_path / "state.safetensors")
    second = trainer(network(seed=5))
    second.resume(tmp_path / "state.safetensors")
    assert second.step == 3
    advance(second, 5)
    for name, tensor in weights(whole).items():
        assert torch.equal(tensor, weights(second)[name]), name
    for name, tensor in whole.average.items():
        assert torch.equal(tensor, second.average[name]), name


def test_two_runs_are_the_same() -> None:
    one, other = trainer(network()), trainer(network())
    advance(one, 4)
    advance(other, 4)
    assert all(torch.equal(tensor, weights(other)[name]) for name, tensor in weights(one).items())


def test_a_state_of_another_network_is_refused(tmp_path: Path) -> None:
    trainer(network()).save(tmp_path / "state.safetensors")
    with pytest.raises(ValueError, match="another network"):
        trainer(network(hidden_size=32)).resume(tmp_path / "state.safetensors")


def test_rates_rise_then_fall_to_zero() -> None:
    found = trainer(network(), steps=8)
    rates = []
    for _ in range(8):
        rates.append(found.optimizer.param_groups[0]["lr"])
        advance(found, 1)
    top = max(rates)
    assert rates[:2] == pytest.approx([top / 2, top])
    assert rates[1:] == sorted(rates[1:], reverse=True)
    assert found.optimizer.param_groups[0]["lr"] == 0


def test_encoder_and_heads_have_rates_of_their_own() -> None:
    model = network()
    found = trainer(model)
    rates = {
        id(parameter): group["initial_lr"] for group in found.optimizer.param_groups for parameter in group["params"]
    }
    assert len(rates) == len(list(model.parameters()))
    by_name = {name: rates[id(parameter)] for name, parameter in model.named_parameters()}
    heads = {name for name, rate in by_name.items() if rate == 2e-2}
    readouts = ("shared.tags", "shared.coreference", "focus.tag_vectors", "focus.roles", "focus.decisions")
    assert heads == {name for name in by_name if name.startswith((*readouts, "focus.focus_vector"))}
    decays = {
        id(parameter): group["weight_decay"] for group in found.optimizer.param_groups for parameter in group["params"]
    }
    assert all((decays[id(parameter)] > 0) == (parameter.ndim > 1) for parameter in model.parameters())


def test_averaged_weights_are_there_only_while_asked_for() -> None:
    found = trainer(network())
    advance(found, 3)
    raw = {name: tensor.clone() for name, tensor in weights(found).items()}
    seen = found.averaged(lambda: {name: tensor.clone() for name, tensor in weights(found).items()})
    assert any(not torch.equal(seen[name], raw[name]) for name in raw)
    assert all(torch.equal(tensor, weights(found)[name]) for name, tensor in raw.items())
    found.finish()
    assert all(torch.equal(tensor, weights(found)[name]) for name, tensor in seen.items())


def test_raw_weights_come_back_after_an_error() -> None:
    found = trainer(network())
    advance(found, 2)
    raw = {name: tensor.clone() for name, tensor in weights(found).items()}
    with pytest.raises(ZeroDivisionError):
        found.averaged(lambda: 1 / 0)
    assert all(torch.equal(tensor, weights(found)[name]) for name, tensor in raw.items())


def test_the_log_is_json_lines_and_is_appended_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    RunLog(tmp_path / "run")(event="start", loss=1 / 3)
    RunLog(tmp_path / "run")(step=2)
    lines = [json.loads(line) for line in (tmp_path / "run" / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line.pop("seconds") >= 0 for line in lines] == [True, True]
    assert lines == [{"event": "start", "loss": 0.33333}, {"step": 2}]
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_means_are_over_the_events_that_have_a_key() -> None:
    assert means([{"a": 1.0}, {"a": 3.0, "b": 5.0}]) == {"a": 2.0, "b": 5.0}
    assert means([]) == {}
