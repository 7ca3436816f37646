"""The page in a real browser: nothing breaks or loads, links between deals and text work by pointer and keyboard."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from evaluation.browser import Tab, browser, program

from chinese_deal_ie.rendering import render

from .helpers import TEXT, extraction, hostile

SIZES = {"desktop": (1280, 900, "light"), "phone": (390, 844, "light"), "dark": (1280, 900, "dark")}
LINKED = "[...document.querySelectorAll('.mention.linked')].map((mark) => mark.textContent)"


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    executable = program()
    if executable is None:
        pytest.skip("no Chromium to open the page in (Debian: apt-get install chromium)")
    folder = tmp_path_factory.mktemp("page")
    page = render([extraction(), hostile()], title="Deals")
    page.save(folder / "deals.html")
    (folder / "notebook.html").write_text(f"<!doctype html><body>{page._repr_html_()}</body>", encoding="utf-8")
    with browser(executable, folder / "profile") as found:
        found.look(*SIZES["desktop"])
        found.open(folder / "deals.html")
        yield found


def test_nothing_is_loaded_or_broken(tab: Tab) -> None:
    assert tab.complaints == []
    assert [url.rsplit("/", 1)[1] for url in tab.requests] == ["deals.html"]
    assert tab.run("document.title") == "Deals"
    assert tab.run("document.querySelectorAll('script, img').length") == 1
    assert tab.run("document.querySelector('.text').textContent") == TEXT.replace("\r\n", "\n")


def test_the_pointer_links_a_filler_to_its_mentions(tab: Tab) -> None:
    over = "new PointerEvent('pointerover', {bubbles: true, pointerType: 'mouse'})"
    tab.run(f"document.querySelector('[data-key=t0d0-amount0] a').dispatchEvent({over})")
    assert tab.run(LINKED) == ["约5亿元"]
    tab.run(f"document.querySelector('#t0d1 h3').dispatchEvent({over})")
    assert tab.run(LINKED) == ["约5亿元", "青禾基金"]
    assert tab.run("document.querySelectorAll('.evidence.linked').length") > 0
    tab.run(f"document.body.dispatchEvent({over})")
    assert tab.run(LINKED) == []


def test_the_keyboard_goes_from_a_filler_to_the_text_and_back(tab: Tab) -> None:
    tab.run("document.querySelector('[data-key=t0d0-location0] a').focus()")
    assert tab.run(LINKED) == ["泽东新区"]
    tab.run("document.activeElement.click()")
    assert tab.run("document.activeElement.textContent") == "泽东新区"
    assert tab.run("document.activeElement.matches('.text .mention')") is True
    tab.run("document.activeElement.click()")
    assert tab.run("document.activeElement.id") == "t0d0"
    assert tab.run("location.hash") == ""
    tab.run("document.activeElement.blur()")
    assert tab.run(LINKED) == []


@pytest.mark.parametrize("size", SIZES)
def test_the_page_fits_the_screen(size: str, tab: Tab) -> None:
    tab.look(*SIZES[size])
    assert tab.run("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    contrasts = tab.run(
        """[...document.querySelectorAll('body, .muted, .mention, .deal, small')].map((element) => {
          const ground = (one) => !one ? 'rgb(255, 255, 255)' :
            getComputedStyle(one).backgroundColor === 'rgba(0, 0, 0, 0)' ? ground(one.parentElement)
            : getComputedStyle(one).backgroundColor;
          const light = (colour) => colour.match(/[\\d.]+/g).slice(0, 3).map((part) => part / 255)
            .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
            .reduce((sum, part, place) => sum + part * [0.2126, 0.7152, 0.0722][place], 0);
          const pair = [getComputedStyle(element).color, getComputedStyle(element, '::before').color]
            .map((colour) => [light(colour), light(ground(element))].sort((a, b) => b - a));
          return Math.min(...pair.map(([more, less]) => (more + 0.05) / (less + 0.05)));
        })"""
    )
    assert min(contrasts) >= 4.5  # WCAG 2.1, level AA
    assert (size == "dark") == (tab.run("getComputedStyle(document.body).backgroundColor") == "rgb(22, 24, 28)")
    if folder := os.environ.get("PAGE_SCREENSHOTS"):
        for place in ("header", ".document"):
            tab.run(f"document.querySelector('{place}').scrollIntoView()")
            tab.screenshot(Path(folder) / f"{size}-{place.strip('.')}.png")


def test_the_frame_of_a_notebook_shows_the_page(tab: Tab) -> None:
    path = Path(tab.run("decodeURI(location.pathname)")).with_name("notebook.html")
    tab.requests.clear()
    tab.look(*SIZES["desktop"])
    tab.open(path)
    assert tab.complaints == []
    assert all(url.startswith(("file:", "about:srcdoc")) for url in tab.requests)
    assert tab.run("document.querySelector('iframe').getBoundingClientRect().height") > 300
