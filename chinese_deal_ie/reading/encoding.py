"""Bytes to text: UTF-8, UTF-16, GB 18030 and Big5, told apart by how Chinese the result reads."""

from __future__ import annotations

import codecs
import re

from .frequency import mean_log_frequency

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MAGIC = (
    (b"%PDF-", "PDF document"),
    (b"PK\x03\x04", "ZIP archive or Office document"),
    (b"\x89PNG\r\n\x1a\n", "PNG image"),
    (b"\xff\xd8\xff", "JPEG image"),
    (b"GIF8", "GIF image"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Office document of the old format"),
    (b"\x1f\x8b", "gzip archive"),
    (b"Rar!", "RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "7z archive"),
    (b"\x7fELF", "executable"),
    (b"SQLite format 3\x00", "SQLite database"),
)
_CHINESE = ("gb18030", "big5hkscs")
_LEGACY_NAMES = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "utf8": "utf-8"}
"""Names pages declare and the superset that decodes what they really hold (as browsers do)."""

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:-]{2,30})", re.IGNORECASE)
_HTML_START = re.compile(
    r"[\s\ufeff]*(?:<!--(?:(?!-->).)*-->\s*)?<(?:!doctype html|html|head|body|\?xml)\b", re.IGNORECASE | re.DOTALL
)
_HEAD = 4096
_SAMPLE = 1 << 16
_SURE = 8
"""Characters beyond ASCII from which valid UTF-8 is UTF-8; GBK text of two characters can be valid too (联通)."""
_READABLE = -8.2
"""Mean log frequency above which text reads as Chinese."""
_VALID_UTF8 = 4.0
"""What validity as UTF-8 adds to the mean log frequency: rare by chance, except in a character or two."""
_LOST_SHARE = 0.02
"""Share of undecodable characters up to which a damaged file is still taken for its encoding."""


class ReadError(ValueError):
    """Input that is no text; the message says what it is and at which byte that shows."""


def decode(data: bytes) -> tuple[str, tuple[str, ...]]:
    """Text of undeclared encoding, and warnings where the decoding is lossy or unsure.

    A byte order mark decides; then the ``<meta charset>`` of HTML, if the bytes follow it; then valid UTF-8; then
    whichever of GB 18030, Big5 and damaged UTF-8 reads most like Chinese; then charset-normalizer.

    :raises ReadError: the bytes are binary (known magic bytes, or a NUL).
    """
    for bom, name in _BOMS:
        if data.startswith(bom):
            return _lossy(data, name)
    _refuse_binary(data)
    declared = _META_CHARSET.search(data, 0, _HEAD)
    if declared is not None:
        text = _declared(data, declared[1].decode("ascii").lower())
        if text is not None:
            return text, ()
    text = _strict(data, "utf-8")
    if text is not None and (text.isascii() or sum(character > "\x7f" for character in text[:_SAMPLE]) >= _SURE):
        return text, ()
    return _guess(data)


def looks_like_html(text: str) -> bool:
    """Whether text starts as an HTML page does, white space and comments aside."""
    return _HTML_START.match(text[:_HEAD]) is not None


def _refuse_binary(data: bytes) -> None:
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            raise ReadError(f"not text but a {kind} (magic bytes at byte 0)")
    nul = data.find(b"\0")
    if nul >= 0:
        raise ReadError(f"not text: NUL at byte {nul} (binary data, or UTF-16 without a byte order mark)")


def _strict(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except UnicodeDecodeError:
        return None


def _declared(data: bytes, name: str) -> str | None:
    """The text by a declared encoding; None when it is unknown, wrong, or contradicted by valid UTF-8."""
    try:
        encoding = codecs.lookup(_LEGACY_NAMES.get(name, name)).name
        text = data.decode(encoding)
    except (LookupError, UnicodeError):
        return None
    unicode_text = None if encoding == "utf-8" else _strict(data, "utf-8")
    return text if unicode_text is None or unicode_text.isascii() else None


def _lossy(data: bytes, name: str, doubt: str = "") -> tuple[str, tuple[str, ...]]:
    text = data.decode(name, "replace")
    warnings: tuple[str, ...] = (doubt,) if doubt else ()
    lost = text.count("\ufffd")
    if lost and _strict(data, name) is None:
        warnings += (f"decoded as {name} with {lost} characters lost",)
    return text, warnings


def _guess(data: bytes) -> tuple[str, tuple[str, ...]]:
    scores = {}
    for name in ("utf-8", *_CHINESE):
        # a sample is cut anywhere: its last character may be broken
        text = data[:_SAMPLE].decode(name, "replace").rstrip("\ufffd")
        lost = text.count("\ufffd")
        score = mean_log_frequency(text)
        if score is not None and lost <= max(1, _LOST_SHARE * len(text)):
            scores[name] = score - 10 * lost / len(text)
    if "utf-8" in scores and _strict(data, "utf-8") is not None:
        scores["utf-8"] += _VALID_UTF8
    best = max(scores, key=scores.__getitem__, default=None)
    if best is not None and scores[best] >= _READABLE:
        return _lossy(data, best)
    return _foreign(data, best)


def _foreign(data: bytes, fallback: str | None) -> tuple[str, tuple[str, ...]]:
    """Text that reads as no Chinese: valid UTF-8, or what charset-normalizer finds, with a warning."""
    if _strict(data, "utf-8") is not None:
        return data.decode("utf-8"), ()
    from charset_normalizer import from_bytes

    match = from_bytes(data[:_SAMPLE]).best()
    name = match.encoding if match is not None else fallback or "utf-8"
    return _lossy(data, name, f"decoded as {name}: no usual encoding gives Chinese text")
