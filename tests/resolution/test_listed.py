"""Codes of companies from a user's table."""

from __future__ import annotations

import pytest

from chinese_deal_ie.resolution.listed import with_codes
from chinese_deal_ie.schema import Deal, Party, Span

CODES = {
    "青禾电池股份有限公司": "300001",
    "青禾电池": "300001",
    "远山（集团）股份有限公司": "600002",
    "白石科技": "000003",
    "白石科技有限公司": "000004",
    "公司股份有限公司": "1",
}


@pytest.mark.parametrize(
    ("name", "aliases", "code"),
    [
        ("青禾电池股份有限公司", (), "300001"),
        ("青禾电池有限公司", (), "300001"),
        ("青禾电池", ("公司",), "300001"),
        ("青禾新能源电池股份有限公司", ("青禾电池",), "300001"),
        ("青禾电池（常州）有限公司", (), None),
        ("远山(集团) 股份有限公司", (), "600002"),
        ("远山（集团）", (), "600002"),
        ("远山", (), None),
        ("白石科技", (), "000003"),
        ("白石科技股份有限公司", (), None),
        ("丙公司", (), None),
    ],
)
def test_companies_are_found_by_whole_names(name: str, aliases: tuple[str, ...], code: str | None) -> None:
    party = Party(name, (Span(0, 1, "甲"),), aliases)
    deal = Deal((party,), (party,), (), (), (), (), "investment", "signed", 1.0)
    (result,) = with_codes([deal], CODES)
    assert result.company[0].code == code
    assert result.government == (party,)
    assert result.company[0].aliases == aliases


def test_no_deals() -> None:
    assert with_codes([], CODES) == []
