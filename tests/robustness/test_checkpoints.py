"""A checkpoint is data: nothing of it runs, and what was tampered with is refused with the file and the remedy."""

from __future__ import annotations

import json
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chinese_deal_ie.model.checkpoint import (
    MANIFEST,
    VOCABULARY,
    CheckpointError,
    copy,
    load_checkpoint,
    verify,
    write_manifest,
)
from chinese_deal_ie.model.config import ModelConfig
from chinese_deal_ie.model.fitted import CoreferenceWeights, Thresholds
from chinese_deal_ie.model.vocabulary import SPECIALS, Vocabulary

PACKAGE = Path(__file__).parents[2] / "chinese_deal_ie"
GRAPHS = ("shared.onnx", "focus.onnx")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    result = tmp_path / "model"
    result.mkdir()
    vocabulary = Vocabulary((*SPECIALS, "市", "县"))
    vocabulary.save(result / VOCABULARY)
    for name in GRAPHS:
        (result / name).write_bytes(b"no graph at all")
    config = ModelConfig(len(vocabulary), hidden_size=16, num_heads=2, max_positions=64)
    write_manifest(result, config, Thresholds(), CoreferenceWeights(), {"name": "tiny"})
    return result


def edit(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    change(manifest)
    (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")


def setting(section: str, name: str, value: object) -> Callable[[dict[str, Any]], object]:
    return lambda manifest: manifest[section].update({name: value})


TAMPERED: dict[str, Callable[[dict[str, Any]], object]] = {
    **{f"{size} is {value!r}": setting("config", size, value)
       for size in ("hidden_size", "max_positions", "shared_layers", "num_heads", "vocab_size")
       for value in (0, -1, 10**12, "16", None, True, 1.5, [], {})},
    **{f"threshold {value!r}": setting("thresholds", "deal", value)
       for value in ("0.5", None, True, float("nan"), float("inf"), [0.5], {})},
    **{f"weight {value!r}": setting("coreference", "bias", value) for value in ("x", None, float("-inf"))},
    "labels are numbers": setting("config", "labels", [1, 2]),
    "no labels": setting("config", "labels", []),
    "heads do not divide the width": setting("config", "num_heads", 5),
    **{f"{section} is {value!r}": (lambda manifest, section=section, value=value: manifest.update({section: value}))
       for section in ("config", "thresholds", "coreference", "files") for value in ([], "x", None, 3)},
    "no size": lambda manifest: manifest["files"][VOCABULARY].pop("bytes"),
    "no hash": lambda manifest: manifest["files"][VOCABULARY].pop("sha256"),
    "a size that is none": lambda manifest: manifest["files"][VOCABULARY].update(bytes="9"),
    "an entry that is none": lambda manifest: manifest["files"].update({VOCABULARY: "x"}),
    "format as text": lambda manifest: manifest.update(format="1"),
    **{f"file {name!r}": (lambda manifest, name=name: manifest["files"].update({name: {"bytes": 1, "sha256": ""}}))
       for name in ("..", "", "../model/vocab.txt", "/etc/passwd", "a/b", "\0", "\ud800")},
}  # fmt: skip


@pytest.mark.parametrize("flaw", TAMPERED)
def test_tampered_manifests_are_refused(folder: Path, flaw: str) -> None:
    edit(folder, TAMPERED[flaw])
    with pytest.raises(CheckpointError, match=MANIFEST.replace(".", r"\.") + "|model"):
        load_checkpoint(folder)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 100_000, b"9" * 10_000, b"null"])
def test_manifests_that_are_no_json_object(folder: Path, content: bytes) -> None:
    (folder / MANIFEST).write_bytes(content)
    with pytest.raises(CheckpointError, match="JSON|describes no"):
        load_checkpoint(folder)


def test_a_manifest_that_is_a_folder_and_a_vocabulary_that_is_one(folder: Path) -> None:
    (folder / VOCABULARY).unlink()
    (folder / VOCABULARY).mkdir()
    with pytest.raises(CheckpointError, match=VOCABULARY):
        load_checkpoint(folder)
    (folder / MANIFEST).unlink()
    (folder / MANIFEST).mkdir()
    with pytest.raises(CheckpointError, match=MANIFEST):
        load_checkpoint(folder)


def test_a_vocabulary_of_other_bytes(folder: Path) -> None:
    edit(folder, lambda manifest: None)
    data = (folder / VOCABULARY).read_bytes().replace("市".encode(), b"\xff\xff\xff")
    (folder / VOCABULARY).write_bytes(data)
    with pytest.raises(CheckpointError, match="differs"):
        load_checkpoint(folder)


class Bomb:
    """Leaves a mark when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Callable[..., object], tuple[str, int]]:
        return os.open, (str(self.mark), os.O_CREAT)


@pytest.mark.parametrize("name", ["shared.onnx", "model.safetensors"])
def test_a_pickle_in_place_of_weights_is_not_run(folder: Path, name: str, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    (folder / name).write_bytes(pickle.dumps(Bomb(mark)))
    found = load_checkpoint(_rehashed(folder))
    with pytest.raises(CheckpointError, match=name):
        _load(found.folder, name)
    assert not mark.exists()
    pickle.loads((folder / name).read_bytes())
    assert mark.exists(), "the bomb is a real one"


def _rehashed(folder: Path) -> Path:
    """The manifest as one who tampers writes it: with the hashes of the tampered files."""
    loaded = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["config"]
    write_manifest(folder, ModelConfig.from_dict(loaded), Thresholds(), CoreferenceWeights(), {})
    return folder


def _load(folder: Path, name: str) -> None:
    if name in GRAPHS:
        from chinese_deal_ie.model.onnx_backend import OnnxBackend

        OnnxBackend(folder, 1)
        return
    pytest.importorskip("torch")
    from chinese_deal_ie.model.torch_backend import load_network

    load_network(load_checkpoint(folder).config, verify(folder, name))


def test_a_copy_takes_no_file_from_elsewhere(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret", encoding="utf-8")
    edit(folder, lambda manifest: manifest["files"].update({"../secret": {"bytes": 6, "sha256": ""}}))
    with pytest.raises(CheckpointError, match="plain file name"):
        copy(folder, tmp_path / "copy" / "deep")
    assert not (tmp_path / "copy" / "secret").exists()


def test_the_package_never_unpickles_evaluates_or_fetches_code() -> None:
    words = ("import pickle", "pickle.load", "torch.load(", "trust_remote_code=True", "eval(", "exec(", "yaml.load(",
             "marshal", "shelve", "joblib", "allow_pickle=True", "shell=True", "os.system")  # fmt: skip
    found = []
    for file in PACKAGE.rglob("*.py"):
        source = file.read_text(encoding="utf-8")
        for word in words:
            at = source.find(word)
            while at >= 0:
                if at == 0 or not (source[at - 1].isalnum() or source[at - 1] in "_."):
                    found.append(f"{file.name}: {word}")
                at = source.find(word, at + 1)
    assert found == []
