"""Companies listed together."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chinese_deal_ie.model.reader import ScoredSpan
from chinese_deal_ie.resolution.enumeration import enumerations, shared_fillers, shared_probabilities


def spans(text: str, *names: str) -> list[ScoredSpan]:
    return [ScoredSpan(text.index(name), text.index(name) + len(name), "COM", 1.0) for name in names]


@pytest.mark.parametrize(
    ("text", "lists"),
    [
        ("甲厂、乙厂和丙厂签约", [(0, 1, 2)]),
        ("甲厂、乙厂以及丙厂", [(0, 1, 2)]),
        ("甲厂，乙厂。丙厂", [(0, 1)]),
        ("甲厂收购乙厂，由丙厂担保", []),
        ("甲厂乙厂、丙厂", [(1, 2)]),
    ],
)
def test_runs_are_joined_by_marks_and_conjunctions_only(text: str, lists: list[tuple[int, ...]]) -> None:
    assert enumerations(text, spans(text, "甲厂", "乙厂", "丙厂"), [0, 1, 2]) == lists


def test_one_company_named_twice_is_no_list() -> None:
    text = "甲厂、甲厂"
    mentions = [ScoredSpan(0, 2, "COM", 1.0), ScoredSpan(3, 5, "COM", 1.0)]
    assert enumerations(text, mentions, [0, 0]) == []


def test_a_sure_member_lifts_the_list_half_way() -> None:
    shared = shared_probabilities({0: 0.9, 1: 0.1, 2: 0.2}, [(0, 1)])
    assert shared[0] == 0.9
    assert shared[1] == pytest.approx(0.75)
    assert shared[2] == 0.2


@settings(deadline=None)
@given(st.lists(st.floats(0, 1), min_size=2, max_size=6))
def test_no_probability_falls_or_leaves_its_range(values: list[float]) -> None:
    deals = dict(enumerate(values))
    shared = shared_probabilities(deals, [tuple(deals)])
    assert all(deals[member] <= shared[member] <= 1 for member in deals)
    assert max(shared.values()) == pytest.approx(max(values), abs=1e-5)


def test_a_list_has_one_government_the_mean_of_what_its_members_show() -> None:
    slots = {0: {"g1": 0.9}, 1: {"g1": 0.1, "g2": 0.4}, 2: {"g2": 1.0}}
    joint = shared_fillers(slots, [(0, 1, 7)])
    assert joint[0] == joint[1] == {"g1": pytest.approx(0.5), "g2": pytest.approx(0.2)}
    assert joint[2] == slots[2]
