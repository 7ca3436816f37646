"""What ``speed.py`` measures, one function each; every result is plain data for JSON."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

import chinese_deal_ie.extractor
from chinese_deal_ie import engine
from chinese_deal_ie.extractor import Extractor
from chinese_deal_ie.model.config import ModelConfig
from chinese_deal_ie.model.reader import Reader

Texts = Sequence[str]


def read_all(extractor: Extractor, folder: Path, batch_size: int = 32, n_process: int = 1) -> float:
    """Seconds from files to JSON lines."""
    start = time.perf_counter()
    files = ((path.name, path.read_text(encoding="utf-8")) for path in sorted(folder.iterdir()))
    for result in extractor.extract_many(files, batch_size=batch_size, n_process=n_process):
        json.dumps(result.to_dict(), ensure_ascii=False)
    return time.perf_counter() - start


class InputOrder(Reader):
    """What a user would write first: windows in the order of documents, 16 a call, padded to the longest."""

    def _batches(self, lengths: Sequence[int]) -> Iterator[list[int]]:
        for first in range(0, len(lengths), 16):
            yield list(range(first, min(first + 16, len(lengths))))


def naive(threads: int) -> Extractor:
    """The same weights in fp32 PyTorch, read in input order."""
    extractor = Extractor.from_checkpoint(backend="torch", threads=threads)
    old = extractor.reader
    extractor.reader = InputOrder(old.backend, old.config, old.vocabulary)
    return extractor


def alternating(runs: dict[str, Callable[[], float]], repeats: int) -> dict[str, list[float]]:
    """Seconds of each run, taken by turns, so that a slow minute of the machine hits all of them."""
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(repeats):
        for name, run in runs.items():
            seconds[name].append(run())
    return seconds


class Stages:
    """Seconds spent in each stage while the context is open, and the encoder's operations."""

    def __init__(self, extractor: Extractor) -> None:
        self.seconds: dict[str, float] = {}
        self.operations = 0
        reader, config = extractor.reader, extractor.reader.config
        module = chinese_deal_ie.extractor
        self._places: list[tuple[Any, str, str]] = [
            (module, "clean", "cleaning"),
            (reader.backend, "shared", "encoder"),
            (reader.backend, "focus", "encoder"),
            (reader, "_reading", "decoding"),
            (engine, "_entities", "entities"),
            (engine, "company_roles", "deals"),
            (engine, "document", "deals"),
            (module, "render", "values"),
        ]
        self._layers = {"shared": config.shared_layers, "focus": config.focus_layers}
        self._config = config
        self._before: list[tuple[Any, str, Any]] = []

    def __enter__(self) -> Stages:
        for owner, name, stage in self._places:
            self._before.append((owner, name, getattr(owner, name)))
            setattr(owner, name, self._timed(getattr(owner, name), name, stage))
        return self

    def __exit__(self, *_: object) -> None:
        for owner, name, function in self._before:
            setattr(owner, name, function)

    def _timed(self, function: Callable[..., Any], name: str, stage: str) -> Callable[..., Any]:
        def timed(*arguments: Any) -> Any:
            if name in self._layers:
                self.operations += operations(self._config, *arguments[0].shape[:2], layers=self._layers[name])
            start = time.perf_counter()
            try:
                return function(*arguments)
            finally:
                self.seconds[stage] = self.seconds.get(stage, 0.0) + time.perf_counter() - start

        return timed


def operations(config: ModelConfig, windows: int, length: int, layers: int) -> int:
    """Multiplications and additions of ``layers`` Transformer layers, those of attention included."""
    width = config.hidden_size
    weights = 4 * width * width + 2 * width * config.intermediate_size
    return 2 * windows * length * layers * (weights + 2 * length * width)


def gemm_rate(threads: int, seconds: float) -> float:
    """Operations a second of ONNX Runtime's int8 matrix product, the best of some sizes: the machine's limit for us."""
    import onnx
    import onnxruntime
    from onnx import TensorProto, helper, numpy_helper

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    generator = np.random.default_rng(0)
    best = 0.0
    for rows, inner, columns in ((512, 384, 1536), (512, 1536, 384), (1024, 1024, 1024)):
        weights = generator.integers(-127, 128, (inner, columns), np.int8)
        graph = helper.make_graph(
            [helper.make_node("MatMulInteger", ["a", "b"], ["c"])],
            "gemm",
            [helper.make_tensor_value_info("a", TensorProto.UINT8, [rows, inner])],
            [helper.make_tensor_value_info("c", TensorProto.INT32, [rows, columns])],
            [numpy_helper.from_array(weights, "b")],
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
        onnx.checker.check_model(model)
        session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
        feed = {"a": generator.integers(0, 256, (rows, inner), np.uint8)}
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            start = time.perf_counter()
            session.run(None, feed)
            best = max(best, 2 * rows * inner * columns / (time.perf_counter() - start))
    return best


_CHILD = """
import json, sys, time
start = time.perf_counter()
{work}
def peak():
    try:
        status = open("/proc/self/status").read()
        return int(status.split("VmHWM:")[1].split()[0]) / 1024
    except OSError:
        import resource
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({{"seconds": time.perf_counter() - start, "megabytes": peak()}}))
"""


def in_process(work: str, *arguments: str) -> dict[str, float]:
    """Seconds and most memory of a piece of Python in a process of its own; ``wall`` counts from its start."""
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", _CHILD.format(work=work), *arguments], capture_output=True, text=True, check=True
    )
    measured: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return {**measured, "wall": time.perf_counter() - start}


def cold_start(repeats: int) -> dict[str, Any]:
    """Process start to first deal, against importing spaCy and ONNX Runtime alone."""
    ours = (
        "import chinese_deal_ie; from importlib.resources import files\n"
        "text = (files('chinese_deal_ie.examples') / 'changzhou.txt').read_text(encoding='utf-8')\n"
        "assert chinese_deal_ie.extract(text)"
    )
    runs: dict[str, list[dict[str, float]]] = {"imports": [], "first deal": []}
    for _ in range(repeats):
        runs["imports"].append(in_process("import spacy, onnxruntime"))
        runs["first deal"].append(in_process(ours))
    walls = {name: statistics.median(run["wall"] for run in found) for name, found in runs.items()}
    return {
        **walls,
        "ratio": walls["first deal"] / walls["imports"],
        "megabytes": max(run["megabytes"] for run in runs["first deal"]),
    }


def by_length(folder: Path, lengths: Sequence[int]) -> dict[str, Any]:
    """Time and memory against the length of one document."""
    work = (
        "import pathlib; from chinese_deal_ie.extractor import Extractor\n"
        "text = pathlib.Path(sys.argv[1]).read_text(encoding='utf-8')\n"
        "extractor = Extractor.from_checkpoint(); extractor.extract(text[:500])\n"
        "start = time.perf_counter()\n"
        "extractor.extract(text)"
    )
    text = "\n\n".join(path.read_text(encoding="utf-8") for path in sorted(folder.iterdir()))
    target = folder.parent / "long.txt"
    points = []
    for length in lengths:
        repeats = -(-length // len(text))
        target.write_text((f"{text}\n\n" * repeats)[:length], encoding="utf-8")
        points.append({"characters": length, **in_process(work, str(target))})
    return {"points": points, "exponent": exponent([point for point in points if point["characters"] >= 1000])}


def by_documents(folder: Path, counts: Sequence[int]) -> dict[str, Any]:
    """Time and memory against the number of documents, streamed."""
    work = (
        "import itertools, pathlib; from chinese_deal_ie.extractor import Extractor\n"
        "texts = [path.read_text(encoding='utf-8')[:300] for path in sorted(pathlib.Path(sys.argv[1]).iterdir())]\n"
        "extractor = Extractor.from_checkpoint(); extractor.extract(texts[0])\n"
        "start = time.perf_counter()\n"
        "items = ((str(number), text) for number, text in enumerate(itertools.cycle(texts)))\n"
        "items = itertools.islice(items, int(sys.argv[2]))\n"
        "for result in extractor.extract_many(items): json.dumps(result.to_dict())"
    )
    points = [{"characters": count, **in_process(work, str(folder), str(count))} for count in counts]
    return {
        "points": [{"documents": point.pop("characters"), **point} for point in [dict(point) for point in points]],
        "exponent": exponent(points),
    }


def exponent(points: Sequence[dict[str, float]]) -> float:
    """The slope of log seconds over log size."""
    sizes, seconds = ([point[name] for point in points] for name in ("characters", "seconds"))
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0]) if len(points) > 1 else float("nan")


def monpa_seconds(texts: Texts) -> float | None:
    """Seconds of monpa's tagging, sentences given as it wants them; None where it is not installed."""
    try:
        import monpa
    except ImportError:
        return None
    from chinese_deal_ie.evaluation.peers import pieces

    monpa.pseg("青山市政府")
    start = time.perf_counter()
    for text in texts:
        for _, piece in pieces(text):
            monpa.pseg(piece)
    return time.perf_counter() - start


def cores() -> int:
    """Processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
