"""Checkpoint folders: everything a trained network is, as plain data.

``checkpoint.json`` holds the sizes, thresholds, data statement and scores, with the SHA-256 of every other file;
``vocab.txt`` the characters; ``model.safetensors`` the weights in half precision, for PyTorch and retraining;
``shared.onnx`` and ``focus.onnx`` the int8 graphs of the default runtime. Nothing in it is executed.
"""

from __future__ import annotations

import hashlib
import json
import math
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

from .config import ModelConfig
from .fitted import CoreferenceWeights, Thresholds
from .vocabulary import Vocabulary

FORMAT = 1
WEIGHTS, SHARED, FOCUS, VOCABULARY, MANIFEST = (
    "model.safetensors", "shared.onnx", "focus.onnx", "vocab.txt", "checkpoint.json",
)  # fmt: skip
CARD = "README.md"
"""The model card, where hubs look for it; a checkpoint may be without."""
_LARGEST = {"vocab_size": 1_000_000, "max_positions": 1_000_000}
_WIDEST = 16_384
"""Sizes beyond these would fill the memory before the weights are found not to fit."""
_SHORTEST_WINDOW = 16
_Settings = TypeVar("_Settings")
_verified: set[tuple[Path, str, int, int, int]] = set()
"""Files that were found unaltered: path, SHA-256, size and times of change; they are hashed once a process."""


class CheckpointError(ValueError):
    """A folder that is no usable checkpoint; the message names the file and the remedy."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The small parts of a checkpoint; the weights stay on disk until a backend reads them."""

    folder: Path
    config: ModelConfig
    vocabulary: Vocabulary
    thresholds: Thresholds
    coreference: CoreferenceWeights
    about: Mapping[str, Any] = field(default_factory=dict)
    """Name, version, training data, scores and licence, for the model card."""


def packaged() -> Path:
    """The folder of the model that ships with the package."""
    return Path(__file__).parent.parent / "assets" / "model"


def load_checkpoint(folder: Path) -> Checkpoint:
    """Read and check a checkpoint folder.

    :raises CheckpointError: when it is missing, truncated, altered, of another kind or of a newer format.
    """
    manifest = _manifest(folder)
    for name, expected in manifest["files"].items():
        path = folder / name
        if not path.is_file():
            raise CheckpointError(f"{path} is missing; copy the whole checkpoint folder again")
        if path.stat().st_size != expected["bytes"]:
            raise CheckpointError(
                f"{path} has {path.stat().st_size} bytes, {expected['bytes']} expected; copy the checkpoint again"
            )
    if VOCABULARY not in manifest["files"]:
        raise CheckpointError(f"{folder / MANIFEST} lists no {VOCABULARY}; the checkpoint is incomplete")
    if digest(folder / VOCABULARY) != manifest["files"][VOCABULARY]["sha256"]:
        raise CheckpointError(f"{folder / VOCABULARY} differs from the one the model was trained with")
    try:
        config = ModelConfig.from_dict(manifest["config"])
        _require_sizes(config)
        vocabulary = Vocabulary.load(folder / VOCABULARY)
        thresholds = _settings(Thresholds, manifest["thresholds"])
        coreference = _settings(CoreferenceWeights, manifest["coreference"])
    except (TypeError, ValueError) as error:
        raise CheckpointError(f"{folder / MANIFEST}: {error}; copy the checkpoint again") from error
    if len(vocabulary) != config.vocab_size:
        raise CheckpointError(f"{folder / VOCABULARY}: {len(vocabulary)} entries, the model has {config.vocab_size}")
    return Checkpoint(folder, config, vocabulary, thresholds, coreference, manifest.get("about", {}))


def verify(folder: Path, name: str) -> Path:
    """The path of a weights file whose SHA-256 is the manifest's; CheckpointError otherwise."""
    expected = _manifest(folder)["files"].get(name)
    if expected is None:
        raise CheckpointError(
            f"{folder} has no {name}; export it with the recipe in training/, or use the other backend"
        )
    path = folder / name
    if not path.is_file():
        raise CheckpointError(f"{path} is missing; copy the whole checkpoint folder again")
    state = path.stat()
    seen = path.absolute(), str(expected["sha256"]), state.st_size, state.st_mtime_ns, state.st_ctime_ns
    if seen not in _verified:
        if digest(path) != expected["sha256"]:
            raise CheckpointError(f"{path} is damaged or was altered; copy the checkpoint again")
        _verified.add(seen)
    return path


def write_manifest(
    folder: Path,
    config: ModelConfig,
    thresholds: Thresholds,
    coreference: CoreferenceWeights,
    about: Mapping[str, Any],
) -> None:
    """Describe the files that lie in ``folder`` in its ``checkpoint.json``."""
    names = (name for name in (WEIGHTS, SHARED, FOCUS, VOCABULARY) if (folder / name).is_file())
    manifest = {
        "format": FORMAT,
        "kind": "chinese_deal_ie",
        "about": dict(about),
        "config": config.to_dict(),
        "thresholds": asdict(thresholds),
        "coreference": asdict(coreference),
        "files": {name: {"bytes": (folder / name).stat().st_size, "sha256": digest(folder / name)} for name in names},
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def copy(source: Path, target: Path) -> None:
    """Copy the files of a checkpoint and its model card, and only those, to a folder that is made if need be."""
    target.mkdir(parents=True, exist_ok=True)
    card = [CARD] if (source / CARD).is_file() else []
    for name in (*_manifest(source)["files"], MANIFEST, *card):
        if (source / name).resolve() != (target / name).resolve():
            shutil.copyfile(source / name, target / name)


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    total = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            total.update(block)
    return total.hexdigest()


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    if not path.is_file():
        raise CheckpointError(f"{folder} holds no {MANIFEST}; give the folder of a trained model")
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise CheckpointError(f"{path} is not readable JSON ({error}); copy the checkpoint again") from error
    if not isinstance(manifest, dict) or manifest.get("kind") != "chinese_deal_ie":
        raise CheckpointError(f"{path} describes no chinese_deal_ie model")
    if manifest.get("format") != FORMAT:
        raise CheckpointError(
            f"{path} has format {manifest.get('format')}, this version reads {FORMAT}; update the package"
        )
    missing = sorted({"config", "thresholds", "coreference", "files"} - manifest.keys())
    if missing:
        raise CheckpointError(f"{path} lacks {', '.join(missing)}; copy the checkpoint again")
    for key in ("config", "thresholds", "coreference", "files"):
        if not isinstance(manifest[key], dict):
            raise CheckpointError(f"{path}: {key} is no JSON object; copy the checkpoint again")
    for name, entry in manifest["files"].items():
        if Path(name).name != name or name in ("", ".."):
            raise CheckpointError(f"{path}: {name!r} is not a plain file name; do not use this checkpoint")
        if not (isinstance(entry, dict) and type(entry.get("bytes")) is int and isinstance(entry.get("sha256"), str)):
            raise CheckpointError(f"{path}: no size and SHA-256 of {name!r}; copy the checkpoint again")
    return manifest


def _require_sizes(config: ModelConfig) -> None:
    """Raises ValueError for sizes that no network has, before anything is built or read by them."""
    for item in fields(config):
        value = getattr(config, item.name)
        if item.type == "int":
            sound = type(value) is int and 1 <= value <= _LARGEST.get(item.name, _WIDEST)
        elif item.type == "float":
            sound = type(value) in (int, float) and 0 <= value < 1
        else:
            sound = isinstance(value, tuple) and bool(value) and all(isinstance(word, str) for word in value)
        if not sound:
            raise ValueError(f"{item.name} of the model config cannot be {value!r}")
    if config.hidden_size % config.num_heads or config.max_positions < _SHORTEST_WINDOW:
        raise ValueError(f"no model has {config.num_heads} heads on {config.hidden_size}, {config.max_positions} long")


def _settings(kind: type[_Settings], values: Mapping[str, float]) -> _Settings:
    unknown = sorted(set(values) - {item.name for item in fields(kind)})  # type: ignore[arg-type]
    if unknown:
        raise ValueError(f"unknown settings for {kind.__name__}: {', '.join(unknown)}")
    for name, value in values.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise ValueError(f"{name} of {kind.__name__} cannot be {value!r}")
    return kind(**values)
