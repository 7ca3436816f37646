"""What is written is safe for what reads it: spreadsheets, terminals, line readers, browsers."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chinese_deal_ie.cli.formats import FormatName, guarded
from chinese_deal_ie.cli.output import visible
from chinese_deal_ie.schema import Extraction

from .helpers import program

FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1＋1",
    "＋1",
    "－1",
    "＠SUM(A1)",
    "=cmd|'/c calc'!A0",
    '=HYPERLINK("http://x","y")',
]
OBEYED = [
    "\x1b[31m红",  # colour
    "\x1b]0;title\x07",  # window title
    "\x1b]8;;http://x\x1b\\click\x1b]8;;\x1b\\",  # link
    "\x1b[2J\x1b[H",  # clear
    "\x9b31m",  # one-byte CSI
    "\x07\x08\x7f",
    "甲\u202e乙",  # right to left override
    "\u2066甲\u2069",
    "甲\r乙\n丙\x0b丁\x0c",
    "\u2028\u2029\x85",
    "\ud800",
    "[red]markup[/red]",
]


def extraction(*names: str) -> Extraction:
    found: Extraction = program("fuzz", "fuzz_targets").extraction(
        "\x1e".join(names).encode("utf-8", "surrogateescape")
    )
    return found


def written(format: FormatName, result: Extraction) -> str:
    text: str = program("fuzz", "fuzz_targets").written(format, result)
    return text


@pytest.mark.parametrize("cell", FORMULAS)
def test_no_cell_is_a_formula(cell: str) -> None:
    text = written(FormatName.csv, extraction(cell, cell, cell))
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert guarded(cell) in rows[1]
    assert not [found for row in rows for found in row if found.startswith(tuple("=+-@\t\r\n＝＋－＠"))]


@pytest.mark.parametrize("cell", ["签约=1", "1-2", "5月-6月", "百度", ""])
def test_other_cells_are_as_they_were(cell: str) -> None:
    assert guarded(cell) == cell


@pytest.mark.parametrize("name", [name for name in OBEYED if "\ud800" not in name])
def test_terminals_are_told_nothing(name: str) -> None:
    table = written(FormatName.table, extraction(name, "百度公司", "a.txt"))
    assert all(character == "\n" or character.isprintable() for character in table)
    assert "[red]" not in name or "[red]markup[/red]" in table


@given(st.text(st.characters(), max_size=40))
def test_one_visible_line_of_anything(text: str) -> None:
    assert visible(text).isprintable()


strings = st.text(st.characters(), max_size=20) | st.sampled_from(OBEYED + FORMULAS)


@settings(max_examples=50, deadline=None)
@given(strings, strings, strings)
def test_json_lines_are_lines_without_controls_and_come_back(one: str, two: str, three: str) -> None:
    result = Extraction(three, one + two, (), (), (one, two))
    line = written(FormatName.jsonl, result)
    assert line.endswith("\n")
    assert not [character for character in line[:-1] if character < " " or "\x7f" <= character <= "\x9f"]
    assert len((line[:-1] + "x").splitlines()) == 1
    held: dict[str, Any] = json.loads(line.encode("utf-8", "backslashreplace"))
    assert held == json.loads(json.dumps(result.to_dict()))
