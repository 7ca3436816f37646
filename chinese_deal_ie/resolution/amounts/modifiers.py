"""Words around a figure that bound it, blur it, size it or repeat it, and what they add up to."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from ...schema import Modifier
from .currencies import CURRENCIES, GENERIC


class Mark:
    """What words say about the figure, as bits of an integer (enum flags are several times slower to combine)."""

    NONE = 0
    AT_LEAST = 1
    OVER = 2
    NEARLY = 4
    AT_MOST = 8
    ABOUT = 16
    CLASS = 32
    """级: the figure names a size class."""
    SIZE = 64
    """规模: a size class after bare units (百亿规模), else nothing."""
    MAGNITUDE = 128
    """数十亿, 上百亿: no figure at all."""


LOWER = Mark.AT_LEAST | Mark.OVER
UPPER = Mark.AT_MOST | Mark.NEARLY


class Word(NamedTuple):
    """A word of the grammar; at most one of the fields says something, none for filler such as 达 and 共."""

    text: str
    mark: int = Mark.NONE
    currency: str | None = None
    per: str | None = None
    barred_before: str = ""
    """Characters that may not stand before it: the 约 of 签约, the 过 of 通过."""
    barred_after: str = ""
    """Characters that may not stand after it: the 元 of 元旦, the 余 of 余额."""


def _words(text: str, mark: int) -> list[Word]:
    return [Word(word, mark) for word in text.split()]


_PERIODS = {
    "year": ("每年 每年度 每一年 一年 年均 年平均", "/年 /年度 /a 每年 每年度 一年"),
    "quarter": ("每季度 每季 季均", "/季度 /季 每季度 每季"),
    "month": ("每月 每个月 每一个月 月均", "/月 每月 每个月 一个月"),
    "week": ("每周 每星期", "/周 每周 每星期"),
    "day": ("每天 每日 每一天 日均", "/天 /日 每天 每日 一天"),
}
PREFIXES = [
    *_words(
        "不低于 不少于 不小于 不下 不下于 不低 不少 不低? 不少? 不会低于 不会少于 不能低于 不能少于 不得低于 不得少于"
        " 不应低于 不应少于 至少 至少为 最少 最低 最低为 起码 下限 下限为 保底 大于等于 大于或等于 大于或者等于 ≥ >=",
        Mark.AT_LEAST,
    ),
    *_words("超 超过 超过了 超出 远超 逾 突破 冲破 高于 高出 高过 多于 多过 大于 不止 不只 >", Mark.OVER),
    *_words("将近 接近 接近于 临近 逼近 直逼 几近 几乎 靠近", Mark.NEARLY),
    *_words(
        "不超 不超过 不超出 不高于 不多于 不大于 不逾 不过 不会超过 不能超过 不得超过 不得高于 不应超过 不突破"
        " 未超过 未超 未过 未突破 未达 未达到 没有超过 没超过 至多 至多为 最多 最多为 最高 最高为 最高达 上限 上限为"
        " 小于等于 小于或等于 低于 少于 小于 不足 不到 不满 不及 未满 ≤ <= <",
        Mark.AT_MOST,
    ),
    *_words("大约 约为 约合 约计 约达 约莫 约等于 大概 大致 大体 估计 估算 差不多 ≈", Mark.ABOUT),
    Word("约", Mark.ABOUT, barred_before="签合契公条预节制违履特租婚毁失立守解践", barred_after="定谈见请束"),
    Word("近", Mark.NEARLY, barred_before="最附新邻就"),
    Word("破", Mark.OVER, barred_before="突爆打攻侦"),
    Word("过", Mark.OVER, barred_before="通经透渡度路没太难越跳掠"),
    *_words(
        "达 达到 高达 多达 可达 将达 已达 总计 合计 总共 共计 累计 累计达 共 总额 总额为 总额达 为 合 计 折 折合"
        " 相当于 等值 有 仅 仅为 足足 整整 给予 奖励 补助 补贴 资助 支持 从 在 由 介于 自 了 是 即 好 : 金额",
        Mark.NONE,
    ),
    *(Word(word, per=period) for period, (words, _) in _PERIODS.items() for word in words.split()),
]
SUFFIXES = [
    *_words("以上 及以上 或以上 含以上 和以上 之上", Mark.AT_LEAST),
    Word("起", Mark.AT_LEAST, barred_after="来步重航用草动源因点初诉始于码伏色家"),
    *_words("左右 上下 前后 之谱", Mark.ABOUT),
    Word("许", Mark.ABOUT, barred_after="可诺多"),
    *_words("有余 出头 开外 挂零", Mark.OVER),
    Word("多", Mark.OVER, barred_after="于过少次家个项"),
    Word("余", Mark.OVER, barred_after="额款下量项个家"),
    *_words("以下 及以下 或以下 以内 之内 之下 封顶 为限 为上限", Mark.AT_MOST),
    *_words("级 级别 量级 数量级 级规模 规模级 俱乐部", Mark.CLASS),
    *_words("规模", Mark.SIZE),
    *_words("整 正 不等 之间 之巨 之多 大关 现金", Mark.NONE),
    *(Word(word, per=period) for period, (_, words) in _PERIODS.items() for word in words.split()),
]
CURRENCY_WORDS = [Word(name, currency=code) for name, code in CURRENCIES.items() if name != "元"]
YUAN = Word("元", currency=GENERIC, barred_after="旦宵素件首老帅勋凶祖朝代器月年谋区结阳氏坝江谷宝妹婴通大")
"""元 as a unit of money, not as the beginning of 元旦 or 元件."""


class Lexicon:
    """Longest match of words at a place of a text, by one dictionary lookup for each length a word may have there."""

    def __init__(self, words: Iterable[Word]) -> None:
        self._words: dict[str, Word] = {}
        sizes: dict[str, set[int]] = {}
        for word in words:
            self._words.setdefault(word.text, word)
            sizes.setdefault(word.text[0], set()).add(len(word.text))
        ordered = {first: tuple(sorted(found, reverse=True)) for first, found in sizes.items()}
        self._sizes = ordered | {first.lower(): found for first, found in ordered.items()}
        self.starts = frozenset(self._sizes)

    def match(self, text: str, start: int) -> Word | None:
        """The longest word at ``start``, Latin letters in either case and never inside a longer Latin word."""
        first = text[start : start + 1]
        sizes = self._sizes.get(first)
        if sizes is None:
            return None
        latin = first.isascii() and first.isalpha()
        for size in sizes:
            spelling = text[start : start + size]
            word = self._words.get(spelling.upper() if latin else spelling)
            if word is None or len(word.text) != len(spelling):
                continue
            if word.barred_before and start and text[start - 1] in word.barred_before:
                continue
            after = text[start + size : start + size + 1]
            if after and after in word.barred_after:
                continue
            if latin and (_is_latin(text[start - 1 : start]) or _is_latin(spelling[-1]) and _is_latin(after)):
                continue
            return word
        return None


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalpha()


@lru_cache(maxsize=512)
def verdict(before: int, after: int, bare: bool) -> Modifier | None:
    """The modifier that the words before and after one figure add up to; None when they contradict each other.

    A missing figure makes it a size class whatever else is said; then bounds outrank 级 (超千亿级 is over), and 级
    outranks 约. Words in front outrank those behind (不超过10余亿元), except that 近60余亿元 is only about 60亿.
    """
    mark = before | after
    if mark & Mark.MAGNITUDE:
        return "order_of_magnitude"
    if mark & LOWER and mark & UPPER:
        if mark & Mark.NEARLY and not mark & (Mark.AT_LEAST | Mark.AT_MOST):
            return "approximately"
        if after & (Mark.AT_LEAST | Mark.AT_MOST) or before & LOWER and before & UPPER:
            return None
        mark = before
    for bound, modifier in _BOUNDS:
        if mark & bound:
            return modifier
    if mark & Mark.CLASS or mark & Mark.SIZE and bare:
        return "order_of_magnitude"
    return "approximately" if mark & Mark.ABOUT else "exact"


_BOUNDS: tuple[tuple[int, Modifier], ...] = (
    (Mark.OVER, "over"),
    (Mark.AT_LEAST, "at_least"),
    (Mark.NEARLY, "nearly"),
    (Mark.AT_MOST, "at_most"),
)
