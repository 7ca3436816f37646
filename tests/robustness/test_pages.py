"""Stored cross-site scripting: markup in texts, names, ids and meta stays text on every page that is written."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from evaluation.browser import browser, program
from lxml import html

from chinese_deal_ie.evaluation import evaluate, html_report, markdown_report
from chinese_deal_ie.rendering import render
from chinese_deal_ie.schema import Document, Extraction, Frame, Mention

from .test_output import extraction

MARK = "document.title='owned'"
VECTORS = [
    f"<script>{MARK}</script>",
    f"</script><script>{MARK}</script>",
    f"</style><script>{MARK}</script>",
    f"</title><script>{MARK}</script>",
    f"</textarea><script>{MARK}</script>",
    f"--><script>{MARK}</script><!--",
    f"]]><script>{MARK}</script>",
    f'<img src=x onerror="{MARK}">',
    f'"><img src=x onerror="{MARK}">',
    f"'><svg onload={MARK}>",
    f"<svg><script>{MARK}</script></svg>",
    f"<svg><animate onbegin={MARK} attributeName=x dur=1s>",
    f"<math><mtext></p><img src=x onerror={MARK}></mtext></math>",
    f'" onmouseover="{MARK}" x="',
    f"' autofocus onfocus='{MARK}",
    f'" tabindex=0 autofocus onfocus={MARK} ',
    f"<a href=\"javascript:{MARK}\">甲</a>",
    f"<a href='java\tscript:{MARK}'>甲</a>",
    f"<iframe srcdoc='<script>parent.{MARK}</script>'>",
    "<iframe src=//example.org>",
    "<meta http-equiv=refresh content='0;url=http://example.org'>",
    "<base href=http://example.org/>",
    "<link rel=stylesheet href=//example.org/x.css>",
    "<style>@import url(//example.org/x.css)</style>",
    "<form action=//example.org><input autofocus></form>",
    "<object data=//example.org></object><embed src=//example.org>",
    f"<details open ontoggle={MARK}>",
    f"<video><source onerror={MARK}></video>",
    f"<body onload={MARK}>",
    f"&lt;script&gt;{MARK}&lt;/script&gt;",
    f"&#60;script&#62;{MARK}&#60;/script&#62;",
    f"\0<scr\0ipt>{MARK}</scr\0ipt>",
    f"＜script＞{MARK}＜/script＞",
    f"+ADw-script+AD4-{MARK}+ADw-/script+AD4-",
    f"${{{MARK}}} {{{{{MARK}}}}} <%={MARK}%> $title ${{x}}",
    "\u2028</script>\u2029<!--<script>",
    "<x" * 200,
]  # fmt: skip
QUIET = "青禾市政府与蓝鲸科技签约"


def result(word: str) -> Extraction:
    return extraction(word, word, word)


def evaluated(word: str, title: str) -> str:
    """The report on a document that is wrong throughout, with ``word`` in every string."""
    text = f"{word}甲市乙司"
    place = len(word)
    gold = Document(
        word,
        text,
        (
            Mention(0, place, word, "COM", "c1"),
            Mention(place, place + 2, "甲市", "GOV", "g1"),
        ),
        (Frame(government=("g1",), company=("c1",)),),
        {"genre": word, "lang": word},
    )
    found = Document(word, text, (Mention(place + 2, place + 4, "乙司", "COM", "c1"),), (), gold.meta)
    return html_report(evaluate([gold], [found]), title, samples=10)


def shape(page: str) -> tuple[Counter[str], set[str]]:
    """How often each element occurs, and the attributes that run or load something."""
    tree = html.document_fromstring(page.encode(), parser=html.HTMLParser(encoding="utf-8"))
    loud = set()
    for element in tree.iter():
        for name, value in element.attrib.items():
            plain = "".join(value.split()).lower()
            if name.startswith("on") or name in ("srcdoc", "formaction", "action", "src", "data", "background"):
                loud.add(f"{name}={value[:40]}")
            if name in ("href", "xlink:href") and not plain.startswith("#"):
                loud.add(f"{name}={value[:40]}")
    return Counter(str(element.tag) for element in tree.iter() if isinstance(element.tag, str)), loud


@pytest.mark.parametrize("vector", VECTORS)
def test_results_hold_no_markup_of_others(vector: str) -> None:
    page = render(result(vector), title=vector).html
    quiet = render(result(QUIET), title=QUIET).html
    tags, loud = shape(page)
    assert tags == shape(quiet)[0]
    assert loud == set()


@pytest.mark.parametrize("vector", VECTORS)
def test_reports_hold_no_markup_of_others(vector: str) -> None:
    tags, loud = shape(evaluated(vector, vector))
    assert tags == shape(evaluated(QUIET, QUIET))[0]
    assert loud == set()


def test_markdown_reports_hold_no_tags() -> None:
    text = f"{VECTORS[0]}甲市"
    gold = Document(VECTORS[0], text, (), (), {"genre": VECTORS[0], "lang": "a|b\n# c"})
    written = markdown_report(evaluate([gold], [gold]), VECTORS[7], samples=10)
    assert "<script" not in written
    assert "<img" not in written


@pytest.mark.slow
def test_a_browser_runs_and_loads_nothing(tmp_path: Path) -> None:
    executable = program()
    if executable is None:
        pytest.skip("no Chromium to open the pages in (Debian: apt-get install chromium)")
    pages = {
        "results.html": render([result(vector) for vector in VECTORS], title="quiet").html,
        "report.html": evaluated("".join(VECTORS), "quiet"),
    }
    with browser(executable, tmp_path / "profile") as tab:
        for name, page in pages.items():
            (tmp_path / name).write_text(page, encoding="utf-8", errors="backslashreplace")
            tab.open(tmp_path / name)
            tab.run("document.querySelectorAll('*').forEach((found) => found.focus && found.focus())")
            assert tab.run("document.title") == "quiet", name
            assert [url.rsplit("/", 1)[1] for url in tab.requests] == [name]
            assert tab.complaints == []
            tab.requests.clear()
