from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from model.helpers import network, vocabulary

from chinese_deal_ie.model.decoding import spans
from chinese_deal_ie.training.examples import collate
from chinese_deal_ie.training.general import FEWFC_EVENTS, TAG_LABELS, canonical, examples, tag_count
from chinese_deal_ie.training.general_stage import GeneralNetwork, GeneralStageConfig, train
from chinese_deal_ie.training.loop import RunLog

VOCABULARY = vocabulary()
TEXT = "海石科技公司投资25亿元建设,白河集团签约。"


def span(surface: str, **more: str) -> dict[str, Any]:
    start = TEXT.index(surface)
    return {"start": start, "end": start + len(surface), **more}


EVENT = {
    "text": TEXT,
    "events": [
        {
            "type": "投资",
            "mentions": [
                span("海石科技公司", role="sub"),
                span("白河集团", role="obj-org"),
                span("25亿元", role="money"),
                span("建设", role="trigger"),
            ],
        }
    ],
}
RECORDS: dict[str, list[dict[str, Any]]] = {
    "cluener.train": [{"text": TEXT, "entities": [span("海石科技公司", label="company")]}] * 3,
    "msra.dev": [{"text": "\uff11\uff12" + TEXT[2:], "entities": [span("白河集团", label="ORG")]}],
    "fewfc.train": [EVENT, {"text": TEXT, "events": []}],
    "fewfc.dev": [EVENT],
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for name, records in RECORDS.items():
        with gzip.open(tmp_path / f"{name}.jsonl.gz", "wt", encoding="utf-8") as lines:
            lines.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    return tmp_path


def load(data: Path, name: str, pack: int = 30) -> list[Any]:
    return examples(data, name, VOCABULARY, np.random.default_rng(0), pack)


def test_records_become_tagged_windows(data: Path) -> None:
    first, *_ = found = load(data, "cluener")
    assert len(found) == 3
    company = TAG_LABELS["cluener"].index("company")
    assert spans(first.tags[1:-1]) == [(0, 6, company)]
    assert first.head == "cluener"
    assert first.focuses == ()


def test_texts_are_packed_and_offsets_follow(data: Path) -> None:
    (packed,) = load(data, "cluener", pack=200)
    step = len(TEXT) + 1
    assert [(start, end) for start, end, _ in spans(packed.tags[1:-1])] == [(k * step, k * step + 6) for k in range(3)]
    assert len(set(packed.entities)) == 1


def test_full_width_digits_and_letters_are_read_as_half_width(data: Path) -> None:
    (found,) = load(data, "msra")
    assert canonical("\uff11\uff12\uff21\uff5a，") == "12Az，"
    assert found.ids[1] == VOCABULARY.encode("1")[0]


def test_events_become_focuses_of_their_companies(data: Path) -> None:
    found = [item for item in load(data, "fewfc") if item.focuses]
    assert len(found) == 2
    focus, other = sorted(found[0].focuses, key=lambda item: item.entity)
    labels = found[0].labels
    assert labels[focus.entity] == labels[other.entity] == "COM"
    assert focus.type == FEWFC_EVENTS.index("投资")
    assert [labels[index] for index in focus.roles["amount"]] == ["AMT"]
    assert focus.roles["partner"] == (other.entity,)
    assert focus.roles["date"] == ()
    assert np.isnan(focus.deal)


def test_the_network_trains_the_layers_it_was_given(data: Path) -> None:
    network_ = network()
    general = GeneralNetwork(network_)
    assert general.shared is network_.shared
    assert general.focus.roles is network_.focus.roles
    assert general.focus.decisions is not network_.focus.decisions
    assert {name: head.out_features for name, head in general.heads.items()} == {
        name: tag_count(name) for name in TAG_LABELS
    }
    (example, *_) = (item for item in load(data, "fewfc") if item.focuses)
    batch = collate([example], VOCABULARY.pad)
    terms = general.losses(batch, [(0, focus) for focus in example.focuses])
    assert terms.keys() == {"tag_fewfc", "type", "several", "amount", "date", "partner"}
    torch.stack(list(terms.values())).sum().backward()
    assert network_.focus.layers[0].qkv.weight.grad is not None
    assert network_.focus.focus_vector.grad is not None
    assert network_.focus.decisions.weight.grad is None
    assert network_.shared.tags.weight.grad is None


def test_a_stage_trains_and_a_finished_one_is_only_loaded(data: Path, tmp_path: Path) -> None:
    config = GeneralStageConfig(epochs=2, batch_characters=60)
    log = RunLog(tmp_path / "run")
    first, again = network(), network()
    train(first, VOCABULARY, data, config, tmp_path / "general", log)
    untouched = network().state_dict()
    changed = {name for name, tensor in first.state_dict().items() if not torch.equal(tensor, untouched[name])}
    assert {"shared.layers.0.qkv.weight", "focus.layers.0.qkv.weight", "focus.roles.weight"} <= changed
    assert not any(name.startswith(("shared.tags", "shared.coreference", "focus.decisions")) for name in changed)
    train(again, VOCABULARY, data, config, tmp_path / "general", log)
    assert all(torch.equal(tensor, again.state_dict()[name]) for name, tensor in first.state_dict().items())
    lines = [json.loads(line) for line in log.path.read_text(encoding="utf-8").splitlines()]
    assert lines[-1]["event"] == "resumed"
    assert {"tag_cluener", "tag_msra", "tag_fewfc", "partner"} <= lines[-2].keys()


def test_a_missing_set_is_an_error(data: Path, tmp_path: Path) -> None:
    (data / "msra.dev.jsonl.gz").unlink()
    with pytest.raises(FileNotFoundError, match=r"msra\.dev"):
        train(network(), VOCABULARY, data, GeneralStageConfig(), tmp_path / "x", RunLog(tmp_path))
