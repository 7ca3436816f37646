"""The network in PyTorch: for training runs and for devices other than the CPU (extra ``torch``)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch

from .backend import Floats
from .network import DealNetwork, additive_mask


class TorchBackend:
    """Runs a :class:`DealNetwork` in evaluation mode without gradients.

    :param device: anything ``torch.device`` takes.
    """

    name = "torch"

    def __init__(self, network: DealNetwork, device: str = "cpu") -> None:
        self.network = network.to(device).eval()
        self.device = torch.device(device)

    def shared(self, ids: npt.NDArray[np.int64], valid: npt.NDArray[np.bool_]) -> tuple[Floats, Floats, Floats]:
        with torch.inference_mode():
            states, tags, coreference = self.network.shared(self._tensor(ids), self._mask(valid))
        return self._array(states), self._array(tags), self._array(coreference)

    def focus(
        self, states: Floats, valid: npt.NDArray[np.bool_], tags: Floats, marks: Floats
    ) -> tuple[Floats, Floats]:
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
