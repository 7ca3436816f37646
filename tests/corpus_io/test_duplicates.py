from __future__ import annotations

from pathlib import Path

import pytest

from chinese_deal_ie.corpus_io.duplicates import SHINGLE, addresses, check_splits, shingles

from .helpers import CORPUS

TEXT = "青禾市政府六月三日与蓝鲸科技股份有限公司签约，公司将在青禾高新区投资十二亿元，建设芯片封装基地。"
OTHER = "松湖县召开春季招商会，远帆重工等三十家企业到场，会上没有签下任何协议，县长请大家常来看看。"


def splits(folder: Path, **documents: tuple[str, str]) -> Path:
    for name in ("train", "dev", "test"):
        (folder / name).mkdir()
    for key, (text, facts) in documents.items():
        split, _, name = key.partition("_")
        source = f"# id: {name}\n# facts: {facts}\n{text}\n"
        (folder / split / f"{name}.deal.txt").write_text(source, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    "copy",
    [
        TEXT,
        TEXT.replace("，", " ").replace("市", "市 "),
        TEXT.replace("青禾", "青(qīng)禾"),
        "青禾市政府六月三日與藍鯨科技股份有限公司簽約，公司將在青禾高新區投資十二億元，建設芯片封裝基地。",
        OTHER + TEXT[:30] + OTHER[::-1] * 3,
    ],
    ids=["same", "layout", "glosses", "traditional", "contained"],
)
def test_finds_copies_in_other_splits(copy: str, tmp_path: Path) -> None:
    report = check_splits(
        splits(tmp_path, train_a=(TEXT, ""), test_b=(copy, ""), dev_c=(OTHER[::-1], "")), containment=0.4
    )
    pairs = {(pair.first, pair.second) for pair in report.near_duplicates}
    assert ("train/a", "test/b") in pairs
    assert report
    assert "train/a and test/b: resemblance" in str(report)


def test_measures_are_exact(tmp_path: Path) -> None:
    one, two = "甲乙丙丁戊己庚辛壬", "甲乙丙丁戊己庚辛癸子"  # 2 and 3 shingles, 1 of them shared
    (pair,) = check_splits(splits(tmp_path, train_a=(one, ""), dev_b=(two, ""))).near_duplicates
    assert pair.resemblance == pytest.approx(1 / 4)
    assert pair.containment == pytest.approx(1 / 2)


def test_likeness_within_a_split_is_no_matter(tmp_path: Path) -> None:
    report = check_splits(
        splits(tmp_path, train_a=(TEXT, "http://x.cn/1"), train_b=(TEXT, "http://x.cn/1"), dev_c=(OTHER, ""))
    )
    assert not report


def test_finds_pages_told_in_two_splits(tmp_path: Path) -> None:
    report = check_splits(
        splits(
            tmp_path,
            train_a=(TEXT, "http://www.x.cn/1/ ; https://y.cn/2"),
            train_b=("无", "https://y.cn/2"),
            dev_c=(OTHER, "https://x.cn/1"),
        )
    )
    assert report.near_duplicates == ()
    assert report.shared_facts == {"x.cn/1": ("train/a", "dev/c")}
    assert str(report) == "x.cn/1: train/a, dev/c"


def test_addresses() -> None:
    assert addresses("search result without address: 青禾") == []
    assert addresses("https://a.cn/b?c=1&d=2（and one more）, http://www.e.cn/") == ["a.cn/b?c=1&d=2", "e.cn"]


def test_a_short_text_has_no_shingles() -> None:
    assert shingles("甲" * (SHINGLE - 1) + "，abc") == frozenset()


def test_the_corpus_keeps_its_splits_apart() -> None:
    report = check_splits(CORPUS)
    assert not report, str(report)
