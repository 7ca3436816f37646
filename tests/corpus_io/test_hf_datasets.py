from __future__ import annotations

from pathlib import Path

import pytest
from datasets import Dataset, DatasetDict, List, Value

from chinese_deal_ie.corpus_io import FormatError, read_corpus
from chinese_deal_ie.corpus_io.hf_datasets import features, from_dataset, to_dataset
from chinese_deal_ie.schema import Document

from .test_round_trips import DOCUMENT


def test_features_are_lists_of_objects() -> None:
    dataset = to_dataset([DOCUMENT])
    assert dataset.features == features()
    assert isinstance(dataset.features["mentions"], List)
    assert dataset.features["mentions"].feature["start"] == Value("int64")
    assert dataset[0]["mentions"][1]["text"] == "青禾市政府"


def test_empty_lists_keep_their_types() -> None:
    dataset = to_dataset([Document("e", "无。"), Document("f", "")])
    assert dataset.features == features()
    assert from_dataset(dataset) == [Document("e", "无。"), Document("f", "")]
    assert to_dataset([]).features == features()


def test_a_dict_of_splits_reads_as_a_corpus(tmp_path: Path) -> None:
    splits = {"train": to_dataset([DOCUMENT]), "test": to_dataset([Document("e", "无。")])}
    DatasetDict(splits).save_to_disk(str(tmp_path / "all"))
    assert read_corpus(tmp_path / "all") == [Document("e", "无。"), DOCUMENT]


def test_errors_name_the_row() -> None:
    rows = to_dataset([DOCUMENT]).to_list()
    rows[0]["mentions"][0]["text"] = "六月"
    with pytest.raises(FormatError, match=r"dataset \(row 1\): character 0: mention says '六月'"):
        from_dataset(Dataset.from_list(rows, features=features()))
