"""The HTML itself; what it does in a browser is in test_browser.py."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import chinese_deal_ie
from chinese_deal_ie.rendering import Page, PageBuilder, extraction_from_dict, render
from chinese_deal_ie.rendering.marking import Marked, passages, safe
from chinese_deal_ie.schema import Deal, Document, Extraction, Frame, Mention

from .helpers import HOSTILE, TEXT, extraction, hostile, mention


class Reader(HTMLParser):
    """Elements with their attributes, and the text of paragraphs of class ``text``."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text, self._inside = "", False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._inside = self._inside or (tag == "p" and ("class", "text") in attrs)

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "p"

    def handle_data(self, data: str) -> None:
        self.text += data if self._inside else ""

    def named(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.elements if tag == name]


def test_the_page_shows_the_whole_text() -> None:
    assert Reader(render(extraction()).html).text == TEXT.replace("\r\n", "\n")


def test_every_link_has_a_target_and_ids_are_unique() -> None:
    page = Reader(render([extraction(), hostile(), extraction()]).html)
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids)) > 10
    links = [attributes["href"] for attributes in page.named("a")]
    assert links
    assert {link for link in links if link and link[1:] not in ids} == set()


def test_a_mention_knows_its_deals_and_fillers() -> None:
    page = Reader(render(extraction()).html)
    amount = next(item for item in page.named("a") if item.get("data-label") == "AMT")
    assert amount["data-deals"] == "t0d0 t0d1"
    assert amount["data-fillers"] == "t0d0-amount0 t0d1-amount0"
    keys = {attributes["data-key"] for _, attributes in page.elements if "data-key" in attributes}
    assert set(str(amount["data-fillers"]).split()) <= keys


def test_fillers_that_are_no_mentions_are_marked_too() -> None:
    """青禾基金 by itself, 松湖 inside of 松湖集团."""
    labels = [item.get("data-label") for item in Reader(render(extraction()).html).named("a")]
    assert labels.count("COM") == 3


def test_the_page_loads_nothing() -> None:
    html = render([extraction(), hostile()]).html
    page = Reader(html)
    assert not {"link", "img", "iframe", "object"} & {tag for tag, _ in page.elements}
    assert all("src" not in attributes for _, attributes in page.elements)
    assert "http" not in re.sub(r"http-equiv", "", html)
    policy = next(item["content"] for item in page.named("meta") if item.get("http-equiv"))
    assert str(policy).startswith("default-src 'none'; style-src 'sha256-")


def test_strings_stay_strings() -> None:
    page = Reader(render(hostile(), title=HOSTILE).html)
    assert len(page.named("script")) == 1
    assert page.named("img") == []
    assert HOSTILE in page.text


@settings(deadline=None)
@given(st.text())
def test_escaped_text_reads_as_itself(text: str) -> None:
    shown = Reader(f'<p class="text">{safe(text)}</p>').text
    assert len(shown) == len(text.replace("\r\n", "\n"))
    assert not set(safe(text)) & set("<>\"'\0\x1b")


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=8))
def test_any_mentions_leave_the_text_whole(ranges: list[tuple[int, int]]) -> None:
    """Overlapping, nested, empty and doubled ones."""
    mentions = tuple(Mention(a, b, TEXT[a:b], "ORG", "o1") for a, b in ranges if a <= b)
    page = Reader(render(replace(extraction(), mentions=mentions)).html)
    ids = {attributes.get("id") for _, attributes in page.elements}
    assert all(str(item["href"])[1:] in ids for item in page.named("a"))
    html = Marked(replace(extraction(), mentions=mentions), "x").html
    assert Reader(html).text == TEXT.replace("\r\n", "\n")


def test_sums_count_a_shared_amount_once() -> None:
    html = render([extraction(), hostile()]).html
    table = html[html.index("<table") : html.index("</table>")]
    assert re.findall(r'"figure">([^<]*)<', table) == ["500,000,000 CNY", "200,000,000 USD"]
    assert "江苏省" in table


def test_sums_are_those_of_the_frame() -> None:
    pytest.importorskip("pandas")
    from chinese_deal_ie.rendering.totals import Totals
    from chinese_deal_ie.resolution.sums import sums

    found = Totals()
    sources = [extraction(), hostile(), replace(extraction(), deals=extraction().deals[1:])]
    for source in sources:
        found.add(source.deals)
    frame = sums(sources, by="province")
    expected = {
        (row.province or "", row.currency, row.total, row.sums, row.deals) for row in frame.itertuples(index=False)
    }
    assert {
        (row.province, row.unit and row.unit[0], row.figure, row.sums, row.deals) for row in found.rows()
    } == expected


def test_without_a_text_the_evidence_is_shown() -> None:
    source = extraction()
    bare = replace(source, text="")
    assert [part.text for part in passages(bare)] == [span.text for deal in source.deals for span in deal.evidence]
    page = Reader(render(bare).html)
    assert "泽东新区" in page.text
    assert "\n" not in page.text


def test_a_wrong_text_is_told_and_not_shown() -> None:
    html = render(replace(extraction(), text="别的文本。" * 30)).html
    assert "别的文本" not in html
    assert "not the one that was read" in html


def test_overlapping_evidence_is_shown_once() -> None:
    source = extraction()
    first, second = source.deals[0].evidence
    longer = replace(first, end=first.end + 4, text=TEXT[first.start : first.end + 4])
    deals = (source.deals[0], replace(source.deals[1], evidence=(longer, *source.deals[1].evidence)))
    assert passages(replace(source, text="", deals=deals))[0].text == TEXT[first.start : second.end]


@pytest.mark.parametrize(("count", "opened"), [(5, True), (6, False)])
def test_many_documents_are_closed_at_first(count: int, opened: bool) -> None:
    details = [item for item in Reader(render([extraction()] * count).html).named("details") if "class" in item]
    assert [("open" in item) for item in details] == [opened] * count


def test_what_can_be_rendered() -> None:
    source = extraction()
    annotated = Document(
        "gold", TEXT, (mention("松湖集团", "COM", "c1"), mention("云泽市政府", "GOV", "g1")), (Frame(("g1",), ("c1",)),)
    )
    for one in (source, source.deals[0], annotated, list(source.deals), [source, source.deals[0], annotated], []):
        assert "<h1>" in render(one).html
    assert render(list(source.deals)).html.count('class="document"') == 1
    assert "<h1>title &amp; more</h1>" in render(source, title="title & more").html


@pytest.mark.parametrize("wrong", ["text", b"text", 5, None, ["text"], [5]])
def test_what_cannot_be_rendered(wrong: object) -> None:
    with pytest.raises(TypeError, match="cannot render"):
        render(wrong)  # type: ignore[arg-type]


def test_render_is_public() -> None:
    assert chinese_deal_ie.render is render


def test_a_spacy_document() -> None:
    import spacy

    from chinese_deal_ie.pipeline.extensions import annotate

    doc = spacy.blank("zh")(TEXT)
    source = extraction()
    annotate(doc, source)
    page = Reader(render(doc).html)
    assert page.text == TEXT.replace("\r\n", "\n")
    assert [item["id"] for item in page.named("li") if item.get("class") == "deal"] == ["t0d0", "t0d1"]


def test_saved_and_shown_in_notebooks(tmp_path: Path) -> None:
    page = render(extraction())
    path = page.save(tmp_path / "page.html")
    assert path.read_bytes() == page.html.encode()
    frame = Reader(page._repr_html_()).named("iframe")
    assert [item["srcdoc"] for item in frame] == [page.html]
    assert frame[0]["sandbox"] == "allow-scripts"
    assert str(page) == page.html
    assert len(repr(page)) < 80


@pytest.mark.parametrize("source", [extraction(), extraction().deals[0]], ids=["extraction", "deal"])
def test_results_show_themselves_in_notebooks(source: Extraction | Deal) -> None:
    assert source._repr_html_() == render(source)._repr_html_()


def test_results_come_back_from_their_json() -> None:
    for source in (extraction(), hostile()):
        line = json.loads(json.dumps(source.to_dict(), ensure_ascii=False))
        back = extraction_from_dict(line, source.text)
        assert back.to_dict() == source.to_dict()
        assert back.text == source.text
    assert extraction_from_dict(extraction().to_dict()).deals[0].government[0].place is not None


@pytest.mark.parametrize(
    "change",
    [
        {"deals": None},
        {"deals": [{}]},
        {"mentions": [{"start": 3, "end": 2, "text": "", "label": "COM", "entity": "c"}]},
        {"mentions": [{"start": 0, "end": 2, "text": "甲", "label": "COM", "entity": "c"}]},
        {"mentions": [5]},
        {"id": 7},
    ],
)
def test_other_json_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="no result of extract"):
        extraction_from_dict({**extraction().to_dict(), **change})
    with pytest.raises(ValueError, match="no result of extract"):
        extraction_from_dict({})


def test_a_builder_without_documents_makes_a_page() -> None:
    page = PageBuilder().page()
    assert isinstance(page, Page)
    assert "0 documents, 0 deals" in page.html
