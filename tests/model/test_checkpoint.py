from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from chinese_deal_ie.model import checkpoint
from chinese_deal_ie.model.checkpoint import (
    FORMAT,
    MANIFEST,
    SHARED,
    VOCABULARY,
    WEIGHTS,
    CheckpointError,
    copy,
    digest,
    load_checkpoint,
    verify,
    write_manifest,
)
from chinese_deal_ie.model.fitted import CoreferenceWeights, Thresholds
from chinese_deal_ie.model.torch_backend import load_network

from .helpers import config, network, vocabulary

THRESHOLDS, WEIGHING = Thresholds(deal=0.4, fill=0.2), CoreferenceWeights(bias=0.5)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    result = tmp_path / "checkpoint"
    result.mkdir()
    vocabulary().save(result / VOCABULARY)
    model = network()
    save_file({name: tensor.half() for name, tensor in model.state_dict().items()}, result / WEIGHTS)
    write_manifest(result, model.config, THRESHOLDS, WEIGHING, {"name": "tiny"})
    return result


def edit(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    change(manifest)
    (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")


def test_what_is_written_is_read(folder: Path) -> None:
    found = load_checkpoint(folder)
    assert found.config == network().config
    assert found.vocabulary.entries == vocabulary().entries
    assert (found.thresholds, found.coreference) == (THRESHOLDS, WEIGHING)
    assert found.about == {"name": "tiny"}


def test_weights_are_those_saved_up_to_half_precision(folder: Path) -> None:
    loaded = load_network(load_checkpoint(folder).config, verify(folder, WEIGHTS)).state_dict()
    for name, tensor in network().state_dict().items():
        torch.testing.assert_close(loaded[name], tensor, rtol=1e-3, atol=1e-5)


def test_a_copy_is_the_same_checkpoint(folder: Path, tmp_path: Path) -> None:
    (folder / "notes.txt").write_text("not part of it", encoding="utf-8")
    copy(folder, tmp_path / "a" / "b")
    assert sorted(path.name for path in (tmp_path / "a" / "b").iterdir()) == [MANIFEST, WEIGHTS, VOCABULARY]
    assert load_checkpoint(tmp_path / "a" / "b").thresholds == THRESHOLDS
    copy(folder, folder)
    assert verify(folder, WEIGHTS)


def cut(name: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes()[:-7])


def scramble(folder: Path) -> None:
    """Another vocabulary of the same size."""
    text = (folder / VOCABULARY).read_text(encoding="utf-8")
    (folder / VOCABULARY).write_text(text.replace("青", "蓝"), encoding="utf-8")


def escape(name: str) -> Callable[[Path], object]:
    entry = {"bytes": 1, "sha256": "0"}
    return lambda folder: edit(folder, lambda manifest: manifest["files"].update({name: entry}))


FLAWS: dict[str, tuple[Callable[[Path], object], str]] = {
    "no manifest": (lambda folder: (folder / MANIFEST).unlink(), f"holds no {MANIFEST}"),
    "broken manifest": (cut(MANIFEST), "not readable JSON"),
    "a list": (lambda folder: (folder / MANIFEST).write_text("[]", encoding="utf-8"), "describes no"),
    "other kind": (lambda folder: edit(folder, lambda found: found.update(kind="bert")), "describes no"),
    "newer format": (lambda folder: edit(folder, lambda found: found.update(format=FORMAT + 1)), "update the package"),
    "no thresholds": (lambda folder: edit(folder, lambda found: found.pop("thresholds")), "lacks thresholds"),
    "weights missing": (lambda folder: (folder / WEIGHTS).unlink(), f"{WEIGHTS} is missing"),
    "weights cut off": (cut(WEIGHTS), "bytes, .* expected"),
    "vocabulary altered": (scramble, "differs from the one"),
    "vocabulary unlisted": (
        lambda folder: edit(folder, lambda found: found["files"].pop(VOCABULARY)),
        f"lists no {VOCABULARY}",
    ),
    "vocabulary of another size": (
        lambda folder: edit(folder, lambda found: found["config"].update(vocab_size=7)),
        "entries, the model has 7",
    ),
    "unknown threshold": (
        lambda folder: edit(folder, lambda found: found["thresholds"].update(luck=0.5)),
        "unknown settings for Thresholds: luck",
    ),
    "unknown model setting": (
        lambda folder: edit(folder, lambda found: found["config"].update(gates=3)),
        "unknown settings in the model config: gates",
    ),
    "missing model setting": (lambda folder: edit(folder, lambda found: found["config"].pop("vocab_size")), MANIFEST),
    "parent folder": (escape("../secret"), "not a plain file name"),
    "absolute path": (escape("/etc/passwd"), "not a plain file name"),
}


@pytest.mark.parametrize("flaw", FLAWS)
def test_flawed_folders_are_refused_with_a_reason(folder: Path, flaw: str) -> None:
    break_it, message = FLAWS[flaw]
    break_it(folder)
    with pytest.raises(CheckpointError, match=message):
        load_checkpoint(folder)


def test_an_altered_file_of_the_right_size_is_found_out(folder: Path) -> None:
    data = bytearray((folder / WEIGHTS).read_bytes())
    data[-1] ^= 1
    (folder / WEIGHTS).write_bytes(data)
    load_checkpoint(folder)  # weights are hashed when they are read
    with pytest.raises(CheckpointError, match="damaged or was altered"):
        verify(folder, WEIGHTS)


def test_a_file_is_hashed_once_a_process_but_again_when_it_has_changed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed = []
    monkeypatch.setattr(checkpoint, "digest", lambda path: hashed.append(path.name) or digest(path))
    for _ in range(3):
        verify(folder, WEIGHTS)
    assert hashed == [WEIGHTS]
    data = bytearray((folder / WEIGHTS).read_bytes())
    data[-1] ^= 1
    (folder / WEIGHTS).write_bytes(data)
    later = (folder / WEIGHTS).stat().st_mtime_ns + 10**9
    os.utime(folder / WEIGHTS, ns=(later, later))
    with pytest.raises(CheckpointError, match="damaged or was altered"):
        verify(folder, WEIGHTS)


def test_a_graph_that_was_not_exported_is_named(folder: Path) -> None:
    with pytest.raises(CheckpointError, match=f"has no {SHARED}"):
        verify(folder, SHARED)


def test_weights_of_another_size_are_refused(folder: Path) -> None:
    with pytest.raises(CheckpointError, match="does not fit this model"):
        load_network(config(len(vocabulary()), hidden_size=32), folder / WEIGHTS)


def test_weights_that_are_no_safetensors_are_refused(folder: Path) -> None:
    (folder / WEIGHTS).write_bytes(b"\x80\x04pickle")
    with pytest.raises(CheckpointError, match="does not fit this model"):
        load_network(network().config, folder / WEIGHTS)
