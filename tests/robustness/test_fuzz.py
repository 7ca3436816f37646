"""Inputs that broke something once, and a few thousand new ones; ``benchmarks/fuzz`` tries a million."""

from __future__ import annotations

import itertools
import random
from pathlib import Path

import pytest

from .helpers import program

CRASHES = Path(__file__).parent / "crashes"
FILES = sorted(CRASHES.glob("*/*.input"))
TRIES = {"html": 20, "docbin": 20}
"""Mutations a target; the slow ones get few."""


@pytest.mark.parametrize("file", FILES, ids=[f"{file.parent.name}-{file.stem}" for file in FILES])
@pytest.mark.filterwarnings("ignore")
def test_what_broke_once_breaks_no_more(file: Path) -> None:
    program("fuzz", "fuzz_targets").TARGETS[file.parent.name](file.read_bytes())


@pytest.mark.parametrize("name", sorted(program("fuzz", "fuzz_targets").TARGETS))
@pytest.mark.filterwarnings("ignore")
def test_mutations(name: str) -> None:
    targets, harness = program("fuzz", "fuzz_targets"), program("fuzz", "__main__")
    known = targets.seeds()[name]
    for data in itertools.islice(harness.inputs(known, random.Random(name)), len(known) + TRIES.get(name, 150)):
        targets.TARGETS[name](data)


def test_the_harness_keeps_what_breaks_once_a_place(tmp_path: Path) -> None:
    def target(data: bytes) -> None:
        if b"x" in data:
            raise ValueError("x")
        if b"y" in data:
            raise KeyError("y")

    run = program("fuzz", "__main__").Run("toy", target, tmp_path, "random")
    for data in (b"a", b"x1", b"x2", b"y"):
        run.once(data)
    run.report()
    kept = sorted(file.read_bytes() for file in (tmp_path / "crashes" / "toy").glob("*.input"))
    assert kept == [b"x1", b"y"]
    total = program("fuzz", "__main__").totals(tmp_path)["toy"]
    assert (total["executions"], len(total["places"])) == (4, 2)
