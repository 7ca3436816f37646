from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import chinese_deal_ie.extractor
from chinese_deal_ie import sections
from chinese_deal_ie.extractor import MAX_LENGTH, Extractor
from chinese_deal_ie.model.checkpoint import packaged
from chinese_deal_ie.schema import Document, Extraction

from .helpers import ALPHABET, FATAL, extractor

pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
documents = st.lists(st.text(ALPHABET + "\n", max_size=400), min_size=1, max_size=7)


def lines(results: Iterator[Extraction] | list[Extraction]) -> list[str]:
    return [json.dumps(result.to_dict(), ensure_ascii=False) for result in results]


def one_by_one(texts: list[str]) -> list[str]:
    single = extractor()
    return lines([single.extract(text, id=str(number)) for number, text in enumerate(texts)])


def numbered(texts: list[str]) -> Iterator[tuple[str, str]]:
    return ((str(number), text) for number, text in enumerate(texts))


@given(documents, st.integers(1, 9), st.sampled_from([0, 100, 4096]))
@settings(UNHURRIED, max_examples=40)
def test_deals_are_the_same_alone_and_in_batches_of_any_size(texts: list[str], batch: int, characters: int) -> None:
    together = extractor(characters)
    assert lines(list(together.extract_many(numbered(texts), batch_size=batch))) == one_by_one(texts)
    assert [
        (document.mentions, document.frames)
        for document in together.predict([Document(str(number), text) for number, text in enumerate(texts)])
    ] == [(found.mentions, found.frames) for text in texts for found in extractor().predict([Document("", text)])]


@given(documents, st.integers(1, 9), st.integers(2, 3))
@settings(UNHURRIED, max_examples=4)
def test_deals_are_the_same_in_processes(texts: list[str], batch: int, processes: int) -> None:
    found = extractor().extract_many(numbered(texts), batch_size=batch, n_process=processes)
    assert lines(list(found)) == one_by_one(texts)


def test_the_texts_of_these_tests_have_deals() -> None:
    text = (ALPHABET * 20)[::-1] + ALPHABET * 3
    result = extractor().extract(text)
    assert len(result.mentions) > 5
    assert result.deals


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize("characters", [0, 4096])
def test_an_endless_source_is_read_as_results_are_taken(characters: int, processes: int) -> None:
    taken: list[int] = []

    def source() -> Iterator[tuple[str, str]]:
        for number in itertools.count():
            taken.append(number)
            yield str(number), ALPHABET

    results = extractor(characters).extract_many(source(), batch_size=4, n_process=processes)
    for number in range(9):
        assert next(results).id == str(number)
    assert len(taken) <= 9 + 4 * (1 if processes == 1 else 5)
    results.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize("characters", [0, 4096])
def test_a_failing_document_is_told_and_passed_over(
    characters: int, processes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def clean(raw: str) -> Any:
        if FATAL in raw:
            raise RuntimeError("broken on purpose")
        return real(raw)

    real = chinese_deal_ie.extractor.clean
    monkeypatch.setattr(chinese_deal_ie.extractor, "clean", clean)
    texts = [ALPHABET, FATAL, ALPHABET * 2, FATAL * 2, ALPHABET]
    results = list(extractor(characters).extract_many(numbered(texts), n_process=processes))
    assert [result.id for result in results] == list("01234")
    assert [result.warnings for result in results if result.id in "13"] == [
        ("failed: RuntimeError: broken on purpose",)
    ] * 2
    assert all(result.mentions for result in results if result.id in "024")


def test_the_day_of_publication_may_come_with_each_item(monkeypatch: pytest.MonkeyPatch) -> None:
    days: list[date | None] = []
    render = chinese_deal_ie.extractor.render
    monkeypatch.setattr(
        chinese_deal_ie.extractor,
        "render",
        lambda document, view, published: days.append(published) or render(document, view, published),
    )
    day = date(2020, 5, 8)
    list(extractor().extract_many([("a", "青山", day), ("b", "白河"), ("c", "市", None)]))
    assert days == [day, None, None]


@given(st.text(ALPHABET + "\n", min_size=300, max_size=700))
@settings(UNHURRIED, max_examples=6)
def test_long_texts_are_read_in_sections(text: str) -> None:
    whole = extractor()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chinese_deal_ie.extractor, "SECTION", 200)
        patch.setattr(chinese_deal_ie.extractor, "plan", lambda raw: sections.plan(raw, 200))
        result = whole.extract(text)
        (predicted,) = whole.predict([Document("", text)])
    assert result.mentions == predicted.mentions
    assert len(result.deals) == len(predicted.frames)
    places = [(mention.start, mention.end) for mention in result.mentions]
    assert places == sorted(places)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(places))
    entities = predicted.entities()
    assert all(entity in entities for frame in predicted.frames for ids in frame.slots().values() for entity in ids)
    stack: list[Any] = [result.to_dict()]
    while stack:
        item = stack.pop()
        if isinstance(item, dict):
            if "start" in item:
                assert text[item["start"] : item["end"]] == item["text"]
            stack += item.values()
        elif isinstance(item, list):
            stack += item


def test_a_company_that_no_window_holds_whole_has_no_deal_and_ends_nothing() -> None:
    result = extractor().extract("。" * 200)
    assert [(mention.start, mention.end, mention.label) for mention in result.mentions] == [(0, 200, "COM")]
    assert result.deals == result.warnings == ()


def test_memory_and_work_do_not_grow_with_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read at once is one section, however long the text."""
    reader = extractor(characters=10**9)
    sizes: list[int] = []
    analyse = chinese_deal_ie.extractor.engine.analyse
    monkeypatch.setattr(
        chinese_deal_ie.extractor.engine,
        "analyse",
        lambda reader, views, weights: sizes.append(sum(len(v.text) for v in views)) or analyse(reader, views, weights),
    )
    monkeypatch.setattr(chinese_deal_ie.extractor, "SECTION", 800)
    monkeypatch.setattr(chinese_deal_ie.extractor, "plan", lambda raw: sections.plan(raw, 800))
    line = ALPHABET + "\n"
    reader.extract(line * 120)
    assert len(sizes) >= 4
    assert max(sizes) <= 800
    sizes.clear()
    list(reader.extract_many([(str(number), line * 10) for number in range(9)], batch_size=9))
    assert max(sizes) <= 800
    assert 1 < len(sizes) < 9


def test_a_text_beyond_the_limit_is_refused() -> None:
    result = extractor().extract("市" * (MAX_LENGTH + 1))
    assert result.warnings[0].startswith("failed: 20,000,001 characters, at most 20,000,000 are read")


def test_workers_get_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    if not packaged().is_dir():
        pytest.skip("this checkout holds no packaged model")
    assert Extractor.from_checkpoint().reader.backend.threads is None  # type: ignore[attr-defined]
    assert Extractor.from_checkpoint(threads=2).reader.backend.threads == 2  # type: ignore[attr-defined]
    monkeypatch.setattr("chinese_deal_ie.extractor.in_worker", lambda: True)
    assert Extractor.from_checkpoint().reader.backend.threads == 1  # type: ignore[attr-defined]


@pytest.mark.slow
@pytest.mark.parametrize("threads", [1, 2])
def test_the_packaged_model_says_the_same_on_every_path(threads: int) -> None:
    if not packaged().is_dir():
        pytest.skip("this checkout holds no packaged model")
    folder = Path(__file__).parents[2] / "corpus" / "dev"
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt"))[:5]]
    single = Extractor.from_checkpoint(threads=1)
    expected = lines([single.extract(text, id=str(number)) for number, text in enumerate(texts)])
    model = Extractor.from_checkpoint(threads=threads)
    for batch, processes in ((1, 1), (32, 1), (2, 2)):
        assert lines(list(model.extract_many(numbered(texts), batch_size=batch, n_process=processes))) == expected
