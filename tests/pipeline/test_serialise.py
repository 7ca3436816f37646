from __future__ import annotations

import json
from dataclasses import replace

import pytest
import srsly
from hypothesis import given, settings
from hypothesis import strategies as st

from chinese_deal_ie.pipeline.serialise import deals_from_records, deals_to_records
from chinese_deal_ie.schema import Amount, Deal, DealAmount, Party, Span

from .fakes import TEXT, full_deal

EMPTY = Deal((), (), (), (), (), (), "cooperation", "intended", 0.0)


@pytest.mark.parametrize("deals", [[], [EMPTY], [full_deal()], [full_deal(), EMPTY, full_deal()]])
def test_deals_come_back_equal(deals: list[Deal]) -> None:
    assert deals_from_records(deals_to_records(deals), TEXT) == deals


def test_json_and_message_pack_lose_nothing() -> None:
    records = deals_to_records([full_deal()])
    as_json = json.loads(json.dumps(records))
    as_tuples = srsly.msgpack_loads(srsly.msgpack_dumps(records), use_list=False)
    assert isinstance(as_tuples, tuple)
    assert deals_from_records(as_json, TEXT) == deals_from_records(as_tuples, TEXT) == [full_deal()]


def test_text_is_not_repeated() -> None:
    evidence = Span(0, len(TEXT), TEXT)
    assert TEXT not in json.dumps(deals_to_records([replace(EMPTY, evidence=(evidence,))]), ensure_ascii=False)


FIGURES = st.none() | st.decimals(allow_nan=False, allow_infinity=False)


@settings(deadline=None)
@given(FIGURES, FIGURES, st.floats(0, 1), st.lists(st.text()))
def test_figures_scores_and_names_are_exact(value: object, low: object, score: float, aliases: list[str]) -> None:
    amount = DealAmount(Span(0, 2, TEXT[:2]), Amount(value, low), score=score)  # type: ignore[arg-type]
    deal = replace(EMPTY, amount=(amount,), company=(Party("", (), tuple(aliases), score),))
    assert deals_from_records(deals_to_records([deal]), TEXT) == [deal]


@pytest.mark.parametrize("record", [{}, {**deals_to_records([EMPTY])[0], "evidence": [3]}])
def test_foreign_records_are_refused(record: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        deals_from_records([record], TEXT)
