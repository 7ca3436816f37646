from __future__ import annotations

import codecs

import opencc
import pytest

from chinese_deal_ie.reading import ReadError, decode

TEXT = "某市政府与镕基公司签署战略合作框架协议，总投资约50亿元，项目落户经济技术开发区。\n"
TRADITIONAL = opencc.OpenCC("s2t").convert(TEXT)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (TEXT.encode(), TEXT),
        (codecs.BOM_UTF8 + TEXT.encode(), TEXT),
        (TEXT.encode("utf-16"), TEXT),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), TEXT),
        (TEXT.encode("utf-32"), TEXT),
        (TEXT.encode("gb18030"), TEXT),
        (TRADITIONAL.encode("big5hkscs"), TRADITIONAL),
        (TRADITIONAL.encode("gb18030"), TRADITIONAL),
        (b"plain ASCII", "plain ASCII"),
        (b"", ""),
        ("联通".encode("gb18030"), "联通"),
        ("济南".encode(), "济南"),
        ("é".encode(), "é"),
    ],
)
def test_encodings_are_recognised(data: bytes, text: str) -> None:
    assert decode(data) == (text, ())


@pytest.mark.parametrize(
    ("declaration", "encoding"),
    [
        ('<meta charset="gb2312">', "gbk"),
        ("<META http-equiv=Content-Type content='text/html; charset=big5'>", "big5hkscs"),
    ],
)
def test_meta_charset_decides_between_legacy_encodings(declaration: str, encoding: str) -> None:
    # two characters are too few to guess by
    page = f"<html><head>{declaration}</head>鎔基</html>"
    assert decode(page.encode(encoding)) == (page, ())


@pytest.mark.parametrize("name", ["gb2312", "no-such-encoding", "utf-16"])
def test_meta_charset_is_not_believed_against_valid_utf8(name: str) -> None:
    page = f'<html><head><meta charset="{name}"></head>{TEXT}</html>'
    assert decode(page.encode()) == (page, ())


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_damaged_files_keep_their_encoding_with_a_warning(encoding: str) -> None:
    data = (TEXT * 3).encode(encoding)
    middle = (TEXT + TEXT[:10]).encode(encoding)
    text, warnings = decode(middle + b"\xff" + data)
    assert text == TEXT + TEXT[:10] + "\ufffd" + TEXT * 3
    assert warnings == (f"decoded as {encoding} with 1 characters lost",)
    cut, warnings = decode(data.rstrip()[:-1])
    assert cut.startswith(TEXT * 2)
    assert warnings == (f"decoded as {encoding} with 1 characters lost",)


def test_a_truncated_utf16_file_is_warned_of() -> None:
    text, warnings = decode(TEXT.encode("utf-16")[:-1])
    assert text.startswith(TEXT[:-1])
    assert warnings == ("decoded as utf-16 with 1 characters lost",)


def test_what_is_not_chinese_is_decoded_with_a_warning() -> None:
    text = "これは日本語の文章です。よろしくお願いします。"
    decoded, warnings = decode(text.encode("shift_jis"))
    assert decoded == text
    assert warnings == ("decoded as cp932: no usual encoding gives Chinese text",)
    assert decode("Größe und Länge".encode()) == ("Größe und Länge", ())


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"%PDF-1.7\n", "not text but a PDF document (magic bytes at byte 0)"),
        (b"\x89PNG\r\n\x1a\n\0\0", "not text but a PNG image (magic bytes at byte 0)"),
        (b"PK\x03\x04\x14\0", "not text but a ZIP archive or Office document (magic bytes at byte 0)"),
        ("济南".encode() + b"\0", "not text: NUL at byte 6 (binary data, or UTF-16 without a byte order mark)"),
    ],
)
def test_binary_input_is_refused_with_kind_and_place(data: bytes, message: str) -> None:
    with pytest.raises(ReadError) as caught:
        decode(data)
    assert str(caught.value) == message
    assert isinstance(caught.value, ValueError)
