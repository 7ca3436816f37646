from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from model.helpers import documents, network, vocabulary

from chinese_deal_ie.extractor import Extractor
from chinese_deal_ie.model.checkpoint import FOCUS, SHARED, WEIGHTS, CheckpointError, load_checkpoint, write_manifest
from chinese_deal_ie.model.fitted import CoreferenceWeights, Thresholds
from chinese_deal_ie.model.network import DealNetwork
from chinese_deal_ie.model.onnx_backend import OnnxBackend
from chinese_deal_ie.model.torch_backend import TorchBackend
from chinese_deal_ie.training.export import export
from chinese_deal_ie.training.outliers import FEED_IN, FEED_OUT, split_outliers

WIDTH = 96
TOLERANCE = 0.1
"""Difference allowed between int8 and full precision; random weights are harder to round than trained ones."""


def wide() -> DealNetwork:
    """Wide enough that its matrices are quantised."""
    return network(hidden_size=WIDTH, intermediate_size=2 * WIDTH)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    result = tmp_path_factory.mktemp("exported") / "checkpoint"
    texts = [document.text for document in documents()]
    export(wide(), vocabulary(), result, Thresholds(deal=0.0), CoreferenceWeights(), {"name": "tiny"}, texts)
    return result


def errors(folder: Path, model: DealNetwork, batch: int = 2, length: int = 60, padding: int = 0) -> list[float]:
    """Root mean square difference of each output of the graphs, as a share of the output's own root mean square."""
    generator = np.random.default_rng(length)
    ids = generator.integers(5, len(vocabulary()), (batch, length + padding))
    valid = np.ones(ids.shape, np.bool_)
    valid[0, length:] = False
    ours, theirs = OnnxBackend(folder, threads=1), TorchBackend(model)
    states, tags, coreference = theirs.shared(ids, valid)
    marks = np.zeros(ids.shape, np.float32)
    marks[:, 1:3] = 1
    probabilities = generator.dirichlet(np.ones(tags.shape[-1]), ids.shape).astype(np.float32)
    wanted = (states, tags, coreference, *theirs.focus(states, valid, probabilities, marks))
    found = (*ours.shared(ids, valid), *ours.focus(states, valid, probabilities, marks))
    assert [(one.shape, one.dtype) for one in found] == [(one.shape, np.float32) for one in wanted]
    pairs = [(one[valid], other[valid]) for one, other in zip(found, wanted, strict=True)]
    return [float(np.sqrt(((one - other) ** 2).mean() / (other**2).mean())) for one, other in pairs]


@pytest.mark.parametrize(("batch", "length", "padding"), [(1, 3, 0), (3, 40, 0), (2, 100, 20)])
def test_int8_graphs_agree_with_the_network(folder: Path, batch: int, length: int, padding: int) -> None:
    assert max(errors(folder, wide(), batch, length, padding)) < TOLERANCE


def test_the_folder_is_a_whole_checkpoint(folder: Path) -> None:
    found = load_checkpoint(folder)
    assert found.about == {"name": "tiny"}
    assert {path.name for path in folder.iterdir()} == {
        "checkpoint.json", "vocab.txt", WEIGHTS, SHARED, FOCUS,
    }  # fmt: skip


def test_the_embedding_table_is_stored_in_half_precision(folder: Path) -> None:
    onnx = pytest.importorskip("onnx")
    tables = {tuple(item.dims): item.data_type for item in onnx.load(str(folder / SHARED)).graph.initializer}
    assert tables[len(vocabulary()), WIDTH] == onnx.TensorProto.FLOAT16


def test_wide_matrices_are_int8_and_outlier_features_and_read_outs_are_not(folder: Path) -> None:
    onnx = pytest.importorskip("onnx")
    integers = onnx.TensorProto.INT8
    for name in (SHARED, FOCUS):
        matrices = [item for item in onnx.load(str(folder / name)).graph.initializer if len(item.dims) == 2]
        stored = {tuple(sorted(item.dims)): item.data_type for item in matrices}
        assert stored[WIDTH, 3 * WIDTH] == stored[WIDTH, WIDTH] == stored[WIDTH, 2 * WIDTH - FEED_OUT] == integers
        assert stored[FEED_OUT, WIDTH] == stored[FEED_IN, 2 * WIDTH] == onnx.TensorProto.FLOAT


def test_outliers_spoil_less_when_they_are_kept_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One feature of the feed-forward input a hundred times larger than the rest, as trained encoders have."""
    model = wide()
    with torch.no_grad():
        for layer in (*model.shared.layers, *model.focus.layers):
            layer.attention_norm.weight[7] = 100

    def error(folder: Path) -> float:
        texts = [document.text for document in documents()]
        export(model, vocabulary(), folder, Thresholds(), CoreferenceWeights(), {}, texts)
        return sum(errors(folder, model))

    split = error(tmp_path / "split")
    monkeypatch.setattr("chinese_deal_ie.training.export.split_outliers", lambda module, *_: module)
    assert split < 0.6 * error(tmp_path / "whole")


def test_split_layers_compute_what_whole_ones_do() -> None:
    model = wide()
    ids = torch.arange(20).view(2, 10) + 5
    mask = torch.zeros(2, 1, 1, 10)
    with torch.no_grad():
        split = split_outliers(model.shared, "layers", lambda: model.shared(ids, mask))
        for one, other in zip(split(ids, mask), model.shared(ids, mask), strict=True):
            torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-4)
        unseen = split_outliers(model.shared, "layers", lambda: None)
        torch.testing.assert_close(unseen(ids, mask)[0], model.shared(ids, mask)[0], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("backend", ["onnx", "torch"])
def test_both_runtimes_read_texts(folder: Path, backend: str) -> None:
    extractor = Extractor.from_checkpoint(folder, backend=backend)  # type: ignore[arg-type]
    texts = [(item.id, item.text) for item in documents()]
    for found, (_, text) in zip(extractor.extract_many(texts), texts, strict=True):
        assert not any(warning.startswith("failed") for warning in found.warnings)
        assert all(text[mention.start : mention.end] == mention.text for mention in found.mentions)


def test_a_graph_that_is_no_graph_is_refused(folder: Path, tmp_path: Path) -> None:
    Extractor.from_checkpoint(folder).save(tmp_path)
    (tmp_path / FOCUS).write_bytes(b"no graph")
    found = load_checkpoint(folder)
    write_manifest(tmp_path, found.config, found.thresholds, found.coreference, {})
    with pytest.raises(CheckpointError, match=f"{FOCUS} cannot be loaded"):
        OnnxBackend(tmp_path)
