"""One spelling for the many that amounts are written in: width, traditional and formal characters, spaces, glosses."""

from __future__ import annotations

import re

_PAIRS = (
    " 億亿 萬万 兩两 餘余 約约 過过 達达 於于 幾几 數数 極极 級级 圓元 圆元 幣币 個个 為为 與与 僅仅 將将"
    " 從从 總总 計计 規规 間间 內内 後后 單单 門门 區区 歐欧 鎊镑 韓韩 臺台 馬马 盧卢 銖铢 蘭兰 紐纽 蘇苏"
    " 點点 塊块 錢钱 據据 貨货 費费 資资 額额 亞亚 爾尔 會会 發发 實实 貸贷 業业 產产 營营 稅税 價价 戶户"
    " 畝亩 噸吨 當当 繳缴 專专 條条 經经 負负 頓顿 蘊蕴 來来 寫写 壹一 贰二 貳二 弐二 叁三 參三 弎三 肆四"
    " 伍五 陆六 陸六 柒七 捌八 玖九 拾十 佰百 仟千 〇零 ○零 ◯零 Ｏ零 －- ‐- ‑- –- −- ﹣- ―—"
    " ─— ～~ 〜~ ∼~ ￥¥ ≧≥ ≦≤ ⩾≥ ⩽≤ ﹐, ％%"
)
_TABLE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    ord(pair[0]): ord(pair[1]) for pair in _PAIRS.split()
}

_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ"
_GLOSS = re.compile(rf"\([a-zü]{{0,5}}[{_TONED}][a-zü]{{0,5}}\)")
_BLANK = re.compile(r"[\s\u200b-\u200d\u2060\ufeff]+")
_BULLET = re.compile(r"^ ?[-*•·] ")
_POINT = re.compile(r"(?<=\d) ?\. ?(?=\d)")
_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?: \d{3}){1,6}(?! ?\d)")
_LOOSE_BLANK = re.compile(r"(?<!\d) | (?!\d)")


def _without_blanks(match: re.Match[str]) -> str:
    return match.group().replace(" ", "")


def normalise(text: str) -> str:
    """``text`` in half width, simplified plain numerals, without spaces and pinyin glosses.

    Spaces go, except between two digits, where only a thousands space (``2 854.15``) or one next to a decimal point
    (``23. 5``) can be read; any other stays, so that ``5 10亿元`` never becomes one number. Offsets are not kept.
    """
    result = text.translate(_TABLE)
    if "(" in result:
        result = _GLOSS.sub("", result)
    if _BLANK.search(result):
        result = _BULLET.sub("", _BLANK.sub(" ", result))
        result = _THOUSANDS.sub(_without_blanks, _POINT.sub(".", result))
        result = _LOOSE_BLANK.sub("", result)
    return result
