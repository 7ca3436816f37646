"""The settings of a training run, from a JSON file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, TypeVar

from .deal_stage import DealStageConfig
from .general_stage import GeneralStageConfig

_Stage = TypeVar("_Stage", DealStageConfig, GeneralStageConfig)


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """One run of the recipe. Paths in a file are relative to the file."""

    name: str
    """Names the run's folder and the model."""
    encoder: Path
    """A BERT-like character checkpoint, or a checkpoint of this package to go on from."""
    corpus: Path
    """Holds annotated documents of any known format in ``train`` and ``dev``, and in further splits of ``report``."""
    runs: Path
    """Where runs keep their logs and states."""
    encoder_origin: str = ""
    """What the encoder is and its licence, for the model card; a checkpoint of this package tells by itself."""
    data: Path | None = None
    """Public sets (``training/README.md``); needed by the general stage, else only company names are read from it."""
    shared_layers: int = 6
    focus_layers: int = 4
    general: GeneralStageConfig | None = None
    """None leaves the general stage out."""
    deal: DealStageConfig = field(default_factory=DealStageConfig)
    report: tuple[str, ...] = ("dev",)
    """Splits that the finished model is scored on."""

    @property
    def folder(self) -> Path:
        """The folder of this run."""
        return self.runs / self.name

    def settings(self) -> dict[str, Any]:
        """What decides the weights, paths aside: a run may only be gone on with under the same settings."""
        return {
            "name": self.name,
            "encoder_origin": self.encoder_origin,
            "shared_layers": self.shared_layers,
            "focus_layers": self.focus_layers,
            "general": None if self.general is None else asdict(self.general),
            "deal": asdict(self.deal),
        }


def load_config(path: Path) -> TrainingConfig:
    """Read a run's settings.

    :raises OSError: when the file cannot be read.
    :raises ValueError: when it is no JSON object, or has unknown, missing or misfit settings; the message names them.
    """
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(values, dict):
            raise ValueError("a JSON object of settings is expected")
        config = _config(values)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{path}: {error}") from error
    here = path.resolve().parent
    return replace(
        config,
        encoder=here / config.encoder,
        corpus=here / config.corpus,
        runs=here / config.runs,
        data=None if config.data is None else here / config.data,
    )


def _config(values: Mapping[str, Any]) -> TrainingConfig:
    _check_names(TrainingConfig, values)
    missing = sorted({"name", "encoder", "corpus", "runs"} - values.keys())
    if missing:
        raise ValueError(f"missing settings: {', '.join(missing)}")
    converted = dict(values)
    for name in ("encoder", "corpus", "runs", "data"):
        if values.get(name) is not None:
            converted[name] = Path(values[name])
    if values.get("general") is not None:
        converted["general"] = _stage(GeneralStageConfig, values["general"])
    converted["deal"] = _stage(DealStageConfig, values.get("deal", {}))
    converted["report"] = tuple(values.get("report", ("dev",)))
    config = TrainingConfig(**converted)
    if Path(config.name).name != config.name:
        raise ValueError(f"name: {config.name!r} is not a plain name")
    if config.general is not None and config.data is None:
        raise ValueError("the general stage needs data, the folder of the public sets")
    return config


def _stage(kind: type[_Stage], values: Mapping[str, Any]) -> _Stage:
    _check_names(kind, values)
    defaults = asdict(kind())
    for name, value in values.items():
        expected = type(defaults[name])
        number = expected is float and isinstance(value, int) and not isinstance(value, bool)
        if type(value) is not expected and not number:
            raise ValueError(f"{name}: {expected.__name__} expected, not {value!r}")
    return kind(**values)


def _check_names(kind: type[Any], values: Mapping[str, Any]) -> None:
    unknown = sorted(values.keys() - {item.name for item in fields(kind)})
    if unknown:
        raise ValueError(f"unknown settings: {', '.join(unknown)}")
