"""Fuzz everything that reads bytes from outside, guided by coverage where atheris is installed, else by chance.

    python benchmarks/fuzz --executions 1000000 --output build/fuzz                  # all targets, one after another
    python benchmarks/fuzz amounts places --seconds 600 --engine random

Inputs are mutations of sound ones (`fuzz_targets.seeds`): bytes changed, pieces doubled, cut out and moved, fragments
of trouble put in (nested glosses, broken tags, bidi controls, surrogates, digits without end, deep nesting), UTF-8 read
as GBK with lost bytes. Every input that breaks a target is kept as ``OUTPUT/crashes/TARGET/SHA``, one a place in the
code, and so is one that takes longer than `PATIENCE` allows. Put them into ``tests/robustness/crashes`` once mended.
Counts go to ``OUTPUT/fuzz.json`` and are added to those of earlier runs.

atheris (pip install atheris; CPython on Linux and macOS) traces the package only; a run of it is its own process.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import os
import random
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

PATIENCE = 1.0
"""Seconds of processor time that an input of up to `LONGEST` bytes may take."""
LONGEST = 16384
"""Bytes of an input; `tests/robustness/test_linear_time.py` has the long ones."""
_REPORT_EVERY = 200

_WORDS = """
(jǐnán) （shì） (hàn)(hàn) (((( ））））【 汉 ? \ufffd \u202e \u2066 \u200d \ufeff 😀 𠀀
e\u0301\u0301\u0301\u0301\u0301 \0 \x1b[31m 首页> 相关阅读 ９９９ 零 〇 亿 万亿 千万元 约 不低于 至 — 来个
两三 半 美元 /年 市 省 鄂 政府 管委会 国家 高新区 年 月 日 至今 昨日 同期 第2 周 發 乾 <div> </p> <!--
<![CDATA[ &#x110000; &amp; <table><tr><td> [x|COM:c1] @deal # id: company= | ] NaN Infinity null true {} []
"\\ud800" " \\ .. ../ /etc/passwd 99999999999999999999 -1 1e999 0 start end id text T1 E1 Equiv #1 ;
"""
_BLANKS = (" ", "\n", "\t", "\r\n", "\u3000", "\u2028", "\x85", "\x1e")
_BYTES = (b"\xed\xa0\x80", b"\xff\xfe", b"\xfe\xff", b"\x81\x30\x81\x30", b"\xc0\x80")
_LONG = (b"9" * 5000, b"[" * 3000, b'{"a":' * 2000)
FRAGMENTS: tuple[bytes, ...] = (*(text.encode() for text in (*_WORDS.split(), *_BLANKS)), *_BYTES, *_LONG)
"""Trouble to put into inputs."""


def mutate(data: bytes, others: list[bytes], chance: random.Random) -> bytes:
    """``data`` after one to eight changes."""
    result = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 3, 5, 8))):
        place = chance.randint(0, len(result))
        end = min(len(result), place + chance.choice((1, 1, 2, 3, 8, 30)))
        action = chance.randrange(10)
        if action == 0 and result:
            result[place % len(result)] = chance.randrange(256)
        elif action == 1:
            del result[place:end]
        elif action == 2:
            result[place:place] = result[place:end] * chance.choice((1, 2, 10, 100))
        elif action in (3, 4, 5):
            result[place:place] = chance.choice(FRAGMENTS) * chance.choice((1, 1, 1, 2, 20))
        elif action == 6:
            other = chance.choice(others)
            cut = chance.randint(0, len(other))
            result[place:end] = other[cut : cut + chance.randint(1, 40)]
        elif action == 7:
            result = bytearray(bytes(result).decode("gb18030", "ignore").encode("utf-8", "ignore"))
        elif action == 8:
            words = bytes(result).decode("utf-8", "ignore")
            half = chance.randint(0, len(words))
            result = bytearray((words[half:] + words[:half]).encode())
        else:
            result[place:end] = chance.choice(FRAGMENTS)
    return bytes(result[:LONGEST])


class Run:
    """Executions of one target, with what broke."""

    def __init__(self, name: str, target: Callable[[bytes], None], output: Path, engine: str) -> None:
        self.name, self.target, self.engine = name, target, engine
        self.executions, self.began = 0, time.monotonic()
        self._crashes = output / "crashes" / name
        self._report = output / f"{name}.{engine}.{os.getpid()}.json"
        self._places: set[str] = set()
        output.mkdir(parents=True, exist_ok=True)

    def once(self, data: bytes) -> None:
        """Run the target on ``data`` and keep it if it breaks or takes too long."""
        began = time.process_time()
        try:
            self.target(data)
        except Exception as error:
            frames = traceback.extract_tb(error.__traceback__)
            places = [f"{Path(frame.filename).name}:{frame.name}" for frame in frames]
            self._keep(data, f"{type(error).__name__} at {places[-1]}", "".join(traceback.format_exception(error)))
        if time.process_time() - began > PATIENCE:
            self._keep(data, "hang", f"{time.process_time() - began:.1f} s\n")
        self.executions += 1
        if self.executions % _REPORT_EVERY == 0:
            self.report()

    def _keep(self, data: bytes, place: str, story: str) -> None:
        if place not in self._places:
            self._places.add(place)
            self._crashes.mkdir(parents=True, exist_ok=True)
            name = hashlib.sha256(data).hexdigest()[:16]
            (self._crashes / f"{name}.input").write_bytes(data)
            (self._crashes / f"{name}.txt").write_text(f"{place}\n{story}", encoding="utf-8", errors="backslashreplace")
            print(f"{self.name}: {place} ({self._crashes / name}.input)", flush=True)

    def report(self) -> None:
        """Leave the count on disk: a fuzzer may be ended at any time."""
        found = {"target": self.name, "engine": self.engine, "executions": self.executions,
                 "seconds": round(time.monotonic() - self.began), "places": sorted(self._places)}  # fmt: skip
        self._report.write_text(json.dumps(found, ensure_ascii=False) + "\n", encoding="utf-8")


def inputs(known: list[bytes], chance: random.Random) -> Iterator[bytes]:
    """The seeds, then mutations of them without end; some mutants are mutated further."""
    yield from known
    pool = list(known)
    while True:
        found = mutate(chance.choice(pool), known, chance)
        yield found
        if chance.random() < 0.02:
            if len(pool) < 500:
                pool.append(found)
            else:
                pool[chance.randrange(len(known), len(pool))] = found


def fuzz(name: str, engine: str, executions: int, seconds: float, seed: int, output: Path) -> Run:
    """Fuzz one target in this process; with atheris the process ends with it."""
    if engine == "atheris":
        import atheris

        with atheris.instrument_imports(include=["chinese_deal_ie"]):
            import fuzz_targets
    else:
        import fuzz_targets
    run = Run(name, fuzz_targets.TARGETS[name], output, engine)
    known = fuzz_targets.seeds()[name]
    until = time.monotonic() + seconds
    if engine == "random":
        for data in inputs(known, random.Random(f"{seed} {name}")):
            run.once(data)
            if run.executions >= executions or time.monotonic() > until:
                break
        run.report()
        return run

    def once(data: bytes) -> None:
        run.once(data)
        if run.executions >= executions or time.monotonic() > until:
            run.report()
            os._exit(0)  # libFuzzer has no other way back

    def mutator(data: bytes, size: int, number: int) -> bytes:
        chance = random.Random(number)
        return mutate(data, known, chance)[:size] if chance.random() < 0.5 else bytes(atheris.Mutate(data, size))

    corpus = output / "corpus" / name
    corpus.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(known):
        (corpus / f"seed-{number}").write_bytes(data)
    options = [f"-max_len={LONGEST}", f"-seed={seed + 1}", "-rss_limit_mb=4096", "-timeout=60", "-verbosity=0"]
    atheris.Setup(
        [sys.argv[0], *options, f"-artifact_prefix={output}/{name}-", str(corpus)], once, custom_mutator=mutator
    )
    atheris.Fuzz()
    return run


def totals(output: Path) -> dict[str, dict[str, object]]:
    """Executions and broken places by target, over all runs that reported to ``output``."""
    found: dict[str, dict[str, object]] = {}
    for file in sorted(output.glob("*.*.*.json")):
        part = json.loads(file.read_text(encoding="utf-8"))
        total = found.setdefault(part["target"], {"executions": 0, "seconds": 0, "places": []})
        total["executions"] += part["executions"]
        total["seconds"] += part["seconds"]
        total[part["engine"]] = total.get(part["engine"], 0) + part["executions"]
        total["places"] = sorted({*total["places"], *part["places"]})  # type: ignore[misc]
    return found


def main(arguments: list[str] | None = None) -> int:
    """Run the targets one after another; 1 when any broke."""
    has_atheris = importlib.util.find_spec("atheris") is not None
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", nargs="*", help="default: all")
    parser.add_argument("--executions", type=int, default=1_000_000, help="of each target")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="at most, for each target")
    parser.add_argument("--engine", choices=("atheris", "random"), default="atheris" if has_atheris else "random")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--output", type=Path, default=Path("build/fuzz"))
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.worker:
        run = fuzz(chosen.targets[0], chosen.engine, chosen.executions, chosen.seconds, chosen.seed, chosen.output)
        return int(run.executions == 0)
    names = chosen.targets
    if not names:
        import fuzz_targets

        names = list(fuzz_targets.TARGETS)
    for name in names:
        command = [
            sys.executable,
            "-W",
            "ignore",
            __file__,
            name,
            "--worker",
            "--engine",
            chosen.engine,
            "--output",
            str(chosen.output),
        ]
        command += [
            "--executions",
            str(chosen.executions),
            "--seconds",
            str(chosen.seconds),
            "--seed",
            str(chosen.seed),
        ]
        status = subprocess.run(command, check=False).returncode
        if status:
            print(f"{name}: the process ended with {status}", flush=True)
    counted = totals(chosen.output)
    (chosen.output / "fuzz.json").write_text(json.dumps(counted, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    for name, total in counted.items():
        print(f"{name}: {total['executions']:,} executions, {len(total['places'])} broken places")  # type: ignore[arg-type]
    return int(any(total["places"] for total in counted.values()))


if __name__ == "__main__":
    sys.exit(main())
