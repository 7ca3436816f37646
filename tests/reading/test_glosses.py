from __future__ import annotations

import pytest

from chinese_deal_ie.reading import clean
from chinese_deal_ie.reading.pinyin import read


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("济南(jǐnán)市政府", "济南市政府"),
        ("济南（jǐnán）市", "济南市"),
        ("中兴通讯(zhōngxīngtōngxùn)公司", "中兴通讯公司"),
        ("产業(yè)發(fā)展", "产业发展"),
        ("管委會(huì)與企業(yè)", "管委会与企业"),
        ("建設(shè)規(guī)劃(huà)", "建设规划"),
        ("绿(lǜ)色旅(lǚ)游", "绿色旅游"),
        ("甘肃【gān sù】武威", "甘肃武威"),
        ("总投资额(tóuzī'é)达", "总投资额达"),
        ("六安(lù'ān)市", "六安市"),
        ("高新区(gāo xīn qū)管委会", "高新区管委会"),
        ("签了(le/liǎo)协议(xiéyì)", "签了协议"),
        ("一(yī / yì /yí)家", "一家"),
        ("西安(xī’ān)城", "西安城"),
        ("济南 (jǐnán)市", "济南市"),
        ("“趵眼”(bàoyǎn)栏目", "“趵眼”栏目"),
        ("花儿(huār)开", "花儿开"),
        ("有限公?(gōngsī)签约", "有限公?签约"),
        ("南(ji\u030c)北", "南北"),  # a tone mark of its own
        ("书(shū)记(shūjì)", "书记"),
        ("汉(hàn)(hàn)字", "汉字"),
        ("“济南” (jǐnán)(jǐnán)市", "“济南”市"),
        ("西安(Xī'ān)", "西安"),
    ],
)
def test_glosses_are_removed(raw: str, text: str) -> None:
    assert clean(raw).text == text


@pytest.mark.parametrize(
    "kept",
    [
        "京东方（BOE）",
        "采用（PPP）模式",
        "中国（China）",
        "谷歌（GOOGL US）",
        "英特尔（Intel）",
        "Intel（中国）有限公司",
        "选项（a）",
        "雀巢（Nestlé）",
        "市（jǐnán）政府",  # two syllables, one character
        "：（jǐnán）市",
        "巴黎Paris（jǐ）",
        "腾讯（tengxun）公司",  # nothing shows that the page is glossed
    ],
)
def test_latin_in_brackets_stays(kept: str) -> None:
    assert clean(kept).text == kept


def test_toneless_glosses_need_a_glossed_document() -> None:
    assert clean("形成了(le)产业，新基建的(de)内容").text == "形成了（le）产业，新基建的（de）内容"
    assert clean("济南(jǐnán)形成了(le)产业，新基建的(de)内容").text == "济南形成了产业，新基建的内容"
    assert clean("集团(tuan)在古雷(lei)建码(ma)头，泊位(wei)两个").text == "集团在古雷建码头，泊位两个"


def test_letters_of_a_list_and_capitals_stay_in_a_glossed_document() -> None:
    assert (
        clean("济南(jǐnán)市：方案(a)、方案(PPP)、京东方(Boe)").text == "济南市：方案（a）、方案（PPP）、京东方（Boe）"
    )


@pytest.mark.parametrize(
    ("spelling", "syllables"),
    [("jǐnán", 2), ("zhuang", 1), ("xian", 1), ("xī'ān", 2), ("nǚ'ér", 2), ("shuǐdàoqúchéng", 4)],
)
def test_syllables_are_counted(spelling: str, syllables: int) -> None:
    reading = read(spelling)
    assert reading is not None
    assert reading.syllables == syllables


@pytest.mark.parametrize("spelling", ["PPP", "BMW", "Intel", "Gartner", "fong", "jng", "", " ", "/", "a/"])
def test_what_is_no_pinyin(spelling: str) -> None:
    assert read(spelling) is None
