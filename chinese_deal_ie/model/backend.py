"""What every runtime of the network offers, in numpy."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


class Backend(Protocol):
    """Runs the two readers of a checkpoint. Windows of a call have one length; padding is marked invalid."""

    name: str
    characters: int
    """At most this many characters, padding included, go into one call; a single longer window does too."""

    def shared(self, ids: npt.NDArray[np.int64], valid: npt.NDArray[np.bool_]) -> tuple[Floats, Floats, Floats]:
        """Read windows once.

        :param ids: vocabulary rows, ``(windows, length)``.
        :param valid: False on padding, ``(windows, length)``.
        :returns: states ``(windows, length, hidden)``, tag logits ``(windows, length, tags)``, coreference read-outs
            ``(windows, length, 3 * coreference_size)``.
        """
        ...

    def focus(self, states: Floats, valid: npt.NDArray[np.bool_], tags: Floats, marks: Floats) -> tuple[Floats, Floats]:
        """Read windows again with a company in focus each.

        :param states: ``(windows, length, hidden)`` as returned by :meth:`shared`.
        :param valid: False on padding, ``(windows, length)``.
        :param tags: tag probabilities, ``(windows, length, tags)``.
        :param marks: 1 on the company's characters, ``(windows, length)``.
        :returns: role read-outs ``(windows, length, 3 * roles)``, deal decisions ``(windows, length, decisions)``.
        """
        ...
