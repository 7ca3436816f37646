"""One spelling for dates: half width, simplified characters, Arabic figures."""

from __future__ import annotations

import re

_PAIRS = (
    "當当 號日 号日 間间 內内 來来 這这 後后 時时 個个 過过 開开 學学 從从 國国 於于 〇零 ○零 Ｏ零 ◯零"
    ' —- –- ―- －- ~- ～- 〜- 至- 到- 「" 」" “" ”" 『" 』" ‘" ’"'
)
_TABLE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    ord(pair[0]): ord(pair[1]) for pair in _PAIRS.split()
}
_NOISE = re.compile(r"[\s\u200b-\u200d\ufeff?�]+")
_NUMBER = re.compile(r"[零一二三四五六七八九十廿卅]{1,6}(?=[年月日季个])")
DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")}


def spell(text: str) -> str:
    """``text`` in half width and simplified characters, with Arabic figures before 年, 月, 日 and 季."""
    return _NUMBER.sub(_figure, _NOISE.sub("", text.translate(_TABLE)))


def _figure(match: re.Match[str]) -> str:
    run = match.group().replace("廿", "二十").replace("卅", "三十")
    if "十" not in run:
        return run if len(run) == 2 and "零" not in run else "".join(str(DIGITS[digit]) for digit in run)
    tens, _, ones = run.partition("十")
    if len(tens) > 1 or len(ones) > 1:
        return run
    return str((DIGITS[tens] if tens else 1) * 10 + (DIGITS[ones] if ones else 0))
