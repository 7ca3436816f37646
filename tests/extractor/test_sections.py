from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chinese_deal_ie import sections
from chinese_deal_ie.schema import Deal, Document, Frame, Mention, Party, Span
from chinese_deal_ie.sections import LEAD, Section, SectionReading, join, plan

UNHURRIED = settings(deadline=None)
texts = st.text("青山市与海石公司签约。\n，", max_size=900)


@given(texts, st.integers(40, 400))
@UNHURRIED
def test_sections_cover_the_text_once_in_order_and_are_not_too_long(text: str, size: int) -> None:
    found = plan(text, size)
    assert "".join(text[section.start : section.end] for section in found) == text
    assert found[0].lead == 0
    for section in found[1:]:
        assert 0 < section.lead <= min(LEAD, size // 4)
        assert section.end > section.start
    assert all(len(section.text(text)) <= size for section in found)


@given(texts, st.integers(40, 400), st.data())
@UNHURRIED
def test_what_is_read_is_what_stands_in_the_raw_text(text: str, size: int, data: st.DataObject) -> None:
    section = data.draw(st.sampled_from(plan(text, size)))
    read = section.text(text)
    start = data.draw(st.integers(0, len(read)))
    end = data.draw(st.integers(start, len(read)))
    place = section.to_raw(start, end)
    if place is not None:
        assert text[slice(*place)] == read[start:end]
    else:
        assert start < section.lead + 2
        assert end > section.lead


def test_cuts_fall_after_paragraphs_before_lines_before_sentences() -> None:
    line, paragraph = "青山市与海石公司签约。青山市很好", "白河。\n\n"
    text = (f"{line}\n" * 6 + paragraph) * 40
    found = plan(text, 1000)
    assert len(found) > 3
    assert all(text[: section.end].endswith("\n\n") for section in found)
    sentences = plan(line * 200, 1000)
    assert all((line * 200)[: section.end].endswith("。") for section in sentences[:-1])


def test_a_text_of_one_section_is_read_as_it_is() -> None:
    (section,) = plan("青山市\n" * 10, 40)
    assert section == Section(0, 0, 40)
    assert section.text("青山市\n" * 10) == "青山市\n" * 10


HEAD = "海石公司公告\n"
FIRST = "青山市与海石公司签约。\n"
SECOND = "白河市与该公司及海石公司签约，白河市与林溪银行签约。\n"
RAW = HEAD + FIRST + SECOND


def reading(section: Section, names: dict[str, str], deals: list[tuple[str, str]]) -> SectionReading:
    """Everything that ``names`` gives an entity is a mention; deals are (government, company) entities."""
    text = section.text(RAW)
    mentions = []
    for name, entity in names.items():
        start = text.find(name)
        while start >= 0:
            label = "COM" if entity[0] == "c" else "GOV"
            mentions.append(Mention(start, start + len(name), name, label, entity))  # type: ignore[arg-type]
            start = text.find(name, start + 1)
    document = Document("", text, tuple(sorted(mentions, key=lambda one: one.start)))
    entities = document.entities()
    frames, found = [], []
    for government, company in deals:
        frames.append(Frame((government,), (company,), score=0.9 if section.lead else 0.8))
        parties = [
            Party(entities[one][-1].text, tuple(Span(m.start, m.end, m.text) for m in entities[one]))
            for one in (government, company)
        ]
        spans = tuple(sorted((party.mentions[-1] for party in parties), key=lambda one: one.start))
        found.append(Deal(parties[:1], parties[1:], (), (), (), (), "investment", "signed", 0.9, spans))  # type: ignore[arg-type]
    return SectionReading(section, Document("", text, document.mentions, tuple(frames)), found, ("odd",))


def test_sections_are_joined_by_names_and_by_the_lead() -> None:
    lead = len(HEAD)
    parts = [
        reading(Section(0, 0, lead + len(FIRST)), {"海石公司": "c1", "青山市": "g1"}, [("g1", "c1")]),
        reading(
            Section(lead, lead + len(FIRST), len(RAW)),
            {"海石公司": "c1", "该公司": "c1", "白河市": "g1", "林溪银行": "c2"},
            [("g1", "c1"), ("g1", "c2")],
        ),
    ]
    document, deals, warnings = join("x", RAW, parts)
    assert document.id == "x"
    assert all(RAW[one.start : one.end] == one.text for one in document.mentions)
    assert [(one.text, one.entity) for one in document.mentions] == [
        ("海石公司", "c1"), ("青山市", "g1"), ("海石公司", "c1"), ("白河市", "g2"),
        ("该公司", "c1"), ("海石公司", "c1"), ("白河市", "g2"), ("林溪银行", "c2"),
    ]  # fmt: skip
    assert [(frame.government, frame.company) for frame in document.frames] == [
        (("g2",), ("c1",)), (("g2",), ("c2",)), (("g1",), ("c1",)),
    ]  # fmt: skip
    for deal in deals:
        for span in (*deal.evidence, *(span for party in deal.company for span in party.mentions)):
            assert RAW[span.start : span.end] == span.text
    assert [deal.government[0].name for deal in deals] == ["白河市", "白河市", "青山市"]
    assert warnings == ("odd (characters 0 to 19)", f"odd (characters 19 to {len(RAW)})")


@pytest.mark.parametrize("again", [True, False])
def test_a_deal_of_the_lead_or_told_again_counts_once(again: bool) -> None:
    lead = len(HEAD) + len(FIRST)
    first = reading(Section(0, 0, lead), {"海石公司": "c1", "青山市": "g1"}, [("g1", "c1")])
    section = Section(0 if again else lead, 0 if again else lead, lead if again else len(RAW))
    second = reading(section, {"海石公司": "c1", "青山市": "g1"}, [("g1", "c1")])
    if not again:  # the evidence is the lead's
        (deal,) = second.deals
        spans = tuple(Span(place, place + 1, "") for place in (0, 8))
        second = SectionReading(section, second.document, [sections.replace(deal, evidence=spans)], ())
    document, deals, _ = join("x", RAW, [first, second])
    assert len(deals) == len(document.frames) == 1
