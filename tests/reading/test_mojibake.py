from __future__ import annotations

import pytest

from chinese_deal_ie.reading import clean


def _shift(stretch: str) -> str:
    """How a stretch of GBK reads once its first byte is lost and its last one is read with what follows."""
    return stretch.encode("gbk")[1:-1].decode("gb18030")


@pytest.mark.parametrize(
    ("before", "stretch", "after", "mended"),
    [
        ("植研生物", "科技有限公司", "来做项目", "植研生物?技有限公?来做项目"),
        ("市政府与", "中国移动通信", "集团签约", "市政府与?国移动通?集团签约"),
        ("在", "经济技术开发区", "开工", "在?济技术开发?开工"),
        ("协议总额", "加快基础设施建设", "，", "协议总额?快基础设施建?，"),
    ],
)
@pytest.mark.parametrize("mark", ["?", "\ufffd"])
def test_text_shifted_by_a_byte_is_put_right_in_place(
    before: str, stretch: str, after: str, mended: str, mark: str
) -> None:
    garbled = before + mark + _shift(stretch) + after
    cleaned = clean(garbled)
    assert cleaned.text == mended.replace("?", mark, 1)
    assert cleaned.warnings[-1] == "1 stretches of GBK text read one byte off were put right"
    assert cleaned.starts.tolist() == list(range(len(garbled)))


def test_a_letter_that_was_half_a_character_is_swallowed_and_its_gloss_goes() -> None:
    # 環保科技研發優勢, read one byte off; 發 ends in the byte of the letter l
    cleaned = clean("環(huán)??萍佳邪l(fā)優(yōu)勢與協議")
    assert cleaned.text == "环?科技研发优势与协议"


@pytest.mark.parametrize(
    "kept",
    [
        "有限公?投建的项目",
        "什么是PPP?说白了就是合作",
        "为何这样急?去年签约",
        "????项目",
        "?",
        "?１００亿元",
        "?　｜　分享",
        "邮箱：？？？",
    ],
)
def test_ordinary_question_marks_and_lost_characters_stay(kept: str) -> None:
    cleaned = clean(kept)
    assert cleaned.text == kept.replace("１００", "100").replace("　｜　", " | ")
    assert cleaned.warnings == ()


SENTENCE = "市政府与这家公司签署战略合作协议，总投资五十亿元"


@pytest.mark.parametrize(("encoding", "name"), [("gbk", "GBK"), ("latin-1", "Latin-1"), ("cp1252", "Latin-1")])
def test_utf8_read_in_another_encoding_is_warned_of_and_left(encoding: str, name: str) -> None:
    cleaned = clean(SENTENCE.encode().decode(encoding, "ignore"))
    assert cleaned.warnings == (f"looks like UTF-8 read as {name}; left as it is",)


@pytest.mark.parametrize("text", [SENTENCE, "Größe à la carte, déjà vu é", "涓涓细流，涞源县与滨州市", "联通"])
def test_good_text_is_not_suspected(text: str) -> None:
    assert clean(text).warnings == ()
