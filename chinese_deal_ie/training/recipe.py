"""From a base encoder to a checkpoint folder: general stage, deal stage, export, fit on dev, scores, model card.

Every step leaves its result in the run's folder or in the output folder and is passed over when that is there, so an
interrupted run is gone on with by running it again.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Any

import torch

from ..corpus_io import read_corpus
from ..engine import analyse, document
from ..evaluation import evaluate
from ..model._hf import from_bert
from ..model.checkpoint import (
    MANIFEST,
    WEIGHTS,
    CheckpointError,
    load_checkpoint,
    verify,
    write_manifest,
)
from ..model.fitted import CoreferenceWeights, Thresholds
from ..model.network import DealNetwork
from ..model.onnx_backend import OnnxBackend
from ..model.reader import Reader
from ..model.torch_backend import TorchBackend, load_network
from ..model.vocabulary import Vocabulary
from ..reading import clean
from ..schema import LABELS, Document
from . import deal_stage, general_stage, model_card
from .augment import Pools, core, pools
from .export import export
from .fit import Fit, apply_temperature, deal_temperature, fit
from .loop import RunLog
from .settings import TrainingConfig
from .statement import COMPANY_NAMES, CORPUS, PUBLIC_SETS, Source, about

COMPANIES = "companies_listed.fddc.jsonl.gz"
"""Of the public sets, the file of company names."""
SCORES = ("mention", *(f"mention.{label}" for label in LABELS), "pair", "pair_amount", "tuple", "quiet")
CALIBRATION = 24
"""About so many training documents tell the export which features are large."""
Splits = Mapping[str, Sequence[Document]]


def run(config: TrainingConfig, output: Path) -> None:
    """Train a model and write its checkpoint, with a model card, to ``output``.

    The run's log is ``log.jsonl`` in :attr:`TrainingConfig.folder`, one JSON object an event.

    :raises ValueError: when the run's folder or ``output`` holds another run's results, or the encoder is not usable.
    :raises OSError: when something cannot be read or written.
    """
    _claim(config)
    log = RunLog(config.folder)
    splits = {split: read_corpus(config.corpus / split) for split in dict.fromkeys(("train", "dev", *config.report))}
    if (output / MANIFEST).is_file():
        log(event="export there", output=str(output))
    else:
        network, vocabulary = _train(config, splits, log)
        reader = Reader(TorchBackend(network), network.config, vocabulary)
        temperature = _once(config.folder / "temperature.json", lambda: deal_temperature(reader, splits["dev"]))
        apply_temperature(network, temperature)
        train = splits["train"]
        sample = [item.text for item in train[:: max(1, len(train) // CALIBRATION)]]
        export(network, vocabulary, output, Thresholds(), CoreferenceWeights(), _about(config, splits), sample)
        log(event="exported", temperature=temperature)
    checkpoint = load_checkpoint(output)
    statement = dict(checkpoint.about)
    if statement.get("run") != config.settings():
        raise ValueError(f"{output} holds a model of another run; give an empty folder")
    # Fitted on the graphs that ship: rounding to int8 moves scores.
    reader = Reader(OnnxBackend(output), checkpoint.config, checkpoint.vocabulary)
    fitted = Fit.from_dict(_once(config.folder / "fit.json", lambda: fit(reader, splits["dev"]).to_dict()))
    statement["fit"] = {
        "split": "dev",
        "conll": fitted.conll,
        "pair": fitted.pair,
        "tuple": fitted.tuple,
        "quiet": fitted.quiet,
    }
    statement["scores"] = {
        split: _once(config.folder / f"scores-{split}.json", partial(_scores, reader, splits[split], fitted))
        for split in config.report
    }
    write_manifest(output, checkpoint.config, fitted.thresholds, fitted.coreference, statement)
    model_card.write(output)
    log(event="finished", **statement["fit"])


def _claim(config: TrainingConfig) -> None:
    """Note the run's settings in its folder, or check that they are those noted."""
    path = config.folder / "settings.json"
    settings = config.settings()
    if path.is_file():
        if json.loads(path.read_text(encoding="utf-8")) != settings:
            raise ValueError(f"{path} holds other settings; give the run another name")
        return
    config.folder.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(settings, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _once(path: Path, make: Callable[[], Any]) -> Any:
    """What ``path`` holds, or what ``make`` gives, kept there as JSON."""
    if not path.is_file():
        path.write_text(json.dumps(make(), indent=1) + "\n", encoding="utf-8")
    return json.loads(path.read_text(encoding="utf-8"))


def start(config: TrainingConfig) -> tuple[DealNetwork, Vocabulary]:
    """The network that training starts from: a base encoder under fresh read-outs, or a checkpoint of this package.

    :raises ValueError: when ``config.encoder`` is neither.
    """
    folder = config.encoder
    if not (folder / MANIFEST).is_file():
        return from_bert(folder, shared_layers=config.shared_layers, focus_layers=config.focus_layers)
    checkpoint = load_checkpoint(folder)
    layers = (checkpoint.config.shared_layers, checkpoint.config.focus_layers)
    if layers != (config.shared_layers, config.focus_layers):
        raise CheckpointError(f"{folder} holds a model of {layers} layers; set the same in the config")
    return load_network(checkpoint.config, verify(folder, WEIGHTS)), checkpoint.vocabulary


def _train(config: TrainingConfig, splits: Splits, log: RunLog) -> tuple[DealNetwork, Vocabulary]:
    """Both stages; the network holds the averaged weights."""
    torch.manual_seed(config.deal.seed)
    network, vocabulary = start(config)
    states = config.folder / "checkpoints"
    if config.general is not None and config.data is not None and not (states / "deal" / "state.safetensors").is_file():
        general_stage.train(network, vocabulary, config.data, config.general, states / "general", log)
        if not config.general.keep_focus:
            general, (network, _) = network, start(config)
            network.shared.load_state_dict(general.shared.state_dict())
    names = name_pools(splits["train"], config.data)
    deal_stage.train(network, vocabulary, splits["train"], splits["dev"], config.deal, names, states / "deal", log)
    return network, vocabulary


def name_pools(documents: Sequence[Document], data: Path | None) -> Pools:
    """Names for :func:`.augment.rewrite`: packaged divisions, and listed companies or else those of ``documents``."""
    table = resources.files("chinese_deal_ie.resolution") / "assets" / "divisions.tsv"
    rows = [line.split("\t") for line in table.read_text(encoding="utf-8").splitlines()[1:]]
    places = [short for row in rows for short in row[2].split("|")]
    if data is not None and (data / COMPANIES).is_file():
        with gzip.open(data / COMPANIES, "rt", encoding="utf-8") as lines:
            shorts = [json.loads(line)["short"] or "" for line in lines]
            # 平安银行 has a brand of two characters; most names of texts do.
            return pools([name for short in shorts for name in (short, core([short]))], places)
    entities = [mentions for item in documents for mentions in item.entities().values() if mentions[0].label == "COM"]
    return pools([core([mention.text for mention in mentions]) for mentions in entities], places)


def _about(config: TrainingConfig, splits: Splits) -> dict[str, Any]:
    sources: list[Source] = [CORPUS, *(PUBLIC_SETS if config.general is not None else ())]
    if config.data is not None and (config.data / COMPANIES).is_file():
        sources.append(COMPANY_NAMES)
    encoder = config.encoder_origin
    if (config.encoder / MANIFEST).is_file():
        before = load_checkpoint(config.encoder).about
        sources += [source for source in earlier_sources(before) if source not in sources]
        encoder = encoder or f"{before.get('name')} {before.get('version')}, which started from {before.get('encoder')}"
    return about(
        name=config.name, encoder=encoder or "an encoder of unstated origin", sources=sources, documents=splits,
        run=config.settings(),
    )  # fmt: skip


def earlier_sources(statement: Mapping[str, Any]) -> list[Source]:
    """What the checkpoint that training started from had been trained on."""
    return [Source(**source) for source in statement.get("training_data", ())]


def _scores(reader: Reader, gold: Sequence[Document], fitted: Fit) -> dict[str, Any]:
    views = [clean(item.text) for item in gold]
    predicted = [
        document(item.id, view, analysis, fitted.thresholds)
        for item, view, analysis in zip(gold, views, analyse(reader, views, fitted.coreference), strict=True)
    ]
    intervals = evaluate(gold, predicted).intervals(SCORES)
    return {"documents": len(gold)} | {
        name: {part: interval.to_dict() for part, interval in parts.items()} for name, parts in intervals.items()
    }
