"""Optimiser, schedule, averaged weights and resumable state, shared by both training stages."""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn


class RunLog:
    """Appends one JSON line an event to ``log.jsonl`` of a run folder and, unless ``silent``, prints it."""

    def __init__(self, folder: Path, *, silent: bool = False) -> None:
        self.silent = silent
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "log.jsonl"
        self.begun = time.monotonic()

    def __call__(self, **event: Any) -> None:
        event = {"seconds": round(time.monotonic() - self.begun), **event}
        line = json.dumps({key: round(value, 5) if isinstance(value, float) else value for key, value in event.items()})
        with self.path.open("a", encoding="utf-8") as out:
            out.write(line + "\n")
        if not self.silent:
            print(line, flush=True)


class Trainer:
    """AdamW with linear warm-up and decay, gradient clipping and an exponential moving average of the weights.

    :param network: what is trained, in place.
    :param steps: planned optimiser steps; the learning rate reaches zero there.
    :param encoder_rate: peak learning rate of layers and embeddings.
    :param head_rate: peak learning rate of read-outs and marker vectors.
    :param averaging: decay of the moving average (Polyak and Juditsky 1992); evaluated and saved in place of the
        raw weights.
    """

    def __init__(
        self,
        network: nn.Module,
        *,
        steps: int,
        encoder_rate: float,
        head_rate: float,
        warmup: float = 0.1,
        averaging: float = 0.99,
        weight_decay: float = 0.01,
    ) -> None:
        self.network, self.steps, self.warmup, self.averaging = network, steps, warmup, averaging
        self.step = 0
        groups: dict[tuple[bool, bool], list[Tensor]] = {}
        for name, parameter in network.named_parameters():
            encoder = any(part in name for part in (".layers.", ".characters.", ".positions.", ".norm."))
            groups.setdefault((encoder, parameter.ndim > 1), []).append(parameter)
        self.optimizer = torch.optim.AdamW(
            [
                {
                    "params": parameters,
                    "lr": encoder_rate if encoder else head_rate,
                    "weight_decay": weight_decay if decayed else 0.0,
                }
                for (encoder, decayed), parameters in groups.items()
            ],
            fused=True,
        )
        self.schedule = torch.optim.lr_scheduler.LambdaLR(self.optimizer, self._rate)
        self.average = {name: parameter.detach().clone() for name, parameter in network.named_parameters()}

    def _rate(self, step: int) -> float:
        warm = max(1, math.ceil(self.warmup * self.steps))
        return min((step + 1) / warm, max(0.0, (self.steps - step) / max(1, self.steps - warm)))

    def update(self, loss: Tensor) -> None:
        """One optimiser step down the gradient of ``loss``."""
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.schedule.step()
        self.step += 1
        keep = min(self.averaging, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            for name, parameter in self.network.named_parameters():
                self.average[name].lerp_(parameter, 1 - keep)

    def averaged(self, use: Callable[[], Any]) -> Any:
        """The result of ``use()`` while the network holds its averaged weights."""
        parameters = dict(self.network.named_parameters())
        raw = {name: parameter.detach().clone() for name, parameter in parameters.items()}
        try:
            with torch.no_grad():
                for name, parameter in parameters.items():
                    parameter.copy_(self.average[name])
            return use()
        finally:
            with torch.no_grad():
                for name, parameter in parameters.items():
                    parameter.copy_(raw[name])

    def finish(self) -> None:
        """Put the averaged weights into the network for good."""
        with torch.no_grad():
            for name, parameter in self.network.named_parameters():
                parameter.copy_(self.average[name])

    def save(self, path: Path) -> None:
        """Everything needed to go on, as safetensors, written to a temporary file first."""
        from safetensors.torch import save_file

        tensors = {f"network.{name}": parameter.detach() for name, parameter in self.network.named_parameters()}
        tensors |= {f"average.{name}": tensor for name, tensor in self.average.items()}
        for index, state in self.optimizer.state_dict()["state"].items():
            tensors |= {f"optimizer.{index}.{key}": value for key, value in state.items()}
        temporary = path.with_suffix(".part")
        path.parent.mkdir(parents=True, exist_ok=True)
        save_file(
            {name: tensor.contiguous() for name, tensor in tensors.items()},
            temporary,
            metadata={"step": str(self.step)},
        )
        os.replace(temporary, path)

    def resume(self, path: Path) -> None:
        """Go on where :meth:`save` left off.

        :raises ValueError: when the file is of another network.
        """
        from safetensors import safe_open

        with safe_open(path, "pt") as file:
            step = int(file.metadata()["step"])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        ours = {name: parameter.shape for name, parameter in self.network.named_parameters()}
        theirs = {
            name.removeprefix("network."): tensor.shape
            for name, tensor in tensors.items()
            if name.startswith("network.")
        }
        if ours != theirs:
            raise ValueError(f"{path} is of another network; give the run another name")
        with torch.no_grad():
            for name, parameter in self.network.named_parameters():
                parameter.copy_(tensors[f"network.{name}"])
        self.average = {name: tensors[f"average.{name}"] for name in self.average}
        state = self.optimizer.state_dict()
        state["state"] = {}
        for name, tensor in tensors.items():
            if name.startswith("optimizer."):
                _, index, key = name.split(".")
                state["state"].setdefault(int(index), {})[key] = tensor
        self.optimizer.load_state_dict(state)
        self.step = self.schedule.last_epoch = step
        for group, rate in zip(self.optimizer.param_groups, self.schedule.base_lrs, strict=True):
            # The schedule sets rates after a step only, and the first one of a resumed run must be right, too.
            group["lr"] = rate * self._rate(step)


def going_on(trainer: Trainer, state: Path, seed: int, log: RunLog, **event: object) -> np.random.Generator | None:
    """Resume ``trainer`` where ``state`` is there, and log it; None where it is not.

    :param event: further fields of the logged event.
    :returns: a generator for what follows. Its draws, and PyTorch's, depend on seed and step alone, so that every run
        that goes on from one state goes on alike.
    :raises ValueError: when the file is of another network.
    """
    if not state.is_file():
        return None
    trainer.resume(state)
    torch.manual_seed(seed + trainer.step)
    log(event="resumed", **event, step=trainer.step)
    return np.random.default_rng((seed, trainer.step))


def means(events: Iterable[dict[str, float]]) -> dict[str, float]:
    """Mean of each key over the events that have it."""
    sums: dict[str, list[float]] = {}
    for event in events:
        for key, value in event.items():
            sums.setdefault(key, []).append(value)
    return {key: sum(values) / len(values) for key, values in sums.items()}
