"""The default runtime: int8 graphs in ONNX Runtime on the CPU."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from .backend import Floats
from .checkpoint import FOCUS, SHARED, CheckpointError, verify


class OnnxBackend:
    """Runs ``shared.onnx`` and ``focus.onnx`` of a checkpoint folder.

    :param threads: threads of one call; None leaves the choice to ONNX Runtime (all cores).
    :raises CheckpointError: when a graph is missing, altered or not loadable.
    """

    name = "onnx"
    characters = 0
    """One window a call: its activations share one 8-bit scale, so a neighbour or padding would change the result."""

    def __init__(self, folder: Path, threads: int | None = None) -> None:
        import onnxruntime

        self.threads = threads
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        if threads is not None:
            options.intra_op_num_threads = threads
        sessions = []
        for name in (SHARED, FOCUS):
            path = verify(folder, name)
            try:
                sessions.append(onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"]))
            except Exception as error:  # onnxruntime raises classes of its own that are not exported
                raise CheckpointError(f"{path} cannot be loaded: {error}") from error
        self._shared, self._focus = sessions

    def shared(self, ids: npt.NDArray[np.int64], valid: npt.NDArray[np.bool_]) -> tuple[Floats, Floats, Floats]:
        states, tags, coreference = self._shared.run(None, {"ids": ids, "mask": _mask(valid)})
        return states, tags, coreference

    def focus(self, states: Floats, valid: npt.NDArray[np.bool_], tags: Floats, marks: Floats) -> tuple[Floats, Floats]:
        feeds = {"states": states, "mask": _mask(valid), "tags": tags, "marks": marks}
        roles, decisions = self._focus.run(None, feeds)
        return roles, decisions


def _mask(valid: npt.NDArray[np.bool_]) -> Floats:
    return np.where(valid, np.float32(0), np.float32(-10000))[:, None, None, :]
