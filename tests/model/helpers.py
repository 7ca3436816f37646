"""A network small enough to be made, trained and exported in a test."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from hypothesis import HealthCheck, settings
from safetensors.torch import save_file

from chinese_deal_ie.corpus_io import deal_text
from chinese_deal_ie.model.config import ModelConfig
from chinese_deal_ie.model.network import DealNetwork
from chinese_deal_ie.model.vocabulary import SPECIALS, Vocabulary
from chinese_deal_ie.schema import Document

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""For property tests: machines may be busy."""
SIGNING = """# id: t-1
# genre: news
# lang: zh-Hans
[5月8日|DATE:d1],[青山市政府|GOV:g1]与[海石科技公司|COM:c1]、[白河集团|COM:c2]签约。
[海石科技|COM:c1]将在[青山市|LOC:l1]投资[25亿元|AMT:a1]建设[海石产业园|PROJ:p1],去年营收[7亿元|AMT:a2]。
[林溪银行|COM:c3]未参加。

@deal government=g1 company=c1,c2 amount=a1 location=l1 date=d1 project=p1 type=investment stage=signed
"""
QUIET = """# id: t-2
# genre: news
# lang: zh-Hans
[林溪银行|COM:c1]昨日发布年报,营收[12亿元|AMT:a1],总部在[青山市|LOC:l1]。
"""
SECOND = """# id: t-3
# genre: news
# lang: zh-Hans
[东岭县政府|GOV:g1]与[白河集团|COM:c1]签约,[白河集团|COM:c1]投资[3亿元|AMT:a1]在[东岭县|LOC:l1]建厂。

@deal government=g1 company=c1 amount=a1 location=l1 type=investment stage=signed
"""


def documents() -> list[Document]:
    """A deal of two companies with bystanders, a text without deals, and a deal of one company."""
    return [deal_text.parse(source) for source in (SIGNING, QUIET, SECOND)]


def vocabulary() -> Vocabulary:
    """The characters of :func:`documents`."""
    characters = "".join(document.text for document in documents()).replace("\n", "")
    return Vocabulary((*SPECIALS, "\u2581", *dict.fromkeys(characters)))


def config(rows: int, **changes: Any) -> ModelConfig:
    """Two layers of sixteen features, without dropout."""
    sizes: dict[str, Any] = {
        "vocab_size": rows,
        "hidden_size": 16,
        "num_heads": 2,
        "intermediate_size": 64,
        "shared_layers": 1,
        "focus_layers": 1,
        "max_positions": 128,
        "dropout": 0.0,
        "coreference_size": 4,
    }
    return ModelConfig(**(sizes | changes))


def network(seed: int = 0, **changes: Any) -> DealNetwork:
    """A random network over :func:`vocabulary`, its weights large enough that outputs differ."""
    torch.manual_seed(seed)
    result = DealNetwork(config(len(vocabulary()), **changes))
    with torch.no_grad():
        for parameter in result.parameters():
            if parameter.ndim > 1:
                parameter.mul_(10)
    return result.eval()


def write_encoder(folder: Path, entries: Sequence[str], layers: int = 2, width: int = 16) -> None:
    """A random BERT checkpoint in Hugging Face layout, written without transformers."""
    generator = torch.Generator().manual_seed(7)

    def random(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=generator) * 0.1

    def linear(name: str, out: int, into: int) -> dict[str, torch.Tensor]:
        return {f"{name}.weight": random(out, into), f"{name}.bias": random(out)}

    def norm(name: str) -> dict[str, torch.Tensor]:
        return {f"{name}.weight": 1 + random(width), f"{name}.bias": random(width)}

    tensors = {
        "embeddings.word_embeddings.weight": random(len(entries), width),
        "embeddings.position_embeddings.weight": random(128, width),
        "embeddings.token_type_embeddings.weight": random(2, width),
        **norm("embeddings.LayerNorm"),
    }
    for layer in range(layers):
        prefix = f"encoder.layer.{layer}"
        for part in ("query", "key", "value"):
            tensors |= linear(f"{prefix}.attention.self.{part}", width, width)
        tensors |= linear(f"{prefix}.attention.output.dense", width, width)
        tensors |= norm(f"{prefix}.attention.output.LayerNorm")
        tensors |= linear(f"{prefix}.intermediate.dense", 4 * width, width)
        tensors |= linear(f"{prefix}.output.dense", width, 4 * width)
        tensors |= norm(f"{prefix}.output.LayerNorm")
    theirs = {
        "model_type": "bert",
        "hidden_size": width,
        "num_attention_heads": 2,
        "num_hidden_layers": layers,
        "intermediate_size": 4 * width,
        "max_position_embeddings": 128,
        "vocab_size": len(entries),
        "type_vocab_size": 2,
        "layer_norm_eps": 1e-12,
        "hidden_act": "gelu",
    }
    folder.mkdir(parents=True, exist_ok=True)
    save_file(tensors, folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps(theirs), encoding="utf-8")
    (folder / "vocab.txt").write_text("\n".join(entries) + "\n", encoding="utf-8")
