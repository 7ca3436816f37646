"""A text with two deals that share their amount, and a text that tries to be a page."""

from __future__ import annotations

from decimal import Decimal

from chinese_deal_ie.schema import (
    Amount,
    DateValue,
    Deal,
    DealAmount,
    DealDate,
    DealLocation,
    DealProject,
    Extraction,
    Label,
    Mention,
    Party,
    Place,
    Span,
)

TEXT = "3月5日，云泽市政府与松湖集团签约。\r\n总投资约5亿元，落户泽东新区，建设松湖产业园。青禾基金也参与其中。"
HOSTILE = "甲</p><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">公司"
PLACE = Place("320404", "江苏省", "常州市", "钟楼区")


def span(surface: str, text: str = TEXT) -> Span:
    start = text.index(surface)
    return Span(start, start + len(surface), surface)


def mention(surface: str, label: Label, entity: str, text: str = TEXT) -> Mention:
    found = span(surface, text)
    return Mention(found.start, found.end, found.text, label, entity, 0.97)


def extraction() -> Extraction:
    """Two deals; 青禾基金 is no mention of its own, so the page has to take it from the deal."""
    amount = DealAmount(span("约5亿元"), Amount(Decimal("5E8"), modifier="approximately"), "shared", 0.9)
    first = Deal(
        (Party("云泽市政府", (span("云泽市政府"),), ("云泽",), 0.99, PLACE, "320404"),),
        (Party("松湖集团", (span("松湖集团"), span("松湖")), (), 0.98),),
        (amount,),
        (DealLocation(span("泽东新区"), PLACE, 0.8),),
        (DealDate(span("3月5日"), DateValue("2021-03-05", "published"), 0.7),),
        (DealProject(span("松湖产业园"), 0.6),),
        "investment",
        "signed",
        0.93,
        (span("3月5日，云泽市政府与松湖集团签约。"), span("总投资约5亿元，落户泽东新区，建设松湖产业园。")),
    )
    second = Deal(
        *((), (Party("青禾基金", (span("青禾基金"),)),), (amount,), (), (), ()),
        *("fund", "intended", 0.4, (span("青禾基金也参与其中。"),)),
    )
    mentions = (
        mention("3月5日", "DATE", "d1"),
        mention("云泽市政府", "GOV", "g1"),
        mention("松湖集团", "COM", "c1"),
        mention("约5亿元", "AMT", "a1"),
        mention("泽东新区", "LOC", "l1"),
        mention("松湖产业园", "PROJ", "p1"),
    )
    return Extraction("云泽.txt", TEXT, (first, second), mentions, ("3 characters were lost",))


def hostile() -> Extraction:
    """Every string of it is markup."""
    text = f"{HOSTILE}投资2亿美元。"
    company = Party(HOSTILE, (span(HOSTILE, text),), (HOSTILE,), code=HOSTILE)
    amount = DealAmount(span("2亿美元", text), Amount(Decimal("2E8"), currency="USD"))
    deal = Deal((), (company,), (amount,), (), (), (), "investment", "underway", 0.5, (span(text, text),))
    return Extraction(HOSTILE, text, (deal,), (), (HOSTILE,))
