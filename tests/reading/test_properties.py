from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chinese_deal_ie.reading import CleanText, ReadError, clean, decode
from chinese_deal_ie.reading.encoding import _MAGIC

WORDS = ["济南", "市", "政府", "公司", "签约", "发展", "投资", "亿元", "乾县", "昇", "?", "一"]
TRADITIONAL = ["發", "國", "與", "園區", "乾隆", "後", "於"]
GLOSSES = [
    "(jǐnán)",
    "（shì）",
    "(de)",
    "(le/liǎo)",
    "【fā zhǎn】",
    "(ji\u030c)",
    "(BOE)",
    "(a)",
    "(tuan)",
    "(lei)",
    "(ma)",
]
SPACES = [" ", "　", "\t", "\xa0", "\u2009", "\n", "\r\n", "\n \n", "\u2028"]
INVISIBLE = ["\u200b", "\ufeff", "\xad", "\0", "\x85", "\u202e", "\ufe0f", "\u0301", "\u0301" * 6]
MARKS = list(",;:!?()，；：！？（）【】[]“”「」/.-·…%") + ["...更多", "首页 > ", "相关阅读"]
OTHER = ["A", "z", "5", "０", "Ｋ", "ü", "ǐ", "\ud800", "\ufffd", "😀", "𠀀", "⼤", "㎡"]

pieces = st.lists(
    st.sampled_from(WORDS * 3 + TRADITIONAL + GLOSSES * 2 + SPACES * 2 + INVISIBLE + MARKS + OTHER), max_size=40
).map("".join)
texts = st.one_of(pieces, st.text(st.characters(), max_size=60), st.text("汉字(hàn)（） 　\n?,:a1", max_size=40))


def _check_map(cleaned: CleanText) -> None:
    starts = cleaned.starts
    assert starts.dtype == np.int32
    assert len(starts) == len(cleaned.text)
    assert (np.diff(starts) > 0).all()
    assert not len(starts) or (starts[0] >= 0 and starts[-1] < len(cleaned.raw))


@settings(max_examples=400, deadline=None)
@given(texts)
def test_the_map_is_sound(raw: str) -> None:
    cleaned = clean(raw)
    assert cleaned.raw == raw
    _check_map(cleaned)
    assert all(0 <= start < end <= len(cleaned.text) for start, end in cleaned.debris)
    assert all("\n" not in cleaned.text[start:end] for start, end in cleaned.debris)


@settings(max_examples=600, deadline=None)
@given(texts)
def test_cleaning_clean_text_changes_nothing(raw: str) -> None:
    once = clean(raw)
    assert clean(once.text).text == once.text


@settings(max_examples=300, deadline=None)
@given(texts, st.data())
def test_to_raw_and_from_raw_undo_each_other(raw: str, data: st.DataObject) -> None:
    cleaned = clean(raw)
    if cleaned.text:
        start = data.draw(st.integers(0, len(cleaned.text) - 1))
        end = data.draw(st.integers(start + 1, len(cleaned.text)))
        assert cleaned.from_raw(*cleaned.to_raw(start, end)) == (start, end)
    first = data.draw(st.integers(0, len(raw)))
    last = data.draw(st.integers(first, len(raw)))
    found = cleaned.from_raw(first, last)
    survivors = [place for place, origin in enumerate(cleaned.starts) if first <= origin < last]
    assert found == ((survivors[0], survivors[-1] + 1) if survivors else None)


glossed_words = st.lists(
    st.sampled_from(
        [("济南", "(jǐnán)"), ("市", "（shì）"), ("发展", "(fāzhǎn)"), ("政府", "【zhèng fǔ】"), ("华为", "")]
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=200, deadline=None)
@given(glossed_words, st.data())
def test_a_clean_span_maps_to_a_raw_span_that_cleans_to_it(words: list[tuple[str, str]], data: st.DataObject) -> None:
    cleaned = clean("，".join(word + gloss for word, gloss in words))
    assert cleaned.text == "，".join(word for word, _ in words)
    # whole words: half a word has too few characters for its gloss
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first + 1, len(words)))
    span = "，".join(word for word, _ in words[first:last])
    start = sum(len(word) + 1 for word, _ in words[:first])
    raw_start, raw_end = cleaned.to_raw(start, start + len(span))
    assert clean(cleaned.raw[raw_start:raw_end]).text == span


REPLACEMENTS = ["\ufffd".encode(encoding) for encoding in ("utf-8", "gb18030", "utf-16-le", "utf-16-be")]


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.binary(max_size=60), texts.map(lambda text: text.encode("gb18030", "ignore"))))
def test_decode_refuses_binary_data_and_warns_of_every_other_loss(data: bytes) -> None:
    try:
        text, warnings = decode(data)
    except ReadError:
        assert b"\0" in data or data.startswith(tuple(magic for magic, _ in _MAGIC))
    else:
        assert warnings or "\ufffd" not in text or any(encoded in data for encoded in REPLACEMENTS)


MILLION = 1_000_000


@pytest.mark.parametrize(
    "unit",
    [
        "市政府与公司签约，总投资5亿元。",
        "汉(hàn)",
        "汉(hà",
        "((",
        "(a",
        "首页 > ",
        "更多",
        "?汉字字",
        "?",
        "汉　",
        "\n \n",
        "首页\n",
        "e\u0301",
        "\ud800",
        "發(fā)",
        "…",
        "：*",
        "\0",
    ],
)
def test_time_is_linear(unit: str) -> None:
    # a million characters in one go; anything quadratic would take hours
    raw = unit * (MILLION // len(unit))
    began = time.process_time()
    _check_map(clean(raw))
    assert time.process_time() - began < 20


def test_five_megabytes_in_one_line() -> None:
    raw = "市政府与公司签约，总投资5亿元。" * (5 * MILLION // 16)
    assert clean(raw).text == raw
