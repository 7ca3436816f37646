"""Reports: complete, self-contained, escaped."""

from __future__ import annotations

import dataclasses
import re
import shutil
import subprocess
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path

import pytest

from chinese_deal_ie.evaluation import Cost, evaluate
from chinese_deal_ie.evaluation.calibration import reliability_curve
from chinese_deal_ie.evaluation.charts import reliability_chart
from chinese_deal_ie.evaluation.error_browser import safe
from chinese_deal_ie.evaluation.report import html_report, markdown_report
from chinese_deal_ie.schema import Document

from .helpers import document

HOSTILE = "<script>alert('x')</script>&\"$title | `"
GOLD = [
    document(
        "[甲市政府|GOV:g1]与[乙集团|COM:c1]签约[5亿元|AMT:a1]。<b>&amp;\n第二行",
        "government=g1 company=c1 amount=a1",
        name=f"one{HOSTILE}",
        genre="news\"'>",
        lang="zh-Hans",
    ),
    document("[乙集团|COM:c1]增长\u0000\ud800。", name="quiet", genre="notice", lang="zh-Hant"),
]
PREDICTED = [
    dataclasses.replace(
        document(
            "[甲市|LOC:x1]政府与[乙集团|COM:x2]签约5[亿元|AMT:x3]。<b>&amp;\n第二行",
            "company=x2 amount=x3",
            name=GOLD[0].id,
        ),
        meta=GOLD[0].meta,
    ),
    dataclasses.replace(GOLD[1], mentions=()),
]
RESULT = evaluate(GOLD, PREDICTED, value_of=lambda text: text, place_of=lambda text, context: text)
COST = Cost(2, 3000, 2.0, 1.5, 0.01, 256_000_000)
VOID = {"meta", "input"}


class Page(HTMLParser):
    """Checks nesting; collects attributes and the text of every ``p.text``."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.attributes: list[tuple[str, str, str | None]] = []
        self.texts: list[str] = []
        self.tags: list[str] = []
        self.data: list[str] = []
        self.feed(source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]
        if ("class", "text") in attrs:
            self.texts.append("")
        if tag not in VOID:
            self.open.append(f"{tag}.text" if ("class", "text") in attrs else tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().split(".")[0] == tag

    def handle_data(self, data: str) -> None:
        self.data.append(data)
        if "p.text" in self.open:
            self.texts[-1] += data


@pytest.fixture(scope="module")
def source() -> str:
    return html_report(RESULT, f"Title {HOSTILE}", others={"other": evaluate(GOLD, GOLD)}, samples=50)


@pytest.fixture(scope="module")
def page(source: str) -> Page:
    return Page(source)


def test_page_is_sound_and_loads_nothing(page: Page, source: str) -> None:
    names = {name for _, name, _ in page.attributes}
    assert not names & {"src", "srcset", "onclick", "onload", "style", "action"}
    assert {value for _, name, value in page.attributes if name == "href"} == {"#scores", "#confidence", "#errors"}
    assert not re.search(r"https?:|@import|url\(", source)
    assert ("meta", "content") in {(tag, name) for tag, name, _ in page.attributes}
    assert "default-src 'none'" in source


def test_texts_are_escaped(page: Page, source: str) -> None:
    assert page.tags.count("script") == 1
    assert page.tags.count("b") == 2  # the two document names
    assert "alert" not in source.replace("&lt;script&gt;alert", "")
    assert HOSTILE in "".join(page.data)
    source.encode("utf-8")


def test_marked_texts_are_the_documents(page: Page) -> None:
    assert page.texts == [GOLD[0].text, GOLD[1].text.replace("\u0000", "\ufffd").replace("\ud800", "?")]


def test_every_error_can_be_found(page: Page) -> None:
    levels = [value for tag, name, value in page.attributes if tag == "li" and name == "data-level"]
    errors = [error for one in RESULT.documents for error in one.deals["strict"].errors]
    wrong = [error for one in RESULT.documents for error in one.mentions.errors]
    assert levels.count("mention") == len(wrong) == 3
    for level in ("pair", "pair_amount", "tuple"):
        assert levels.count(level) == sum(error.level == level for error in errors) == 2


def test_marks_carry_the_ids_that_errors_point_at(page: Page) -> None:
    for side in ("data-gold", "data-predicted"):
        buttons = {value for tag, name, value in page.attributes if tag == "button" and name == side}
        marks = {value for tag, name, value in page.attributes if tag == "mark" and name == side}
        assert buttons
        assert {one for ids in buttons for one in (ids or "").split()} <= marks


def test_states_of_marks(source: str) -> None:
    marks = re.findall(r'<mark class="([a-z]+)" [^>]*>([^<]*)</mark>', source)
    assert marks == [
        ("both", "甲市"),
        ("gold", "政府"),
        ("right", "乙集团"),
        ("gold", "5"),
        ("both", "亿元"),
        ("gold", "乙集团"),
    ]


def test_mention_errors_are_tabled_by_label() -> None:
    report = markdown_report(RESULT, "errors", samples=10)
    assert "| GOV |  |  |  |  | 1 |  |  |  |  |" in report
    assert "| COM |  |  |  |  |  |  |  |  | 1 |" in report
    assert "| AMT | 1 |  |  |  |  |  |  |  |  |" in report


def test_right_documents_have_no_card() -> None:
    assert 'class="card"' not in html_report(evaluate(GOLD, GOLD), "perfect", samples=10)


def test_markdown_tables_are_rectangular() -> None:
    report = markdown_report(RESULT, f"Title {HOSTILE}", others={"a|b": evaluate(GOLD, GOLD)}, cost=COST, samples=50)
    blocks = [block.splitlines() for block in report.split("\n\n") if block.startswith("|")]
    assert len(blocks) == 16
    for lines in blocks:
        widths = {len(re.findall(r"(?<!\\)\|", line)) for line in lines}
        assert len(widths) == 1
    assert "| a\\|b: Pairs (government, company) | 100.0 | -100.0 |" in report
    assert "| Pairs (government, company) | 0.0 | 100.0 |" in report
    assert "| Calibration loops for 1,000 characters | 50.00 |" in report
    assert "| Peak memory of the process, MB | 256 |" in report
    assert "<script" not in report


def test_markdown_holds_the_scores() -> None:
    report = markdown_report(evaluate(GOLD, GOLD), "perfect", samples=10)
    assert "| Pairs (government, company) | 100.0 | 100.0 | 100.0 | 1 | 1 | 1 | 100.0 to 100.0 |" in report
    assert "| Quiet on documents without deals |  |  | 100.0 | 1 |  | 1 | 100.0 to 100.0 |" in report


def test_reports_are_reproducible(source: str) -> None:
    assert source == html_report(RESULT, f"Title {HOSTILE}", others={"other": evaluate(GOLD, GOLD)}, samples=50)


def test_no_documents_is_an_error() -> None:
    with pytest.raises(ValueError, match="no documents"):
        markdown_report(evaluate([], []), "empty")


def test_chart_without_predictions() -> None:
    silent = evaluate(GOLD, [Document(one.id, one.text) for one in GOLD])
    Page(reliability_chart("mentions", reliability_curve(*silent.mention_confidence())))


def test_safe() -> None:
    assert safe("a<b>\"'&\x07\ud800\n") == "a&lt;b&gt;&quot;&#x27;&amp;\ufffd?\n"


def test_script_parses(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node to check the script with")
    script = tmp_path / "report.js"
    script.write_text((files("chinese_deal_ie.evaluation") / "assets" / "report.js").read_text("utf-8"), "utf-8")
    assert subprocess.run([node, "--check", str(script)], check=False).returncode == 0
