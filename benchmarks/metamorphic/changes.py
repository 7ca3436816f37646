"""Changes of a text that leave its deals as they are.

Each takes an annotated document, the others of its corpus and a source of chance, and gives the changed text with a
function that undoes the change in a name; or None where the document has nothing to change. The annotation only says
what to rename and which paragraphs tell of no deal; the model never sees it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import opencc

from chinese_deal_ie.resolution.places.gazetteer import gazetteer, level
from chinese_deal_ie.schema import Document


@dataclass(frozen=True, slots=True)
class Changed:
    """A text after a change."""

    text: str
    undo: Callable[[str], str] = str
    """A name of the changed text as the original has it (glosses, widths and scripts are put right elsewhere)."""


Change = Callable[[Document, Sequence[Document], random.Random], Changed | None]

_SYLLABLES = """
市 shì 县 xiàn 省 shěng 区 qū 州 zhōu 江 jiāng 山 shān 海 hǎi 公 gōng 司 sī 政 zhèng 府 fǔ 投 tóu 资 zī 签 qiān 约 yuē
项 xiàng 目 mù 建 jiàn 设 shè 科 kē 技 jì 产 chǎn 业 yè 集 jí 团 tuán 发 fā 展 zhǎn 合 hé 作 zuò 企 qǐ 新 xīn 中 zhōng
国 guó 经 jīng 济 jì 开 kāi 元 yuán 亿 yì 万 wàn 年 nián 月 yuè 日 rì 城 chéng 园 yuán
"""
_PINYIN = dict(zip(_SYLLABLES.split()[::2], _SYLLABLES.split()[1::2], strict=True))
_GLOSSED = 0.15
"""Share of the characters of the table that get a gloss."""


def glosses(document: Document, others: Sequence[Document], chance: random.Random) -> Changed | None:
    """Pinyin in brackets after single characters, inside names too, as pages for learners have it."""
    pieces = []
    for character in document.text:
        pieces.append(character)
        if character in _PINYIN and chance.random() < _GLOSSED:
            pieces.append(chance.choice(("({})", "（{}）")).format(_PINYIN[character]))
    text = "".join(pieces)
    return Changed(text) if text != document.text else None


def traditional(document: Document, others: Sequence[Document], chance: random.Random) -> Changed | None:
    """Traditional characters throughout."""
    text = opencc.OpenCC("s2t").convert(document.text)
    return Changed(text) if text != document.text else None


_WIDTHS = {ord(wide): narrow for wide, narrow in zip("，：；！（）", ",:;!()", strict=True)}
_OTHER_WIDTH = _WIDTHS | {ord(narrow): chr(wide) for wide, narrow in _WIDTHS.items()}


def widths(document: Document, others: Sequence[Document], chance: random.Random) -> Changed | None:
    """Every comma, colon, semicolon, exclamation mark and bracket in the other width, but for those inside figures."""
    text = re.sub(
        "(?<![0-9])[，：；！（）,:;!()]|[，：；！（）,:;!()](?![0-9])",
        lambda match: match[0].translate(_OTHER_WIDTH),
        document.text,
    )
    return Changed(text) if text != document.text else None


_NAMES = ("岚序", "穹禾", "澜烁", "翎拓", "霁川", "煦衡")
"""Made up: no company of the corpus is called so."""


def company(document: Document, others: Sequence[Document], chance: random.Random) -> Changed | None:
    """The company that is named most gets another name, in its full and its short forms."""
    forms: dict[str, list[str]] = {}
    for mention in document.mentions:
        if mention.label == "COM":
            forms.setdefault(mention.entity, []).append(mention.text)
    for texts in sorted(forms.values(), key=len, reverse=True):
        core = _core(texts)
        if core:
            return _renamed(document.text, core, chance.choice([name for name in _NAMES if name not in document.text]))
    return None


_GENERIC = re.compile(r"公司|集团|有限|股份|科技|投资|企业|控股|实业|发展|中国|银行|该|[\sA-Za-z0-9]")


def _core(texts: Sequence[str]) -> str:
    """The longest piece that all forms of a name share, between words for kinds of companies; empty without one."""
    pieces = sorted(_GENERIC.split(min(texts, key=len)), key=len, reverse=True)
    usable = (piece for piece in pieces if len(piece) > 1 and piece not in _places())
    return next((piece for piece in usable if all(piece in text for text in texts)), "")


def _renamed(text: str, old: str, new: str) -> Changed:
    return Changed(text.replace(old, new), lambda name: name.replace(new, old))


@cache
def _places() -> dict[str, str]:
    """Short names of cities that mean nothing else, with their code."""
    found = {}
    for name, senses in gazetteer().names.items():
        if len(senses) == 1 and senses[0].kind == "short" and level(senses[0].code) == 2 and len(name) == 2:
            found[name] = senses[0].code
    return found


def city(document: Document, others: Sequence[Document], chance: random.Random) -> Changed | None:
    """The city (…市) that is named most becomes another city of its province."""
    found = [name for name in _places() if f"{name}市" in document.text]
    if not found:
        return None
    old = max(found, key=document.text.count)
    province = _places()[old][:2]
    near = [name for name, code in _places().items() if code[:2] == province and name not in document.text]
    usable = [name for name in near if name != old]
    return _renamed(document.text, old, chance.choice(usable)) if usable else None


def order(document: Document, others: Sequence[Document], chance: random.Random) -> Changed | None:
    """Paragraphs that name no party, sum or place of a deal change places among themselves; the first stays."""
    filled = {entity for frame in document.frames for slot in frame.slots().values() for entity in slot}
    lines = document.text.split("\n")
    loose, start = [], 0
    for number, line in enumerate(lines):
        end = start + len(line)
        named = any(start <= mention.start < end and mention.entity in filled for mention in document.mentions)
        if number and line.strip() and not named:
            loose.append(number)
        start = end + 1
    if len(loose) < 2:
        return None
    moved = list(lines)
    for number, place in zip(loose, [*loose[1:], loose[0]], strict=True):
        moved[place] = lines[number]
    return Changed("\n".join(moved))


_HEADLINES = 3


def headlines(document: Document, others: Sequence[Document], chance: random.Random) -> Changed | None:
    """Headlines of other articles below, under the heading that pages give them."""
    usable = [other.text.strip().split("\n")[0][:60] for other in others if other.id != document.id]
    usable = [line for line in usable if len(line) >= 6]
    if len(usable) < _HEADLINES:
        return None
    return Changed("\n".join((document.text.rstrip("\n"), "相关新闻", *chance.sample(usable, _HEADLINES))))


CHANGES: dict[str, Change] = {
    "glosses": glosses,
    "traditional": traditional,
    "punctuation width": widths,
    "company renamed": company,
    "city renamed": city,
    "paragraphs reordered": order,
    "foreign headlines": headlines,
}
