"""``extract --format html`` and ``report``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .helpers import ARTICLE, FakeExtractor, run


@pytest.fixture
def folder(tmp_path: Path, fake: FakeExtractor) -> Path:
    """A folder ``pages`` with three texts, and the results of it."""
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "a.txt").write_text(ARTICLE, encoding="utf-8")
    (pages / "b.txt").write_text("今天<有>雨。", encoding="utf-8")
    assert run("extract", pages, "--format", "jsonl", "-o", tmp_path / "deals.jsonl").exit_code == 0
    return tmp_path


def test_extract_writes_one_page(folder: Path) -> None:
    result = run("extract", folder / "pages", "--format", "html")
    assert result.exit_code == 0
    page = result.stdout
    assert page.startswith("<!doctype html>")
    assert page.count("<!doctype") == page.count("</html>") == 1
    assert "2 documents, 1 deal<" in page
    assert "今天&lt;有&gt;雨。" in page
    assert run("extract", folder / "pages", "--format", "html", "-o", folder / "x.html").exit_code == 0
    assert (folder / "x.html").read_text("utf-8") == page


def test_report_with_texts_is_the_page_of_extract(folder: Path) -> None:
    page = run("extract", folder / "pages", "--format", "html").stdout
    result = run("report", folder / "deals.jsonl", "--texts", folder / "pages", "-o", folder / "x.html")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "2 documents" in result.stderr
    assert (folder / "x.html").read_text("utf-8") == page


def test_report_without_texts_has_deals_and_a_title(folder: Path) -> None:
    result = run("report", folder / "deals.jsonl", "--title", "Two <pages>")
    assert result.exit_code == 0
    assert "<h1>Two &lt;pages&gt;</h1>" in result.stdout
    assert "5,000,000,000 CNY" in result.stdout
    assert "今天" not in result.stdout


def test_what_cannot_be_read_is_told_and_the_rest_shown(folder: Path) -> None:
    with open(folder / "deals.jsonl", "a", encoding="utf-8") as file:
        file.write('{"id": "c"}\nnonsense\n[]\n\n' + "[" * 100_000 + "\n")
    result = run("report", folder / "deals.jsonl")
    assert result.exit_code == 1
    assert "2 documents, 1 deal<" in result.stdout
    for number in (3, 4, 5, 7):
        assert f"deals.jsonl, line {number}: " in result.stderr


@pytest.mark.parametrize("id", ["../secret.txt", "/etc/hostname", "missing.txt", "a\0b", ".", "x" * 5000])
def test_nothing_outside_of_the_folder_is_read(id: str, folder: Path) -> None:
    (folder / "secret.txt").write_text("密码", encoding="utf-8")
    line = {"id": id, "deals": [], "mentions": [], "warnings": []}
    (folder / "evil.jsonl").write_text(json.dumps(line), encoding="utf-8")
    result = run("report", folder / "evil.jsonl", "--texts", folder / "pages")
    assert result.exit_code == 1
    assert "no such file in" in result.stderr
    assert "密码" not in result.stdout


def test_a_text_that_has_changed_is_not_shown(folder: Path) -> None:
    (folder / "pages" / "a.txt").write_text("别的文本" * 50, encoding="utf-8")
    page = run("report", folder / "deals.jsonl", "--texts", folder / "pages").stdout
    assert "别的文本" not in page
    assert "not the one that was read" in page


def test_usage(folder: Path) -> None:
    assert run("report").exit_code == 2
    assert run("report", folder / "none.jsonl").exit_code == 2
    assert run("report", folder / "deals.jsonl", "-o", folder / "none" / "x.html").exit_code == 2
    assert "  chinese-deal-ie report " in run("report", "--help").stdout
