from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from .helpers import run
from .test_evaluate import DEAL

COMMANDS = [
    ["extract"],
    ["annotate"],
    ["train"],
    ["evaluate"],
    ["benchmark"],
    *(["corpus", name] for name in ("import", "project", "check", "stats", "convert")),
]


@pytest.fixture
def deal(tmp_path: Path) -> Path:
    path = tmp_path / "one.deal.txt"
    path.write_text(DEAL, encoding="utf-8")
    return path


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_has_examples_and_tells_as_much_as_is_asked(command: list[str]) -> None:
    result = run(*command, "--help")
    assert result.exit_code == 0
    assert f"  chinese-deal-ie {' '.join(command)} " in result.stdout
    assert all(option in result.stdout for option in ("-q, --quiet", "-v, --verbose", "--log-format"))
    assert "Exit code: 0" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 100


def test_quiet_and_verbose(deal: Path) -> None:
    usual, quiet, verbose = (run("corpus", "check", deal, *more).stderr for more in ([], ["-q"], ["-v"]))
    assert usual == "1 documents, no problems\n"
    assert quiet == ""
    assert verbose.startswith(usual)
    assert "took " in verbose


def test_errors_are_told_even_when_quiet(tmp_path: Path) -> None:
    result = run("corpus", "check", tmp_path, "--quiet")
    assert result.exit_code == 1
    assert result.stderr.startswith("error: no annotated documents in ")


def test_messages_as_json(deal: Path, tmp_path: Path) -> None:
    result = run("corpus", "check", deal, "--log-format", "json", "-v")
    first, last = map(json.loads, result.stderr.splitlines())
    assert (first["level"], first["message"]) == ("info", "1 documents, no problems")
    assert last["level"] == "debug"
    assert datetime.fromisoformat(first["time"]).tzinfo is not None
    result = run("corpus", "stats", tmp_path / "one.deal.txt", "--log-format", "json")
    assert result.stderr == ""
    assert result.stdout.startswith("|")


def test_wrong_usage_as_json(deal: Path) -> None:
    target = deal.parent / "no" / "such" / "file"
    result = run("corpus", "convert", deal, "--to", "jsonl", "--output", target, "--log-format", "json")
    assert result.exit_code == 2
    line = json.loads(result.stderr)
    assert line["level"] == "error"
    assert "no folder" in line["message"]
