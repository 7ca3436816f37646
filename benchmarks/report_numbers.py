"""Every number of README.md, docs/benchmark.md, the data sheet and the model card, from the repository, by one command.

    python benchmarks/report_numbers.py            # compute all, write numbers.json, refresh the marked tables
    python benchmarks/report_numbers.py --check    # the same, but write nothing; exit 1 where something is out of date

It reads ``corpus/dev`` and ``corpus/test`` with the packaged model, with the rule baseline and, dev only, with the
public packages that are installed; where one is not, its column keeps the numbers of the run that last had it, and a
note tells so. Tables lie between ``<!-- name: begin -->`` and ``<!-- name: end -->``; prose is never touched. Scores
depend on the processor in the last digits (int8 sums), times on the machine: times are written but not checked.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from chinese_deal_ie import __version__
from chinese_deal_ie.corpus_io import read_corpus
from chinese_deal_ie.corpus_io.statistics import insert, markdown, statistics
from chinese_deal_ie.evaluation import PEERS, Cost, Evaluation, System, compare, evaluate, measure
from chinese_deal_ie.evaluation.adapters import unannotated
from chinese_deal_ie.evaluation.deals import LEVELS
from chinese_deal_ie.evaluation.normalisers import place_of, value_of
from chinese_deal_ie.extractor import default_extractor
from chinese_deal_ie.model.checkpoint import MANIFEST, packaged
from chinese_deal_ie.schema import LABELS, Document
from chinese_deal_ie.training.model_card import FILE, model_card

ROOT = Path(__file__).parents[1]
NUMBERS = Path("benchmarks") / "numbers.json"
SPLITS = ("dev", "test")
HEADLINES = {
    "mention": "mentions (strict F1)",
    "pair": "government-company pairs (F1)",
    "value.pair_amount": "pairs with their amount's value (F1)",
    "tuple": "full tuples (F1)",
    "quiet": "documents without a deal left alone",
}
Numbers = dict[str, Any]
Gold = Mapping[str, Sequence[Document]]


class Model:
    """The packaged model as a system."""

    name = "model"

    def predict(self, texts: Sequence[Document]) -> list[Document]:
        """Read ``texts``."""
        return default_extractor().predict(texts)


def scored(system: System, gold: Sequence[Document]) -> tuple[Evaluation, Cost]:
    """What ``system`` reaches on ``gold``, from the texts alone."""
    predicted, cost = measure(system.predict, [unannotated(document) for document in gold])
    return evaluate(gold, predicted, value_of=value_of, place_of=place_of), cost


def numbers(gold: Gold, model: System, earlier: Mapping[str, Any], note: Callable[[str], None]) -> Numbers:
    """What the systems reach, as JSON.

    :param earlier: those of the last run, for packages that are not installed now.
    :param note: told what could not be measured.
    """
    found: Numbers = {"version": __version__, "model": {}, "baseline": {}}
    costs: Numbers = {}
    evaluations: dict[str, Evaluation] = {}
    for split, documents in gold.items():
        for name, system in (("model", model), ("baseline", PEERS["baseline"][0]())):
            evaluation, cost = scored(system, documents)
            found[name][split] = _scores(evaluation)
            costs[f"{name}, {split}"] = cost.to_dict()
            if split == SPLITS[0]:
                evaluations[name] = evaluation
    found["against_baseline"] = {
        score: test.to_dict()
        for score, test in compare(evaluations["model"], evaluations["baseline"], list(HEADLINES)).items()
    }
    found["peers"] = {}
    for name, (make, labels) in PEERS.items():
        if name == "baseline":
            continue
        try:
            system = make()
        except ImportError as error:
            known = earlier.get("peers", {}).get(name)
            note(f"{name}: not installed ({error}); {'its earlier numbers are kept' if known else 'left out'}")
            if known:
                found["peers"][name] = known
            continue
        evaluation, cost = scored(system, gold[SPLITS[0]])
        found["peers"][name] = {"own_labels": list(labels), **_scores(evaluation)}
        costs[f"{name}, {SPLITS[0]}"] = cost.to_dict()
    return found | {"cost": costs}


def _scores(evaluation: Evaluation) -> Numbers:
    intervals = evaluation.intervals()
    return evaluation.to_dict() | {
        "intervals": {
            name: {part: interval.to_dict() for part, interval in parts.items()} for name, parts in intervals.items()
        }
    }


# --- tables --------------------------------------------------------------------------------------------------------


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A GitHub Markdown table, the first column to the left."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def f1(found: Mapping[str, Any], name: str, interval: bool = False) -> str:
    """An F1 in percent, with its interval where that is asked for."""
    value = found["intervals"][name]["f1"]
    band = f" ({100 * value['low']:.0f}–{100 * value['high']:.0f})" if interval else ""
    return f"{100 * value['value']:.1f}{band}"


def scores_table(found: Mapping[str, Any]) -> str:
    """The table of the README."""
    header = ["percent (95 % interval)"]
    header += [f"{split}, {found['model'][split]['documents']} documents" for split in SPLITS]
    rows = [
        [title, *(f1(found["model"][split], name, True) for split in SPLITS), f1(found["baseline"][SPLITS[0]], name)]
        for name, title in HEADLINES.items()
    ]
    return table([*header, "rule baseline, dev"], rows)


def details_table(found: Mapping[str, Any]) -> str:
    """Further scores of the model: levels by criterion, entities, links, values, calibration, single and multi-deal."""
    model = found["model"]
    rows = [
        [f"mentions, {label}", *(f1(model[split], f"mention.{label}", True) for split in SPLITS)] for label in LABELS
    ]
    titles = {"link": "links", "slot": "slot fillers"}
    titles |= {f"relaxed.{level}": f"{level.replace('_', ' with ')}, overlap is enough" for level in LEVELS}
    titles |= {"accuracy.amount": "amount values, matched slots", "accuracy.place": "place codes, matched slots"}
    rows += [[title, *(f1(model[split], name, True) for split in SPLITS)] for name, title in titles.items()]
    for group, title in (("single", "one deal"), ("multi", "several deals")):
        for level in ("pair", "tuple"):
            parts = (model[split]["breakdown"]["deals"][group][level]["f1"] for split in SPLITS)
            rows.append([f"{level}, documents with {title}", *(f"{100 * part:.1f}" for part in parts)])
    for key, title in (("coreference", "entities, CoNLL"), ("coreference_shared", "entities, CoNLL, shared mentions")):
        rows.append([title, *(f"{100 * model[split][key]['conll']:.1f}" for split in SPLITS)])
    for what in ("mention", "deal"):
        errors = (model[split]["calibration"][f"{what}_ece"] for split in SPLITS)
        rows.append([f"calibration error, {what}s", *(f"{100 * error:.1f}" for error in errors)])
    return table(["percent (95 % interval)", *SPLITS], rows)


def peers_table(found: Mapping[str, Any]) -> str:
    """Systems side by side on dev; in bold where a package's own finding, not the rules', is scored."""
    split = SPLITS[0]
    systems: dict[str, Mapping[str, Any]] = {"model": found["model"][split], "rules": found["baseline"][split]}
    systems |= {f"rules + {name}": peer for name, peer in found["peers"].items()}
    names = {"mention": "mentions", **{f"mention.{label}": f"mentions, {label}" for label in LABELS}}
    names |= {"pair": "pairs", "tuple": "full tuples", "quiet": "quiet"}

    def cell(system: Mapping[str, Any], name: str) -> str:
        own = name.removeprefix("mention.") in system.get("own_labels", ())
        return f"**{f1(system, name)}**" if own else f1(system, name)

    rows = [[title, *(cell(system, name) for system in systems.values())] for name, title in names.items()]
    return table([f"F1, {split}", *systems], rows)


def cost_table(found: Mapping[str, Any]) -> str:
    """Speed and memory of the run."""
    rows = [
        [
            name,
            f"{cost['characters_per_second']:,.0f}",
            f"{cost['ratio']:.2f}",
            "–" if cost["peak_memory_bytes"] is None else f"{cost['peak_memory_bytes'] / 1e6:,.0f}",
        ]
        for name, cost in found["cost"].items()
    ]
    return table(["system, split", "characters a second", "calibration loops for 1,000", "peak memory, MB"], rows)


def example() -> str:
    """What the README's example command prints."""
    from chinese_deal_ie.cli import app

    shown = io.StringIO()
    with redirect_stdout(shown):
        app(["extract", "--example", "--quiet"], standalone_mode=False)
    lines = "\n".join(line.rstrip() for line in shown.getvalue().strip("\n").splitlines())
    return f"```\n{lines}\n```\n"


# --- files ---------------------------------------------------------------------------------------------------------


def replace(text: str, name: str, body: str) -> str:
    """``text`` with ``body`` between the marks of ``name``; raises ValueError without them."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    before, first, rest = text.partition(begin)
    _, second, after = rest.partition(end)
    if not first or not second:
        raise ValueError(f"no block between {begin!r} and {end!r}")
    return f"{before}{begin}\n\n{body}\n{end}{after}"


def files(found: Mapping[str, Any], root: Path = ROOT) -> dict[Path, str]:
    """The new content of every file that shows numbers, paths from ``root``; times stay as they are."""

    def text(path: Path) -> str:
        return (root / path).read_text(encoding="utf-8")

    readme, sheet, pages = Path("README.md"), Path("corpus") / "DATASHEET.md", Path("docs") / "benchmark.md"
    new = {readme: replace(replace(text(readme), "scores", scores_table(found)), "example-output", example())}
    new[sheet] = insert(text(sheet), markdown(found["corpus"]))
    page = text(pages)
    for name, make in (("details", details_table), ("peers", peers_table)):
        page = replace(page, name, make(found))
    new[pages] = page
    model = packaged().relative_to(ROOT)
    manifest = json.loads(text(model / MANIFEST))
    for split, known in manifest["about"].get("scores", {}).items():
        intervals = found["model"][split]["intervals"]
        known.update({name: intervals[name] for name in known if name in intervals})
        known["documents"] = found["model"][split]["documents"]
    new[model / MANIFEST] = json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
    new[model / FILE] = model_card(manifest)
    return new


def main(given: Sequence[str]) -> int:
    """Compute, then write or check; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing, fail where something is out of date")
    check = parser.parse_args(given).check
    path = ROOT / NUMBERS
    earlier = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    gold = {split: read_corpus(ROOT / "corpus" / split) for split in SPLITS}
    found = {"corpus": statistics(ROOT / "corpus")}
    found |= numbers(gold, Model(), earlier, lambda text: print(text, file=sys.stderr))
    stale = [str(name) for name, new in files(found).items() if new != (ROOT / name).read_text(encoding="utf-8")]
    if {**earlier, "cost": None} != json.loads(json.dumps({**found, "cost": None})):
        stale.append(str(NUMBERS))
    if check:
        print(*(f"out of date: {name}" for name in stale), sep="\n")
        return 1 if stale else 0
    pages = Path("docs") / "benchmark.md"
    for name, new in files(found).items():
        content = replace(new, "cost", cost_table(found)) if name == pages else new
        (ROOT / name).write_text(content, encoding="utf-8", newline="\n")
    path.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")
    print(*(f"renewed: {name}" for name in stale), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
