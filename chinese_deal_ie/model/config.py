"""The shape of the network and the label sets it predicts."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

from ..schema import DEAL_TYPES, LABELS, STAGES

ROLES = ("government", "amount", "location", "date", "project", "partner")
"""What another mention can be in the deal of the company in focus; ``partner`` is a fellow company."""


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """Sizes of the network and its label sets; stored as ``config.json`` of a checkpoint."""

    vocab_size: int
    hidden_size: int = 384
    num_heads: int = 12
    intermediate_size: int = 1536
    shared_layers: int = 6
    """Layers read once a window; mentions and coreference are scored on their output."""
    focus_layers: int = 4
    """Layers read again for each company, with that company marked."""
    max_positions: int = 512
    layer_norm_eps: float = 1e-12
    dropout: float = 0.1
    coreference_size: int = 64
    labels: tuple[str, ...] = LABELS
    deal_types: tuple[str, ...] = DEAL_TYPES
    stages: tuple[str, ...] = STAGES

    @property
    def tags(self) -> tuple[str, ...]:
        """IOB2 tags, ``O`` first."""
        return ("O", *(f"{prefix}-{label}" for label in self.labels for prefix in "BI"))

    @property
    def focus_outputs(self) -> dict[str, int]:
        """Names and widths of the deal decisions read off the company in focus."""
        return {
            "deal": 1,
            "shared": 1,
            "none": len(ROLES),
            "several": len(ROLES),
            "type": len(self.deal_types),
            "stage": len(self.stages),
        }

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> ModelConfig:
        """Build from JSON; unknown keys raise ValueError, so that a newer checkpoint is not half read."""
        known = {field.name for field in fields(cls)}
        unknown = sorted(set(values) - known)
        if unknown:
            raise ValueError(f"unknown settings in the model config: {', '.join(unknown)}")
        settings: dict[str, Any] = {key: tuple(v) if isinstance(v, list) else v for key, v in values.items()}
        return cls(**settings)
