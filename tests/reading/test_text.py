from __future__ import annotations

import numpy as np
import pytest

from chinese_deal_ie.reading import clean


def test_glosses_inside_a_span_stay_inside_and_those_after_it_outside() -> None:
    raw = "在济南(jǐnán)市(shì)签约"
    cleaned = clean(raw)
    assert cleaned.text == "在济南市签约"
    start, end = cleaned.to_raw(1, 4)
    assert raw[start:end] == "济南(jǐnán)市"


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [(0, 2, (0, 2)), (0, 9, (0, 2)), (1, 10, (1, 3)), (9, 10, (2, 3)), (2, 9, None), (3, 3, None)],
)
def test_from_raw_covers_what_survives(start: int, end: int, expected: tuple[int, int] | None) -> None:
    raw = "济南(jǐnán)市"
    assert clean(raw).from_raw(start, end) == expected


@pytest.mark.parametrize(("start", "end"), [(0, 0), (1, 1), (2, 1), (-1, 1), (0, 3)])
def test_to_raw_refuses_what_is_no_span(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="clean text of 2 characters"):
        clean("济南").to_raw(start, end)


def test_raw_is_untouched_and_the_map_read_only() -> None:
    raw = "\ufeff　济\ud800南\r\n"
    cleaned = clean(raw)
    assert cleaned.raw is raw
    assert cleaned.starts.dtype == np.int32
    with pytest.raises(ValueError, match="read-only"):
        cleaned.starts[0] = 0
