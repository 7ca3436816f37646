from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from chinese_deal_ie.corpus_io import FormatError, read_corpus
from chinese_deal_ie.corpus_io.brat import annotation_conf, read, to_standoff, write
from chinese_deal_ie.schema import LABELS, Document, Mention

from .helpers import DATA, place
from .test_round_trips import DOCUMENT


def names(document: Document, entities: tuple[str, ...]) -> list[str]:
    return [document.entities()[entity][0].text for entity in entities]


def test_reads_a_collection() -> None:
    deals, plain = read(DATA / "brat")
    assert deals.id == "qinghe"
    assert [mention.text for mention in deals.entities()["c7"]] == ["蓝鲸科技股份有限公司", "蓝鲸科技"]
    first, second = deals.frames
    assert names(deals, first.company + first.government + first.location) == [
        "蓝鲸科技股份有限公司",
        "青禾市政府",
        "青禾高新区",
    ]
    assert (first.type, first.stage) == ("investment", "signed")
    assert names(deals, second.company) == ["云杉物流", "白桦冷链"]
    assert (second.type, second.stage, second.scope) == ("cooperation", "intended", "deal")
    assert deals.meta == {f"code.{first.government[0]}": "999901"}
    assert [(mention.text, mention.entity) for mention in plain.mentions] == [
        ("松湖县", "l1"),
        ("远帆\n重工", "c1"),
        ("远帆重工", "c2"),
        ("3亿元", "a1"),
    ]


def test_writes_the_lines_brat_knows(tmp_path: Path) -> None:
    lines = to_standoff(DOCUMENT).splitlines()
    assert "T1\tDATE 0 4\t6月3日" in lines
    assert "T10\tDeal 16 20\t云杉物流" in lines
    assert "E1\tDeal:T10 Government:T2 Company:T4 Company2:T3 Amount:T6 Date:T1" in lines
    assert "A3\tScope E1 shared" in lines
    assert "*\tEquiv T3 T5 T7" in lines
    assert "N1\tReference T2 GB2260:999901\t青禾市政府" in lines
    assert "#1\tAnnotatorNotes T1\tentity=d1" in lines
    write([DOCUMENT], tmp_path)
    names = ["annotation.conf", "t-1.ann", "t-1.meta.json", "t-1.txt"]
    assert sorted(path.name for path in tmp_path.iterdir()) == names


def test_a_mention_over_a_line_break_is_written_in_fragments() -> None:
    document = Document("x", "远帆\n重工", (Mention(0, 5, "远帆\n重工", "COM", "c1"),))
    assert to_standoff(document).splitlines()[0] == "T1\tCOM 0 2;3 5\t远帆 重工"


def test_the_configuration_has_its_four_sections() -> None:
    conf = annotation_conf()
    assert [line for line in conf.splitlines() if line.startswith("[")] == [
        "[entities]", "[events]", "[relations]", "[attributes]",
    ]  # fmt: skip
    assert conf.splitlines()[1 : 1 + len(LABELS)] == list(LABELS)


@pytest.mark.parametrize(
    ("old", "new", "line", "offset", "message"),
    [
        ("T1\tDATE 0 4", "T1\tDATE 0 5", 1, 0, "T1 says '6月3日', the text has '6月3日，'"),
        ("T1\tDATE 0 4", "T1\tDAY 0 4", 1, 0, "unknown label 'DAY'"),
        ("T1\tDATE 0 4", "T1\tDATE 0", 1, None, "T1 reads"),
        ("T1\tDATE 0 4", "T1 DATE 0 4", 1, None, "T1 DATE 0 4 reads|no annotation line|is no mention"),
        ("T12\tAMT 80 83\t2亿元", "T12\tAMT 79 80;81 83\t投 亿元", 12, 79, "discontinuous"),
        ("T9\tGOV", "T8\tGOV", 9, None, "T8 twice"),
        ("Company:T3", "Firm:T3", 14, None, "unknown role 'Firm'"),
        ("Company:T3", "Company:T99", 14, None, "T99 is no mention"),
        ("E1\tDeal:", "E1\tMerger:", 14, None, "unknown event type"),
        ("A1\tType E1 investment", "A1\tType E1 gift", 17, None, "Type is one of"),
        ("Equiv T3 T4", "Equiv T3 T40", 21, None, "T40 is no mention"),
        ("Equiv T3 T4", "Equiv T3 T5", None, 30, "entity c7 is LOC"),
        ("Government:T2 ", "Government:T3 ", None, 11, "has label COM"),
    ],
)
def test_an_error_names_line_and_character(
    old: str, new: str, line: int | None, offset: int | None, message: str, tmp_path: Path
) -> None:
    shutil.copy(DATA / "brat/qinghe.txt", tmp_path)
    standoff = (DATA / "brat/qinghe.ann").read_text(encoding="utf-8")
    assert old in standoff
    (tmp_path / "qinghe.ann").write_text(standoff.replace(old, new), encoding="utf-8")
    with pytest.raises(FormatError, match=message) as caught:
        read(tmp_path)
    assert place(caught.value) == ("qinghe.ann", line, offset)


def test_an_annotation_file_needs_its_text(tmp_path: Path) -> None:
    (tmp_path / "a.ann").write_text("", encoding="utf-8")
    with pytest.raises(FormatError, match=r"no a\.txt beside it"):
        read_corpus(tmp_path)
