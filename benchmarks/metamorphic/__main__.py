"""Does a model find the same deals when the text is changed in ways that change no deal?

    python benchmarks/metamorphic corpus/dev                                     # the packaged model
    python benchmarks/metamorphic corpus/dev --model DIR --json FILE --floor 0.9

For each change of `changes.py`: the (government, company, amount, location) tuples of the changed text, with names
brought back to what the original calls them, against those of the original. *Consistency* is twice the shared tuples
over all tuples of both, over all documents (1 when nothing changes; a document without deals in both counts for
nothing); *alike* is the share of documents with the very same tuples. Right or wrong does not matter here.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import opencc
from changes import CHANGES

from chinese_deal_ie.corpus_io import read_corpus
from chinese_deal_ie.reading import clean
from chinese_deal_ie.schema import Deal, Document, Extraction


class Finder(Protocol):
    """Whatever finds deals; :class:`chinese_deal_ie.Extractor` does."""

    def extract(self, text: str, *, id: str = "") -> Extraction:
        """The deals of one text."""
        ...


@cache
def _simplify() -> Callable[[str], str]:
    converter = opencc.OpenCC("t2s")
    return lambda text: str(converter.convert(text))


def name_of(text: str) -> str:
    """A name without glosses, blanks, widths and script."""
    return _simplify()("".join(clean(text).text.split()))


def tuples(deals: Sequence[Deal], undo: Callable[[str], str] = str) -> Counter[tuple[str, ...]]:
    """The tuples of deals as names and figures, each name through ``undo``."""
    found: Counter[tuple[str, ...]] = Counter()
    for deal in deals:
        for government, company, amount, location in deal.tuples():
            value = amount.amount if amount else None
            figures = (value.value, value.low, value.high, value.currency) if value else ()
            found[
                undo(name_of(government.name)) if government else "",
                undo(name_of(company.name)),
                ("/".join(map(str, figures)) or name_of(amount.span.text)) if amount else "",
                undo(name_of(location.span.text)) if location else "",
            ] += 1
    return found


def measure(finder: Finder, documents: Sequence[Document], seed: int = 0) -> dict[str, dict[str, Any]]:
    """By change: ``documents`` it applies to, their ``tuples``, ``consistency``, ``alike``, ids that ``differ``."""
    plain = {document.id: tuples(finder.extract(document.text).deals) for document in documents}
    results: dict[str, dict[str, Any]] = {}
    for name, change in CHANGES.items():
        shared = total = count = original = 0
        differ = []
        for document in documents:
            changed = change(document, documents, random.Random(f"{seed} {name} {document.id}"))
            if changed is None:
                continue
            before = plain[document.id]
            after = tuples(finder.extract(changed.text).deals, changed.undo)
            shared += 2 * (before & after).total()
            total += before.total() + after.total()
            original += before.total()
            count += 1
            if before != after:
                differ.append(document.id)
        results[name] = {
            "documents": count,
            "tuples": original,
            "consistency": round(shared / total, 4) if total else None,
            "alike": round(1 - len(differ) / count, 4) if count else None,
            "differ": differ,
        }
    return results


def main(arguments: list[str] | None = None) -> int:
    """Print the table; 1 when a consistency is below the floor."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path, nargs="?", default=Path("corpus/dev"))
    parser.add_argument("--model", type=Path, help="a checkpoint folder; default: the packaged model")
    parser.add_argument("--documents", type=int, help="only so many, evenly spread")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--floor", type=float, default=0.0)
    chosen = parser.parse_args(arguments)

    from chinese_deal_ie.extractor import Extractor

    documents = list(read_corpus(chosen.corpus))
    if chosen.documents:
        documents = documents[:: max(1, len(documents) // chosen.documents)][: chosen.documents]
    results = measure(Extractor.from_checkpoint(chosen.model), documents, chosen.seed)
    print("| change | documents | tuples | consistency | alike |\n| --- | ---: | ---: | ---: | ---: |")
    for name, row in results.items():
        shown = ("–" if row[key] is None else f"{row[key]:.3f}" for key in ("consistency", "alike"))
        print(f"| {name} | {row['documents']} | {row['tuples']} | {' | '.join(shown)} |")
    if chosen.json:
        chosen.json.write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return int(any((row["consistency"] or 1.0) < chosen.floor for row in results.values() if row["documents"]))


if __name__ == "__main__":
    sys.exit(main())
