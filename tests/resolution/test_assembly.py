"""Scored links to frames."""

from __future__ import annotations

import numpy as np
import pytest

from chinese_deal_ie.model.config import ROLES, ModelConfig
from chinese_deal_ie.model.fitted import Thresholds
from chinese_deal_ie.model.reader import FocusWindow
from chinese_deal_ie.resolution.assembly import FILLED, CompanyRoles, EntityView, assemble, company_roles

CONFIG = ModelConfig(vocab_size=10)
VIEWS = {
    view.id: view
    for view in (
        EntityView("c1", "COM", (0,), ("甲公司",)),
        EntityView("c2", "COM", (5,), ("乙集团",)),
        EntityView("g1", "GOV", (10,), ("丙市政府",)),
        EntityView("g2", "GOV", (100,), ("丁县人民政府",)),
        EntityView("a1", "AMT", (20,), ("1亿元",)),
        EntityView("a2", "AMT", (110,), ("2亿元",)),
        EntityView("l1", "LOC", (30,), ("丙市",)),
    )
}


def roles(
    company: str,
    deal: float = 0.9,
    partners: dict[str, float] | None = None,
    several: float = 0.1,
    **slots: dict[str, float],
) -> CompanyRoles:
    filled = {slot: slots.get(slot, {}) for slot in FILLED}
    counts = dict.fromkeys(FILLED, several)
    return CompanyRoles(VIEWS[company], deal, 0.1, "investment", "signed", filled, counts, partners or {})


def test_a_company_below_the_threshold_has_no_deal() -> None:
    assert assemble([roles("c1", deal=0.4, government={"g1": 0.9})], VIEWS, Thresholds(deal=0.5)) == []


def test_slots_take_the_best_entity_above_the_threshold() -> None:
    (frame,) = assemble(
        [roles("c1", government={"g1": 0.6, "g2": 0.3}, amount={"a1": 0.2})], VIEWS, Thresholds(fill=0.3)
    )
    assert (frame.company, frame.government, frame.amount, frame.score) == (("c1",), ("g1",), (), 0.9)


@pytest.mark.parametrize(("several", "second", "expected"), [(0.6, 0.5, 2), (0.4, 0.5, 1), (0.6, 0.1, 1)])
def test_a_second_government_needs_both_a_sign_of_several_and_odds_of_its_own(
    several: float, second: float, expected: int
) -> None:
    found = roles("c1", several=several, government={"g1": 0.5, "g2": second})
    assert len(assemble([found], VIEWS, Thresholds(several=0.5, further=0.4))) == expected


def test_several_governments_split_a_company_and_take_the_nearest_sums() -> None:
    frames = assemble(
        [roles("c1", several=0.9, government={"g1": 0.5, "g2": 0.45}, amount={"a1": 0.5, "a2": 0.5})],
        VIEWS,
        Thresholds(),
    )
    assert {(frame.government, frame.amount) for frame in frames} == {(("g1",), ("a1",)), (("g2",), ("a2",))}


def test_partners_with_equal_frames_share_one() -> None:
    both = [
        roles("c1", partners={"c2": 0.9}, government={"g1": 0.9}, amount={"a1": 0.9}),
        roles("c2", partners={"c1": 0.7}, government={"g1": 0.9}, amount={"a1": 0.9}),
    ]
    (frame,) = assemble(both, VIEWS, Thresholds())
    assert frame.company == ("c1", "c2")


@pytest.mark.parametrize(
    ("partners", "amount"), [({"c1": 0.1}, {"a1": 0.9}), ({"c1": 0.9}, {"a2": 0.9})], ids=["strangers", "other sums"]
)
def test_others_keep_frames_of_their_own(partners: dict[str, float], amount: dict[str, float]) -> None:
    both = [
        roles("c1", partners={"c2": 0.8}, government={"g1": 0.9}, amount={"a1": 0.9}),
        roles("c2", partners=partners, government={"g1": 0.9}, amount=amount),
    ]
    assert len(assemble(both, VIEWS, Thresholds())) == 2


def test_frames_come_best_first() -> None:
    frames = assemble([roles("c1", deal=0.6), roles("c2", deal=0.8)], VIEWS, Thresholds())
    assert [frame.company for frame in frames] == [("c2",), ("c1",)]


def window(deal: float, **logits: dict[int, float]) -> FocusWindow:
    """A window whose mention ``i`` has the given logits by role; everything else is far below "not stated"."""
    scores = np.full((len(VIEWS), len(ROLES)), -9.0, np.float32)
    for role, values in logits.items():
        for mention, value in values.items():
            scores[mention, ROLES.index(role)] = value
    return FocusWindow(
        deal, -3.0, np.zeros(len(ROLES), np.float32), np.zeros(len(ROLES), np.float32), np.eye(5, dtype=np.float32)[1],
        np.eye(5, dtype=np.float32)[2], np.arange(len(VIEWS)), scores,
    )  # fmt: skip


def test_the_surest_window_speaks_and_others_count_by_their_deal() -> None:
    entities = list(VIEWS.values())
    everything = range(len(entities))
    folded = company_roles(
        entities[0],
        [window(4.0, government={2: 5.0}), window(0.0, amount={4: 5.0})],
        entities, list(everything), everything, CONFIG,
    )  # fmt: skip
    assert folded.deal == pytest.approx(1 / (1 + np.exp(-4)))
    assert folded.type == CONFIG.deal_types[1]
    assert folded.stage == CONFIG.stages[2]
    assert folded.slots["government"]["g1"] > 0.95
    assert 0.4 < folded.slots["amount"]["a1"] < 0.6


def test_a_slot_only_takes_labels_that_fit_it() -> None:
    entities = list(VIEWS.values())
    everything = range(len(entities))
    folded = company_roles(entities[0], [window(4.0, amount={2: 9.0})], entities, list(everything), everything, CONFIG)
    assert "g1" not in folded.slots["amount"]


def test_mentions_that_may_not_take_part_are_left_out() -> None:
    entities = list(VIEWS.values())
    folded = company_roles(entities[0], [window(4.0, government={2: 5.0})], entities, list(range(7)), {0, 3}, CONFIG)
    assert set(folded.slots["government"]) == {"g2"}


def test_a_document_counts_by_its_surest_company() -> None:
    both = [roles("c1", deal=0.6), roles("c2", deal=0.35)]
    assert len(assemble(both, VIEWS, Thresholds(document=0.55, deal=0.3))) == 2
    assert assemble(both, VIEWS, Thresholds(document=0.65, deal=0.3)) == []


def test_a_sum_of_several_deals_is_shared() -> None:
    both = [roles("c1", government={"g1": 0.9}, amount={"a1": 0.9}), roles("c2", amount={"a1": 0.9})]
    assert [frame.scope for frame in assemble(both, VIEWS, Thresholds())] == ["shared", "shared"]
    assert [frame.scope for frame in assemble(both[:1], VIEWS, Thresholds())] == ["deal"]


def test_a_place_beside_its_own_government_is_no_second_party() -> None:
    found = roles("c1", several=0.9, government={"g1": 0.5, "l1": 0.45, "g2": 0.4})
    frames = assemble([found], VIEWS, Thresholds())
    assert {frame.government for frame in frames} == {("g1",), ("g2",)}
