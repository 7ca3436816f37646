"""The encoder and tagger on public sets, by each set's own split and score, beside published figures.

    python benchmarks/public_yardstick.py cluener --encoder build/encoder --data build/data --output build/yardstick

Each set is learnt from its own training part alone, by the encoder layers and the tag read-out that the deal model has
(general stage of ``training/README.md``: IOB2 tags, cross-entropy, averaged weights, constrained Viterbi decoding), one
text a window. Scores are strict: span and label.

* CLUENER2020 (Xu et al. 2020): train (10,748), scored on dev (1,343). The paper's figure is the macro average over the
  ten labels ("Overall@Macro"); the micro average is given beside it.
* MSRA (Levow 2006): scored on test (3,442), micro average. Only 3,000 sentences of its training part are used here,
  since the rest is not among the files; published figures are from all 45,000.
* FewFC (Zhou et al. 2021): train and dev, scored on test, whose event types are mostly rare in them. Arguments are
  tagged by role, the trigger being one; what an argument's event is, is not asked, so the figure is not the paper's.
  Where mentions overlap, the longer one is tagged; all are counted as gold.

A run that is interrupted goes on when the same command is given again. The result, with settings, seed, versions and
command, is ``SET-seed.json`` in the output folder; log and state lie beside it.
"""

from __future__ import annotations

import argparse
import gzip
import json
import platform
import shlex
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from chinese_deal_ie import __version__
from chinese_deal_ie.evaluation.tally import Tally, total
from chinese_deal_ie.model._hf import from_bert
from chinese_deal_ie.model.decoding import log_softmax, spans, viterbi
from chinese_deal_ie.model.network import DealNetwork, SharedReader
from chinese_deal_ie.model.vocabulary import Vocabulary
from chinese_deal_ie.training.examples import IGNORED, Batch, Example, batches, collate
from chinese_deal_ie.training.general import canonical
from chinese_deal_ie.training.loop import RunLog, Trainer, going_on, means
from chinese_deal_ie.training.losses import tag_loss

LONGEST = 510
"""Characters of a window; longer texts are read in pieces, and mentions across a cut are lost."""
Gold = tuple[str, frozenset[tuple[int, int, str]]]
"""A text and its (start, end, label) mentions."""


@dataclass(frozen=True, slots=True)
class PublicSet:
    """The files of a set and what others reached on it."""

    train: tuple[str, ...]
    scored: str
    published: Mapping[str, float]
    """F1 in percent by system, each with its source."""


SETS = {
    "cluener": PublicSet(
        ("cluener.train",),
        "cluener.dev",
        {
            "BiLSTM-CRF, macro, test (Xu et al. 2020)": 70.0,
            "BERT-base, macro, test (Xu et al. 2020)": 78.8,
            "BERT-base, micro, dev (common report)": 79.6,
        },
    ),
    "msra": PublicSet(("msra.dev",), "msra.test", {}),
    "fewfc": PublicSet(("fewfc.train", "fewfc.dev"), "fewfc.test", {}),
}


@dataclass(frozen=True, slots=True)
class Settings:
    """What decides the weights."""

    layers: int = 10
    """Of the encoder, from below; the deal model has 6 shared and 4 focus layers."""
    epochs: float = 6.0
    batch_characters: int = 1600
    encoder_rate: float = 1.5e-4
    head_rate: float = 1e-3
    warmup: float = 0.06
    averaging: float = 0.995
    limit: int = 0
    """Use so many texts of each part; 0 for all."""
    seed: int = 0
    save_every: int = 100


class Tagger(nn.Module):
    """The encoder of a deal network under the labels of one set."""

    def __init__(self, network: DealNetwork, labels: Sequence[str]) -> None:
        super().__init__()
        self.shared: SharedReader = network.shared
        self.shared.tags = nn.Linear(network.config.hidden_size, 1 + 2 * len(labels))
        del self.shared.coreference  # nothing here would train it
        nn.init.normal_(self.shared.tags.weight, std=0.02)
        nn.init.zeros_(self.shared.tags.bias)

    def forward(self, batch: Batch) -> Tensor:
        """Tag logits, ``(batch, length, tags)``."""
        logits: Tensor = self.shared.tags(self.shared.encode(batch.ids, batch.mask))
        return logits


def read(data: Path, names: Iterable[str], limit: int = 0) -> list[Gold]:
    """The texts and mentions of some files, the first ``limit`` of each; raises OSError where one is missing."""
    found: list[Gold] = []
    for name in names:
        with gzip.open(data / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            golds = [_gold(json.loads(line)) for line in lines]
        found += golds[:limit] if limit else golds
    return found


def _gold(record: Mapping[str, Any]) -> Gold:
    mentions = [(one["start"], one["end"], one["label"]) for one in record.get("entities", ())]
    arguments = [one for event in record.get("events", ()) for one in event["mentions"]]
    mentions += [(one["start"], one["end"], one["role"]) for one in arguments]
    return canonical(record["text"]), frozenset(mentions)


def flat(mentions: Iterable[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Mentions without those that overlap a longer (then an earlier) one, in the order of the text."""
    kept: list[tuple[int, int, str]] = []
    for start, end, label in sorted(mentions, key=lambda one: (one[0] - one[1], one)):
        if all(end <= other_start or other_end <= start for other_start, other_end, _ in kept):
            kept.append((start, end, label))
    return sorted(kept)


def example(gold: Gold, labels: Sequence[str], vocabulary: Vocabulary, start: int = 0) -> Example:
    """The window of a text that begins at ``start``."""
    text = gold[0][start : start + LONGEST]
    tags = np.zeros(len(text) + 2, np.int64)
    tags[[0, -1]] = IGNORED
    for first, end, label in flat(gold[1]):
        if start <= first and end <= start + len(text):
            index = labels.index(label)
            tags[first - start + 1] = 1 + 2 * index
            tags[first - start + 2 : end - start + 1] = 2 + 2 * index
    nothing = np.zeros(0, np.int64)
    ids = np.concatenate([[vocabulary.cls], vocabulary.encode(text), [vocabulary.sep]]).astype(np.int32)
    return Example(ids, tags, nothing, nothing, nothing, ())


def train(
    tagger: Tagger,
    vocabulary: Vocabulary,
    golds: Sequence[Gold],
    labels: Sequence[str],
    settings: Settings,
    folder: Path,
) -> None:
    """Train ``tagger`` in place, going on from ``folder/state.safetensors`` where that is there."""
    log, state = RunLog(folder), folder / "state.safetensors"
    windows = [
        example(gold, labels, vocabulary, start) for gold in golds for start in range(0, max(1, len(gold[0])), LONGEST)
    ]
    generator = np.random.default_rng(settings.seed)
    queue = list(batches(windows, settings.batch_characters, generator))
    trainer = Trainer(
        tagger,
        steps=max(1, round(len(queue) * settings.epochs)),
        encoder_rate=settings.encoder_rate,
        head_rate=settings.head_rate,
        warmup=settings.warmup,
        averaging=settings.averaging,
    )
    resumed = going_on(trainer, state, settings.seed, log)
    generator = resumed or generator
    if resumed is None:
        log(event="start", windows=len(windows), steps=trainer.steps)
    tagger.train()
    losses: list[dict[str, float]] = []
    while trainer.step < trainer.steps:
        queue = queue or list(batches(windows, settings.batch_characters, generator))
        batch = collate(queue.pop(), vocabulary.pad)
        loss = tag_loss(tagger(batch), batch.tags)
        trainer.update(loss)
        losses.append({"loss": float(loss.detach())})
        last = trainer.step == trainer.steps
        if trainer.step % 50 == 0 or last:
            log(step=trainer.step, **means(losses))
            losses = []
        if trainer.step % settings.save_every == 0 or last:
            trainer.save(state)
    trainer.finish()
    tagger.eval()


def predict(
    tagger: Tagger, vocabulary: Vocabulary, texts: Sequence[str], labels: Sequence[str], batch: int = 16
) -> list[set[tuple[int, int, str]]]:
    """The mentions of each text."""
    pieces = [(index, start) for index, text in enumerate(texts) for start in range(0, len(text), LONGEST)]
    pieces.sort(key=lambda piece: len(texts[piece[0]]) - piece[1])
    found: list[set[tuple[int, int, str]]] = [set() for _ in texts]
    for group in (pieces[first : first + batch] for first in range(0, len(pieces), batch)):
        windows = [example((texts[index], frozenset()), labels, vocabulary, start) for index, start in group]
        with torch.inference_mode():
            logits = tagger(collate(windows, vocabulary.pad)).float().numpy()
        for (index, offset), window, scores in zip(group, windows, logits, strict=True):
            inner = log_softmax(scores[1 : len(window.ids) - 1])
            for start, end, label in spans(viterbi(inner, np.zeros(len(inner), np.bool_))):
                found[index].add((offset + start, offset + end, labels[label]))
    return found


def strict_scores(
    golds: Sequence[Gold], predicted: Sequence[set[tuple[int, int, str]]], labels: Sequence[str]
) -> dict[str, Any]:
    """Strict precision, recall and F1: micro, by label, and the macro average of the labels' F1."""

    def count(label: str) -> Tally:
        pairs = [
            ({one for one in gold if one[2] == label}, {one for one in found if one[2] == label})
            for (_, gold), found in zip(golds, predicted, strict=True)
        ]
        return total(Tally.of(len(gold & found), len(found), len(gold)) for gold, found in pairs)

    tallies = {label: count(label) for label in labels}
    stated = [tally.score().f1 for tally in tallies.values() if tally.gold]
    return {
        "micro": total(tallies.values()).to_dict(),
        "macro_f1": round(sum(stated) / len(stated), 6) if stated else 0.0,
        "labels": {label: tally.to_dict() for label, tally in tallies.items()},
    }


def run(name: str, encoder: Path, data: Path, output: Path, settings: Settings, command: str = "") -> dict[str, Any]:
    """Train on one set and score; the result, also written to ``output``. A finished run is only read.

    :raises OSError: when a file of the set is missing.
    :raises ValueError: when the encoder is not usable, or ``output`` holds a run of other settings.
    """
    result = output / f"{name}-{settings.seed}.json"
    folder = output / f"{name}-{settings.seed}"
    _claim(folder / "settings.json", {"encoder": encoder.name, **asdict(settings)})
    if result.is_file():
        known: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
        return known
    public = SETS[name]
    golds = read(data, public.train, settings.limit)
    scored = read(data, (public.scored,), settings.limit)
    labels = sorted({label for _, mentions in (*golds, *scored) for _, _, label in mentions})
    torch.manual_seed(settings.seed)
    network, vocabulary = from_bert(encoder, shared_layers=settings.layers, focus_layers=0)
    tagger = Tagger(network, labels)
    begun = time.monotonic()
    train(tagger, vocabulary, golds, labels, settings, folder)
    trained = time.monotonic() - begun
    found = {
        "set": name,
        "trained_on": len(golds),
        "scored_on": f"{public.scored}, {len(scored)} texts",
        "parameters": sum(parameter.numel() for parameter in tagger.parameters()),
        **strict_scores(scored, predict(tagger, vocabulary, [text for text, _ in scored], labels), labels),
        "published": dict(public.published),
        "settings": asdict(settings),
        "seconds_of_last_session": round(trained),
        "versions": {"chinese_deal_ie": __version__, "torch": torch.__version__, "python": platform.python_version()},
        "command": command,
    }
    result.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return found


def _claim(path: Path, settings: Mapping[str, Any]) -> None:
    if path.is_file() and json.loads(path.read_text(encoding="utf-8")) != settings:
        raise ValueError(f"{path} holds other settings; give another --output")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")


def arguments(given: Sequence[str]) -> argparse.Namespace:
    """The command line, with an option for each setting."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("set", choices=SETS, nargs="+")
    parser.add_argument("--encoder", type=Path, required=True, help="as written by training/build_encoder.py")
    parser.add_argument("--data", type=Path, required=True, help="the public sets, see training/README.md")
    parser.add_argument("--output", type=Path, default=Path("build/yardstick"))
    for name, value in asdict(Settings()).items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(value), default=value, help="default: %(default)s")
    return parser.parse_args(given)


def summary(found: Mapping[str, Any]) -> Iterator[str]:
    """A result as lines for people."""
    p, r, f1 = (100 * found["micro"][part] for part in ("p", "r", "f1"))
    yield (
        f"{found['set']}: strict F1 {f1:.1f} micro (P {p:.1f}, R {r:.1f}), "
        f"{100 * found['macro_f1']:.1f} macro, on {found['scored_on']}"
    )
    yield from (f"  {value:5.1f} {system}" for system, value in found["published"].items())


def main(given: Sequence[str]) -> None:
    """Run the sets that are named."""
    options = arguments(given)
    settings = Settings(**{name: getattr(options, name) for name in asdict(Settings())})
    for name in options.set:
        command = shlex.join(["python", "benchmarks/public_yardstick.py", *given])
        found = run(name, options.encoder, options.data, options.output, settings, command)
        print(*summary(found), sep="\n", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
