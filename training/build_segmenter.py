"""Train the word segmenter of the spaCy pipeline, and write it to ``chinese_deal_ie/assets/segmenter``.

    pip install --target /tmp/jieba jieba
    PYTHONPATH=/tmp/jieba python training/build_segmenter.py

spacy-pkuseg (a linear-chain CRF over character and word features) ships no model of its own. Ours learns from a silver
standard: jieba (MIT) segments the training documents, and word edges are forced at all edges of gold mentions. jieba is
needed only here. Traditional text is segmented by way of its simplified form, which has the same length. The trained
model is made small (:func:`shrink`) and scored on the development documents; the scores go to ``scores.json`` beside
it. ``training/segmenter.md`` tells the results.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import jieba
import numpy as np
import opencc
import spacy_pkuseg
import srsly

from chinese_deal_ie.corpus_io import read_corpus
from chinese_deal_ie.schema import Document

ROOT = Path(__file__).resolve().parent.parent
OUTPUT = ROOT / "chinese_deal_ie" / "assets" / "segmenter"
SENTENCE = re.compile(r"[^\n。！？；]+[。！？；]?")
RARE = 1
"""Features seen this often or less are not learnt: a model of half the size, no worse on other documents."""
DECIMALS = 2
"""Weights are rounded to this many decimals; one that rounds to zero is dropped."""


def silver_edges(document: Document) -> set[int]:
    """Character offsets at which a word begins or ends in the silver standard."""
    simplified = opencc.OpenCC("t2s").convert(document.text)
    if len(simplified) != len(document.text):
        raise ValueError(f"{document.id}: conversion changed the length of the text")
    edges = {0}
    position = 0
    for word in jieba.cut(simplified):
        position += len(word)
        edges.add(position)
    for mention in document.mentions:
        edges |= {mention.start, mention.end}
    return edges


def words(text: str, edges: Iterable[int]) -> Iterator[tuple[int, int]]:
    """The words between ``edges`` as character ranges, white space left out, split where it is inside."""
    cuts = sorted(edges)
    for start, end in zip(cuts, cuts[1:], strict=False):
        for piece in re.finditer(r"\S+", text[start:end]):
            yield start + piece.start(), start + piece.end()


def write_silver(documents: Iterable[Document], path: Path) -> None:
    """One sentence a line, words separated by a space."""
    with open(path, "w", encoding="utf-8") as file:
        for document in documents:
            edges = silver_edges(document)
            for sentence in SENTENCE.finditer(document.text):
                start, end = sentence.span()
                inside = {edge for edge in edges if start < edge < end} | {start, end}
                line = " ".join(document.text[left:right] for left, right in words(document.text, inside))
                if line:
                    file.write(line + "\n")


def shrink(trained: Path, output: Path) -> None:
    """Write the model without features of no weight, what only training needs, and excess precision.

    Word bigrams gate features in training only. A word of the lexicon acts through features that name it, so words
    that no kept feature names can go: segmentation stays that of the rounded weights.
    """
    data = srsly.read_msgpack(trained / "features.msgpack")
    weights = np.load(trained / "weights.npz")
    tags, size = (int(number) for number in weights["sizes"])
    node = weights["w"][: tags * size].reshape(size, tags).round(DECIMALS)
    edge = weights["w"][tags * size :]
    names = sorted(data["feature_to_idx"], key=data["feature_to_idx"].__getitem__)
    # Feature 0 fires on every character, whatever its weight: the extractor relies on its place.
    kept = [index for index in range(size) if index == 0 or node[index].any()]
    lexicon = set(data["unigram"])
    named = {part for index in kept for part in re.split(r"[.*]", names[index])[1:] if names[index][0] == "w"}
    output.mkdir(parents=True, exist_ok=True)
    srsly.write_msgpack(
        output / "features.msgpack",
        {
            "unigram": sorted(lexicon & named),
            "bigram": [],
            "feature_to_idx": {names[index]: number for number, index in enumerate(kept)},
            "tag_to_idx": data["tag_to_idx"],
        },
    )
    packed = np.concatenate([node[kept].reshape(-1), edge])
    np.savez_compressed(output / "weights.npz", sizes=np.array([tags, len(kept)]), w=packed)


def evaluate(model: Path, documents: Iterable[Document]) -> dict[str, float]:
    """Word precision, recall and F1 against the silver standard, and the share of mention edges that are word edges."""
    segmenter = spacy_pkuseg.pkuseg(str(model), user_dict=None)
    right = found = wanted = edges_hit = edges_all = 0
    for document in documents:
        gold = set(words(document.text, silver_edges(document)))
        predicted = set()
        position = 0
        for word in segmenter.cut(document.text):
            start = document.text.index(word, position)
            position = start + len(word)
            predicted.add((start, position))
        right += len(gold & predicted)
        found += len(predicted)
        wanted += len(gold)
        edges = {edge for span in predicted for edge in span}
        edges_all += 2 * len(document.mentions)
        edges_hit += sum((mention.start in edges) + (mention.end in edges) for mention in document.mentions)
    return {
        "precision": round(right / found, 4),
        "recall": round(right / wanted, 4),
        "f1": round(2 * right / (found + wanted), 4),
        "mention_edges": round(edges_hit / edges_all, 4),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=ROOT / "corpus")
    parser.add_argument("--output", type=Path, default=OUTPUT)
    parser.add_argument("--epochs", type=int, default=5)
    options = parser.parse_args()
    random.seed(0)
    train, dev = (read_corpus(options.corpus / split) for split in ("train", "dev"))
    spacy_pkuseg.config.featureTrim = RARE
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        write_silver(train, work / "train.txt")
        write_silver(dev, work / "dev.txt")
        spacy_pkuseg.train(
            str(work / "train.txt"), str(work / "dev.txt"), str(work / "model"), train_iter=options.epochs
        )
        print("as trained:", evaluate(work / "model", dev))
        shrink(work / "model", options.output)
    scores = {"documents": len(train), "epochs": options.epochs, "dev": evaluate(options.output, dev)}
    (options.output / "scores.json").write_text(json.dumps(scores, indent=2) + "\n", encoding="utf-8")
    print("as shipped:", scores)
    for file in sorted(options.output.iterdir()):
        print(f"{file.stat().st_size:>9}  {file.name}")


if __name__ == "__main__":
    main()
