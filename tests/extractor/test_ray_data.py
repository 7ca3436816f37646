from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chinese_deal_ie import ray_data
from chinese_deal_ie.extractor import Extractor
from chinese_deal_ie.ray_data import DealActor, extract_dataset

from .helpers import ALPHABET, extractor


@pytest.fixture
def actor(monkeypatch: pytest.MonkeyPatch) -> DealActor:
    monkeypatch.setattr(Extractor, "from_checkpoint", lambda folder, threads: extractor())
    return DealActor()


def test_one_row_for_each_row(actor: DealActor) -> None:
    texts = [ALPHABET * 4, None, "", float("nan")]
    found = actor({"id": np.array(["a", "b", None, 7], object), "text": np.array(texts, object)})
    assert found["id"].tolist() == ["a", "b", "", "7"]
    results = [json.loads(line) for line in found["result"]]
    expected = extractor().extract(ALPHABET * 4, id="a").to_dict()
    assert results[0] == json.loads(json.dumps(expected))
    assert found["deals"].tolist() == [len(expected["deals"]), 0, 0, 0]
    assert found["failed"].tolist() == [False, True, False, True]
    assert results[1]["warnings"] == ["failed: no text in this row"]


def test_columns_may_have_other_names_and_ids_are_optional(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Extractor, "from_checkpoint", lambda folder, threads: extractor())
    found = DealActor(text="body")({"body": np.array([ALPHABET], object)})
    assert found["id"].tolist() == [""]
    assert len(found["result"]) == 1
    with pytest.raises(KeyError):
        DealActor()({"body": np.array([ALPHABET], object)})


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2015-11-24", date(2015, 11, 24)),
        ("2015-11-24T10:00:00", date(2015, 11, 24)),
        (date(2015, 11, 24), date(2015, 11, 24)),
        (datetime(2015, 11, 24, 9), date(2015, 11, 24)),
        (np.datetime64("2015-11-24T10:00:00"), date(2015, 11, 24)),
        (np.datetime64("NaT"), None),
        ("yesterday", None),
        (None, None),
        (float("nan"), None),
    ],
)
def test_days_of_publication(value: Any, day: date | None, actor: DealActor) -> None:
    assert [item[2] for item in actor._items(["a"], ["市"], [value])] == [day]


class Mortal(DealActor):
    """Without weights; the first to come to the document ``fatal`` is killed from outside."""

    def __init__(self, grave: str, **settings: Any) -> None:
        self.id, self.text, self.published = "id", "text", "published"
        self.extractor = extractor()
        self.grave = Path(grave)

    def __call__(self, batch: Any) -> Any:
        if "fatal" in batch["id"] and not self.grave.exists():
            self.grave.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return super().__call__(batch)


@pytest.fixture
def cluster() -> Iterator[Any]:
    ray = pytest.importorskip("ray", reason="needs the extra ray")
    path = os.pathsep.join([str(Path(__file__).parents[2]), str(Path(__file__).parents[1])])
    ray.init(num_cpus=2, include_dashboard=False, runtime_env={"env_vars": {"PYTHONPATH": path}})
    yield ray
    ray.shutdown()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_two_workers_one_killed_no_document_lost_or_doubled(
    cluster: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [ALPHABET * (number % 5 + 1) for number in range(200)]
    ids = ["fatal" if number == 100 else f"{number:03}" for number in range(200)]
    news = cluster.data.from_items([{"id": one, "text": text} for one, text in zip(ids, texts, strict=True)])
    news.repartition(20).write_parquet(str(tmp_path / "news"))
    monkeypatch.setattr(ray_data, "DealActor", Mortal)
    read = cluster.data.read_parquet(str(tmp_path / "news"))
    extract_dataset(read, concurrency=2, batch_size=8, grave=str(tmp_path / "grave")).write_parquet(
        str(tmp_path / "deals")
    )
    assert (tmp_path / "grave").exists()
    rows = cluster.data.read_parquet(str(tmp_path / "deals")).take_all()
    assert sorted(row["id"] for row in rows) == sorted(ids)
    expected = {one: extractor().extract(text, id=one).to_dict() for one, text in zip(ids, texts, strict=True)}
    for row in rows:
        assert json.loads(row["result"]) == json.loads(json.dumps(expected[row["id"]]))
