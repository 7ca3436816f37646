from __future__ import annotations

import pickle
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.vocab import Vocab

from chinese_deal_ie.pipeline.tokenizer import SegmentingTokenizer, cover, packaged_model

WORDS = SegmentingTokenizer(Vocab(), "pkuseg")
CHARACTERS = SegmentingTokenizer(Vocab(), "char")
ODD = [
    "",
    " ",
    "   ",
    "\n",
    "\r\n\r\n",
    "\t",
    "\u3000\u3000本报讯",
    "云泽市 政府\u3000与\t松湖集团\r\n 签约 \n",
    "a\x00b",
    "\u200b云\u200b泽\u200d市\ufeff",
    "😀云泽👨\u200d👩\u200d👧市🇨🇳",
    "\x1c\x1d\x85\u2028 x\u2029",
    "Tel: 010-1234 5678",
    "é e\u0301 İ ﬁ",
    "雲澤市政府與松湖集團",
    "\ufffd",
]


@pytest.mark.parametrize("text", ODD)
@pytest.mark.parametrize("tokenizer", [WORDS, CHARACTERS], ids=["pkuseg", "char"])
def test_text_is_the_callers(text: str, tokenizer: SegmentingTokenizer) -> None:
    doc = tokenizer(text)
    assert doc.text == text
    assert doc._.deal_warnings == []


@settings(max_examples=150, deadline=None)
@given(st.text(st.sampled_from(" \t\r\n\u3000\u200b\u2028\x1f云泽市政府与松湖集团1亿.a-😀"), max_size=40))
def test_no_mixture_of_white_space_is_lost(text: str) -> None:
    assert WORDS(text).text == text
    assert CHARACTERS(text).text == text


def test_lone_surrogates_keep_offsets_and_are_told() -> None:
    doc = WORDS("云泽\ud83d市\ude00政府")
    assert doc.text == "云泽\ufffd市\ufffd政府"
    assert doc._.deal_warnings == ["lone surrogates replaced by U+FFFD: 2"]


def test_words() -> None:
    assert [token.text for token in WORDS("常州市政府与企业签署战略合作协议")][-4:] == ["签署", "战略", "合作", "协议"]
    assert [token.text for token in CHARACTERS("签署 协议")] == list("签署协议")


@pytest.mark.parametrize(
    ("words", "text", "expected", "spaces"),
    [
        (["云泽", "市"], "云泽 市", ["云泽", "市"], [True, False]),
        (["云泽", "市"], " 云泽  市\n", [" ", "云泽", " ", "市", "\n"], [False, True, False, False, False]),
        (["a", " ", "a"], "a a", ["a", "a"], [True, False]),
        ([], "\t", ["\t"], [False]),
    ],
)
def test_white_space_between_words(words: list[str], text: str, expected: list[str], spaces: list[bool]) -> None:
    assert cover(words, text) == (expected, spaces)


def test_time_is_linear() -> None:
    words = ["云泽", "市", "政府"] * 100_000
    start = time.process_time()
    cover(words, "".join(words))
    assert time.process_time() - start < 5  # spaCy's quadratic way takes minutes


def test_user_words_and_round_trip(tmp_path: Path) -> None:
    tokenizer = SegmentingTokenizer(Vocab(), "pkuseg")
    tokenizer.pkuseg_update_user_dict(["松湖产业集团"])
    text = "云泽市与松湖产业集团签约"
    tokens = [token.text for token in tokenizer(text)]
    assert "松湖产业集团" in tokens
    tokenizer.to_disk(tmp_path / "tokenizer")  # type: ignore[no-untyped-call]
    copies = [
        SegmentingTokenizer(Vocab(), "char").from_disk(tmp_path / "tokenizer"),
        SegmentingTokenizer(Vocab(), "char").from_bytes(tokenizer.to_bytes()),  # type: ignore[no-untyped-call]
        pickle.loads(pickle.dumps(tokenizer)),
    ]
    for copy in copies:
        assert [token.text for token in copy(text)] == tokens


def test_characters_round_trip(tmp_path: Path) -> None:
    CHARACTERS.to_disk(tmp_path / "tokenizer")  # type: ignore[no-untyped-call]
    copy = SegmentingTokenizer(Vocab(), "pkuseg").from_disk(tmp_path / "tokenizer")
    assert [token.text for token in copy("签署协议")] == list("签署协议")


def test_initialize_keeps_the_packaged_model_unless_told(tmp_path: Path) -> None:
    nlp = spacy.blank("zh", config={"nlp": {"tokenizer": {"@tokenizers": "chinese_deal_ie.Segmenter.v1"}}})
    nlp.initialize()
    assert [token.text for token in nlp("签署协议")] == ["签署", "协议"]
    with pytest.raises(ValueError, match="features.msgpack is missing"):
        nlp.tokenizer.initialize(pkuseg_model=str(tmp_path))  # type: ignore[union-attr]


def test_errors(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="unknown segmenter 'jieba'"):
        SegmentingTokenizer(Vocab(), "jieba")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no segmentation model"):
        SegmentingTokenizer(Vocab(), "pkuseg", tmp_path)


def test_packaged_model_is_small_and_holds_no_pickle() -> None:
    files = {path.name: path for path in packaged_model().iterdir()}
    assert set(files) == {"features.msgpack", "weights.npz", "scores.json"}
    assert sum(path.stat().st_size for path in files.values()) < 3_000_000
    assert set(zipfile.ZipFile(files["weights.npz"]).namelist()) == {"sizes.npy", "w.npy"}
    arrays = np.load(files["weights.npz"], allow_pickle=False)
    assert arrays["w"].dtype == np.float64
