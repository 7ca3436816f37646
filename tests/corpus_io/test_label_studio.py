from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from chinese_deal_ie.corpus_io import FormatError
from chinese_deal_ie.corpus_io.label_studio import labelling_config, read, to_task, write
from chinese_deal_ie.schema import DEAL_TYPES, LABELS, SCOPES, SLOTS, STAGES, Document

from .helpers import DATA, place
from .test_round_trips import DOCUMENT


def names(document: Document, entities: tuple[str, ...]) -> list[str]:
    return [document.entities()[entity][0].text for entity in entities]


def test_reads_an_export_with_deals() -> None:
    (document,) = read(DATA / "label_studio.json")  # the second task has no annotation
    assert (document.id, dict(document.meta)) == ("901", {"source": "青禾日报"})
    assert [mention.text for mention in document.entities()["c1"]] == ["蓝鲸科技股份有限公司", "蓝鲸科技"]
    assert [mention.text for mention in document.entities()["g1"]] == ["青禾市政府", "市政府"]
    first, second = document.frames
    assert names(document, first.company + first.government) == ["蓝鲸科技股份有限公司", "青禾市政府"]
    assert names(document, first.amount + first.location) == ["12亿元", "青禾高新区"]
    assert (first.type, first.stage, first.scope) == ("investment", "signed", "deal")
    assert names(document, second.company) == ["云杉物流", "白桦冷链"]
    assert second.date == ()  # the relation from a region that is gone
    assert (second.type, second.stage) == ("cooperation", "intended")


def test_reads_predictions() -> None:
    (document,) = read(DATA / "label_studio.json", "predictions")
    assert [(mention.text, mention.score) for mention in document.mentions] == [("青禾市政府", 0.93)]


def test_reads_offsets_in_utf_16_units() -> None:
    (document,) = read(DATA / "label_studio_utf16.json")
    assert [mention.text for mention in document.mentions] == ["松湖县政府", "远帆重工", "3亿元"]
    assert document.mentions[0].start == 4


def test_the_config_offers_the_whole_vocabulary() -> None:
    view = ElementTree.fromstring(labelling_config())
    assert [label.get("value") for label in view.iter("Label")] == [*LABELS, "DEAL"]
    assert [relation.get("value") for relation in view.iter("Relation")] == ["same_as", *SLOTS]
    choices = {control.get("name"): [choice.get("value") for choice in control] for control in view.iter("Choices")}
    assert choices == {"type": list(DEAL_TYPES), "stage": list(STAGES), "scope": list(SCOPES)}


def test_every_region_belongs_to_a_control_of_the_config() -> None:
    view = ElementTree.fromstring(labelling_config())
    controls = {(control.get("name"), control.tag.lower()) for control in view if control.get("toName") == "text"}
    (annotation,) = to_task(DOCUMENT)["annotations"]
    regions = [item for item in annotation["result"] if item["type"] != "relation"]
    assert {(item["from_name"], item["type"]) for item in regions} == controls


def test_predictions_stand_beside_annotations(tmp_path: Path) -> None:
    predicted = replace(DOCUMENT, frames=(), mentions=(replace(DOCUMENT.mentions[0], score=0.25),))
    other = Document("t-9", "无人标注。")
    write([DOCUMENT], tmp_path / "t.json", predictions=[predicted, other], model_version="m1")
    assert read(tmp_path / "t.json") == [DOCUMENT]
    assert read(tmp_path / "t.json", "predictions") == [predicted, other]
    task = json.loads((tmp_path / "t.json").read_text(encoding="utf-8"))[0]
    assert task["predictions"][0]["model_version"] == "m1"
    assert task["predictions"][0]["score"] == 0.25


def test_a_prediction_of_another_text_is_refused() -> None:
    with pytest.raises(ValueError, match="same text"):
        to_task(DOCUMENT, Document("t-1", "别的"))


def edited(path: Path, edit: Callable[[dict[str, Any]], None]) -> Document:
    task = to_task(DOCUMENT)
    edit(task)
    path.write_text(f"[\n\n{json.dumps(task)}]", encoding="utf-8")
    return read(path)[0]


def regions(task: dict[str, Any]) -> list[dict[str, Any]]:
    result: list[dict[str, Any]] = task["annotations"][0]["result"]
    return result


def test_same_as_relations_join_entities(tmp_path: Path) -> None:
    def edit(task: dict[str, Any]) -> None:
        result = regions(task)
        result[:] = [item for item in result if not (item["type"] == "textarea" and item["id"] in ("m4", "m6"))]
        ends = {"from_id": "m4", "to_id": "m6", "direction": "right", "type": "relation"}
        result.append({**ends, "labels": ["same_as"]})

    document = edited(tmp_path / "t.json", edit)
    assert [mention.entity for mention in document.mentions if mention.label == "COM"] == ["c1", "c2", "c3", "c3"]


def test_the_ground_truth_goes_before_later_annotations(tmp_path: Path) -> None:
    def edit(task: dict[str, Any]) -> None:
        task["annotations"][0]["ground_truth"] = True
        task["annotations"].append({"result": [], "was_cancelled": False})

    assert edited(tmp_path / "t.json", edit) == DOCUMENT


def change(number: int, **values: Any) -> Callable[[dict[str, Any]], None]:
    return lambda task: regions(task)[number]["value"].update(values)


@pytest.mark.parametrize(
    ("edit", "offset", "message"),
    [
        (change(0, text="六月三日"), 0, "region says '六月三日', the text has '6月3日'"),
        (change(0, start=700, end=703), 700, "outside the text"),
        (change(0, labels=[]), 0, "has labels"),
        (change(0, labels=["COM", "GOV"]), 0, "has labels"),
        (change(0, labels=["FIRM"]), 0, "unknown label 'FIRM'"),
        (change(3, text=["c1"]), 11, "entity c1 is COM"),
        (change(-12, choices=["gift"]), None, "KeyError|unknown"),
        (lambda task: regions(task)[0].pop("value"), None, "KeyError: 'value'"),
        (lambda task: task.pop("data"), None, "KeyError: 'data'"),
        (lambda task: regions(task).pop(), None, "deal 3: a deal needs"),
    ],
)  # fmt: skip
def test_an_error_names_line_and_character(
    edit: Callable[[dict[str, Any]], None], offset: int | None, message: str, tmp_path: Path
) -> None:
    with pytest.raises(FormatError, match=message) as caught:
        edited(tmp_path / "t.json", edit)
    assert place(caught.value) == ("t.json", 3, offset)
