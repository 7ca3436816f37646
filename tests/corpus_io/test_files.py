from __future__ import annotations

import json
from pathlib import Path

import pytest

from chinese_deal_ie.corpus_io import FormatError, check, detect, read_corpus, write_corpus
from chinese_deal_ie.corpus_io.json_lines import to_json
from chinese_deal_ie.schema import Document

from .helpers import CORPUS, DATA, place
from .test_round_trips import DOCUMENT

GOOD = "# id: {}\n[甲|COM:c1]落户[乙|LOC:l1]\n@deal company=c1 location=l1 type=investment stage=signed\n"


def make(folder: Path, **files: str) -> Path:
    for name, content in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder


def test_reads_folders_in_order_of_name_and_passes_over_other_files(tmp_path: Path) -> None:
    make(
        tmp_path,
        b_deal_txt=GOOD.format("b"),
        a__z_deal_txt=GOOD.format("z"),
        a__y_jsonl=json.dumps(to_json(Document("y", "无"))),
        README_md="# id: no\n",
        notes_txt="# 随便写的",
        c__w_txt=GOOD.format("w"),
        c__v_txt="# id: 一篇 brat 的正文",
        c__v_ann="",
        config_json='{"data": 1}',
        other_jsonl='{"question": "?"}\n',
    )
    assert [document.id for document in read_corpus(tmp_path)] == ["y", "z", "b", "v", "w"]


def test_reads_a_folder_with_files_of_every_tool() -> None:
    ids = [document.id for document in read_corpus(DATA)]
    assert ids == ["qinghe", "songhu", "41", "42", "7", "8", "901", "77"]


@pytest.mark.parametrize(
    ("name", "content", "line", "at", "message"),
    [
        ("x.deal.txt", "# id: x\n甲]", 2, "]", "stray"),
        ("x.jsonl", '\n{"id": "x", "text": "甲", "mentions": [}\n', 2, "}", "no JSON"),
        ("x.jsonl", '{"id": "x", "text": "", "mentions": []}\n[1]\n', 2, "[1]", "no JSON object"),
        ("x.jsonl", '{"id": "x", "mentions": []}\n', 1, None, "KeyError: 'text'"),
        ("x.json", '[\n{"data": x}]', 2, "x", "no JSON"),
        ("x.json", '[{"data": {"text": ""}, "annotations": []} ', 1, "", "array not closed"),
    ],
)
def test_broken_files_are_named(
    name: str, content: str, line: int, at: str | None, message: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(FormatError, match=message) as caught:
        read_corpus(tmp_path)
    offset = None if at is None else content.rindex(at)
    assert place(caught.value) == (name, line, offset)


def test_a_file_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.deal.txt").write_bytes("# id: x\n甲".encode() + "乙".encode("gbk"))
    with pytest.raises(FormatError, match="not UTF-8") as caught:
        read_corpus(tmp_path)
    assert place(caught.value) == ("x.deal.txt", 2, 9)


def test_errors_can_be_collected(tmp_path: Path) -> None:
    lines = [json.dumps(to_json(Document("l1", "无"))), '{"mentions": 3}', json.dumps(to_json(Document("l3", "无")))]
    make(tmp_path, a_deal_txt="甲", b_deal_txt=GOOD.format("b"), c_jsonl="\n".join(lines))
    corpus = read_corpus(tmp_path, on_error="collect")
    assert [document.id for document in corpus] == ["b", "l1", "l3"]
    assert [place(error)[:2] for error in corpus.errors] == [("a.deal.txt", 1), ("c.jsonl", 2)]


def test_an_id_may_occur_once(tmp_path: Path) -> None:
    make(tmp_path, a_deal_txt=GOOD.format("x"), b__c_deal_txt=GOOD.format("x"))
    with pytest.raises(FormatError, match=r"document id 'x' again; first in .*a\.deal\.txt"):
        read_corpus(tmp_path)
    assert len(read_corpus(tmp_path, on_error="collect")) == 1
    assert [place(error)[0] for error in check([tmp_path / "b", tmp_path / "a.deal.txt"])] == ["a.deal.txt"]


def test_check_is_stricter_than_reading(tmp_path: Path) -> None:
    source = "# id: {}\n# {}\n[甲|COM:c1]落户[乙|LOC:l1]\n@deal company=c1 location=l1 type=investment{}\n"
    make(
        tmp_path,
        a_deal_txt=source.format("a", "genre: gossip", " stage=signed"),
        b_deal_txt=source.format("b", "lang: en", " stage=signed"),
        c_deal_txt=source.format("c", "published: 2026-13-01", " stage=signed"),
        d_deal_txt=source.format("d", "genre: news", ""),
        e_deal_txt=source.format("e", "published: 2026-03", " stage=signed"),
    )
    assert len(read_corpus(tmp_path)) == 5
    problems = check([tmp_path])
    assert [place(problem)[0] for problem in problems] == [f"{letter}.deal.txt" for letter in "abcd"]
    for problem, word in zip(problems, ("genre", "lang", "published", "stage"), strict=True):
        assert word in problem.message


def test_check_applies_the_guidelines_to_other_formats(tmp_path: Path) -> None:
    loose = to_json(DOCUMENT)
    loose["frames"] = [{**loose["frames"][0], "government": []}]
    make(tmp_path, a_jsonl=json.dumps(loose))
    assert len(read_corpus(tmp_path)) == 1
    (problem,) = check([tmp_path])
    assert "a government or a location" in problem.message


def test_a_missing_path_is_no_corpus(tmp_path: Path) -> None:
    for function in (read_corpus, detect, lambda path: check([path])):
        with pytest.raises(FileNotFoundError):
            function(tmp_path / "none.jsonl")
        with pytest.raises(FileNotFoundError):
            function(tmp_path / "none")


def test_a_named_file_of_no_known_format_is_an_error(tmp_path: Path) -> None:
    make(tmp_path, a_md="#")
    with pytest.raises(FormatError, match="not a known annotation format"):
        read_corpus(tmp_path / "a.md")


def test_the_corpus_is_sound() -> None:
    assert check([CORPUS]) == []


def test_a_corpus_can_change_format_through_folders(tmp_path: Path) -> None:
    documents = read_corpus(DATA / "brat")
    write_corpus(documents, tmp_path / "x.jsonl", "jsonl")
    assert read_corpus(tmp_path) == documents
