from __future__ import annotations

import configparser
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
import spacy
from spacy.util import registry

from chinese_deal_ie.model.checkpoint import MANIFEST
from chinese_deal_ie.pipeline import load
from chinese_deal_ie.schema import Label

from .fakes import TEXT, FakeExtractor, write_checkpoint

ROOT = Path(__file__).parents[2]
PACKAGED = ROOT / "chinese_deal_ie" / "assets" / "model"
NAMES: dict[str, Label] = {"松湖": "COM"}


def test_checkpoint_folder(fake_model: type[FakeExtractor], tmp_path: Path) -> None:
    folder = write_checkpoint(tmp_path / "model", NAMES)
    nlp = load(folder)
    assert [ent.text for ent in nlp(TEXT).ents] == ["松湖", "松湖"]
    assert FakeExtractor.loaded == [folder]
    assert [ent.text for ent in load(str(folder))(TEXT).ents] == ["松湖", "松湖"]


def test_saved_pipeline_has_its_own_checkpoint(fake_model: type[FakeExtractor], tmp_path: Path) -> None:
    folder = write_checkpoint(tmp_path / "model", NAMES)
    saved = tmp_path / "saved"
    load(folder, segmenter="char").to_disk(saved)
    (folder / MANIFEST).unlink()
    moved = saved.rename(tmp_path / "moved")
    for nlp in (spacy.load(moved), load(moved), load(str(moved))):
        doc = nlp(TEXT)
        assert [ent.text for ent in doc.ents] == ["松湖", "松湖"]
        assert [token.text for token in doc] == list(TEXT)
        assert FakeExtractor.loaded[-1] == moved / "deal_extractor"
    nlp.to_disk(moved)  # over itself
    nlp.to_disk(tmp_path / "again")
    assert [ent.text for ent in spacy.load(tmp_path / "again")(TEXT).ents] == ["松湖", "松湖"]
    assert [ent.text for ent in load(moved / "deal_extractor")(TEXT).ents] == ["松湖", "松湖"]


def test_backend_and_device_of_a_saved_pipeline_are_the_callers(
    fake_model: type[FakeExtractor], tmp_path: Path
) -> None:
    load(write_checkpoint(tmp_path / "model", NAMES)).to_disk(tmp_path / "saved")
    with pytest.raises(ValueError, match="no such device"):
        load(tmp_path / "saved", backend="torch", device="nowhere")


def test_errors(fake_model: type[FakeExtractor], tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no folder 'nowhere' and no installed spaCy pipeline"):
        load("nowhere")
    with pytest.raises(ValueError, match="neither a checkpoint"):
        load(tmp_path)
    spacy.blank("zh").to_disk(tmp_path / "other")
    with pytest.raises(ValueError, match="no component made by 'deal_extractor'"):
        load(tmp_path / "other")
    with pytest.raises(ValueError, match="unknown segmenter 'words'"):
        load(segmenter="words")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="backend"):
        load(backend="tensorflow")  # type: ignore[arg-type]
    load(write_checkpoint(tmp_path / "model", NAMES)).to_disk(tmp_path / "saved")
    (tmp_path / "saved" / "deal_extractor" / MANIFEST).unlink()
    with pytest.raises(ValueError, match=f"{MANIFEST} is missing"):
        load(tmp_path / "saved")


def entry_points() -> configparser.ConfigParser:
    """Those that ``setup.cfg`` declares: a development install may be older than it."""
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    declared = configparser.ConfigParser(delimiters=["="])
    declared.optionxform = str  # type: ignore[assignment,method-assign]
    for group, lines in setup["options.entry_points"].items():
        declared.read_string(f"[{group}]\n{lines}")
    return declared


@pytest.mark.parametrize("group", ["spacy_factories", "spacy_tokenizers"])
def test_entry_points_name_what_is_registered(group: str) -> None:
    for name, target in entry_points()[group].items():
        module, _, attribute = target.partition(":")
        found = getattr(import_module(module), attribute)
        assert registry.get(group.removeprefix("spacy_"), name) is not None
        assert callable(found)


def run(script: str, tmp_path: Path, *arguments: str) -> str:
    """Run a script where the distribution's entry points are installed, and return what it prints."""
    site = tmp_path / "site" / "chinese_deal_ie-0.dist-info"
    site.mkdir(parents=True)
    (site / "METADATA").write_text("Metadata-Version: 2.1\nName: chinese_deal_ie\nVersion: 0\n", encoding="utf-8")
    with open(site / "entry_points.txt", "w", encoding="utf-8") as file:
        entry_points().write(file)
    path = tmp_path / "script.py"
    path.write_text(script, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(site.parent), str(ROOT)]), "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-W", "error", str(path), *arguments],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_spacy_finds_us_without_an_import(fake_model: type[FakeExtractor], tmp_path: Path) -> None:
    load(write_checkpoint(tmp_path / "model", NAMES)).to_disk(tmp_path / "saved")
    script = """
import sys, spacy
assert not any(name.startswith("chinese_deal_ie") for name in sys.modules)
nlp = spacy.load(sys.argv[1])
print(nlp.pipe_names, type(nlp.tokenizer).__name__, [token.text for token in nlp.make_doc("签署协议")])
"""
    assert run(script, tmp_path, str(tmp_path / "saved")) == "['deal_extractor'] SegmentingTokenizer ['签署', '协议']\n"


def test_import_of_the_package_is_light() -> None:
    script = "import sys, chinese_deal_ie.pipeline; sys.exit('spacy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False, cwd=ROOT).returncode == 0


needs_model = pytest.mark.skipif(not PACKAGED.is_dir(), reason="no packaged model in chinese_deal_ie/assets/model")
ARTICLE = "3月5日，常州市政府与松湖集团签署战略合作框架协议。松湖集团将投资约50亿元，在钟楼经济开发区建设产业园。"


@needs_model
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_packaged_model_in_all_its_ways(tmp_path: Path) -> None:
    from chinese_deal_ie import Extractor

    texts = [ARTICLE, "", f"\u3000\u3000{ARTICLE}\r\n" * 40, "没有签约的消息。"]
    extractor = Extractor.from_checkpoint()
    alone = [extractor.extract(text) for text in texts]
    together = list(extractor.extract_many(("", text) for text in texts))
    nlp = load()
    nlp.to_disk(tmp_path / "saved")
    # int8 arithmetic may differ in the last digits with what is read in one batch
    for docs, extractions in (
        ([nlp(text) for text in texts], alone),
        (list(nlp.pipe(texts)), together),
        (list(nlp.pipe(texts, n_process=2, batch_size=1)), alone),
        (list(spacy.load(tmp_path / "saved").pipe(texts)), together),
    ):
        for doc, extraction in zip(docs, extractions, strict=True):
            assert doc.text == extraction.text
            assert [(e.start_char, e.end_char, e.label_, e._.entity_id) for e in doc.ents] == [
                (m.start, m.end, m.label, m.entity) for m in extraction.mentions
            ]
            assert doc._.deals == list(extraction.deals)
            assert doc._.deal_warnings == list(extraction.warnings)
    assert alone[0].mentions


@needs_model
@pytest.mark.slow
def test_spawned_processes(tmp_path: Path) -> None:
    script = """
import multiprocessing, sys
import chinese_deal_ie

if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    nlp = chinese_deal_ie.load()
    docs = list(nlp.pipe([sys.argv[1]] * 4, n_process=2, batch_size=2))
    print(sum(len(doc.ents) for doc in docs) == 4 * len(nlp(sys.argv[1]).ents) > 0)
"""
    assert run(script, tmp_path, ARTICLE) == "True\n"
