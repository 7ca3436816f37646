"""Cleaning on whole documents: the annotated corpus, and the seed articles where they are at hand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from chinese_deal_ie.corpus_io.deal_text import parse
from chinese_deal_ie.reading import clean
from chinese_deal_ie.reading.frequency import _COMMON
from chinese_deal_ie.reading.traditional import _tables
from chinese_deal_ie.schema import Document

ROOT = Path(__file__).parents[2]
SEEDS = ROOT.parent / "shared" / "seeds"
TONED = re.compile(r"[(（【][^\n（）()]{0,20}[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ][^\n（）()]{0,20}[)）】]")
TONED_GLOSS = re.compile(r"[一-鿿][(（【][a-zA-Z ]*[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ][^\n（）()]{0,20}[)）】]")


def _documents(language: str) -> list[Document]:
    sources = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "corpus" / "train").glob("*.deal.txt"))]
    return [parse(source) for source in sources if f"# lang: {language}\n" in source[:400]]


@pytest.fixture(scope="module")
def noisy() -> list[Document]:
    return _documents("zh-Hans-noisy")


@pytest.fixture(scope="module")
def traditional() -> list[Document]:
    return _documents("zh-Hant")


def test_no_gloss_is_left_in_noisy_documents(noisy: list[Document]) -> None:
    assert sum(len(TONED_GLOSS.findall(document.text)) for document in noisy) > 300
    assert [found for document in noisy for found in TONED_GLOSS.findall(clean(document.text).text)] == []


def test_mentions_keep_their_raw_ranges(noisy: list[Document], traditional: list[Document]) -> None:
    moved = []
    for document in noisy + traditional:
        cleaned = clean(document.text)
        for mention in document.mentions:
            found = cleaned.from_raw(mention.start, mention.end)
            assert found is not None
            start, end = cleaned.to_raw(*found)
            assert start == mention.start
            # some annotators took the gloss after a name into its mention
            if end != mention.end:
                moved.append(document.text[end : mention.end])
    # a letter that was half a misread character goes with it
    assert [rest for rest in moved if not rest.isascii() and rest[0] not in "(（【"] == []
    assert sum(rest[0] not in "(（【" for rest in moved) <= 2


def test_what_fills_a_slot_is_not_only_in_furniture(noisy: list[Document]) -> None:
    flagged = 0
    filled: list[str] = []
    only_in_furniture: list[str] = []
    for document in noisy:
        cleaned = clean(document.text)
        flagged += len(cleaned.debris)
        entities = document.entities()
        for entity in {entity for frame in document.frames for slot in frame.slots().values() for entity in slot}:
            starts = [(cleaned.from_raw(mention.start, mention.end) or (-1, -1))[0] for mention in entities[entity]]
            filled.append(entity)
            if all(any(start <= place < end for start, end in cleaned.debris) for place in starts):
                only_in_furniture.append(f"{document.id} {entity}")
    assert flagged > 2 * len(noisy)
    assert len(only_in_furniture) <= 0.005 * len(filled), only_in_furniture


def test_traditional_documents_become_simplified(traditional: list[Document]) -> None:
    _, old = _tables()
    for document in traditional:
        text = clean(document.text).text
        assert sum(bool(old[ord(character)]) for character in text) <= 2, document.id


def test_cleaning_documents_twice_changes_nothing(noisy: list[Document], traditional: list[Document]) -> None:
    for document in noisy + traditional:
        once = clean(document.text).text
        assert clean(once).text == once, document.id


def test_the_frequency_table_is_that_of_the_corpus(traditional: list[Document]) -> None:
    assert len(set(_COMMON)) == len(_COMMON) == 1500
    counts: dict[str, int] = {}
    for document in _documents("zh-Hans"):
        for character in document.text:
            if "一" <= character <= "鿿":
                counts[character] = counts.get(character, 0) + 1
    most = sorted(counts, key=counts.__getitem__, reverse=True)[:300]
    assert len(set(most) & set(_COMMON[:400])) > 280


@pytest.fixture(scope="module")
def seeds() -> dict[str, str]:
    if not SEEDS.is_dir():
        pytest.skip("the seed articles are not part of the project")
    return {path.name[:3]: path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("*.txt"))}


@pytest.mark.shared
def test_seed_glosses(seeds: dict[str, str]) -> None:
    # read by eye: nothing else is removed, and the one gloss left stands after a letter that a lost character left
    removed = {name: text.count("(") - clean(text).text.count("（") for name, text in seeds.items()}
    assert removed == {"000": 0, "001": 377, "002": 64, "003": 0, "004": 0}
    assert TONED.findall(clean("".join(seeds.values())).text) == ["（chǔ）"]


@pytest.mark.shared
@pytest.mark.parametrize(
    ("seed", "kept"),
    [
        ("000", "（GOOGL US）"),
        ("000", "（600303）"),
        ("004", "（中国）"),
        ("002", "（低空经济）"),
        ("003", "（以下简称"),
    ],
)
def test_seed_brackets_that_stay(seeds: dict[str, str], seed: str, kept: str) -> None:
    assert kept in clean(seeds[seed]).text


@pytest.mark.shared
def test_seed_pages_misread_by_a_byte_are_mended(seeds: dict[str, str]) -> None:
    cleaned = clean(seeds["001"])
    assert "》提出将加快信息" in cleaned.text
    assert "?科技研发优势" in cleaned.text
    assert cleaned.warnings == ("2 stretches of GBK text read one byte off were put right",)


@pytest.mark.shared
def test_seed_furniture(seeds: dict[str, str]) -> None:
    cleaned = {name: clean(text) for name, text in seeds.items()}
    lines = {name: [item.text[start:end] for start, end in item.debris] for name, item in cleaned.items()}
    related = cleaned["000"].text.index("猜你喜欢")
    assert sum(start >= related for start, _ in cleaned["000"].debris) == 31
    assert lines["001"][-1].startswith("使用“扫一扫”")
    assert lines["002"][0] == "首页 资讯 正文"
    assert "责任编辑：李兰松" in lines["003"]
    assert "您的姓名：*" in lines["004"]
    assert not any("签约" in line for line in lines["002"])
