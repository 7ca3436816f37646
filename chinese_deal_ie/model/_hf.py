"""BERT-like checkpoints in Hugging Face layout to our names: the only place that knows theirs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from .config import ModelConfig
from .network import DealNetwork
from .vocabulary import SPECIALS, UNK, Vocabulary

_LAYER = {
    "attention_out": "attention.output.dense",
    "attention_norm": "attention.output.LayerNorm",
    "feed_in": "intermediate.dense",
    "feed_out": "output.dense",
    "feed_norm": "output.LayerNorm",
}
_EMBEDDINGS = {
    "norm.weight": "embeddings.LayerNorm.weight",
    "norm.bias": "embeddings.LayerNorm.bias",
}
_SUPPORTED = {"hidden_act": "gelu", "position_embedding_type": "absolute", "model_type": "bert"}
"""Settings that change what the layers compute, and the only value of each that ours compute."""


def gb2312_characters() -> str:
    """The 6,763 Han characters of GB 2312, rarer ones included."""
    cells = (bytes((row, cell)) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF))
    return "".join(cell.decode("gb2312", "ignore") for cell in cells)


def from_bert(folder: Path, *, shared_layers: int, focus_layers: int) -> tuple[DealNetwork, Vocabulary]:
    """A fresh deal network whose encoder is a BERT-like character checkpoint.

    The first ``shared_layers + focus_layers`` layers are used. Of the vocabulary the special entries and the single
    characters are kept, in their order; pieces of several characters (``##ing``, ``[unused1]``) can never be read one
    character at a time. Characters of GB 2312 that the checkpoint lacks get rows of their own, started from the unknown
    row.

    :param folder: ``config.json``, ``model.safetensors`` and ``vocab.txt`` (one entry a line) of a ``BertModel``.
    :raises ValueError: when a file is missing or the checkpoint is of another kind or has too few layers.
    """
    from safetensors.torch import load_file

    for name in ("config.json", "model.safetensors", "vocab.txt"):
        if not (folder / name).is_file():
            raise ValueError(f"{folder} holds no {name}; give a BERT checkpoint in safetensors (training/README.md)")
    theirs = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    _check(folder, theirs, shared_layers + focus_layers)
    entries = (folder / "vocab.txt").read_text(encoding="utf-8").removesuffix("\n").split("\n")
    rows = _kept_rows(folder, entries)
    vocabulary = Vocabulary.extended((entries[row] for row in rows), gb2312_characters())
    config = ModelConfig(
        vocab_size=len(vocabulary),
        hidden_size=theirs["hidden_size"],
        num_heads=theirs["num_attention_heads"],
        intermediate_size=theirs["intermediate_size"],
        shared_layers=shared_layers,
        focus_layers=focus_layers,
        max_positions=theirs["max_position_embeddings"],
        layer_norm_eps=theirs.get("layer_norm_eps", 1e-12),
    )
    network = DealNetwork(config)
    state = network.state_dict()
    loaded = load_file(folder / "model.safetensors")
    source = {_modern(name): tensor.float() for name, tensor in loaded.items()}
    state.update(_encoder_state(source, config, rows))
    network.load_state_dict(state)
    return network, vocabulary


def _check(folder: Path, theirs: dict[str, Any], layers: int) -> None:
    for setting, value in _SUPPORTED.items():
        if theirs.get(setting, value) != value:
            raise ValueError(f"{folder}: {setting} is {theirs[setting]!r}, only {value!r} is supported")
    if theirs["num_hidden_layers"] < layers:
        raise ValueError(f"{folder}: {theirs['num_hidden_layers']} layers, {layers} needed")


def _kept_rows(folder: Path, entries: Sequence[str]) -> list[int]:
    """Rows of the special entries, in our order, and of the single characters, in theirs."""
    missing = [special for special in SPECIALS if special not in entries]
    if missing:
        raise ValueError(f"{folder}: vocab.txt lacks {', '.join(missing)}")
    characters = [row for row, entry in enumerate(entries) if len(entry) == 1]
    return [*(entries.index(special) for special in SPECIALS), *characters]


def _modern(name: str) -> str:
    """Names without the prefix of task models; the first BERT checkpoints call a layer norm's weights otherwise."""
    plain = name.removeprefix("bert.")
    return plain.replace("LayerNorm.gamma", "LayerNorm.weight").replace("LayerNorm.beta", "LayerNorm.bias")


def _encoder_state(source: dict[str, Tensor], config: ModelConfig, rows: Sequence[int]) -> dict[str, Tensor]:
    state = {f"shared.{ours}": source[their] for ours, their in _EMBEDDINGS.items()}
    words = source["embeddings.word_embeddings.weight"][list(rows)]
    extra = words[SPECIALS.index(UNK)].expand(config.vocab_size - len(words), -1)
    state["shared.characters.weight"] = torch.cat([words, extra])
    # Only one segment type is ever read: fold its vector into the positions.
    segment = source["embeddings.token_type_embeddings.weight"][0]
    state["shared.positions.weight"] = source["embeddings.position_embeddings.weight"] + segment
    for index in range(config.shared_layers + config.focus_layers):
        above = index - config.shared_layers
        ours = f"shared.layers.{index}" if above < 0 else f"focus.layers.{above}"
        their = f"encoder.layer.{index}"
        for part in ("weight", "bias"):
            state[f"{ours}.qkv.{part}"] = torch.cat(
                [source[f"{their}.attention.self.{name}.{part}"] for name in ("query", "key", "value")]
            )
            for short, long in _LAYER.items():
                state[f"{ours}.{short}.{part}"] = source[f"{their}.{long}.{part}"]
    return state
