"""The network in PyTorch: for training runs and for devices other than the CPU (extra ``torch``)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from .backend import Floats
from .checkpoint import CheckpointError
from .config import ModelConfig
from .network import DealNetwork, additive_mask


class TorchBackend:
    """Runs a :class:`DealNetwork` in evaluation mode without gradients.

    :param device: anything ``torch.device`` takes.
    """

    name = "torch"
    characters = 4096

    def __init__(self, network: DealNetwork, device: str = "cpu") -> None:
        self.network = network.to(device).eval()
        self.device = torch.device(device)

    def shared(self, ids: npt.NDArray[np.int64], valid: npt.NDArray[np.bool_]) -> tuple[Floats, Floats, Floats]:
        with torch.inference_mode():
            states, tags, coreference = self.network.shared(self._tensor(ids), self._mask(valid))
        return self._array(states), self._array(tags), self._array(coreference)

    def focus(self, states: Floats, valid: npt.NDArray[np.bool_], tags: Floats, marks: Floats) -> tuple[Floats, Floats]:
        with torch.inference_mode():
            roles, decisions = self.network.focus(
                self._tensor(states), self._mask(valid), self._tensor(tags), self._tensor(marks)
            )
        return self._array(roles), self._array(decisions)

    def _tensor(self, array: npt.NDArray[np.generic]) -> torch.Tensor:
        return torch.from_numpy(np.ascontiguousarray(array)).to(self.device)

    def _mask(self, valid: npt.NDArray[np.bool_]) -> torch.Tensor:
        return additive_mask(self._tensor(valid))

    @staticmethod
    def _array(tensor: torch.Tensor) -> Floats:
        array: Floats = tensor.float().cpu().numpy()
        return array


def load_network(config: ModelConfig, weights: Path) -> DealNetwork:
    """A network in full precision from a safetensors file.

    :raises CheckpointError: when the file is damaged or its tensors do not fit ``config``.
    """
    from safetensors.torch import load_file

    network = DealNetwork(config)
    try:
        network.load_state_dict({name: tensor.float() for name, tensor in load_file(weights).items()})
    except Exception as error:  # safetensors raises a class of its own; a wrong shape is a RuntimeError
        raise CheckpointError(f"{weights} does not fit this model: {error}") from error
    return network
