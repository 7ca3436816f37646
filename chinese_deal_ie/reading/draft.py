"""Text on its way from raw to clean: code points and the raw index of each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint32]
Mask = NDArray[np.bool_]

REPLACEMENT = 0xFFFD


@dataclass(frozen=True, slots=True)
class Draft:
    """Code points and their raw indices; every step of cleaning makes a new one, never a longer one."""

    codes: Codes
    origin: NDArray[np.int32]

    @staticmethod
    def of(raw: str) -> Draft:
        """The raw text itself; lone surrogates, which no encoding can carry, become U+FFFD one for one."""
        codes = np.frombuffer(raw.encode("utf-32-le", "surrogatepass"), dtype="<u4")
        surrogate = (codes >= 0xD800) & (codes <= 0xDFFF)
        if surrogate.any():
            codes = np.where(surrogate, np.uint32(REPLACEMENT), codes)
        return Draft(codes, np.arange(len(codes), dtype=np.int32))

    def text(self) -> str:
        """The characters as a string."""
        return self.codes.astype("<u4", copy=False).tobytes().decode("utf-32-le")

    def keep(self, mask: Mask) -> Draft:
        """Only the characters where ``mask`` is true."""
        return self if bool(mask.all()) else Draft(self.codes[mask], self.origin[mask])

    def without(self, spans: list[tuple[int, int]]) -> Draft:
        """All but the given ranges, which must be sorted and apart."""
        if not spans:
            return self
        edges = np.zeros(len(self.codes) + 1, dtype=np.int8)
        ranges = np.array(spans, dtype=np.int64)
        edges[ranges[:, 0]] += 1
        np.subtract.at(edges, ranges[:, 1], 1)
        return self.keep(np.cumsum(edges[:-1], dtype=np.int8) == 0)

    def replace(self, codes: Codes) -> Draft:
        """The same places with other characters, one for one."""
        return Draft(codes, self.origin)
