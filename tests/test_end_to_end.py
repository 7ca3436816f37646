"""The packaged model on whole pages, through the public interface."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import chinese_deal_ie
from chinese_deal_ie.corpus_io import read_corpus
from chinese_deal_ie.evaluation import evaluate
from chinese_deal_ie.extractor import MAX_LENGTH, Extractor, default_extractor
from chinese_deal_ie.model.checkpoint import packaged
from chinese_deal_ie.schema import LABELS

ROOT = Path(__file__).parent.parent
SEEDS = ROOT / "corpus" / "seeds"

pytestmark = pytest.mark.skipif(not packaged().is_dir(), reason="this checkout holds no packaged model")


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return default_extractor()


@pytest.fixture(scope="module")
def example() -> str:
    return (resources.files("chinese_deal_ie.examples") / "changzhou.txt").read_text(encoding="utf-8")


def check_spans(result: chinese_deal_ie.Extraction) -> None:
    """Every span of a result is what it says, of the raw text."""
    text = result.text
    payload = json.loads(json.dumps(result.to_dict(), ensure_ascii=False))
    stack: list[object] = [payload]
    while stack:
        item = stack.pop()
        if isinstance(item, dict):
            if "start" in item:
                assert text[item["start"] : item["end"]] == item["text"]
            stack += item.values()
        elif isinstance(item, list):
            stack += item
    places = [(mention.start, mention.end) for mention in result.mentions]
    assert places == sorted(places)
    assert all(before[1] <= after[0] for before, after in zip(places, places[1:], strict=False))
    assert {mention.label for mention in result.mentions} <= set(LABELS)


def test_the_shipped_example_gives_its_deal(extractor: Extractor, example: str) -> None:
    result = extractor.extract(example)
    check_spans(result)
    best = result.deals[0]
    assert "常州" in best.government[0].name
    assert any("百度" in name for name in (best.company[0].name, *best.company[0].aliases))
    assert best.amount[0].amount is not None
    assert best.amount[0].amount.value == 5_000_000_000


@pytest.mark.parametrize("name", [f"seed-{number:03}" for number in range(5)])
def test_every_span_of_a_retold_seed_is_a_range_of_the_raw_text(extractor: Extractor, name: str) -> None:
    (document,) = read_corpus(SEEDS / f"{name}.deal.txt")
    result = extractor.extract(document.text, id=name)
    assert result.mentions
    check_spans(result)


def test_a_page_of_governments_has_no_deal(extractor: Extractor) -> None:
    (document,) = read_corpus(SEEDS / "seed-003.deal.txt")
    assert extractor.extract(document.text).deals == ()


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet=st.characters(codec=None), max_size=60), st.integers(0, 400))
def test_no_debris_moves_a_span(extractor: Extractor, example: str, debris: str, place: int) -> None:
    check_spans(extractor.extract(example[:place] + debris + example[place : place + 200]))


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n",
        "\ud800",
        "e" + "\u0301" * 10_000,
        "\x00\x01",
        "（" * 3000,
        "亿" * 2000,
        "🎉" * 50,
        "常州\r\n市政府",
    ],
    ids=["empty", "space", "line end", "surrogate", "marks", "controls", "brackets", "units", "emoji", "CRLF"],
)
def test_odd_texts_are_read(extractor: Extractor, text: str) -> None:
    check_spans(extractor.extract(text))


def test_a_text_beyond_the_limit_is_refused_with_a_warning(extractor: Extractor) -> None:
    results = list(extractor.extract_many([("long", "市" * (MAX_LENGTH + 1)), ("short", "常州市")]))
    assert [result.id for result in results] == ["long", "short"]
    assert results[0].warnings[0].startswith("failed: ")
    assert not results[1].warnings


def test_one_failing_document_does_not_stop_the_others(extractor: Extractor, monkeypatch: pytest.MonkeyPatch) -> None:
    read = extractor.reader.read

    def failing(texts: list[str]) -> object:
        if any("坏" in text for text in texts):
            raise RuntimeError("broken on purpose")
        return read(texts)

    monkeypatch.setattr(extractor.reader, "read", failing)
    results = list(extractor.extract_many([("a", "常州市政府"), ("b", "坏"), ("c", "济南市政府")]))
    assert [result.id for result in results] == ["a", "b", "c"]
    assert results[1].warnings == ("failed: RuntimeError: broken on purpose",)
    assert results[0].mentions
    assert results[2].mentions


def test_batches_give_what_single_texts_give(extractor: Extractor) -> None:
    documents = read_corpus(ROOT / "corpus" / "dev")[:6]
    single = [extractor.extract(document.text, id=document.id) for document in documents]
    together = list(extractor.extract_many((document.id, document.text) for document in documents))
    for one, other in zip(single, together, strict=True):
        assert [(m.start, m.end, m.label) for m in one.mentions] == [(m.start, m.end, m.label) for m in other.mentions]


def test_pytorch_and_onnx_agree_within_tolerance(extractor: Extractor) -> None:
    """The tolerance of int8 rounding, one runtime scored against the other: mentions 0.95, pairs 0.70."""
    pytest.importorskip("torch")
    other = Extractor.from_checkpoint(backend="torch")
    documents = read_corpus(ROOT / "corpus" / "dev")[:12]
    agreement = evaluate(other.predict(documents), extractor.predict(documents))
    assert agreement.score("mention").f1 >= 0.95
    assert agreement.score("pair").f1 >= 0.70


def test_the_graphs_agree_with_pytorch_on_character_states(extractor: Extractor) -> None:
    pytest.importorskip("torch")
    other = Extractor.from_checkpoint(backend="torch")
    (document,) = read_corpus(SEEDS / "seed-000.deal.txt")
    (ours,), (theirs,) = extractor.reader.read([document.text[:300]]), other.reader.read([document.text[:300]])
    flips = np.mean(ours.windows[0].tags.argmax(-1) != theirs.windows[0].tags.argmax(-1))
    assert flips <= 0.03


def test_importing_is_light() -> None:
    code = "import sys, chinese_deal_ie; print({'torch', 'spacy', 'onnxruntime', 'transformers'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_extraction_loads_no_training_libraries() -> None:
    code = (
        "import sys, chinese_deal_ie; chinese_deal_ie.extract('常州市政府与百度公司签约');"
        "print({'torch', 'transformers', 'datasets', 'chinese_deal_ie.training'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_unknown_names_are_attribute_errors() -> None:
    with pytest.raises(AttributeError, match="no_such_thing"):
        chinese_deal_ie.no_such_thing  # noqa: B018
    assert set(chinese_deal_ie.__all__) <= set(dir(chinese_deal_ie))


def test_the_contract_examples() -> None:
    amount = chinese_deal_ie.parse_amount("不低于3亿5千万元")
    assert amount is not None
    assert (amount.value, amount.low, amount.high) == (350_000_000, 350_000_000, None)
    assert (amount.currency, amount.modifier, amount.per) == ("CNY", "at_least", None)
    place = chinese_deal_ie.resolve_place("钟楼经济开发区", context="常州")
    assert place == chinese_deal_ie.Place("320404", "江苏省", "常州市", "钟楼区", ())
