"""Speed, memory and start-up as ratios of one run on one machine: ``python benchmarks/speed.py [--quick]``.

Writes the measurements to ``--json`` and prints the table of docs/performance.md. Needs the extras ``torch`` and, for
the int8 limit, ``onnx``; stop everything else on the machine first.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

import speed_probes as probes

from chinese_deal_ie.corpus_io import read_corpus
from chinese_deal_ie.extractor import Extractor

ROOT = Path(__file__).parents[1]


def measure(folder: Path, *, repeats: int, lengths: list[int], counts: list[int], seconds: float) -> dict[str, Any]:
    """Everything, in the order of the table."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.iterdir())]
    characters = sum(map(len, texts))
    threads = probes.cores()
    ours, one = Extractor.from_checkpoint(threads=threads), Extractor.from_checkpoint(threads=1)
    first = probes.naive(threads)
    runs = {
        "int8": lambda: probes.read_all(ours, folder),
        "fp32 PyTorch, batch 16": lambda: probes.read_all(first, folder, 16),
        "one process, one thread": lambda: probes.read_all(one, folder),
        "two processes": lambda: probes.read_all(one, folder, n_process=2),
    }
    for extractor in (ours, one, first):
        extractor.extract(texts[0])
    taken = probes.alternating(runs, repeats)
    middle = {name: statistics.median(found) for name, found in taken.items()}
    with probes.Stages(ours) as stages:
        total = probes.read_all(ours, folder)
    rate = probes.gemm_rate(threads, seconds)
    monpa = probes.monpa_seconds(texts)
    return {
        "machine": {
            "processor": platform.processor() or platform.machine(),
            "cores": threads,
            "python": platform.python_version(),
            **{name: version(name) for name in ("chinese_deal_ie", "onnxruntime", "torch", "numpy")},
        },
        "documents": len(texts),
        "characters": characters,
        "seconds": taken,
        "characters_a_second": {name: characters / found for name, found in middle.items()},
        "ratios": {
            "fp32": middle["fp32 PyTorch, batch 16"] / middle["int8"],
            "processes": middle["one process, one thread"] / middle["two processes"],
            "monpa": None if monpa is None else monpa / middle["int8"],
        },
        "stages": {**stages.seconds, "rest": total - sum(stages.seconds.values())},
        "outside_encoder": 1 - stages.seconds["encoder"] / total,
        "gemm": {
            "limit": rate,
            "encoder": stages.operations / stages.seconds["encoder"],
            "share": stages.operations / stages.seconds["encoder"] / rate,
        },
        "cold_start": probes.cold_start(repeats),
        "length": probes.by_length(folder, lengths),
        "size": probes.by_documents(folder, counts),
    }


def table(found: dict[str, Any]) -> str:
    """The rows of docs/performance.md."""
    ratios, cold, gemm = found["ratios"], found["cold_start"], found["gemm"]
    speed = found["characters_a_second"]["int8"]
    longest = found["length"]["points"][-1]
    rows = [
        ("End to end, files to JSON", f"{speed:,.0f} characters a second", ""),
        ("against fp32 PyTorch, batch 16, input order", f"{ratios['fp32']:.2f} times", "at least 4"),
        ("outside the encoder", f"{found['outside_encoder']:.0%} of the time", "at most 25 %"),
        (
            "encoder, of the int8 matrix-product rate",
            f"{gemm['share']:.0%} of {gemm['limit'] / 1e9:,.0f} Gop/s",
            "35 %",
        ),
        ("two processes against one, one thread each", f"{ratios['processes']:.2f} times", "at least 1.7"),
        ("against monpa", "not installed" if ratios["monpa"] is None else f"{ratios['monpa']:.1f} times", "at least 3"),
        ("cold start against import spacy, onnxruntime", f"{cold['ratio']:.2f} times", "at most 2"),
        ("resident memory, first deal", f"{cold['megabytes']:.0f} MB", "below 500 MB"),
        ("time against length, exponent", f"{found['length']['exponent']:.2f}", "at most 1.1"),
        (f"memory for {longest['characters']:,} characters", f"{longest['megabytes']:.0f} MB", "below 1 GB"),
        ("time against number of documents, exponent", f"{found['size']['exponent']:.2f}", ""),
    ]
    lines = ["| what | measured | wanted |", "| --- | --- | --- |", *(f"| {' | '.join(row)} |" for row in rows)]
    shares = sum(found["stages"].values())
    stages = sorted(found["stages"].items(), key=lambda pair: -pair[1])
    lines += ["", "| stage | share |", "| --- | --- |", *(f"| {name} | {took / shares:.1%} |" for name, took in stages)]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=ROOT / "corpus" / "dev")
    parser.add_argument("--json", type=Path, default=Path("speed.json"))
    parser.add_argument("--quick", action="store_true", help="small sizes, to see that it runs; numbers mean nothing")
    options = parser.parse_args()
    documents = read_corpus(options.corpus)[: 4 if options.quick else None]
    settings: dict[str, Any] = (
        {"repeats": 1, "lengths": [100, 1000, 3000], "counts": [2, 6], "seconds": 0.05}
        if options.quick
        else {
            "repeats": 5,
            "lengths": [100, 1000, 10_000, 100_000, 1_000_000],
            "counts": [10, 100, 1000, 10_000],
            "seconds": 2.0,
        }
    )
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "texts"
        folder.mkdir()
        for document in documents:
            (folder / f"{document.id.replace('/', '_')}.txt").write_text(document.text, encoding="utf-8", newline="")
        found = measure(folder, **settings)
    options.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(table(found))


if __name__ == "__main__":
    main()
