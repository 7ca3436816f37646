"""A trained network to a checkpoint folder: half-precision safetensors and int8 ONNX graphs."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

from ..engine import analyse
from ..model.checkpoint import FOCUS, SHARED, VOCABULARY, WEIGHTS, write_manifest
from ..model.fitted import CoreferenceWeights, Thresholds
from ..model.network import DealNetwork, additive_mask
from ..model.reader import Reader
from ..model.torch_backend import TorchBackend
from ..model.vocabulary import Vocabulary
from ..reading import clean
from .outliers import split_outliers

OPSET = 20
SMALL = 64
"""Products with a side of at most this many features are not worth quantising."""


def export(
    network: DealNetwork,
    vocabulary: Vocabulary,
    folder: Path,
    thresholds: Thresholds,
    coreference: CoreferenceWeights,
    about: Mapping[str, Any],
    calibration: Sequence[str],
) -> None:
    """Write a complete checkpoint folder; existing files of it are replaced.

    :param calibration: some texts of the kind to be read, with companies in them; they tell which features are too
        large to be quantised.
    """
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    network = network.eval()
    half = {name: tensor.detach().half().contiguous() for name, tensor in network.state_dict().items()}
    save_file(half, folder / WEIGHTS)
    vocabulary.save(folder / VOCABULARY)
    _export_graphs(network, vocabulary, folder, calibration)
    write_manifest(folder, network.config, thresholds, coreference, about)


def _export_graphs(network: DealNetwork, vocabulary: Vocabulary, folder: Path, calibration: Sequence[str]) -> None:
    config = network.config
    reader = Reader(TorchBackend(network), config, vocabulary)
    views = [clean(text) for text in calibration]

    def calibrate() -> None:
        analyse(reader, views, CoreferenceWeights())

    shared = split_outliers(network.shared, "layers", calibrate)
    focus = split_outliers(network.focus, "layers", calibrate)
    batch, length = 2, 16
    ids = torch.ones(batch, length, dtype=torch.long)
    mask = additive_mask(torch.ones(batch, length, dtype=torch.bool))
    states = torch.zeros(batch, length, config.hidden_size)
    tags = torch.zeros(batch, length, len(config.tags))
    marks = torch.ones(batch, length)
    _export(shared, (ids, mask), ("ids", "mask"), ("states", "tags", "coreference"), folder / SHARED)
    _export(
        focus, (states, mask, tags, marks), ("states", "mask", "tags", "marks"), ("roles", "decisions"),
        folder / FOCUS,
    )  # fmt: skip


def _export(
    module: torch.nn.Module,
    inputs: tuple[torch.Tensor, ...],
    names: tuple[str, ...],
    outputs: tuple[str, ...],
    path: Path,
) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic

    axes = {name: {0: "batch", 1: "length"} for name in (*names, *outputs)}
    if "mask" in axes:
        axes["mask"] = {0: "batch", 3: "length"}
    with tempfile.TemporaryDirectory() as temporary, warnings.catch_warnings():
        # torch warns that this exporter is no longer its default (it is chosen on purpose), and that the number of
        # query, key and value, three, becomes a constant of the graph.
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.simplefilter("ignore", torch.jit.TracerWarning)  # type: ignore[attr-defined]
        full = Path(temporary) / "full.onnx"
        torch.onnx.export(
            module, inputs, str(full), input_names=names, output_names=outputs, dynamic_axes=axes, opset_version=OPSET,
            dynamo=False,
        )  # fmt: skip
        # Seven-bit weights: the 8-bit products of processors without VNNI saturate otherwise.
        quantize_dynamic(
            full,
            path,
            op_types_to_quantize=["MatMul"],
            nodes_to_exclude=_small_products(full),
            per_channel=True,
            reduce_range=True,
            weight_type=QuantType.QInt8,
        )
    _halve_embeddings(path)


def _small_products(path: Path) -> list[str]:
    """Names of the products with a narrow constant matrix: read-outs and outlier features, which stay in float."""
    import onnx

    graph = onnx.load(str(path)).graph
    narrow = {item.name for item in graph.initializer if len(item.dims) == 2 and min(item.dims) <= SMALL}
    return [node.name for node in graph.node if node.op_type == "MatMul" and narrow & set(node.input)]


def _halve_embeddings(path: Path) -> None:
    """Store the tables that are only looked up in half precision, widened after the look-up."""
    import numpy as np
    import onnx
    from onnx import helper, numpy_helper

    model = onnx.load(str(path))
    tables = {item.name: item for item in model.graph.initializer}
    uses: dict[str, int] = {}
    for node in model.graph.node:
        for name in node.input:
            uses[name] = uses.get(name, 0) + 1
    nodes = []
    for node in model.graph.node:
        nodes.append(node)
        table = tables.get(node.input[0]) if node.op_type == "Gather" else None
        if table is None or table.data_type != onnx.TensorProto.FLOAT or uses[table.name] != 1:
            continue
        half = numpy_helper.from_array(numpy_helper.to_array(table).astype(np.float16), table.name)
        table.CopyFrom(half)
        wide, narrow = node.output[0], f"{node.output[0]}_half"
        node.output[0] = narrow
        nodes.append(helper.make_node("Cast", [narrow], [wide], to=onnx.TensorProto.FLOAT))
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    del model.graph.value_info[:]
    onnx.checker.check_model(model)
    onnx.save(model, str(path))
