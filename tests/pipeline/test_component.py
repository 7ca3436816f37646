from __future__ import annotations

import multiprocessing
import os
import pickle
from datetime import date, datetime
from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin

from chinese_deal_ie.corpus_io import docbin
from chinese_deal_ie.pipeline import load
from chinese_deal_ie.pipeline.component import DealExtractor, _inherited
from chinese_deal_ie.pipeline.extensions import MENTIONS
from chinese_deal_ie.schema import LABELS

from .fakes import FAILING, NAMES, TEXT, FakeExtractor, full_deal

forking = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
FOUND = ["3月5日", "云泽市政府", "松湖集团", "云泽大学", "约1.25亿元", "泽东新区", "松湖产业园"]


@pytest.fixture(params=["pkuseg", "char"])
def nlp(request: pytest.FixtureRequest, fake_model: type[FakeExtractor]) -> Language:
    return load(segmenter=request.param)


def mentions(doc: Doc) -> list[tuple[object, ...]]:
    return [(e.start_char, e.end_char, e.text, e.label_, e._.entity_id, e._.score) for e in doc.ents]


def expected(text: str) -> list[tuple[object, ...]]:
    found = FakeExtractor(Path("packaged"), NAMES).extract(text).mentions
    return [(m.start, m.end, m.text, m.label, m.entity, m.score) for m in found]


def test_entities_and_deals(nlp: Language) -> None:
    doc = nlp(TEXT)
    assert doc.text == TEXT
    assert [ent.text for ent in doc.ents] == FOUND
    assert mentions(doc) == expected(TEXT)
    assert [ent.id_ for ent in doc.ents] == [ent._.entity_id for ent in doc.ents]
    assert doc._.deals == [full_deal()]
    assert doc._.deal_warnings == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "无关的新闻",
        "云泽市政府",
        "松湖集团与云泽市政务中心",  # 市政 and 湖集 end inside words
        "甲松湖集会上，市政厅",
        "😀松湖集团\r\n\u3000云泽市 政府\u200b市政\t湖集",
        "市政市政市政湖集湖集",
    ],
)
def test_every_mention_is_an_entity(nlp: Language, text: str) -> None:
    doc = nlp(text)
    assert doc.text == text
    assert mentions(doc) == expected(text)
    assert [(s.start_char, s.end_char, s.label_, s.id_) for s in doc.spans[MENTIONS]] == [
        (e.start_char, e.end_char, e.label_, e.id_) for e in doc.ents
    ]


def test_only_our_entities_have_scores(nlp: Language) -> None:
    doc = nlp(TEXT)
    other = doc[0:1]
    assert (other._.score, other._.entity_id) == (None, None)
    relabelled = doc.char_span(doc.ents[1].start_char, doc.ents[1].end_char, label="ORG")
    assert relabelled is not None
    assert relabelled._.score is None


def test_a_document_can_be_read_again(nlp: Language) -> None:
    doc = nlp(nlp(TEXT))
    assert mentions(doc) == expected(TEXT)
    assert doc._.deals == [full_deal()]


def test_deals_can_be_assigned(nlp: Language) -> None:
    doc = nlp.make_doc(TEXT)
    assert (doc._.deals, doc._.deal_warnings) == ([], [])
    doc._.deals = [full_deal(), full_deal()]
    assert doc._.deals == [full_deal(), full_deal()]


def test_published_dates(nlp: Language) -> None:
    docs = [nlp.make_doc(TEXT) for _ in range(4)]
    docs[1]._.published = date(2021, 3, 6)
    docs[2]._.published = datetime(2021, 3, 7, 8, 9)
    docs[3]._.published = date(2021, 3, 6)
    docs[3]._.published = None
    assert [doc._.published for doc in docs] == [None, date(2021, 3, 6), date(2021, 3, 7), None]
    read = [doc._.deal_warnings for doc in nlp.pipe(docs)]
    assert read == [[], ["published 2021-03-06"], ["published 2021-03-07"], []]


def test_pipe_batches_and_keeps_order_and_contexts(nlp: Language) -> None:
    texts = [f"第{number}条 {TEXT}市政" for number in range(7)]
    items = [(text, {"number": number}) for number, text in enumerate(texts)]
    read = list(nlp.pipe(items, as_tuples=True, batch_size=3))
    assert [context["number"] for _, context in read] == list(range(7))
    assert [doc.text for doc, _ in read] == texts
    assert [mentions(doc) for doc, _ in read] == [expected(text) for text in texts]
    assert [len(batch) for batch in FakeExtractor.batches] == [3, 3, 1]
    assert FakeExtractor.loaded == [None]


def test_pipe_is_a_stream(nlp: Language) -> None:
    asked: list[int] = []

    def texts() -> object:
        for number in range(1000):
            asked.append(number)
            yield TEXT

    next(iter(nlp.pipe(texts(), batch_size=2)))  # type: ignore[call-overload]
    assert len(asked) <= 4


def test_a_failing_document_does_not_stop_the_others(nlp: Language) -> None:
    docs = list(nlp.pipe([TEXT, FAILING, TEXT]))
    assert [len(doc.ents) for doc in docs] == [7, 0, 7]
    assert docs[1]._.deal_warnings == ["failed: ValueError: as asked"]
    assert docs[1]._.deals == []


def test_errors_go_to_spacys_handler(nlp: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: object, text: str, **keywords: object) -> object:
        raise ValueError("broken")

    monkeypatch.setattr(FakeExtractor, "extract", broken)
    with pytest.raises(ValueError, match="broken"):
        list(nlp.pipe([TEXT]))
    failed: list[str] = []
    nlp.set_error_handler(
        lambda name, proc, docs, error: failed.extend(doc.text for doc in docs)  # type: ignore[arg-type,return-value]
    )
    assert list(nlp.pipe([TEXT, ""])) == []
    assert failed == [TEXT, ""]


@forking
def test_worker_processes_load_their_own_model(nlp: Language) -> None:
    texts = [f"第{number}条 {TEXT}市政" for number in range(6)]
    items = [(text, number) for number, text in enumerate(texts)]
    read = list(nlp.pipe(items, as_tuples=True, batch_size=2, n_process=2))
    assert [number for _, number in read] == list(range(6))
    assert [mentions(doc) for doc, _ in read] == [expected(text) for text in texts]
    assert [doc._.deals for doc, _ in read] == [[full_deal(text)] for text in texts]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here")
@forking
def test_a_forked_process_loads_its_own_model(nlp: Language) -> None:
    component = nlp.get_pipe("deal_extractor")
    assert isinstance(component, DealExtractor)
    loaded = component.extractor
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)

    def report() -> None:
        inherited = component._extractor
        sender.send((inherited is None, component.extractor is not loaded, loaded in _inherited))

    process = context.Process(target=report)
    process.start()
    assert receiver.recv() == (True, True, True)
    process.join()
    assert component.extractor is loaded


def test_pickle_holds_a_path_and_no_model(nlp: Language) -> None:
    component = nlp.get_pipe("deal_extractor")
    assert isinstance(component, DealExtractor)
    assert len(pickle.dumps(component)) < 500
    copy = pickle.loads(pickle.dumps(nlp))
    assert mentions(copy(TEXT)) == expected(TEXT)


def test_bytes_hold_a_path_and_no_model(nlp: Language) -> None:
    component = nlp.get_pipe("deal_extractor")
    assert isinstance(component, DealExtractor)
    assert len(component.to_bytes()) < 500
    copy = DealExtractor("copy", Path("elsewhere"), "torch", "cuda:0").from_bytes(component.to_bytes())
    assert (copy.model_folder, copy.backend, copy.device) == (None, "onnx", "cpu")


@pytest.mark.parametrize("store", [True, False])
def test_doc_bin(nlp: Language, store: bool) -> None:
    docs = [nlp(TEXT), nlp("无关的新闻"), nlp("松湖集团与市政\ud83d")]
    data = DocBin(store_user_data=store, docs=docs).to_bytes()
    copies = list(DocBin().from_bytes(data).get_docs(spacy.blank("zh").vocab))
    assert [doc.text for doc in copies] == [doc.text for doc in docs]
    assert [[(e.start_char, e.end_char, e.label_) for e in doc.ents] for doc in copies] == [
        [(e.start_char, e.end_char, e.label_) for e in doc.ents] for doc in docs
    ]
    if store:
        assert [mentions(doc) for doc in copies] == [mentions(doc) for doc in docs]
        assert [doc._.deals for doc in copies] == [[full_deal()], [], []]
        assert all(isinstance(doc._.deals, list) for doc in copies)
        assert [doc._.deal_warnings for doc in copies] == [[], [], ["lone surrogates replaced by U+FFFD: 1"]]


def test_doc_bin_of_results_can_be_annotated_further(nlp: Language, tmp_path: Path) -> None:
    DocBin(store_user_data=True, docs=[nlp(TEXT)]).to_disk(tmp_path / "read.spacy")
    (document,) = docbin.items(tmp_path / "read.spacy")
    assert [mention.text for mention in document.mentions] == FOUND  # type: ignore[union-attr]


def test_what_spacy_is_told(nlp: Language) -> None:
    assert nlp.pipe_labels == {"deal_extractor": list(LABELS)}
    assert nlp.get_pipe_config("deal_extractor") | {"factory": "deal_extractor"} == {
        "factory": "deal_extractor",
        "model": None,
        "backend": "onnx",
        "device": "cpu",
    }
    analysis = nlp.analyze_pipes()
    assert analysis is not None
    assert analysis["summary"]["deal_extractor"]["assigns"][0] == "doc.ents"


def test_component_works_in_other_pipelines(fake_model: type[FakeExtractor]) -> None:
    nlp = spacy.blank("zh")
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "OTHER", "pattern": "签约"}])  # type: ignore[attr-defined]
    nlp.add_pipe("deal_extractor", name="deals")
    assert mentions(nlp(TEXT)) == expected(TEXT)
