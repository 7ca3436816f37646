from __future__ import annotations

import json
import warnings
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from chinese_deal_ie.model._hf import from_bert, gb2312_characters
from chinese_deal_ie.model.network import additive_mask
from chinese_deal_ie.model.vocabulary import SPECIALS

from .helpers import write_encoder

ENTRIES = ("[PAD]", "[unused1]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "青", "##山", "山", "ing", "市")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_encoder(tmp_path, ENTRIES, layers=3)
    return tmp_path


def test_states_are_those_of_transformers(folder: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of other packages, at import
        from transformers import BertModel

        theirs = BertModel.from_pretrained(folder, add_pooling_layer=False, attn_implementation="sdpa").eval()
    network, vocabulary = from_bert(folder, shared_layers=2, focus_layers=1)
    network.eval()
    text = "青山市"
    ours = torch.tensor([[vocabulary.cls, *vocabulary.encode(text), vocabulary.sep, vocabulary.pad]])
    wanted = torch.tensor([[ENTRIES.index(entry) for entry in ("[CLS]", *text, "[SEP]", "[PAD]")]])
    valid = torch.tensor([[True] * 5 + [False]])
    with torch.no_grad():
        hidden = theirs(wanted, attention_mask=valid.long(), output_hidden_states=True).hidden_states
        states = network.shared.encode(ours, additive_mask(valid))
        torch.testing.assert_close(states[:, :5], hidden[2][:, :5], rtol=0, atol=2e-6)
        for layer in network.focus.layers:
            states = layer(states, additive_mask(valid))
        torch.testing.assert_close(states[:, :5], hidden[3][:, :5], rtol=0, atol=2e-6)


def test_the_vocabulary_is_special_entries_then_single_characters_then_rare_ones(folder: Path) -> None:
    _, vocabulary = from_bert(folder, shared_layers=1, focus_layers=1)
    assert vocabulary.entries[:8] == (*SPECIALS, "青", "山", "市")
    assert set(gb2312_characters()) <= set(vocabulary.entries)
    assert "ing" not in vocabulary.entries


def test_characters_of_their_own_start_from_the_unknown_row(folder: Path) -> None:
    network, vocabulary = from_bert(folder, shared_layers=1, focus_layers=1)
    table = network.shared.characters.weight
    source = load_file(folder / "model.safetensors")["embeddings.word_embeddings.weight"]
    assert torch.equal(table[8:], table[1].expand(len(vocabulary) - 8, -1))
    assert torch.equal(table[1], source[ENTRIES.index("[UNK]")])
    assert torch.equal(table[6], source[ENTRIES.index("山")])


def test_names_of_early_task_checkpoints_are_understood(folder: Path) -> None:
    network, _ = from_bert(folder, shared_layers=2, focus_layers=1)
    tensors = load_file(folder / "model.safetensors")
    renamed = {
        "bert."
        + name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta"): tensor
        for name, tensor in tensors.items()
    }
    save_file(renamed | {"cls.predictions.bias": torch.zeros(3)}, folder / "model.safetensors")
    other, _ = from_bert(folder, shared_layers=2, focus_layers=1)
    for name, tensor in network.state_dict().items():
        if ".layers." in name or name.startswith(("shared.characters", "shared.positions", "shared.norm")):
            assert torch.equal(tensor, other.state_dict()[name]), name


def test_gb2312() -> None:
    found = gb2312_characters()
    assert len(found) == len(set(found)) == 6763
    assert {"啊", "铱", "齄"} <= set(found)


@pytest.mark.parametrize(
    ("setting", "value", "message"),
    [
        ("hidden_act", "relu", "hidden_act is 'relu'"),
        ("position_embedding_type", "relative_key", "position_embedding_type"),
        ("model_type", "deberta", "model_type"),
        ("num_hidden_layers", 1, "1 layers, 2 needed"),
    ],
)
def test_checkpoints_that_compute_something_else_are_refused(
    folder: Path, setting: str, value: object, message: str
) -> None:
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | {setting: value}), encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        from_bert(folder, shared_layers=1, focus_layers=1)


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "vocab.txt"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ValueError, match=f"holds no {name}"):
        from_bert(folder, shared_layers=1, focus_layers=1)


def test_a_vocabulary_without_special_entries_is_refused(folder: Path) -> None:
    (folder / "vocab.txt").write_text("青\n[CLS]\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"lacks \[PAD\], \[UNK\], \[SEP\], \[MASK\]"):
        from_bert(folder, shared_layers=1, focus_layers=1)
