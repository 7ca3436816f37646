"""Codes of companies from a table that the user has: :func:`with_codes`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from ..schema import Deal, Party

_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_BLANK = re.compile(r"[\s\u200b-\u200d\ufeff]+")
_FORM = re.compile(r"(?:股份有限公司|有限责任公司|股份公司|有限公司)$")
_SHORTEST = 2
"""Characters that a name must keep without its legal form."""


def with_codes(deals: Iterable[Deal], codes: Mapping[str, str]) -> list[Deal]:
    """The deals with ``Party.code`` set for the companies that ``codes`` (name to code) has.

    Full and short names may both be keys. A company is found by its name, else by an alias: as it is written, else
    without legal form (股份有限公司); never by a part of its name, so a subsidiary does not get its parent's code.
    Names that lead to several codes give none. Width and spaces make no difference.

    >>> with_codes(deals, {"宁德时代新能源科技股份有限公司": "300750", "宁德时代": "300750"})  # doctest: +SKIP
    """
    exact: dict[str, set[str]] = {}
    loose: dict[str, set[str]] = {}
    for name, code in codes.items():
        plain = _plain(name)
        exact.setdefault(plain, set()).add(code)
        loose.setdefault(_core(plain), set()).add(code)

    def coded(party: Party) -> Party:
        names = [_plain(name) for name in (party.name, *party.aliases)]
        for table, forms in ((exact, names), (loose, [_core(name) for name in names])):
            for form in forms:
                if len(table.get(form, ())) == 1:
                    return replace(party, code=next(iter(table[form])))
        return party

    return [replace(deal, company=tuple(map(coded, deal.company))) for deal in deals]


def _plain(name: str) -> str:
    return _BLANK.sub("", name.translate(_WIDTH))


def _core(name: str) -> str:
    """The name without its legal form, unless next to nothing is left."""
    core = _FORM.sub("", name)
    return core if len(core) >= _SHORTEST else name
