"""The seed articles: manifest, stand-off annotations, retold versions and the shipped example."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date
from importlib.resources import files
from pathlib import Path

import opencc
import pytest

from chinese_deal_ie.corpus_io import FormatError
from chinese_deal_ie.corpus_io.checks import guideline_flaws
from chinese_deal_ie.corpus_io.deal_text import parse
from chinese_deal_ie.corpus_io.standoff import SEEDS_VARIABLE, find_seed_texts, load_standoff
from chinese_deal_ie.schema import LABELS, Document

ROOT = Path(__file__).resolve().parents[1]
MANIFEST = json.loads((ROOT / "seeds" / "manifest.json").read_bytes())
STEMS = [Path(entry["file"]).stem for entry in MANIFEST]
NAME_RUN, ANY_RUN = 12, 24
"""Chinese characters in a row that a retold article may not share: outside names and titles, and at all."""

GLOSS = re.compile(r"\([a-zà-ǿ]+\)")
SIMPLIFY = opencc.OpenCC("t2s").convert


def annotation(stem: str) -> Path:
    return ROOT / "seeds" / "annotations" / f"{stem}.json"


def original(stem: str) -> Document:
    folder = find_seed_texts()
    if folder is None:
        pytest.skip(f"the texts of the seed articles are not here (seeds/README.md, {SEEDS_VARIABLE})")
    return load_standoff(annotation(stem), folder)


def retold(stem: str) -> Document:
    path = ROOT / "corpus" / "seeds" / f"seed-{stem[:3]}.deal.txt"
    return parse(path.read_text(encoding="utf-8"), str(path), complete=True)


def surfaces(document: Document) -> list[dict[str, list[str]]]:
    """The deals with the first form of each entity, pinyin glosses left out."""
    first = {entity: GLOSS.sub("", mentions[0].text) for entity, mentions in document.entities().items()}
    return [
        {slot: [first[entity] for entity in entities] for slot, entities in frame.slots().items() if entities}
        for frame in document.frames
    ]


def han(text: str) -> str:
    return re.sub(r"[^\u4e00-\u9fff]", "", SIMPLIFY(text))


def shared_runs(text: str, source: str, length: int) -> list[str]:
    """Runs of ``length`` Chinese characters that stand in both."""
    shingles = {source[i : i + length] for i in range(len(source) - length + 1)}
    return [run for i in range(len(text) - length + 1) if (run := text[i : i + length]) in shingles]


def test_manifest_tells_the_five_articles() -> None:
    assert [entry["id"] for entry in MANIFEST] == [f"seed-00{number}" for number in range(5)]
    for entry in MANIFEST:
        assert entry.keys() == {
            "file", "id", "sha256", "characters", "title", "outlet", "date", "lang", "damage", "description",
        }  # fmt: skip
        assert re.fullmatch(r"00[0-4]_[0-9a-f]{16}\.txt", entry["file"])
        assert re.fullmatch(r"[0-9a-f]{64}", entry["sha256"])
        assert entry["characters"] > 1000
        assert entry["lang"] in {"zh-Hans", "zh-Hant"}
        if entry["date"] is not None:
            date.fromisoformat(f"{entry['date']}-01"[:10])


@pytest.mark.parametrize("entry", MANIFEST, ids=STEMS)
def test_annotation_belongs_to_its_manifest_entry(entry: dict[str, object]) -> None:
    record = json.loads(annotation(Path(str(entry["file"])).stem).read_bytes())
    assert (record["id"], record["sha256"]) == (entry["id"], entry["sha256"])
    assert {mention["entity"] for mention in record["mentions"]} == record["entities"].keys()
    for mention in record["mentions"]:
        assert mention.keys() == {"start", "end", "label", "entity"}
        assert mention["label"] == record["entities"][mention["entity"]]["label"]
        assert 0 <= mention["start"] < mention["end"] <= entry["characters"]


@pytest.mark.parametrize("stem", STEMS)
def test_annotation_names_are_short(stem: str) -> None:
    for entity in json.loads(annotation(stem).read_bytes())["entities"].values():
        assert entity["label"] in LABELS
        assert len(entity["name"]) <= 20


@pytest.mark.shared
@pytest.mark.parametrize(("stem", "characters"), [(Path(e["file"]).stem, e["characters"]) for e in MANIFEST])
def test_annotation_resolves_against_the_text(stem: str, characters: int) -> None:
    document = original(stem)
    assert len(document.text) == characters
    assert not list(guideline_flaws(document))
    names = json.loads(annotation(stem).read_bytes())["entities"]
    for entity, mentions in document.entities().items():
        forms = {GLOSS.sub("", mention.text) for mention in mentions}
        assert names[entity]["name"] in forms


@pytest.mark.shared
@pytest.mark.parametrize("stem", STEMS)
def test_no_running_text_in_the_records(stem: str) -> None:
    source = han(original(stem).text)
    for path in (annotation(stem), ROOT / "seeds" / "manifest.json"):
        assert shared_runs(han(path.read_text(encoding="utf-8")), source, ANY_RUN) == []


@pytest.mark.shared
def test_deals_of_the_articles() -> None:
    changzhou, chengde, jinan, chongqing, shibei = map(original, STEMS)
    assert surfaces(changzhou) == [
        {
            "government": ["常州市政府"],
            "company": ["百度"],
            "amount": ["约50亿元"],
            "location": ["钟楼经济开发区"],
            "date": ["11月24日"],
            "project": ["百度大数据产业园"],
        }
    ]
    (deal,) = surfaces(chengde)
    assert (deal["government"], deal["amount"], deal["location"]) == (["承德"], ["220億元"], ["承德"])
    assert len(deal["company"]) == 7
    assert [(deal["government"], deal["company"], deal["date"]) for deal in surfaces(jinan)] == [
        (["市政府"], ["百度"], ["5月15日"]),
        (["济南高新区管委会"], ["百度"], ["5月15日"]),
        (["市政府"], ["京东"], ["5月23日"]),
        (["市政府"], ["中兴"], ["6月13日"]),
    ]
    assert surfaces(chongqing) == []
    assert [deal["company"] for deal in surfaces(shibei)] == [
        ["Intel", "中航工业"],
        ["敬众科技"],
        ["Gartner"],
        ["英特尔(中国)有限公司", "开源加速器"],
    ]
    assert not any("amount" in deal for deal in surfaces(jinan) + surfaces(shibei))


@pytest.mark.parametrize("stem", STEMS)
def test_retold_article_is_well_formed(stem: str) -> None:
    document = retold(stem)
    assert document.id == f"seed-{stem[:3]}"
    assert document.meta["facts"] == f"seed article {stem[:3]}"


@pytest.mark.shared
@pytest.mark.parametrize("stem", STEMS)
def test_retold_article_is_in_our_own_words(stem: str) -> None:
    source, document = original(stem), retold(stem)
    assert 0.6 <= len(document.text) / len(source.text) <= 1
    assert shared_runs(han(document.text), han(source.text), ANY_RUN) == []
    pieces, cursor = [], 0
    for mention in document.mentions:
        pieces.append(document.text[cursor : mention.start])
        cursor = mention.end
    pieces.append(document.text[cursor:])
    without_names = re.split(r"《[^》]*》", "《》".join(pieces))
    for piece in without_names:
        assert shared_runs(han(piece), han(source.text), NAME_RUN) == []


@pytest.mark.shared
@pytest.mark.parametrize("stem", STEMS)
def test_retold_article_has_the_same_deals(stem: str) -> None:
    def shape(document: Document) -> list[tuple[object, ...]]:
        return [
            (*(len(entities) for entities in frame.slots().values()), frame.type, frame.stage, frame.scope)
            for frame in document.frames
        ]

    assert shape(retold(stem)) == shape(original(stem))


def test_example_is_the_retold_article() -> None:
    example = files("chinese_deal_ie.examples").joinpath("changzhou.txt").read_text(encoding="utf-8")
    assert example == retold(STEMS[0]).text + "\n"


PARTY = {"start": 0, "end": 3, "label": "GOV", "entity": "g1"}
RECORD = {
    "id": "x",
    "meta": {"lang": "zh-Hans"},
    "mentions": [PARTY, {"start": 5, "end": 7, "label": "COM", "entity": "c1"}],
    "deals": [{"government": ["g1"], "company": ["c1"], "type": "cooperation", "stage": "signed"}],
}
TEXT = "市政府\r\n甲厂"


def write(folder: Path, **changes: object) -> Path:
    (folder / "x.txt").write_bytes(TEXT.encode())
    path = folder / "x.json"
    record = RECORD | {"sha256": hashlib.sha256(TEXT.encode()).hexdigest()} | changes
    path.write_text(json.dumps(record), encoding="utf-8")
    return path


def test_standoff_counts_line_ends_as_they_are(tmp_path: Path) -> None:
    document = load_standoff(write(tmp_path), tmp_path)
    assert document.text == TEXT
    assert [mention.text for mention in document.mentions] == ["市政府", "甲厂"]
    assert document.frames[0].company == ("c1",)
    assert document.meta == {"lang": "zh-Hans"}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"sha256": "0" * 64}, "not the annotated text"),
        ({"mentions": [{"start": 5, "end": 9, "label": "COM", "entity": "c1"}]}, "outside the text"),
        ({"mentions": [PARTY, {"start": 2, "end": 7, "label": "COM", "entity": "c1"}]}, "overlaps"),
        ({"mentions": [{"start": 5, "end": 7, "label": "FIRM", "entity": "c1"}]}, "unknown label"),
        ({"mentions": [{"start": 5, "label": "COM", "entity": "c1"}]}, "malformed field"),
        ({"deals": [{"company": ["g1"], "type": "fund", "stage": "signed"}]}, "has label GOV"),
        ({"deals": [{"company": ["c9"], "type": "fund", "stage": "signed"}]}, "no entity"),
    ],
)
def test_standoff_refuses(tmp_path: Path, changes: dict[str, object], message: str) -> None:
    with pytest.raises(FormatError, match=message):
        load_standoff(write(tmp_path, **changes), tmp_path)


def test_texts_are_looked_up_in_the_named_folder_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named, checkout = tmp_path / "named", tmp_path / "checkout"
    for folder in (named, checkout / "seeds", tmp_path / "shared" / "seeds"):
        folder.mkdir(parents=True)
    monkeypatch.chdir(checkout)
    monkeypatch.setenv(SEEDS_VARIABLE, str(named))
    write(tmp_path / "shared" / "seeds")
    assert find_seed_texts() == tmp_path / "shared" / "seeds"
    write(checkout / "seeds")
    assert find_seed_texts() == checkout / "seeds"
    path = write(named)
    assert find_seed_texts() == named
    assert load_standoff(path).text == TEXT


def test_missing_texts_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path)
    monkeypatch.setattr("chinese_deal_ie.corpus_io.standoff.find_seed_texts", lambda: None)
    with pytest.raises(FileNotFoundError, match=SEEDS_VARIABLE):
        load_standoff(path)
    (tmp_path / "x.txt").unlink()
    with pytest.raises(FileNotFoundError, match=r"x\.txt"):
        load_standoff(path, tmp_path)
