"""The public yardstick on sets and an encoder made here."""

from __future__ import annotations

import gzip
import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from model.helpers import vocabulary, write_encoder

PATH = Path(__file__).parents[2] / "benchmarks" / "public_yardstick.py"
TEXTS = (
    "海石科技公司在青山市投资25亿元,白河集团签约。",
    "白河集团去年营收7亿元。",
    "东岭县政府与海石科技公司签约,建厂。",
)
NAMES = {"海石科技公司": "company", "白河集团": "company", "青山市": "address", "东岭县政府": "government"}
TINY = ("--layers", "2", "--epochs", "60", "--batch-characters", "80", "--encoder-rate", "0.01", "--head-rate", "0.02")


@pytest.fixture(scope="module")
def yardstick() -> ModuleType:
    spec = importlib.util.spec_from_file_location("public_yardstick", PATH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["public_yardstick"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def entities(text: str) -> list[dict[str, Any]]:
    return [
        {"start": text.index(name), "end": text.index(name) + len(name), "label": label}
        for name, label in NAMES.items()
        if name in text
    ]


def event(text: str, *arguments: tuple[str, str]) -> dict[str, Any]:
    mentions = [
        {"start": text.index(name), "end": text.index(name) + len(name), "role": role} for name, role in arguments
    ]
    return {"text": text, "events": [{"type": "投资", "mentions": mentions}]}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An encoder of two layers, and files of the sets' names."""
    found = tmp_path_factory.mktemp("yardstick")
    (found / "encoder").mkdir()
    write_encoder(found / "encoder", vocabulary().entries, layers=2)
    records = [{"text": text, "entities": entities(text)} for text in TEXTS]
    events = [event(TEXTS[0], ("海石科技公司", "sub"), ("科技公司", "obj"), ("投资", "trigger"), ("25亿元", "money"))]
    files = {
        "cluener.train": records * 4,
        "cluener.dev": records,
        "fewfc.train": events,
        "fewfc.dev": events,
        "fewfc.test": events,
    }
    for name, lines in files.items():
        with gzip.open(found / f"{name}.jsonl.gz", "wt", encoding="utf-8") as out:
            out.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    return found


def command(folder: Path, name: str, output: str, *more: str) -> list[str]:
    places = ("--encoder", str(folder / "encoder"), "--data", str(folder), "--output", str(folder / output))
    return [name, *places, *TINY, *more]


def test_what_is_learnt_is_found(yardstick: ModuleType, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = command(folder, "cluener", "out")
    yardstick.main(given)
    found = json.loads((folder / "out" / "cluener-0.json").read_text(encoding="utf-8"))
    assert found["micro"]["f1"] > 0.9
    assert found["micro"]["gold"] == 6
    assert found["macro_f1"] == pytest.approx(sum(one["f1"] for one in found["labels"].values()) / 3, abs=1e-6)
    assert (found["trained_on"], found["scored_on"]) == (12, "cluener.dev, 3 texts")
    assert found["settings"]["seed"] == 0
    assert found["command"].endswith(" ".join(TINY))
    shown = capsys.readouterr().out
    assert "cluener: strict F1" in shown
    assert "78.8 BERT-base" in shown
    # a finished run is read, not repeated
    yardstick.main(given)
    assert "event" not in capsys.readouterr().out


def test_a_run_goes_on_where_it_stopped(yardstick: ModuleType, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = command(folder, "cluener", "again", "--save-every", "5", "--epochs", "6")
    update = yardstick.Trainer.update

    def breaking(trainer: Any, loss: Any) -> None:
        if trainer.step == 7:
            raise KeyboardInterrupt
        update(trainer, loss)

    monkeypatch.setattr(yardstick.Trainer, "update", breaking)
    with pytest.raises(KeyboardInterrupt):
        yardstick.main(given)
    monkeypatch.undo()
    yardstick.main(given)
    log = [json.loads(line) for line in (folder / "again" / "cluener-0" / "log.jsonl").read_text().splitlines()]
    assert [line["step"] for line in log if line.get("event") == "resumed"] == [5]
    assert (folder / "again" / "cluener-0.json").is_file()
    with pytest.raises(ValueError, match="other settings"):
        yardstick.main(command(folder, "cluener", "again", "--save-every", "5", "--epochs", "7"))


def test_roles_are_tagged_and_overlaps_counted(yardstick: ModuleType, folder: Path) -> None:
    (gold,) = yardstick.read(folder, ["fewfc.test"])
    assert len(gold[1]) == 4
    assert [label for _, _, label in yardstick.flat(gold[1])] == ["sub", "trigger", "money"]
    yardstick.main(command(folder, "fewfc", "roles", "--epochs", "1"))
    found = json.loads((folder / "roles" / "fewfc-0.json").read_text(encoding="utf-8"))
    assert found["micro"]["gold"] == 4
    assert set(found["labels"]) == {"sub", "obj", "trigger", "money"}


def test_long_texts_are_read_in_pieces(yardstick: ModuleType) -> None:
    text = "青" * 505 + "白河集团" + "山" * 20
    gold = (text, frozenset({(0, 2, "a"), (505, 509, "a"), (520, 522, "a")}))
    first = yardstick.example(gold, ["a"], vocabulary(), 0)
    second = yardstick.example(gold, ["a"], vocabulary(), yardstick.LONGEST)
    assert len(first.ids) == yardstick.LONGEST + 2
    assert list(first.tags[[1, 2, 3, 506, 509]]) == [1, 2, 0, 1, 2]
    assert list(second.tags[1:][second.tags[1:] > 0]) == [1, 2]


def test_scores(yardstick: ModuleType) -> None:
    golds = [("", frozenset({(0, 1, "a"), (2, 3, "b")})), ("", frozenset({(0, 1, "a")}))]
    found = yardstick.strict_scores(golds, [{(0, 1, "a"), (2, 3, "a")}, set()], ["a", "b", "c"])
    assert (found["micro"]["correct"], found["micro"]["predicted"], found["micro"]["gold"]) == (1, 2, 3)
    assert found["macro_f1"] == pytest.approx((0.5 + 0) / 2)


def test_a_missing_set_is_told(yardstick: ModuleType, folder: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"msra\.dev"):
        yardstick.main(command(folder, "msra", "missing"))
