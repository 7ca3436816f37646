"""From the exports of annotation tools to a retrained model, as a shell does it."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chinese_deal_ie.corpus_io import brat, doccano, label_studio, read_corpus
from chinese_deal_ie.schema import Document

from .helpers import run

torch = pytest.importorskip("torch")

from training.helpers import many, write_base  # noqa: E402

DATA = Path(__file__).parents[1] / "corpus_io" / "data"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_base(tmp_path_factory.mktemp("base") / "model")


def studio_task(document: Document, number: int) -> dict[str, Any]:
    """A task as Label Studio's JSON export has it, with its own bookkeeping around what was annotated."""
    (annotation,) = label_studio.to_task(document)["annotations"]
    for item in annotation["result"]:
        item.pop("score", None)
    return {
        "id": number,
        "annotations": [
            {
                "id": 900 + number,
                "completed_by": 1,
                **annotation,
                "created_at": "2026-03-02T08:20:00.000000Z",
                "updated_at": "2026-03-02T08:25:10.000000Z",
                "lead_time": 310.4,
                "prediction": {},
                "result_count": len(annotation["result"]),
                "task": number,
                "parent_prediction": None,
                "parent_annotation": None,
            }
        ],
        "file_upload": "b7a0-tasks.json",
        "drafts": [],
        "predictions": [],
        "data": {"text": document.text, "document_id": document.id},
        "meta": {},
        "created_at": "2026-03-01T10:00:00.000000Z",
        "updated_at": "2026-03-02T08:25:10.000000Z",
        "inner_id": number,
        "total_annotations": 1,
        "cancelled_annotations": 0,
        "total_predictions": 0,
        "comment_count": 0,
        "unresolved_comment_count": 0,
        "last_comment_updated_at": None,
        "project": 3,
        "updated_by": 1,
        "comment_authors": [],
    }


def studio_export(path: Path, documents: Sequence[Document]) -> Path:
    tasks = [studio_task(document, number) for number, document in enumerate(documents, 1)]
    own = json.loads((DATA / "label_studio.json").read_text(encoding="utf-8"))
    path.write_text(json.dumps([*own, *tasks], ensure_ascii=False), encoding="utf-8")
    return path


def doccano_line(document: Document, number: int) -> dict[str, Any]:
    """A line as doccano's relation projects export it: ids of its data base, comments, its own id."""
    value = doccano.to_json(document)
    shift = 100 * number
    for entity in value["entities"]:
        entity["id"] += shift
    for relation in value["relations"]:
        relation.update(id=relation["id"] + shift, from_id=relation["from_id"] + shift, to_id=relation["to_id"] + shift)
    return {"id": number, **value, "Comments": []}


def doccano_export(path: Path, documents: Sequence[Document]) -> Path:
    lines = [json.dumps(doccano_line(item, number), ensure_ascii=False) for number, item in enumerate(documents, 100)]
    own = (DATA / "doccano_relations.jsonl").read_text(encoding="utf-8").strip().splitlines()
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("all.jsonl", "\n".join([*own, *lines]) + "\n")
    return path


@pytest.mark.slow
def test_two_exports_drive_the_whole_loop(base: Path, tmp_path: Path) -> None:
    mine, model, scores = tmp_path / "mine", tmp_path / "model", tmp_path / "scores.json"
    first = studio_export(tmp_path / "project-3.json", many(24)[:12])
    second = doccano_export(tmp_path / "doccano.zip", many(24)[12:])
    result = run("corpus", "import", first, "--format", "label-studio", "--output", mine)
    assert result.exit_code == 0, result.stderr
    assert "13 documents" in result.stderr
    assert "1 tasks that nobody has annotated" in result.stderr
    result = run("corpus", "import", second, "--format", "doccano", "--output", mine)
    assert result.exit_code == 0, result.stderr
    assert sorted(file.name for file in mine.iterdir()) == ["doccano.jsonl", "project-3.jsonl"]
    read = {item.id: item for item in read_corpus(mine)}
    assert len(read) == 13 + 14
    for item in many(24):
        assert read[item.id].text == item.text
        assert [replace(one, entity="") for one in read[item.id].mentions] == [
            replace(one, entity="") for one in item.mentions
        ]
        assert len(read[item.id].frames) == len(item.frames)

    result = run("train", "--base", base, "--corpus", mine, "--output", model, "--steps", "2", "--threads", "1")
    assert result.exit_code == 0, result.stderr
    assert "8 held-out documents, F1 in percent" in result.stdout
    assert "o improvement is shown" in result.stdout or "etter on the 8 held-out documents" in result.stdout
    assert "too few documents to fit" in result.stdout
    assert "training, at most 2 updates" in result.stderr

    result = run("evaluate", mine, "--model", model, "--json", scores)
    assert result.exit_code == 0, result.stderr
    found = json.loads(scores.read_text(encoding="utf-8"))
    assert found["documents"] == 27
    from chinese_deal_ie import load

    nlp = load(model, segmenter="char")
    text = many(1)[0].text
    assert nlp(text).text == text

    again = run("train", "--base", base, "--corpus", mine, "--output", model, "--steps", "2")
    assert again.exit_code == 1
    assert "finished model; give a new folder" in again.stderr


class TestImport:
    def test_a_broken_record_is_told_and_the_others_are_written(self, tmp_path: Path) -> None:
        lines = [doccano_line(item, number) for number, item in enumerate(many(3))]
        lines[1]["entities"][0]["end_offset"] = 99_999
        export = tmp_path / "all.jsonl"
        export.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
        result = run("corpus", "import", export, "--format", "doccano", "--output", tmp_path / "mine")
        assert result.exit_code == 1
        assert f"error: {export}:2: character " in result.stderr
        assert "1 records left out; mend them in doccano" in result.stderr
        assert [item.id for item in read_corpus(tmp_path / "mine")] == ["n-0", "n-2"]

    def test_names_in_archives_are_told(self, tmp_path: Path) -> None:
        export = tmp_path / "export.zip"
        with zipfile.ZipFile(export, "w") as packed:
            packed.writestr("admin.jsonl", '{"id": 1, "text": "甲", "entities": [], "relations": []}\n{broken\n')
            packed.writestr("../outside.jsonl", '{"id": 2, "text": "乙", "entities": [], "relations": []}\n')
        result = run("corpus", "import", export, "--format", "doccano", "--output", tmp_path / "mine")
        assert result.exit_code == 1
        assert f"{export}/admin.jsonl:2: " in result.stderr
        assert [item.id for item in read_corpus(tmp_path / "mine")] == ["1"]
        assert not (tmp_path.parent / "outside.jsonl").exists()

    @pytest.mark.parametrize("packed", [False, True])
    def test_a_brat_collection(self, tmp_path: Path, packed: bool) -> None:
        folder = tmp_path / "collection"
        brat.write(many(3), folder)
        export = folder
        if packed:
            export = tmp_path / "collection.tar.gz"
            with tarfile.open(export, "w:gz") as bundle:
                bundle.add(folder, "collection")
                bad = tarfile.TarInfo("collection/bad.ann")
                bad.size = 4
                bundle.addfile(bad, io.BytesIO(b"T1\tX"))
        result = run("corpus", "import", export, "--format", "brat", "--output", tmp_path / "mine")
        assert result.exit_code == packed
        assert ("collection.tar.gz/collection/bad.ann" in result.stderr) is packed
        assert read_corpus(tmp_path / "mine") == sorted(many(3), key=lambda item: item.id)

    def test_a_new_export_takes_the_place_of_the_old_one(self, tmp_path: Path) -> None:
        mine, export = tmp_path / "mine", tmp_path / "a.json"
        label_studio.write(many(2), export)
        assert run("corpus", "import", export, "--format", "label-studio", "--output", mine).exit_code == 0
        label_studio.write(many(4), export)
        assert run("corpus", "import", export, "--format", "label-studio", "--output", mine).exit_code == 0
        assert len(read_corpus(mine)) == 4
        other = tmp_path / "b.json"
        label_studio.write(many(6)[3:], other)
        result = run("corpus", "import", other, "--format", "label-studio", "--output", mine)
        assert result.exit_code == 1
        assert "'n-3' is in a.jsonl already" in result.stderr
        assert len(read_corpus(mine)) == 6

    @pytest.mark.parametrize(
        ("name", "content", "tool", "said"),
        [
            (
                "a.json",
                '[{"id": 1, "text": "甲", "label": []}]',
                "label-studio",
                "JSON-MIN; export the project as JSON",
            ),
            ("a.jsonl", '{"text": "甲", "entities": [], "relations": []}\n', "label-studio", "give --format doccano"),
            ("a.json", '[{"data": {"text": "甲"}, "annotations": []}]', "doccano", "give --format label-studio"),
            ("a.json", "{", "label-studio", "no JSON"),
            ("a.zip", "PK\x03\x04", "doccano", "damaged archive; download it again"),
        ],
    )
    def test_slips_are_told(self, tmp_path: Path, name: str, content: str, tool: str, said: str) -> None:
        (tmp_path / name).write_text(content, encoding="utf-8")
        result = run("corpus", "import", tmp_path / name, "--format", tool, "--output", tmp_path / "mine")
        assert result.exit_code == 1
        assert said in result.stderr
        assert f"error: {tmp_path / name}" in result.stderr
        assert not (tmp_path / "mine").exists()

    def test_own_labels(self, tmp_path: Path) -> None:
        export = tmp_path / "all.jsonl"
        export.write_text('{"id": 1, "text": "税收优惠", "label": [[0, 4, "POLICY"]]}\n', encoding="utf-8")
        mine = tmp_path / "mine"
        common = ("corpus", "import", export, "--format", "doccano", "--output", mine)
        result = run(*common)
        assert result.exit_code == 1
        assert "unknown label 'POLICY'" in result.stderr
        assert run(*common, "--label", "Policy!").exit_code == 2
        assert run(*common, "--label", "POLICY").exit_code == 0
        assert run("corpus", "check", mine).exit_code == 0
        assert run("corpus", "convert", mine, "--to", "deal", "--output", tmp_path / "text").exit_code == 0
        assert run(*common).exit_code == 0  # the corpus remembers
        assert (mine / "extra-labels.txt").read_text(encoding="utf-8") == "POLICY\n"
        (document,) = read_corpus(mine)
        assert document.mentions[0].label == "POLICY"


@pytest.mark.parametrize("tool", ["doccano", "label-studio", "brat"])
def test_projects_know_all_labels(tool: str) -> None:
    result = run("corpus", "project", "--format", tool, "--label", "POLICY")
    assert result.exit_code == 0
    assert all(name in result.stdout for name in ("GOV", "COM", "POLICY"))
    assert run("corpus", "project", "--format", tool, "--label", "x").exit_code == 2


def test_doccano_gets_types_for_what_is_written() -> None:
    types = json.loads(run("corpus", "project", "--format", "doccano").stdout)
    known = {one["text"] for one in types["relations"]}
    written = {relation["type"] for item in many(3) for relation in doccano.to_json(item)["relations"]}
    assert written <= known


class TestUsage:
    @pytest.mark.parametrize(("share", "said"), [("1.5", "between 0 and 0.8"), ("nowhere", "neither a share")])
    def test_held_out(self, tmp_path: Path, share: str, said: str) -> None:
        result = run("train", "--corpus", tmp_path, "--output", tmp_path / "new", "--held-out", share)
        assert result.exit_code == 2
        assert said in " ".join(result.stderr.split())

    def test_too_few_documents(self, base: Path, tmp_path: Path) -> None:
        label_studio.write(many(3), tmp_path / "a.json")
        result = run("train", "--base", base, "--corpus", tmp_path / "a.json", "--output", tmp_path / "new")
        assert result.exit_code == 1
        assert "3 documents are too few to divide; annotate at least 6" in result.stderr
        assert not (tmp_path / "new").exists()

    def test_broken_documents(self, base: Path, tmp_path: Path) -> None:
        (tmp_path / "a.jsonl").write_text('{"id": 1, "mentions": []}\n', encoding="utf-8")
        result = run("train", "--base", base, "--corpus", tmp_path, "--output", tmp_path / "new")
        assert result.exit_code == 1
        assert "a.jsonl:1: " in result.stderr

    def test_no_base(self, tmp_path: Path) -> None:
        label_studio.write(many(8), tmp_path / "a.json")
        result = run("train", "--base", tmp_path, "--corpus", tmp_path / "a.json", "--output", tmp_path / "new")
        assert result.exit_code == 2
        assert "cannot start from" in result.stderr

    def test_interruption_says_how_to_go_on(self, base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        from chinese_deal_ie.training import retrain as module

        def interrupted(*arguments: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(module, "retrain", interrupted)
        result = run("train", "--base", base, "--corpus", tmp_path, "--output", tmp_path / "new")
        assert result.exit_code == 130
        assert "run the same command again" in result.stderr
