"""The time every parser takes on strings made against it, by length; 1 when any grows faster than the string.

    python benchmarks/linear_time [--longest 1000000] [--only TEXT] [--json FILE]

Prints seconds of processor time for 10³, 10⁴, … characters, the slowest case first, and the steepest growth between the
last two lengths: 1 is linear, 2 quadratic.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from pathlib import Path

from cases import CASES, Case

STEEP = 1.35
"""Growth (exponent) above which a case counts as super-linear; timers and caches blur it."""
SHORTEST_TIME = 0.05
"""Seconds below which growth is not told."""


def seconds(case: Case, n: int) -> float:
    """Processor time of one run."""
    began = time.process_time()
    case(n)
    return time.process_time() - began


def growth(short: float, long: float) -> float:
    """The exponent between two lengths that differ tenfold."""
    return math.log10(long / max(short, 1e-6)) if long >= SHORTEST_TIME else 0.0


def main(arguments: list[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--longest", type=int, default=1_000_000)
    parser.add_argument("--only", default="")
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args(arguments)
    sizes = [10**power for power in range(3, 7) if 10**power <= chosen.longest]
    found = {}
    for name, case in CASES.items():
        if chosen.only in name:
            case(100)  # tables are read on first use
            found[name] = [round(seconds(case, size), 4) for size in sizes]
            print(name, *found[name], flush=True, file=sys.stderr)
    steep = {name: growth(*times[-2:]) for name, times in found.items()}
    print(f"| case | {' | '.join(f'{size:,}' for size in sizes)} | growth |\n| --- |{' ---: |' * (len(sizes) + 1)}")
    for name, times in sorted(found.items(), key=lambda item: -item[1][-1])[:20]:
        print(f"| {name} | {' | '.join(f'{value:.3f}' for value in times)} | {steep[name]:.2f} |")
    longest = max(times[-1] for times in found.values())
    print(f"\n{len(found)} cases; longest {longest:.2f} s; steepest growth {max(steep.values()):.2f}")
    if chosen.json:
        chosen.json.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return int(max(steep.values()) > STEEP)


if __name__ == "__main__":
    sys.exit(main())
