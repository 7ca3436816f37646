"""BERT-like checkpoints in Hugging Face layout to our names, and back: the only place that knows theirs."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from torch import Tensor

from .config import ModelConfig
from .network import DealNetwork
from .vocabulary import UNK, Vocabulary

_LAYER = {
    "attention_out": "attention.output.dense",
    "attention_norm": "attention.output.LayerNorm",
    "feed_in": "intermediate.dense",
    "feed_out": "output.dense",
    "feed_norm": "output.LayerNorm",
}
_EMBEDDINGS = {
    "characters.weight": "embeddings.word_embeddings.weight",
    "norm.weight": "embeddings.LayerNorm.weight",
    "norm.bias": "embeddings.LayerNorm.bias",
}


def gb2312_characters() -> str:
    """The 6,763 Han characters of GB 2312, rarer ones included."""
    cells = (bytes((row, cell)) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF))
    return "".join(cell.decode("gb2312", "ignore") for cell in cells)


def from_bert(folder: Path, *, shared_layers: int, focus_layers: int) -> tuple[DealNetwork, Vocabulary]:
    """A fresh deal network whose encoder is a BERT-like character checkpoint.

    The first ``shared_layers + focus_layers`` layers are used. Characters of GB 2312 that the checkpoint lacks get
    rows of their own, started from the unknown row.

    :param folder: ``config.json``, ``model.safetensors`` and ``vocab.txt`` (one character a line) of a ``BertModel``.
    :raises ValueError: when the checkpoint has too few layers.
    """
    from safetensors.torch import load_file

    theirs = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    needed = shared_layers + focus_layers
    if theirs["num_hidden_layers"] < needed:
        raise ValueError(f"{folder}: {theirs['num_hidden_layers']} layers, {needed} needed")
    entries = (folder / "vocab.txt").read_text(encoding="utf-8").split("\n")[:-1]
    vocabulary = Vocabulary.extended(entries, gb2312_characters())
    config = ModelConfig(
        vocab_size=len(vocabulary),
        hidden_size=theirs["hidden_size"],
        num_heads=theirs["num_attention_heads"],
        intermediate_size=theirs["intermediate_size"],
        shared_layers=shared_layers,
        focus_layers=focus_layers,
        max_positions=theirs["max_position_embeddings"],
        layer_norm_eps=theirs["layer_norm_eps"],
    )
    network = DealNetwork(config)
    state = network.state_dict()
    source = {
        name.removeprefix("bert."): tensor.float() for name, tensor in load_file(folder / "model.safetensors").items()
    }
    state.update(_encoder_state(source, config, entries.index(UNK)))
    network.load_state_dict(state)
    return network, vocabulary


def _encoder_state(source: dict[str, Tensor], config: ModelConfig, unknown: int) -> dict[str, Tensor]:
    state = {f"shared.{ours}": source[their] for ours, their in _EMBEDDINGS.items()}
    words = state["shared.characters.weight"]
    extra = words[unknown].expand(config.vocab_size - len(words), -1)
    state["shared.characters.weight"] = torch.cat([words, extra])
    # Only one segment type is ever read: fold its vector into the positions.
    segment = source["embeddings.token_type_embeddings.weight"][0]
    state["shared.positions.weight"] = source["embeddings.position_embeddings.weight"] + segment
    for index in range(config.shared_layers + config.focus_layers):
        ours = (
            f"shared.layers.{index}" if index < config.shared_layers else f"focus.layers.{index - config.shared_layers}"
        )
        their = f"encoder.layer.{index}"
        for part in ("weight", "bias"):
            state[f"{ours}.qkv.{part}"] = torch.cat(
                [source[f"{their}.attention.self.{name}.{part}"] for name in ("query", "key", "value")]
            )
            for short, long in _LAYER.items():
                state[f"{ours}.{short}.{part}"] = source[f"{their}.{long}.{part}"]
    return state
