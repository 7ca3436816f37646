from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from chinese_deal_ie.cli.corpus import Target
from chinese_deal_ie.corpus_io import Format, read_corpus

from .helpers import run
from .test_evaluate import DEAL, QUIET

BROKEN = DEAL.replace("company=c1", "company=c7")


@pytest.fixture
def deal(tmp_path: Path) -> Path:
    path = tmp_path / "one.deal.txt"
    path.write_text(DEAL, encoding="utf-8")
    return path


def test_check_prints_problems_with_their_place(deal: Path) -> None:
    result = run("corpus", "check", deal)
    assert (result.exit_code, result.stdout) == (0, "")
    assert "1 documents, no problems" in result.stderr
    broken = deal.with_name("two.deal.txt")
    broken.write_text(BROKEN.replace("one", "two"), encoding="utf-8")
    result = run("corpus", "check", deal.parent)
    assert result.exit_code == 1
    (line,) = result.stdout.splitlines()
    assert line.startswith(f"{broken}:")
    assert "c7" in line
    assert "1 problems beside 1 readable documents" in result.stderr


@pytest.mark.parametrize("command", [["check"], ["stats"], ["convert", "--to", "jsonl", "--output", "out.jsonl"]])
def test_no_corpus_is_an_error(command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("corpus", *command, tmp_path)
    assert result.exit_code == 1
    assert "no annotated documents" in result.stderr
    assert run("corpus", *command, "nowhere").exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_stats(deal: Path) -> None:
    quiet = deal.with_name("three.deal.txt")
    quiet.write_text(QUIET, encoding="utf-8")
    result = run("corpus", "stats", deal, quiet)
    assert result.exit_code == 0
    assert result.stdout.startswith(f"|  | {deal} | {quiet} |\n")
    assert "| mentions | 3 | 0 |" in result.stdout
    deal.write_text(BROKEN, encoding="utf-8")
    result = run("corpus", "stats", deal.parent)
    assert result.exit_code == 1
    assert "| documents | 1 |" in result.stdout
    assert "1 documents left out" in result.stderr


@pytest.mark.parametrize("to", [name.value for name in Target])
def test_convert_to_every_format_and_back(to: str, deal: Path) -> None:
    if to == "spacy":
        pytest.importorskip("spacy")
    target = deal.parent / {"deal": "new", "brat": "new", "labelstudio": "new.json", "spacy": "new.spacy"}.get(
        to, "new.jsonl"
    )
    result = run("corpus", "convert", deal, "--to", to, "--output", target)
    assert result.exit_code == 0, result.stderr
    (before,), (after,) = read_corpus(deal), read_corpus(target)
    assert after.text == before.text
    assert [(one.start, one.end, one.label) for one in after.mentions] == [
        (one.start, one.end, one.label) for one in before.mentions
    ]
    assert len(after.frames) == 1
    assert {file.name for file in deal.parent.iterdir()} == {deal.name, target.name}


def test_formats_are_those_of_corpus_io() -> None:
    assert {name.value for name in Target} <= set(get_args(Format))


def test_convert_never_writes_over_a_folder(deal: Path) -> None:
    result = run("corpus", "convert", deal, "--to", "brat", "--output", deal.parent)
    assert result.exit_code == 2
    assert "a folder with files in it" in " ".join(result.stderr.split())
    assert [file.name for file in deal.parent.iterdir()] == [deal.name]


def test_convert_leaves_broken_and_repeated_documents_out(deal: Path) -> None:
    again, broken, target = (deal.with_name(name) for name in ("again.deal.txt", "broken.deal.txt", "out.jsonl"))
    again.write_text(DEAL, encoding="utf-8")
    broken.write_text(BROKEN, encoding="utf-8")
    result = run("corpus", "convert", deal, again, broken, "--to", "jsonl", "--output", target)
    assert result.exit_code == 1
    assert len(read_corpus(target)) == 1
    assert "document id 'one' again" in result.stderr
    assert "2 documents left out" in result.stderr


def test_what_a_format_cannot_hold_is_not_written(deal: Path) -> None:
    source = deal.with_name("source.jsonl")
    source.write_text('{"id": "x", "text": "有[括号]", "mentions": [], "deals": []}\n', encoding="utf-8")
    result = run("corpus", "convert", source, "--to", "deal", "--output", deal.parent / "new")
    assert result.exit_code == 1
    assert "nothing was written" in result.stderr
    assert not (deal.parent / "new").exists()
