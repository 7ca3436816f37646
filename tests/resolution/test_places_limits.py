"""Any string is answered, in linear time, from a small table."""

from __future__ import annotations

import time
from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chinese_deal_ie.resolution.places import resolve_place, resolve_places
from chinese_deal_ie.resolution.places.expression import read_expression
from chinese_deal_ie.resolution.places.gazetteer import city_of, gazetteer, level, within

WORDS = st.sampled_from(
    [
        "常州",
        "市",
        "区",
        "县",
        "鼓楼",
        "朝阳区",
        "江苏省",
        "新区",
        "政府",
        "中国",
        "镇",
        "路",
        "管委会",
        "苏",
        "、",
        "（",
        "x",
        "該",
    ]
)


def check(texts: list[str], context: list[str]) -> None:
    places = resolve_places(texts, context=context)
    assert len(places) == len(texts)
    for place in places:
        if place.code is None:
            assert len(place.candidates) != 1
            assert set(place.candidates) <= set(gazetteer().divisions)
        else:
            assert place.candidates == ()
            assert place == gazetteer().place(place.code)


@settings(deadline=None)
@given(st.lists(st.text(max_size=20), max_size=6), st.lists(st.text(max_size=40), max_size=2))
def test_any_text_is_answered(texts: list[str], context: list[str]) -> None:
    check(texts, context)


@settings(deadline=None)
@given(st.lists(st.lists(WORDS, max_size=6).map("".join), max_size=8), st.lists(WORDS, max_size=2))
def test_any_mixture_of_names_is_answered(texts: list[str], context: list[str]) -> None:
    check(texts, context)


@settings(deadline=None)
@given(st.sampled_from(sorted(gazetteer().divisions)))
def test_place_of_a_code_leads_back_to_it(code: str) -> None:
    assert gazetteer().place(code).code == code
    assert within(code, city_of(code))
    assert within(code, code[:2] + "0000")
    assert level(code) in (1, 2, 3)


@pytest.mark.parametrize(
    "text", ["", " ", "（）", "\ud800", "🏙", "市" * 500, "中国" * 5000, "政府" * 5000, "(" * 10_000]
)
def test_odd_strings(text: str) -> None:
    assert resolve_place(text, context=text).code is None


def test_time_is_linear_in_the_number_of_mentions() -> None:
    texts = ["鼓楼区", "朝阳区", "市政府", "常州", "高新区", "该县", "杜山", "江苏省南京市", "区政府", "西湖区"]
    resolve_places(texts * 10)

    def seconds(count: int) -> float:
        start = time.process_time()
        resolve_places(texts * count)
        return time.process_time() - start

    small, large = min(seconds(40) for _ in range(3)), min(seconds(320) for _ in range(2))
    assert large < 8 * 3 * max(small, 0.005)


def test_shipped_table_is_small_and_sound() -> None:
    folder = resources.files("chinese_deal_ie.resolution").joinpath("assets")
    names = ["divisions.tsv", "former.tsv", "aliases.tsv", "zones.tsv", "traditional.txt", "towns.tsv.gz"]
    assert sum(len(folder.joinpath(name).read_bytes()) for name in names) < 400_000
    known = gazetteer()
    assert len(known.divisions) == 3233
    zones = folder.joinpath("zones.tsv").read_text(encoding="utf-8").splitlines()[1:]
    assert len(zones) > 400
    for line in zones:
        assert line.split("\t")[1] in known.divisions


def test_readings_are_remembered_by_what_is_read_of_them() -> None:
    assert read_expression("常州" + "x" * 1000) == read_expression("常州" + "x" * 2000)
