"""Sums of deals: every sum once, exact, currencies apart."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chinese_deal_ie.corpus_io.deal_text import parse
from chinese_deal_ie.reading import clean
from chinese_deal_ie.resolution.deals import render
from chinese_deal_ie.resolution.sums import counted, sums
from chinese_deal_ie.schema import (
    Amount,
    DateValue,
    Deal,
    DealAmount,
    DealDate,
    DealLocation,
    Extraction,
    Party,
    Place,
    Span,
)


def extraction(body: str, published: date | None = None) -> Extraction:
    document = parse(f"# id: made-up\n{body}")
    return Extraction("made-up", document.text, tuple(render(document, clean(document.text), published)))


def table(frame: Any) -> list[tuple[object, ...]]:
    """Name, currency, total, number of sums and of deals of every row."""
    return [tuple(row) for row in frame.drop(columns=["per", "high"]).itertuples(index=False)]


SHARED = """[常州市政府|GOV:g1]与[甲科技公司|COM:c1]、[乙能源公司|COM:c2]分别签约，总投资[30亿元|AMT:a1]。

@deal government=g1 company=c1 amount=a1 type=investment stage=signed scope=shared
@deal government=g1 company=c2 amount=a1 type=investment stage=signed scope=shared
"""


def test_a_shared_total_counts_once() -> None:
    found = extraction(SHARED)
    assert [(one.amount.value, len(one.deals)) for one in counted(found.deals)] == [(Decimal(3 * 10**9), 2)]
    assert table(sums([found], by="government")) == [("江苏省常州市", "CNY", Decimal(3 * 10**9), 1, 2)]
    assert table(sums([found], by="company")) == [("甲科技公司、乙能源公司", "CNY", Decimal(3 * 10**9), 1, 2)]
    assert table(sums(found.deals, by="company")) == table(sums([found], by="company"))


def test_the_same_shared_total_in_two_documents_counts_twice() -> None:
    found = extraction(SHARED)
    assert table(sums([found, found], by="government")) == [("江苏省常州市", "CNY", Decimal(6 * 10**9), 2, 4)]


def test_one_place_of_the_text_counts_once_even_unmarked() -> None:
    found = extraction(SHARED.replace(" scope=shared", ""))
    assert [one.amount.value for one in counted(found.deals)] == [Decimal(3 * 10**9)]


@pytest.mark.parametrize(
    ("body", "values"),
    [
        ("总投资[50亿元|AMT:a1]，其中一期投资[10亿元|AMT:a2]。", [50]),
        ("总投资[50亿元|AMT:a1]，一期[30亿元|AMT:a2]，二期[20亿元|AMT:a3]。", [50]),
        ("总投资[50亿元|AMT:a1]，建厂[30亿元|AMT:a2]，研发[20亿元|AMT:a3]。", [50]),
        ("一期投资[30亿元|AMT:a1]，二期投资[20亿元|AMT:a2]。", [30, 20]),
        ("建厂[30亿元|AMT:a1]，建院[20亿元|AMT:a2]。", [30, 20]),
        ("投资[30亿元|AMT:a1]（约合[4亿美元|AMT:a2]）。", [30]),
        ("投资[30亿元|AMT:a1]和[4亿美元|AMT:a2]。", [30, 4]),
        ("建设[百亿级|AMT:a1]园区，投资[20亿元|AMT:a2]。", [20]),
    ],
)
def test_phases_and_totals_do_not_both_count(body: str, values: list[int]) -> None:
    amounts = ",".join(f"a{number}" for number in range(1, body.count("AMT:") + 1))
    found = extraction(
        f"[常州市政府|GOV:g1]与[甲科技公司|COM:c1]签约，{body}\n\n"
        f"@deal government=g1 company=c1 amount={amounts} type=investment stage=signed\n"
    )
    assert [one.amount.value for one in counted(found.deals)] == [Decimal(value) * 10**8 for value in values]


def test_a_phase_told_as_a_deal_of_its_own_does_not_count_beside_the_total() -> None:
    body = """[常州市政府|GOV:g1]与[甲科技公司|COM:c1]签约，总投资[50亿元|AMT:a1]。
[甲科技|COM:c1]一期投资[10亿元|AMT:a2]已开工。
[乙能源公司|COM:c2]一期投资[8亿元|AMT:a3]。

@deal government=g1 company=c1 amount=a1 type=investment stage=signed
@deal government=g1 company=c1 amount=a2 type=investment stage=underway
@deal government=g1 company=c2 amount=a3 type=investment stage=underway
"""
    assert [one.amount.value for one in counted(extraction(body).deals)] == [Decimal(50 * 10**8), Decimal(8 * 10**8)]


def deal(
    company: str = "甲公司", *amounts: Amount, start: int = 0, scope: Any = "deal", province: str | None = None,
    code: str | None = None, iso: str | None = None, stage: Any = "signed",
) -> Deal:  # fmt: skip
    return Deal(
        government=(),
        company=(Party(company, (Span(0, 1, "甲"),), code=code),),
        amount=tuple(DealAmount(Span(start + n, start + n + 1, "元"), one, scope) for n, one in enumerate(amounts)),
        location=(DealLocation(Span(5, 6, "地"), Place("1", province)),) if province else (),
        date=(DealDate(Span(7, 8, "日"), DateValue(iso)),) if iso else (),
        project=(),
        type="investment",
        stage=stage,
        score=1.0,
    )


def yuan(value: object, currency: str = "CNY", per: str | None = None) -> Amount:
    return Amount(Decimal(str(value)), currency=currency, per=per)


def test_currencies_and_recurring_sums_stay_apart() -> None:
    frame = sums([deal("甲公司", yuan(5), yuan(7, "USD"), yuan(3, per="year"))], by="company")
    assert list(frame.columns) == ["company", "currency", "per", "total", "high", "sums", "deals"]
    assert [(row.currency, row.per, row.total) for row in frame.itertuples()] == [
        ("CNY", None, Decimal(5)),
        ("CNY", "year", Decimal(3)),
        ("USD", None, Decimal(7)),
    ]


def test_years_provinces_codes_and_what_is_missing() -> None:
    deals = [
        deal("甲公司", yuan(5), start=10, province="江苏省", iso="2015-11-24", code="300001"),
        deal("乙公司", yuan(7), start=20, province="江苏省", iso="2016-01-01/2016-06-30"),
        deal("丙公司", yuan(1), start=30),
        deal("丁公司"),
        deal("戊公司", yuan(100), start=40, stage="terminated"),
        deal("己公司", Amount(None, Decimal(10), modifier="order_of_magnitude"), start=50),
    ]
    year, province, company = (sums(deals, by=by) for by in ("year", "province", "company"))  # type: ignore[arg-type]
    assert table(year)[:3] == [
        ("2016", "CNY", Decimal(7), 1, 1), ("2015", "CNY", Decimal(5), 1, 1), (None, "CNY", Decimal(1), 1, 1),
    ]  # fmt: skip
    assert table(year)[3:] == [(None, None, Decimal(0), 0, 2)]
    assert table(province)[0] == ("江苏省", "CNY", Decimal(12), 2, 2)
    assert table(company)[1][0] == "甲公司 (300001)"


def test_ranges_stand_with_both_bounds() -> None:
    one = Amount(None, Decimal(20), Decimal(30), modifier="range")
    (row,) = sums([deal("甲公司", one, yuan(5))], by="company").itertuples()
    assert (row.total, row.high, row.sums) == (Decimal(25), Decimal(35), 2)


def test_an_empty_source_gives_an_empty_frame_and_an_unknown_word_is_refused() -> None:
    assert sums([]).empty
    with pytest.raises(ValueError, match="choose one of government, company, province, year"):
        sums([], by="city")  # type: ignore[arg-type]


MONEY = st.builds(lambda scaled: Decimal(f"{scaled}E-12"), st.integers(0, 10**30))


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(st.sampled_from("甲乙丙"), MONEY, st.sampled_from(["CNY", "USD"]))))
def test_totals_are_exact_and_add_up(items: list[tuple[str, Decimal, str]]) -> None:
    deals = [deal(name, yuan(value, currency), start=10 * n) for n, (name, value, currency) in enumerate(items)]
    frame = sums(deals, by="company")
    for code in ("CNY", "USD"):
        total = sum(map(Fraction, frame[frame["currency"] == code]["total"]), Fraction(0))
        assert total == sum((Fraction(value) for _, value, currency in items if currency == code), Fraction(0))


def test_tuples_mark_an_amount_that_stands_in_several() -> None:
    both = deal("甲公司", yuan(5))
    assert [one.amount.scope for one in both.tuples() if one.amount] == ["deal"]
    joint = Deal((), (*both.company, Party("乙公司", ())), both.amount, (), (), (), "investment", "signed", 1.0)
    assert [one.amount.scope for one in joint.tuples() if one.amount] == ["shared", "shared"]
    assert joint.amount[0].scope == "deal"
