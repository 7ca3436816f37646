from __future__ import annotations

import pytest
from hypothesis import assume, given, settings

from chinese_deal_ie.corpus_io import FormatError
from chinese_deal_ie.corpus_io.deal_text import parse, write, write_folder
from chinese_deal_ie.corpus_io.normalise import plain_entity_ids, unix_newlines
from chinese_deal_ie.schema import Document, Frame, Mention

from .strategies import PLAIN, documents

SOURCE = """# id: x-1
# published: 2026-03-02
# facts: https://example.org/a?b=c:d

青禾又添大项目
[3月2日|DATE:d1]，[青禾市|GOV:g1]与[蓝鲸科技|COM:c1]、[云杉|COM:c2]签约[12亿元|AMT:a1]。

@deal government=g1 company=c1,c2 amount=a1 date=d1 type=investment stage=signed scope=shared
"""


def test_reads_header_text_mentions_and_deals() -> None:
    document = parse(SOURCE, "x.deal.txt")
    assert document.id == "x-1"
    assert document.meta == {"published": "2026-03-02", "facts": "https://example.org/a?b=c:d"}
    assert document.text == "青禾又添大项目\n3月2日，青禾市与蓝鲸科技、云杉签约12亿元。"
    assert document.mentions[1] == Mention(13, 16, "青禾市", "GOV", "g1")
    assert [mention.text for mention in document.mentions] == ["3月2日", "青禾市", "蓝鲸科技", "云杉", "12亿元"]
    deal = Frame(("g1",), ("c1", "c2"), ("a1",), date=("d1",), type="investment", stage="signed", scope="shared")
    assert document.frames == (deal,)


@pytest.mark.parametrize("change", [lambda s: s.replace("\n", "\r\n"), lambda s: "\ufeff" + s, lambda s: s + "\n \n"])
def test_line_ends_and_byte_order_mark_do_not_matter(change) -> None:  # type: ignore[no-untyped-def]
    assert parse(change(SOURCE)) == parse(SOURCE)


def test_a_document_may_have_no_text_and_no_deals() -> None:
    assert parse("# id: e\n") == Document("e", "")
    assert parse("# id: e") == Document("e", "")


def deal(fields: str, body: str = "[甲|COM:c1][乙|GOV:g1][丙|AMT:a1]") -> str:
    return f"# id: x\n{body}\n@deal {fields}\n"


@pytest.mark.parametrize(
    ("source", "line", "at", "message"),
    [
        ("# id: x\n甲[乙|COM:c1", 2, "[乙", "stray '['"),
        ("# id: x\n甲]乙", 2, "]", "stray ']'"),
        ("# id: x\n第一行\n甲|乙", 3, "|", "stray '|'"),
        ("# id: x\n[甲[乙|COM:c1]]", 2, "[甲", "stray '['"),
        ("# id: x\n[甲|COM]", 2, "[甲", "stray '['"),
        ("# id: x\n好[甲|FIRM:c1]", 2, "FIRM", "unknown label FIRM"),
        ("# id: x\n好[ 甲|COM:c1]", 2, " 甲", "white space"),
        ("# id: x\n[甲|COM:c1]和[乙|GOV:c1]", 2, "乙|", "entity c1 is GOV"),
        ("# id: x\n甲\n# genre: news", 3, "# genre", "a line of text begins with '#'"),
        ("# id: x\n甲\n@dael company=c1", 3, "@dael", "a line of text begins with '@'"),
        ("# id: x\n[@甲|COM:c1]", 2, "@甲", "a line of text begins with '@'"),
        ("# id: x\n# id: y\n甲", 2, "# id: y", "header 'id' twice"),
        ("# id: x\n# genre\n甲", 2, "# genre", "a header line reads"),
        ("# genre: news\n甲", 1, "# genre", "no '# id:' header"),
        (deal("company=c1 government=g9"), 3, "government=g9", "government=g9 is no entity"),
        (deal("company=g1 government=g1"), 3, "company=g1", "company=g1 has label GOV, not COM"),
        (deal("company=c1 government=a1"), 3, "government=a1", "has label AMT, not GOV or LOC"),
        (deal("company=c1,c1 government=g1"), 3, "company", "company names an entity twice"),
        (deal("company=c1, government=g1"), 3, "company", "company= is no entity"),
        (deal("company=c1 company=c1 government=g1"), 3, "company=c1 gov", "deal field 'company' twice"),
        (deal("company=c1 government=g1 type=gift"), 3, "type=gift", "unknown type 'gift'"),
        (deal("company=c1 government=g1 stage=done"), 3, "stage=done", "unknown stage 'done'"),
        (deal("company=c1 government=g1 scope=deal"), 3, "scope=deal", "unknown scope 'deal'"),
        (deal("company=c1 government=g1 when=now"), 3, "when=now", "unknown deal field 'when=now'"),
        (deal("company=c1 amount=a1"), 3, "@deal", "needs a company and a government or a location"),
        (deal("company=c1 government=g1") + "后记", 4, "后记", "after the first @deal"),
    ],
)
def test_an_error_names_file_line_and_character(source: str, line: int, at: str, message: str) -> None:
    with pytest.raises(FormatError) as caught:
        parse(source, "x.deal.txt")
    error = caught.value
    assert message in error.message
    assert (error.file, error.line, error.offset) == ("x.deal.txt", line, source.index(at))
    assert str(error) == f"x.deal.txt:{line}: character {source.index(at)}: {error.message}"


def test_type_and_stage_may_be_left_out_unless_the_document_is_to_be_complete() -> None:
    source = deal("company=c1 government=g1")
    assert parse(source).frames == (Frame(("g1",), ("c1",)),)
    with pytest.raises(FormatError, match="type and stage"):
        parse(source, complete=True)


def test_writes_what_it_reads() -> None:
    assert write(parse(SOURCE)) == SOURCE.replace("c:d\n\n", "c:d\n").replace("\n\n@deal", "\n@deal")


@pytest.mark.parametrize(
    ("document", "offset", "message"),
    [
        (Document("x", "上[海"), 1, "'['"),
        (Document("x", "上海]"), 2, "']'"),
        (Document("x", "首页|新闻"), 2, "'|'"),
        (Document("x", "# 标题"), 0, "'#' at the start of a line"),
        (Document("x", "甲\n@乙"), 2, "'@' at the start of a line"),
        (Document("x", "甲\r\n@乙"), 2, "'@'"),
        (Document("x", "\n甲"), None, "line breaks at the edges"),
        (Document("x", "甲\n"), None, "line breaks at the edges"),
        (Document("x", "甲\n乙", (Mention(0, 3, "甲\n乙", "COM", "c1"),)), 0, "line break in a mention"),
        (Document("x", "甲", (Mention(0, 2, "甲乙", "COM", "c1"),)), 0, "outside the text"),
        (Document("x", "甲乙", (Mention(0, 1, "乙", "COM", "c1"),)), 0, "mention says"),
        (Document("x", "甲", (Mention(0, 1, "甲", "COM", "c1"),), (Frame(company=("c1",)),)), None, "needs a company"),
        (Document("x", "甲", meta={"a:b": "c"}), None, "header name"),
        (Document("x", "甲", meta={"id": "y"}), None, "header name"),
        (Document("x", "甲", meta={"a": "b\nc"}), None, "header value"),
        (Document(" x", "甲"), None, "header value"),
    ],
)
def test_refuses_what_the_format_cannot_hold(document: Document, offset: int | None, message: str) -> None:
    with pytest.raises(FormatError) as caught:
        write(document)
    assert message in caught.value.message
    assert caught.value.offset == offset


def test_foreign_entity_ids_become_plain_ones() -> None:
    mentions = (Mention(0, 1, "甲", "COM", "企业-1"), Mention(1, 2, "乙", "COM", "c1"), Mention(2, 3, "丙", "GOV", "G"))
    document = Document("x", "甲乙丙", mentions, (Frame(("G",), ("企业-1",)),))
    back = parse(write(document))
    assert [mention.entity for mention in back.mentions] == ["c2", "c1", "g1"]
    assert back.frames == (Frame(("g1",), ("c2",)),)
    assert back == plain_entity_ids(document)


@settings(deadline=None)
@given(documents(alphabet=PLAIN, scores=False, breaks=False))
def test_round_trip(document: Document) -> None:
    assume(document.text == document.text.strip("\n"))
    assume(not any(":" in key for key in document.meta))
    assert parse(write(document)) == plain_entity_ids(document)


@settings(deadline=None)
@given(documents(scores=False))
def test_writes_what_it_can_read_back_or_refuses(document: Document) -> None:
    try:
        source = write(document)
    except FormatError:
        return
    assert parse(source) == plain_entity_ids(unix_newlines(document))


def test_parse_does_not_choke_on_odd_strings() -> None:
    for source in ("", "[" * 5000, "[甲|COM:c1]" * 500, "@deal", "# ", "\x00", "#\n@deal\n"):
        with pytest.raises(FormatError):
            parse(source)


def test_a_folder_gets_one_file_a_document(tmp_path) -> None:  # type: ignore[no-untyped-def]
    write_folder([Document("a/1", "甲"), Document("乙", "丙")], tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a%2F1.deal.txt", "乙.deal.txt"]
