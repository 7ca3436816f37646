"""All places and governments of one document decided together."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from chinese_deal_ie.resolution.places import PlaceResolver, resolve_places

DATA = Path(__file__).parent / "data"
CORPUS = Path(__file__).parents[2] / "corpus"
MENTION = re.compile(r"\[([^\[\]|\n]+)\|([A-Z]+):[a-z]+\d+\]")


def gold(split: str) -> dict[str, list[dict[str, str]]]:
    """The rows of each document in order; code ``-`` where no single division is meant."""
    found: dict[str, list[dict[str, str]]] = {}
    with (DATA / f"places_{split}.tsv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE):
            found.setdefault(row["document"], []).append(row)
    return found


def codes(*texts: str, context: tuple[str, ...] = ()) -> list[str | None]:
    return [place.code for place in resolve_places(texts, context=context)]


def page(split: str, name: str) -> str:
    """The text of a document of the corpus; empty where the corpus is not beside the tests."""
    for path in sorted((CORPUS / split).glob("*.deal.txt")):
        lines = path.read_text(encoding="utf-8").split("\n")
        if f"# id: {name}" in lines[:1]:
            return MENTION.sub(r"\1", "\n".join(line for line in lines if not line.startswith(("# ", "@deal"))))
    return ""


# Measured with the documents' texts: dev 348 of 351 right, test 374 of 381 (370 by the mentions alone); 24 of 26 and
# 35 of 35 left without a code where none is meant.
@pytest.mark.parametrize("split", ["dev", "test"])
def test_gold_codes_of_the_corpus(split: str) -> None:
    right = wrong = left = invented = 0
    for name, rows in gold(split).items():
        places = resolve_places([row["text"] for row in rows], document=page(split, name))
        for row, place in zip(rows, places, strict=True):
            if row["code"] == "-":
                left += place.code is None
                invented += place.code is not None
            else:
                right += place.code == row["code"]
                wrong += place.code != row["code"]
    assert right + wrong > 300
    assert right / (right + wrong) >= 0.95
    assert left / (left + invented) >= 0.9


@pytest.mark.parametrize("split", ["dev", "test"])
def test_gold_spans_are_those_of_the_corpus(split: str) -> None:
    if not (CORPUS / split).is_dir():
        pytest.skip("the annotated corpus is not beside the tests")
    rows = gold(split)
    for path in sorted((CORPUS / split).glob("*.deal.txt")):
        lines = path.read_text(encoding="utf-8").split("\n")
        name = next(line.removeprefix("# id: ") for line in lines if line.startswith("# id:"))
        body = "\n".join(line for line in lines if not line.startswith(("# ", "@deal"))).strip("\n")
        text = MENTION.sub(r"\1", body)
        for row in rows.pop(name, []):
            assert text[int(row["start"]) : int(row["end"])] == row["text"]
    assert not rows


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("福州", "台江区", "鼓楼区"), ["350100", "350103", "350102"]),
        (("鼓楼区", "玄武区", "秦淮区"), ["320106", "320102", "320104"]),
        (("鼓楼区", "云龙区", "泉山区"), ["320302", "320303", "320311"]),
        (("南京市鼓楼区", "福州", "鼓楼区"), ["320106", "350100", "320106"]),
        (("丹江口市", "市政府", "我市", "市发改局"), ["420381"] * 4),
        (("个旧市", "红河州", "市政府", "州政府", "省政府"), ["532501", "532500", "532501", "532500", "530000"]),
        (("沙湾县", "该县", "县政府", "自治区"), ["654203", "654203", "654203", "650000"]),
        (("鄂城区", "市政府", "该区"), ["420704", "420700", "420704"]),
        (("安阳", "安阳新区", "高新区"), ["410500"] * 3),
        (("溧水", "溧水经济开发区", "开发区", "管委会"), ["320117"] * 4),
        (("谷城县茨河镇政府", "茨河镇", "茨河"), ["420625"] * 3),
        (("鄂城区", "杜山"), ["420704", "420704"]),
        (("武安市", "琅矿村"), ["130481", "130481"]),
        (("兰州新区", "新区党工委", "管委会"), ["620100"] * 3),
        (("香港", "特区政府"), ["810000"] * 2),
        (("漠河", "漠"), ["232701"] * 2),
        (("扬州", "临港经济区"), ["321000", "321000"]),
        (("日喀则市", "河东新区"), ["540200", "540200"]),
        (("福州", "永宁镇"), ["350100", "350581"]),
        (("常州", "长三角", "美国", "国家发展改革委"), ["320400", None, None, None]),
        (("丽水", "新区", "中"), ["331100", "331100", None]),
        # a site that is called after more than the county it lies in
        (("慈溪市", "宁波智能装备产业园", "慈溪"), ["330282"] * 3),
        (("宁波", "宁波智能装备产业园"), ["330200"] * 2),
        (("琼中", "海南特色水果物流园", "琼中县", "三亚"), ["469030", "469030", "469030", "460200"]),
        (("慈溪市", "宁波高新区", "慈溪"), ["330282", "330200", "330282"]),
        # below the county: that of the page, not the city named beside it
        (("天水", "麦积区", "麦积", "老街遗址"), ["620500", "620503", "620503", "620503"]),
        (("天水", "麦积区", "秦州区", "老街遗址"), ["620500", "620503", "620502", "620500"]),
        # 我市 is the city of the page, wherever it stands
        (
            ("石家庄", "石家庄市", "我市", "沽源县", "康保县", "崇礼区", "宣化区"),
            ["130100", "130100", "130700", "130724", "130723", "130709", "130705"],
        ),
        (("石家庄", "石家庄市", "我市", "沽源县"), ["130100", "130100", "130100", "130724"]),
        # a town that shares a zone's name
        (("济宁", "金乡县", "鱼山镇"), ["370800", "370828", "370828"]),
    ],
)
def test_names_are_decided_by_their_document(texts: tuple[str, ...], expected: list[str | None]) -> None:
    assert codes(*texts) == expected


def test_context_decides_like_a_mention() -> None:
    assert codes("鼓楼区", "市政府", context=("徐州",)) == ["320302", "320300"]
    assert codes("市政府") == [None]


def test_the_text_of_the_document_is_asked_for_what_the_mentions_leave_open() -> None:
    assert resolve_places(["石梁镇"])[0].code is None
    assert resolve_places(["石梁镇"], document="浙江天台某某农业科技有限公司来到石梁镇。")[0].code == "331023"
    assert resolve_places(["常州"], document="无锡市、无锡市、无锡市")[0].code == "320400"


def test_rivals_are_candidates_in_order_of_evidence() -> None:
    (place,) = resolve_places(["市政府"], context=("常州", "无锡"))
    assert place.code is None
    assert set(place.candidates) == {"320400", "320200"}
    assert place.province == "江苏省"


def test_nearest_of_several_cities_in_a_round_up() -> None:
    found = codes("常州", "常州市", "市政府", "丽水", "丽水市", "市政府")
    assert found == ["320400", "320400", "320400", "331100", "331100", "331100"]


def test_documents_do_not_influence_each_other() -> None:
    resolver = PlaceResolver()
    assert resolver.resolve(["南京", "鼓楼区"])[1].code == "320106"
    assert resolver.resolve(["鼓楼区"])[0].code is None
    assert resolver.resolve([]) == []
