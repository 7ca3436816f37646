from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chinese_deal_ie.model.windows import LEAD, plan

from .helpers import UNHURRIED

texts = st.text("政府公司。\n，", min_size=1, max_size=700)
capacities = st.integers(32, 300)


@given(texts, capacities)
@UNHURRIED
def test_every_character_stands_in_a_body_and_no_window_is_too_long(text: str, capacity: int) -> None:
    windows = plan(text, capacity)
    covered = {place for window in windows for place in range(window.start, window.end)}
    assert covered == set(range(len(text)))
    assert all(0 < len(window) <= capacity for window in windows)


@given(texts, capacities)
@UNHURRIED
def test_bodies_advance_and_only_later_windows_have_a_lead_of_their_own(text: str, capacity: int) -> None:
    first, *later = plan(text, capacity)
    assert (first.lead, first.start) == (0, 0)
    starts = [window.start for window in later]
    assert starts == sorted(set(starts))
    for window in later:
        assert 0 < window.lead <= min(LEAD, capacity // 4)
        assert window.lead <= window.start


@given(texts, capacities, st.data())
@UNHURRIED
def test_rows_and_characters_are_each_others_inverse(text: str, capacity: int, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, min(len(text), start + 40)))
    held = 0
    for window in plan(text, capacity):
        row = window.row(start, end)
        places = window.characters()
        assert len(places) == len(window)
        if row is None:
            assert not (window.start <= start and end <= window.end)
        else:
            held += 1
            assert places[row - 1 : row - 1 + end - start].tolist() == list(range(start, end))
    assert held or end - start > 1


def test_a_text_that_fits_is_one_window() -> None:
    (window,) = plan("青山市" * 10, 30)
    assert (window.lead, window.start, window.end) == (0, 0, 30)


def test_an_empty_text_has_no_window() -> None:
    assert plan("", 30) == []


def test_cuts_fall_after_sentences() -> None:
    text = ("青山市与海石公司签约。" * 100)[:900]
    windows = plan(text, 200)
    assert len(windows) > 2
    assert all(text[window.end - 1] == "。" for window in windows[:-1])
    assert all(text[window.start - 1] == "。" for window in windows[1:])
    assert all(text[window.lead - 1] == "。" for window in windows[1:])


def test_a_name_at_a_cut_is_whole_in_some_window() -> None:
    text = "青" * 2000
    windows = plan(text, 200)
    for start in range(len(text) - 20):
        assert any(window.row(start, start + 20) is not None for window in windows), start
