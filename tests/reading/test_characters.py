from __future__ import annotations

import pytest

from chinese_deal_ie.reading import clean


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        # width
        ("３６００万，ＴＣＬ集团", "3600万，TCL集团"),
        ("１００％，￥５亿", "100%，¥5亿"),
        ("签约,总额50亿元;随后(昨日)举行!", "签约，总额50亿元；随后（昨日）举行！"),
        ("投资5,000万元，10:30开始", "投资5,000万元，10:30开始"),
        ("投资5，000万元，10：30开始", "投资5,000万元，10:30开始"),
        ("占比50%,2020年起", "占比50%，2020年起"),
        ("见http://a.cn/b", "见http://a.cn/b"),
        ("Apple Inc. (AAPL), 2020: up!", "Apple Inc. (AAPL), 2020: up!"),
        ("Alphabet(GOOGL US)第三季度", "Alphabet（GOOGL US）第三季度"),
        ("生物制药､白家电｡「百度」『云』", "生物制药、白家电。“百度”‘云’"),
        ("⼤连豈", "大连岂"),  # radical and compatibility ideograph (traditional 豈)
        ("面积5㎡，㈱松下", "面积5㎡，㈱松下"),
        # lost characters keep their width
        ("有限公?投建，为何??呢？", "有限公?投建，为何??呢？"),
        ("有限公\ufffd投建", "有限公\ufffd投建"),
        # white space
        ("　　本报讯　\xa0记者", "本报讯 记者"),
        ("首页　　资讯", "首页 资讯"),
        ("王　伟、李　娜：同意　签约", "王伟、李娜：同意 签约"),
        ("济\u2009南", "济南"),
        ("a\tb  c\u2003d", "a b c d"),
        ("甲\r\n\r\n \n乙\r丙\u2028丁\x0b", "甲\n乙\n丙\n丁"),
        # invisible
        ("\ufeff济\u200b南\u00ad市\u202e政\ufe0f府\x00\x07", "济南市政府"),
        ("济南\u200b(jǐ\u200bnán)市", "济南市"),
    ],
)
def test_canonical_forms(raw: str, text: str) -> None:
    assert clean(raw).text == text


def test_lone_surrogates_become_replacement_characters_with_a_warning() -> None:
    cleaned = clean("济\ud800南\udfff😀")
    assert cleaned.text == "济\ufffd南\ufffd😀"
    assert cleaned.warnings == ("2 characters were lost in decoding (U+FFFD)",)


def test_long_runs_of_combining_marks_are_cut_with_a_warning() -> None:
    cleaned = clean("济" + "\u0301" * 10_000 + "南e\u0301")
    assert cleaned.text == "济" + "\u0301" * 4 + "南e\u0301"
    assert cleaned.warnings == ("9996 combining marks beyond 4 in a run were dropped",)


@pytest.mark.parametrize("raw", ["", " ", "\n\n", "\u200b\ufeff", "　\r\n"])
def test_empty_documents_are_warned_of(raw: str) -> None:
    cleaned = clean(raw)
    assert (cleaned.text, cleaned.warnings, cleaned.debris) == ("", ("empty document",), ())
    assert cleaned.from_raw(0, len(raw)) is None
