from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from chinese_deal_ie.corpus_io import FormatError, detect
from chinese_deal_ie.corpus_io.doccano import EXTRA, read, to_json
from chinese_deal_ie.schema import Document, Frame

from .helpers import DATA, place
from .test_round_trips import DOCUMENT


def names(document: Document, entities: tuple[str, ...]) -> list[str]:
    return [document.entities()[entity][0].text for entity in entities]


def test_reads_an_export_of_a_relation_project() -> None:
    document, empty = read(DATA / "doccano_relations.jsonl")
    assert (document.id, dict(document.meta)) == ("41", {"source": "青禾日报", "page": "3"})
    assert len(document.mentions) == 12
    same = {tuple(mention.text for mention in group) for group in document.entities().values() if len(group) > 1}
    assert same == {("6月3日", "同日"), ("青禾市政府", "市政府"), ("蓝鲸科技股份有限公司", "蓝鲸科技")}
    first, second = document.frames
    assert names(document, first.company) == ["蓝鲸科技股份有限公司"]
    assert names(document, first.government) == names(document, second.government) == ["青禾市政府"]
    assert names(document, first.date) == ["6月3日"]
    assert names(document, first.project) == ["蓝鲸封装基地"]
    assert names(document, second.company) == ["云杉物流", "白桦冷链"]
    assert names(document, second.amount) == ["2亿元"]
    assert (first.type, first.stage) == (Frame().type, Frame().stage)
    assert (empty.id, len(empty.mentions), empty.frames) == ("42", 1, ())


def test_reads_an_export_with_spans_only() -> None:
    document, old = read(DATA / "doccano_spans.jsonl")
    assert [(mention.text, mention.label, mention.entity) for mention in document.mentions] == [
        ("松湖县", "LOC", "l1"),
        ("远帆重工", "COM", "c1"),
        ("远帆重工", "COM", "c1"),
        ("3亿元", "AMT", "a1"),
    ]
    assert [mention.text for mention in old.mentions] == ["松湖县"]
    assert document.frames == ()


def exported(change: dict[str, Any], path: Path) -> list[Document]:
    """Our upload as doccano would give it back: ids of its own, metadata spread at the top."""
    value = to_json(DOCUMENT)
    for entity in value["entities"]:
        entity["id"] += 1000
    for relation in value["relations"]:
        relation.update(id=relation["id"] + 50, from_id=relation["from_id"] + 1000, to_id=relation["to_id"] + 1000)
    path.write_text(json.dumps({"id": 5, **value, "Comments": [], **change}), encoding="utf-8")
    return read(path)


def test_an_upload_comes_back_whole(tmp_path: Path) -> None:
    assert exported({}, tmp_path / "all.jsonl") == [DOCUMENT]


def test_an_upload_has_no_overlaps_and_no_id() -> None:
    value = to_json(DOCUMENT)
    assert set(value) == {"text", "entities", "relations", EXTRA}
    ends = [(entity["start_offset"], entity["end_offset"]) for entity in value["entities"]]
    assert all(one[1] <= two[0] for one, two in zip(ends, ends[1:], strict=False))


def test_edits_in_doccano_take_effect(tmp_path: Path) -> None:
    value = to_json(DOCUMENT)
    entities = [entity for entity in value["entities"] if entity["id"] != 2]  # the first 蓝鲸科技 is deleted
    entities.append({"id": 77, "label": "LOC", "start_offset": 5, "end_offset": 7})
    entities[1]["start_offset"] = 7
    relations = [relation for relation in value["relations"] if 2 not in (relation["from_id"], relation["to_id"])]
    relations += [
        {"id": 90, "from_id": 4, "to_id": 77, "type": "deal2.location"},
        {"id": 91, "from_id": 6, "to_id": 8, "type": "deal2.project"},
    ]
    path = tmp_path / "edited.jsonl"
    path.write_text(json.dumps({**value, "entities": entities, "relations": relations}), encoding="utf-8")
    (document,) = read(path)
    assert [mention.text for mention in document.mentions][:4] == ["6月3日", "青禾", "市政府", "云杉物流"]
    whale = [mention.entity for mention in document.mentions if mention.text == "蓝鲸"]
    assert whale == ["c1", "c1"]
    edited = document.frames[1]
    assert edited.company == ("c1",)
    assert names(document, edited.location) == ["青禾"]
    assert (edited.type, edited.stage, edited.project) == ("cooperation", "intended", ("p1",))


def span(label: str, start: int, end: int) -> dict[str, Any]:
    return {"id": 1, "label": label, "start_offset": start, "end_offset": end}


def relation(source: int, target: int, kind: str) -> dict[str, Any]:
    return {"id": 1, "from_id": source, "to_id": target, "type": kind}


@pytest.mark.parametrize(
    ("change", "offset", "message"),
    [
        (
            {"entities": [{"id": 1, "label": "COM", "start_offset": 5, "end_offset": 500}], "relations": []},
            5,
            "outside",
        ),
        ({"entities": [{"id": 1, "label": "ORGANISATION", "start_offset": 5, "end_offset": 6}]}, None, "unknown span"),
        (
            {"entities": [{"id": 1, "label": "FIRM", "start_offset": 5, "end_offset": 6}], "relations": []},
            5,
            "unknown label",
        ),
        (
            {"entities": [{"id": 1, "label": "COM", "start_offset": 46, "end_offset": 48}], "relations": []},
            46,
            "white space",
        ),
        ({"entities": [{"id": 1, "start_offset": 5, "end_offset": 6}], "relations": []}, None, "KeyError: 'label'"),
        (
            {"relations": [{"id": 1, "from_id": 1000, "to_id": 1001, "type": "signs"}]},
            None,
            "unknown relation type 'signs'",
        ),
        ({"relations": [{"id": 1, "from_id": 1001, "to_id": 1002, "type": "deal1.company"}]}, 5, "which is no COM"),
        ({"relations": [{"id": 1, "from_id": 1002, "to_id": 1005, "type": "deal1.government"}]}, 27, "has label AMT"),
        (
            {"relations": [{"id": 1, "from_id": 1002, "to_id": 1005, "type": "deal1.amount"}]},
            None,
            "needs a company and",
        ),
        ({EXTRA: {"id": "x", "meta": {}, "deals": {"deal1": {"type": "gift"}}}}, None, "unknown type 'gift'"),
    ],
)
def test_an_error_names_line_and_character(
    change: dict[str, Any], offset: int | None, message: str, tmp_path: Path
) -> None:
    with pytest.raises(FormatError, match=message) as caught:
        exported({"text": DOCUMENT.text + " 。", **change}, tmp_path / "x.jsonl")
    assert place(caught.value) == ("x.jsonl", 1, offset)


def test_plain_exports_are_told_from_ours() -> None:
    assert detect(DATA / "doccano_spans.jsonl") == detect(DATA / "doccano_relations.jsonl") == "doccano"
