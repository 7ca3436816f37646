"""Annotations from elsewhere: nothing outside their folder is read or written, nothing fills the memory or hangs."""

from __future__ import annotations

import io
import json
import os
import tarfile
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chinese_deal_ie.corpus_io import FormatError, brat, docbin, exports, files, json_lines, read_corpus, write_corpus
from chinese_deal_ie.corpus_io.normalise import safe_name
from chinese_deal_ie.schema import Document, Mention

SECRET = "# id: secret\n密码\n"
DEAL = "# id: {}\n[海石公司|COM:c1]签约\n"


def ids(path: Path) -> list[str]:
    return [document.id for document in read_corpus(path)]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    (folder / "inner").mkdir(parents=True)
    (folder / "a.deal.txt").write_text(DEAL.format("a"), encoding="utf-8")
    (folder / "inner" / "b.deal.txt").write_text(DEAL.format("b"), encoding="utf-8")
    (tmp_path / "secret.deal.txt").write_text(SECRET, encoding="utf-8")
    return folder


def test_links_that_lead_out_are_passed_over(corpus: Path) -> None:
    (corpus / "c.deal.txt").symlink_to("../secret.deal.txt")
    (corpus / "d.deal.txt").symlink_to("inner/b.deal.txt")
    (corpus / "d.deal.txt").unlink()
    (corpus / "up").symlink_to("..", target_is_directory=True)
    (corpus / "loop").symlink_to(".", target_is_directory=True)
    (corpus / "gone.deal.txt").symlink_to("nowhere")
    assert ids(corpus) == ["a", "b"]
    assert ids(corpus / "c.deal.txt") == ["secret"], "a file that is named is read, whatever it is"


def test_links_inside_are_followed(corpus: Path) -> None:
    (corpus / "inner" / "b.deal.txt").rename(corpus / "inner" / "b.data")
    (corpus / "c.deal.txt").symlink_to("inner/b.data")
    assert ids(corpus) == ["a", "b"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_pipes_are_not_waited_for(corpus: Path) -> None:
    os.mkfifo(corpus / "c.jsonl")
    assert ids(corpus) == ["a", "b"]


def test_a_linked_text_beside_standoff_is_refused(corpus: Path, tmp_path: Path) -> None:
    (corpus / "x.ann").write_text("", encoding="utf-8")
    (corpus / "x.txt").symlink_to(tmp_path / "secret.deal.txt")
    (error,) = brat.items(corpus / "x.ann")
    assert "link to somewhere else" in str(error)


@pytest.mark.parametrize("name", ["../secret.arrow", "/etc/passwd", "inner/x.arrow", ".."])
def test_a_dataset_names_files_of_its_folder_only(name: str, tmp_path: Path) -> None:
    pytest.importorskip("datasets")
    (tmp_path / "dataset_info.json").write_text("{}", encoding="utf-8")
    (tmp_path / "state.json").write_text(json.dumps({"_data_files": [{"filename": name}]}), encoding="utf-8")
    with pytest.raises(FormatError, match="no file of the folder"):
        read_corpus(tmp_path)


def test_a_dataset_folder_that_reads_as_an_address(tmp_path: Path) -> None:
    pytest.importorskip("datasets")
    folder = tmp_path / "zip::http"
    folder.mkdir()
    for name in ("dataset_info.json", "state.json"):
        (folder / name).write_text("{}", encoding="utf-8")
    with pytest.raises(FormatError, match="reads as an address"):
        read_corpus(folder)


def test_a_docbin_that_unpacks_to_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docbin, "LARGEST", 1 << 20)
    (tmp_path / "bomb.spacy").write_bytes(zlib.compress(b"\0" * (1 << 23), 9))
    (error,) = docbin.items(tmp_path / "bomb.spacy")
    assert "MiB when unpacked" in str(error)


JSON = {
    "deep": b'{"a":' * 100_000,
    "deep list": b"[" * 100_000,
    "digits": b'{"id": ' + b"9" * 10_000 + b"}",
    "infinite": b'{"id": "a", "text": "x", "mentions": [{"start": Infinity, "end": 1, "text": "x", "label": "COM", '
    b'"entity": "c1"}]}',
    "not a number": b'{"id": "a", "text": "x", "mentions": [{"start": NaN, "end": 1, "text": "x"}]}',
}


@pytest.mark.parametrize("suffix", ["jsonl", "json"])
@pytest.mark.parametrize("name", JSON)
def test_json_that_is_hard_on_readers(name: str, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(JSON[name])
    found = read_corpus(path, on_error="collect")
    assert not list(found)
    assert len(found.errors) == 1
    with pytest.raises(FormatError):
        json_lines.read(path)
    files.check([path])


def archive(names: list[str], *, link: str = "") -> bytes:
    """A tar file with a task in each of ``names``, and a link of that name to the first."""
    data = io.BytesIO()
    content = json.dumps([{"data": {"text": "海石公司"}, "annotations": [{"result": []}]}]).encode()
    with tarfile.open(fileobj=data, mode="w:gz") as bundle:
        for name in names:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            bundle.addfile(member, io.BytesIO(content))
        if link:
            member = tarfile.TarInfo(link)
            member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
            bundle.addfile(member)
    return data.getvalue()


OUTSIDE = ["../evil.json", "/tmp/evil.json", "a/../../evil.json", "..\\evil.json"]


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_archives_write_nothing_outside(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = tmp_path / "scratch" / "deep"
    scratch.mkdir(parents=True)
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    path = tmp_path / f"export.{kind}"
    if kind == "tar":
        path.write_bytes(archive([*OUTSIDE, "good.json"], link="passwd.json"))
    else:
        with zipfile.ZipFile(path, "w") as packed:
            for name in [*OUTSIDE, "good.json"]:
                packed.writestr(name, json.dumps([{"data": {"text": "海石公司"}, "annotations": [{"result": []}]}]))
    before = set(tmp_path.rglob("*"))
    documents, _, _ = exports.read_export(path, "label-studio")
    assert set(tmp_path.rglob("*")) == before
    assert not Path("/tmp/evil.json").exists()
    assert {document.text for document in documents} == {"海石公司"}


def test_archives_that_unpack_to_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "LARGEST", 1 << 20)
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.json", b"0" * (1 << 22))
    documents, errors, _ = exports.read_export(path, "label-studio")
    assert not documents
    assert "unpacked" in str(errors[0])


@given(st.text(max_size=30) | st.text("./\\:%\0a", max_size=8))
def test_file_names_stay_in_their_folder(identifier: str) -> None:
    name = safe_name(identifier)
    assert Path(name).name == name
    assert name not in (".", "..", "")
    assert not set(name) & set('/\\:*?"<>|\0')


@given(st.lists(st.text("./%a2FE", max_size=6), unique=True, max_size=6))
def test_file_names_differ_as_ids_do(identifiers: list[str]) -> None:
    assert len({safe_name(identifier) for identifier in identifiers}) == len(identifiers)


def test_long_ids_make_names_that_file_systems_take(tmp_path: Path) -> None:
    documents = [Document("长" * 300 + tail, "文") for tail in ("甲", "乙")]
    write_corpus(documents, tmp_path / "brat", "brat")
    write_corpus(documents, tmp_path / "deal", "deal")
    assert sorted(ids(tmp_path / "brat")) == sorted(ids(tmp_path / "deal")) == [item.id for item in documents][::-1]


SURROGATE = Document("a", "海石\ud800公司", (Mention(0, 2, "海石", "COM", "c1"),))


@pytest.mark.parametrize("name", ["deal", "brat", "spacy", "datasets"])
def test_lone_surrogates_are_refused_where_no_file_can_hold_them(name: files.Format, tmp_path: Path) -> None:
    if name == "datasets":
        pytest.importorskip("datasets")
    with pytest.raises(FormatError, match="surrogate"):
        write_corpus([SURROGATE], tmp_path / "out", name)


@pytest.mark.parametrize("name", ["jsonl", "doccano", "labelstudio"])
def test_lone_surrogates_survive_in_json(name: files.Format, tmp_path: Path) -> None:
    path = tmp_path / ("out.json" if name == "labelstudio" else "out.jsonl")
    write_corpus([SURROGATE], path, name)
    assert [document.text for document in read_corpus(path)] == [SURROGATE.text]


def test_a_declaration_of_labels_that_is_no_text(corpus: Path) -> None:
    (corpus / "extra-labels.txt").write_bytes(b"\xff\xfe\x00")
    found = read_corpus(corpus, on_error="collect")
    assert found.errors
    assert all("UTF-8" in str(error) for error in found.errors)
