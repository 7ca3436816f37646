"""Frames to rendered deals."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from chinese_deal_ie.corpus_io.deal_text import parse
from chinese_deal_ie.reading import clean
from chinese_deal_ie.resolution.deals import render, sentences
from chinese_deal_ie.schema import Deal

SOURCE = """# id: made-up
[昨日|DATE:d1]，[常(cháng)州市政府|GOV:g1]与[青禾电池股份有限公司|COM:c1]签约。天气晴好。
[公司|COM:c1]计划投资[約3.5億元|AMT:a1]，在[鐘樓經濟開發區|LOC:l1]建厂。[青禾电池|COM:c1]去年营收[8亿元|AMT:a2]。

@deal government=g1 company=c1 amount=a1 location=l1 date=d1 type=investment stage=signed scope=shared
"""


def deal() -> Deal:
    document = parse(SOURCE)
    (result,) = render(document, clean(document.text), date(2016, 10, 28))
    return result


def test_parties_carry_their_fullest_name_and_all_mentions() -> None:
    (company,), (government,) = deal().company, deal().government
    assert company.name == "青禾电池股份有限公司"
    assert company.aliases == ("公司", "青禾电池")
    assert [span.text for span in company.mentions] == ["青禾电池股份有限公司", "公司", "青禾电池"]
    assert government.name == "常州市政府"
    assert government.mentions[0].text == "常(cháng)州市政府"
    assert government.code == "320400"


def test_values_are_normalised() -> None:
    result = deal()
    (amount,), (location,), (day,) = result.amount, result.location, result.date
    assert amount.amount is not None
    assert (amount.amount.value, amount.amount.modifier, amount.scope) == (
        Decimal(350_000_000),
        "approximately",
        "shared",
    )
    assert (location.place.code, location.place.county) == ("320404", "钟楼区")
    assert day.value.iso == "2016-10-27"


def test_evidence_is_the_sentences_that_name_the_fillers() -> None:
    text = parse(SOURCE).text
    evidence = deal().evidence
    assert [text[span.start : span.end] for span in evidence] == [span.text for span in evidence]
    assert [span.text[:4] for span in evidence] == ["昨日，常", "公司计划"]


def test_the_dictionary_has_the_keys_of_the_contract() -> None:
    result = deal().to_dict()
    assert list(result) == [
        "government", "company", "amount", "location", "date", "project", "type", "stage", "score", "evidence",
    ]  # fmt: skip
    assert result["project"] == []
    assert result["amount"][0]["value"] == 350_000_000
    assert result["location"][0]["province"] == "江苏省"


@settings(deadline=None)
@given(st.text(alphabet="甲乙 。！\n”；", max_size=60))
def test_sentences_are_ranges_of_the_text_in_order(text: str) -> None:
    found = sentences(text)
    assert all(text[span.start : span.end] == span.text and span.text.strip() == span.text for span in found)
    assert all(before.end <= after.start for before, after in zip(found, found[1:], strict=False))
    assert "".join(span.text for span in found).replace(" ", "") == text.replace("\n", "").replace(" ", "")


def test_a_government_named_by_its_level_keeps_its_text_and_has_the_code_of_its_place() -> None:
    document = parse(
        "# id: made-up\n[丹江口市|LOC:l1]消息：[市政府|GOV:g1]与[青禾电池|COM:c1]签约。\n\n"
        "@deal government=g1 company=c1 type=cooperation stage=signed\n"
    )
    (result,) = render(document, clean(document.text))
    (government,) = result.government
    assert (government.name, government.code) == ("市政府", "420381")


def test_the_page_decides_what_the_mentions_leave_open() -> None:
    document = parse(
        "# id: made-up\n福州市的消息：[鼓楼区政府|GOV:g1]与[青禾电池|COM:c1]签约。\n\n"
        "@deal government=g1 company=c1 type=cooperation stage=signed\n"
    )
    assert render(document, clean(document.text))[0].government[0].code == "350102"
