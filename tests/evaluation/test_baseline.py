"""The rule baseline and the system adapters."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chinese_deal_ie.evaluation import evaluate
from chinese_deal_ie.evaluation.adapters import FunctionSystem, System, unannotated
from chinese_deal_ie.evaluation.baseline import RuleBaseline
from chinese_deal_ie.schema import Document

from .helpers import document

GOLD = document(
    "[5月6日|DATE:d1]，[青河市人民政府|GOV:g1]与[远山重工股份有限公司|COM:c1]签订协议，[远山重工股份有限公司|COM:c1]将在[青河开发区|LOC:l1]"
    "投资[约30亿元|AMT:a1]。",
    "government=g1 company=c1 amount=a1 location=l1 date=d1",
    name="plain",
)


def predict(text: str, system: System | None = None) -> Document:
    return (system or RuleBaseline()).predict([Document("x", text)])[0]


def found(text: str) -> list[tuple[str, str]]:
    return [(mention.label, mention.text) for mention in predict(text).mentions]


def test_a_plain_deal_is_read_whole() -> None:
    result = evaluate([GOLD], RuleBaseline().predict([unannotated(GOLD)]))
    assert result.score("mention").f1 == 1
    assert result.score("tuple").f1 == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("总额不低于20亿元，其中5000万美元", [("AMT", "不低于20亿元"), ("AMT", "5000万美元")]),
        ("共引进項目資金10億港元", [("AMT", "10億港元")]),
        ("2019年8月1日，去年", [("DATE", "2019年8月1日"), ("DATE", "去年")]),
        (
            "远山重工股份有限公司（简称“远山重工”），远山重工称",
            [("COM", "远山重工股份有限公司"), ("COM", "远山重工"), ("COM", "远山重工")],
        ),
        ("位于青河县，青河人", [("LOC", "青河县"), ("LOC", "青河")]),
        ("项目落户常州，总投资", [("LOC", "常州")]),
        ("内蒙古自治区人", [("LOC", "内蒙古自治区")]),
        ("保卫和平", []),
        ("占地30亩，共200人，全市有3家子公司", []),
    ],
)
def test_mentions(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


def test_short_and_full_form_are_one_entity() -> None:
    mentions = predict("远山重工股份有限公司（简称“远山重工”）开业，远山重工称").mentions
    assert len({mention.entity for mention in mentions}) == 1


@pytest.mark.parametrize(
    "text",
    ["青河市政府召开会议。", "远山重工股份有限公司业绩增长5亿元。", "青河市政府希望与远山重工股份有限公司合作。"],
)
def test_no_deal(text: str) -> None:
    assert predict(text).frames == ()


def test_annotations_are_not_looked_at() -> None:
    assert RuleBaseline().predict([GOLD]) == RuleBaseline().predict([unannotated(GOLD)])


@settings(deadline=None)
@given(st.text(alphabet="青河市县政府公司集团与签约投资亿元万3月日，。（）简称“”\n a\u0000\U0001f600", max_size=80))
def test_any_text_gives_sound_documents(text: str) -> None:
    result = predict(text)
    position = 0
    for mention in result.mentions:
        assert mention.start >= position
        assert text[mention.start : mention.end] == mention.text != ""
        position = mention.end
    known = result.entities()
    for one in result.frames:
        assert one.company
        assert all(entity in known for entities in one.slots().values() for entity in entities)


@pytest.mark.parametrize("piece", ["青", "青河市", "3亿", "远山公司、", "9"])
def test_time_is_linear(piece: str) -> None:
    started = time.process_time()
    predict(piece * (40_000 // len(piece)))
    assert time.process_time() - started < 10


def test_function_system_hides_annotations() -> None:
    seen: list[Document] = []

    def echo(text: Document) -> Document:
        seen.append(text)
        return text

    assert FunctionSystem("echo", echo).predict([GOLD]) == [unannotated(GOLD)]
    assert (seen[0].mentions, seen[0].frames) == ((), ())
