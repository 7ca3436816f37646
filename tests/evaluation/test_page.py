"""The HTML report in a real browser: no complaint, nothing loaded, filters and highlighting work, texts are texts."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from chinese_deal_ie.evaluation import Cost, evaluate, html_report

from .browser import Tab, browser, program
from .helpers import document

HOSTILE = "<script>document.title = 'owned'</script><img src=x onerror=\"document.title = 'owned'\">"
GOLD = [
    document(
        "[甲市政府|GOV:g1]与[乙集团|COM:c1]签约[5亿元|AMT:a1]，落户[丙县|LOC:l1]。" + HOSTILE,
        "government=g1 company=c1 amount=a1 location=l1",
        name="one",
        genre="news",
        lang="zh-Hans",
    ),
    document(
        "[丁县政府|GOV:g1]与[戊公司|COM:c1]签约。",
        "government=g1 company=c1",
        name=f"two{HOSTILE}",
        genre="notice",
        lang="zh-Hant",
    ),
    document("[乙集团|COM:c1]业绩增长。", name="right", genre="gov", lang="zh-Hans"),
]
PREDICTED = [
    # the amount is cut, so the tuple and the pair with amount are wrong and the pair is right
    dataclasses.replace(
        document(
            "[甲市政府|GOV:x1]与[乙集团|COM:x2]签约5[亿元|AMT:x3]，落户[丙县|LOC:x4]。" + HOSTILE,
            "government=x1 company=x2 amount=x3 location=x4",
            name="one",
        ),
        meta=GOLD[0].meta,
    ),
    dataclasses.replace(GOLD[1], frames=()),
    GOLD[2],
]
SIZES = {"desktop": (1280, 900, "light"), "phone": (390, 844, "light"), "dark": (1280, 900, "dark")}


def same(text: str) -> str:
    return text


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    executable = program()
    if executable is None:
        pytest.skip("no Chromium to open the page in (Debian: apt-get install chromium)")
    folder = tmp_path_factory.mktemp("page")
    result = evaluate(GOLD, PREDICTED, value_of=same, place_of=lambda text, context: text)
    page = folder / "report.html"
    others = {"other": evaluate(GOLD, GOLD)}
    page.write_text(
        html_report(result, f"Report {HOSTILE}", others=others, cost=Cost(3, 90, 1.0, 1.0, 0.01, 10**8), samples=50),
        encoding="utf-8",
    )
    with browser(executable, folder / "profile") as found:
        found.look(*SIZES["desktop"])
        found.open(page)
        yield found


def shown(tab: Tab) -> list[str]:
    """Names of the cards that the filters leave."""
    names: list[str] = tab.run(
        "[...document.querySelectorAll('.card')].filter((card) => card.offsetParent !== null)"
        ".map((card) => card.querySelector('summary b').textContent.slice(0, 3))"
    )
    return names


def choose(tab: Tab, selector: str, value: str) -> str:
    """Set a filter as a user would; the line that tells how much is shown."""
    line: str = tab.run(
        f"(() => {{ const field = document.querySelector({selector!r}); field.value = {value!r};"
        "field.dispatchEvent(new Event('input', {bubbles: true}));"
        "return document.querySelector('.filters output').textContent; })()"
    )
    return line


@pytest.fixture
def fresh(tab: Tab) -> Tab:
    """The page with its filters as they are at first."""
    tab.run(
        "document.querySelector('.filters').reset();"
        "document.querySelector('.filters').dispatchEvent(new Event('input', {bubbles: true}))"
    )
    return tab


def test_the_page_has_nothing_to_complain_about_and_loads_nothing(fresh: Tab) -> None:
    assert fresh.complaints == []
    assert [url.rsplit("/", 1)[1] for url in fresh.requests] == ["report.html"]


def test_texts_of_the_corpus_are_texts(fresh: Tab) -> None:
    assert fresh.run("document.title").startswith("Report <script>")
    assert fresh.run("document.querySelectorAll('script').length") == 1
    assert fresh.run("document.querySelectorAll('img').length") == 0
    assert fresh.run("document.querySelector('p.text').textContent") == GOLD[0].text
    assert HOSTILE in fresh.run("document.querySelectorAll('summary b')[1].textContent")


def test_documents_without_errors_are_not_listed(fresh: Tab) -> None:
    assert fresh.run("document.querySelectorAll('.card').length") == 2
    assert shown(fresh) == ["one", "two"]


@pytest.mark.parametrize(
    ("selector", "value", "cards", "line"),
    [
        ('[data-item="level"]', "tuple", ["one", "two"], "errors: 3, documents: 2"),
        ('[data-item="level"]', "pair", ["two"], "errors: 1, documents: 1"),
        ('[data-item="level"]', "mention", ["one"], "errors: 1, documents: 1"),
        ('[data-item="kind"]', "missed", ["one", "two"], "errors: 2, documents: 2"),
        ('[data-item="kind"]', "spurious", ["one"], "errors: 1, documents: 1"),
        ('[data-filter="genre"]', "notice", ["two"], "errors: 1, documents: 1"),
        ('[data-filter="language"]', "zh-Hans", ["one"], "errors: 2, documents: 1"),
        ('[data-filter="deals"]', "single", ["one", "two"], "errors: 3, documents: 2"),
        ('input[type="search"]', "戊公司", ["two"], "errors: 1, documents: 1"),
        ('input[type="search"]', "没有这样的字", [], "errors: 0, documents: 0"),
    ],
)
def test_filters(selector: str, value: str, cards: list[str], line: str, fresh: Tab) -> None:
    assert choose(fresh, selector, value) == line
    assert shown(fresh) == cards


def test_filters_add_up(fresh: Tab) -> None:
    choose(fresh, '[data-filter="genre"]', "news")
    assert choose(fresh, '[data-item="kind"]', "spurious") == "errors: 1, documents: 1"
    assert choose(fresh, '[data-filter="genre"]', "notice") == "errors: 0, documents: 0"


def test_an_error_shows_its_mentions_in_the_text(fresh: Tab) -> None:
    fresh.run("document.querySelectorAll('.card').forEach((card) => { card.open = true; })")
    click = "document.querySelector('.card li:not([hidden]) button')"
    chosen = "[...document.querySelectorAll('mark.chosen')].map((mark) => mark.textContent)"
    fresh.run(f"{click}.click()")
    assert fresh.run(chosen) == ["甲市政府", "乙集团", "5", "亿元", "丙县"]
    assert fresh.run(f"{click}.getAttribute('aria-pressed')") == "true"
    fresh.run(f"{click}.click()")
    assert fresh.run(chosen) == []


@pytest.mark.parametrize("size", SIZES)
def test_the_page_fits_the_screen(size: str, fresh: Tab) -> None:
    """Nothing but tables scrolls sideways, and text stands out from its ground."""
    fresh.look(*SIZES[size])
    fresh.run("document.querySelectorAll('.card').forEach((card) => { card.open = true; })")
    overflow = fresh.run("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0
    ink, page = fresh.run(
        "(() => { const style = getComputedStyle(document.body); return [style.color, style.backgroundColor]; })()"
    )
    lightness = [sum(map(int, colour[4:-1].split(","))) / 3 for colour in (ink, page)]
    assert abs(lightness[0] - lightness[1]) > 150
    assert (lightness[1] < 100) == (size == "dark")
    if folder := os.environ.get("REPORT_SCREENSHOTS"):
        for place in ("top", "errors"):
            fresh.run(
                "window.scrollTo(0, 0)" if place == "top" else "document.querySelector('#errors').scrollIntoView()"
            )
            fresh.screenshot(Path(folder) / f"{size}-{place}.png")
