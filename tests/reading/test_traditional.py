from __future__ import annotations

import numpy as np
import pytest

from chinese_deal_ie.reading import clean, traditional
from chinese_deal_ie.reading.draft import Draft


def test_traditional_text_becomes_simplified_in_phrases() -> None:
    raw = "東莞市人民政府與華為技術有限公司簽訂協議，隨後在乾隆廣場裡面舉行儀式"
    assert clean(raw).text == "东莞市人民政府与华为技术有限公司签订协议，随后在乾隆广场里面举行仪式"


def test_phrases_are_whole_after_glosses_are_gone() -> None:
    assert clean("發(fā)展乾(qián)隆(lóng)園區(qū)").text == "发展乾隆园区"


@pytest.mark.parametrize("kept", ["乾县人民政府与企业签约", "华为发布新一代昇腾芯片，并与常州市人民政府签约合作"])
def test_old_forms_in_simplified_text_stay(kept: str) -> None:
    assert clean(kept).text == kept


def test_short_lines_of_a_traditional_document_follow_it() -> None:
    assert clean("以後\n簽約儀式與項目協議書發佈").text.split("\n")[0] == "以后"


def test_a_traditional_line_in_a_simplified_document_is_converted_alone() -> None:
    simplified = "乾县人民政府与企业签约合作" * 20
    assert clean(f"{simplified}\n繁體版").text == f"{simplified}\n繁体版"


def test_a_conversion_that_changes_lengths_is_done_by_character(monkeypatch: pytest.MonkeyPatch) -> None:
    class Longer:
        def convert(self, text: str) -> str:
            return "\n".join(line + "長" for line in text.split("\n"))

    traditional.single_characters()
    traditional._tables()
    monkeypatch.setattr(traditional, "_converter", Longer)
    draft = traditional.simplify(Draft.of("簽約儀式\n項目"))
    assert draft.text() == "签约仪式\n项目"
    assert np.array_equal(draft.origin, np.arange(7))
