from __future__ import annotations

import sys
from pathlib import Path

import pytest

from chinese_deal_ie.reading import ReadError, Source, html_to_text, read_file

PARAGRAPHS = [
    "昨日，某市人民政府与一家新能源企业在市行政中心签署战略合作协议，双方将共建产业园。",
    "根据协议，企业计划总投资约五十亿元，项目落户当地经济技术开发区，分两期建设，明年开工。",
    "市长在致辞中表示，全市各部门要为企业做好服务，推动项目早开工、早建成、早见效。",
]
PAGE = (
    "<!DOCTYPE html><html><head><meta charset='gb2312'><title>某市与新能源企业签约</title>"
    "<script>var a = '脚本';</script></head><body><div class='nav'><a href='/'>首页</a><a href='/n'>新闻</a></div>"
    "<div class='article'><h1>某市与新能源企业签约</h1>" + "".join(f"<p>{text}</p>" for text in PARAGRAPHS) + "</div>"
    "<div class='footer'>版权所有</div></body></html>"
)


@pytest.fixture
def trafilatura() -> None:
    pytest.importorskip("trafilatura", reason="needs the extra html")


def test_plain_files(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("济南市政府签署合作协议".encode("gb18030"))
    assert read_file(path) == Source("a.txt", "济南市政府签署合作协议", ())
    assert read_file(str(path)) == read_file(path)


def test_binary_files_are_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"%PDF-1.4")
    with pytest.raises(ReadError, match=r"a\.txt: not text but a PDF document"):
        read_file(path)


@pytest.mark.usefixtures("trafilatura")
@pytest.mark.parametrize("name", ["page.html", "page.HTM", "page", "page.txt"])
def test_html_is_recognised_by_name_or_content(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(PAGE.encode("gb18030"))
    source = read_file(path)
    lines = source.text.split("\n")
    assert lines[0] == "某市与新能源企业签约"
    assert [line for line in lines if line in PARAGRAPHS] == PARAGRAPHS
    assert "脚本" not in source.text
    assert source.id == name


@pytest.mark.usefixtures("trafilatura")
def test_small_pages_give_all_their_visible_text() -> None:
    head = "<html><head><title>签约</title><style>p {}</style></head>"
    page = f"{head}<body><p>某市<b>政府</b> 与<!-- x -->企业</p>末尾<br>页脚"
    assert html_to_text(page).split("\n") == ["签约", "某市政府 与企业", "末尾", "页脚"]


@pytest.mark.usefixtures("trafilatura")
@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("  \n", ""),
        ("<!-- nothing -->", ""),
        ("<!DOCTYPE html>", ""),
        ("<html>", ""),
        ("no markup", "no markup"),
        ("<?xml version='1.0' encoding='gbk'?><html><body>你好</body></html>", "你好"),
        ("<p>a\0b\ud800</p>", "ab?"),
    ],
)
def test_odd_html(html: str, text: str) -> None:
    assert html_to_text(html) == text


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    with pytest.raises(ImportError, match=r"pip install chinese_deal_ie\[html\]"):
        html_to_text("<p>你好</p>")
