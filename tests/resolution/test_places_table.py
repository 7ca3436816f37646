"""Single expressions with context against a table checked by hand, and the whole table of divisions against itself."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from chinese_deal_ie.resolution.places import resolve_place
from chinese_deal_ie.resolution.places.gazetteer import gazetteer
from chinese_deal_ie.schema.values import Place

DATA = Path(__file__).parent / "data"


def table() -> list[tuple[str, tuple[str, ...], str]]:
    """Text, context and code; ``-``: no division, ``?``: several are possible."""
    with (DATA / "places_table.tsv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [(row["text"], tuple(filter(None, row["context"].split(","))), row["code"]) for row in rows]


@pytest.mark.parametrize(("text", "context", "code"), table())
def test_hand_checked_expressions(text: str, context: tuple[str, ...], code: str) -> None:
    place = resolve_place(text, context=context)
    if code == "?":
        assert place.code is None
        assert len(place.candidates) > 1
    elif code == "-":
        assert place == Place(None)
    else:
        assert place.code == code
        assert place.candidates == ()


def test_the_table_is_large_enough() -> None:
    assert len(table()) >= 150


def test_national_zones_by_their_official_names() -> None:
    """New areas, economic and high-tech zones and bonded zones, each with the division it surely lies in."""
    with (DATA / "zones_table.tsv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert len(rows) >= 400
    assert [row for row in rows if resolve_place(row["name"]).code != row["code"]] == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("上海市静安区", ("上海市", "上海市", "静安区")),
        ("上海", ("上海市", "上海市", None)),
        ("仙桃", ("湖北省", None, "仙桃市")),
        ("济源", ("河南省", None, "济源市")),
        ("东莞", ("广东省", "东莞市", None)),
        ("江苏省", ("江苏省", None, None)),
        ("恩施州", ("湖北省", "恩施土家族苗族自治州", None)),
        ("香港", ("香港特别行政区", None, None)),
        ("高雄", ("台湾省", "高雄市", None)),
        ("苗栗县", ("台湾省", None, "苗栗县")),
        ("襄樊市襄阳区", ("湖北省", "襄阳市", "襄州区")),
    ],
)
def test_names_of_levels(text: str, names: tuple[str, str | None, str | None]) -> None:
    place = resolve_place(text)
    assert (place.province, place.city, place.county) == names


def test_contract_example() -> None:
    place = resolve_place("钟楼经济开发区", context="常州")
    assert place == Place("320404", "江苏省", "常州市", "钟楼区", ())


def test_every_division_by_its_full_name() -> None:
    known = gazetteer()
    for code in known.divisions:
        province, city, county = known.path(code)
        full = province + (city if city and city != province else "") + (county or "")
        assert resolve_place(full).code == code, full


def test_every_county_by_its_name_and_city() -> None:
    known = gazetteer()
    for code in known.divisions:
        province, city, county = known.path(code)
        if county:
            assert resolve_place(county, context=city or province).code == code, county
            assert resolve_place((city or province) + county).code == code, county


def test_open_name_keeps_what_its_candidates_share() -> None:
    place = resolve_place("鼓楼区", context="江苏")
    assert place.code is None
    assert place.province == "江苏省"
    assert place.city is None
    assert set(place.candidates) == {"320106", "320302"}


def test_long_context_is_scanned_for_names() -> None:
    page = "本报讯 昨日上午，丹江口市召开招商大会，来自武汉的客商与会。" + "会议强调要优化营商环境。" * 30
    assert resolve_place("鼓楼区", context="据福州市发布的消息，" + "项目进展顺利。" * 20).code == "350102"
    assert resolve_place("市政府", context=["丹江口", page]).code == "420381"


def test_new_area_is_not_the_county_of_a_like_name() -> None:
    assert resolve_place("雄安新区").county is None
    assert resolve_place("安新县").county == "安新县"
