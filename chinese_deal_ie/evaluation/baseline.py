"""A rule baseline without a model: the floor that a trained system has to beat.

Places are looked up in a gazetteer, the names of the divisions of GB/T 2260. Other names are found by what they end in
(政府, 有限公司, 开发区 …), amounts and dates by their shape. Mentions of one label are one entity when their texts are
equal or one abbreviates the other. A sentence that speaks of an agreement or an investment links the parties, the
money and the place it names. All patterns have bounded repetition.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources

from ..schema import DealType, Document, Frame, Label, Mention, Stage

Finder = Callable[[str], Iterable[tuple[int, int]]]
"""The (start, end) ranges of one label in a text, end exclusive; they may overlap."""

# A name runs left from its ending to the nearest character that names rarely hold: conjunctions and prepositions.
_BREAK = "与與和及同在由对對向将將了的是被把为為从從到等称稱让讓给給就该該其这這各以按据據"
_NAME = "[A-Za-z0-9\u4e00-\u9fff·]"
# What a name may have picked up on its left: verbs, adverbs, dates, counts.
_LEAD = re.compile(
    r".{0,24}(?:签约|簽約|签署|签订|簽訂|签下|联手|聯手|携手|攜手|牵手|引进|引入|投资(?!集团|控股|发展|有限|公司|管理|股份|促进)|成立|入驻|落户|位于|来到"
    r"|前往|获悉|消息|[年月日上下午]{1,6}|昨日|今日|今天|昨天|当天|近日|日前|中标|发布|代表|分别|拟|已|关于|还有|另有|外加|首个|感谢|建设(?!银行|工程|集团|发展|投资|局)"
    r"|[0-9一二三四五六七八九十几多批]{1,8}[个個家批支大类])"
)
_GENERIC = re.compile(
    r"[全各本几幾多县縣区區].{0,2}[市县縣区區省州]|[县縣市区區]{2,3}政府|城市|都市|地[区區]|片[区區]|院[区區]|校[区區]|园[区區]|農村|农村|[大门超股]市"
    r"|.{0,4}子公司|.{0,3}有限公司|.{0,2}[项項]目公司|.{0,4}[项項]目|.{0,3}基金|.{0,2}[银銀]行|.{0,1}[医醫]院|.{0,1}(?:集团|公司)控股"
)

_AMOUNT = re.compile(
    r"(?:不低于|不少于|不超过|不超過|超过|超過|约|約|近|超|逾|过|過)?(?:为|為)?(?:人民币|人民幣|[¥￥$])?"
    r"(?:[0-9０-９][0-9０-９,，.．]{0,15}|[一二三四五六七八九十百千两数數几]{1,6})"
    r"(?:[多余餘几个個]?[亿億万萬千百]{1,3}[多余餘]?){0,3}"
    r"(?:人民币|元人民币|美元|欧元|歐元|港元|港币|港幣|日元|元|(?<=[亿億])(?![只件台条户人平米吨方千]))[级級]?(?:以上|左右|以下)?"
)
_DATE = re.compile(
    r"(?:[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日|[0-9]{4}年[0-9]{1,2}月|[0-9]{1,2}月[0-9]{1,2}日|[0-9]{4}年[底初]?"
    r"|[0-9]{4}-[0-9]{2}-[0-9]{2}|(?<![0-9月])[0-9]{1,2}日|今年[0-9]{1,2}月|[昨今]日|[昨今]天|[当當]天|今年|去年|明年|年底|年内|上半年)"
)
_SHORT = re.compile(rf"(?:简称|簡稱)[:：]?[“\"「]?({_NAME}{{2,12}})[”\"」）)]")
_SENTENCE = re.compile(r"[^。！？!?\n；;]{1,2000}")
_DEAL = re.compile(r"签|簽|协议|協議|合作|投资|投資|中标|中標|共建|落户|落戶|携手|攜手|联手|聯手|牵手|牽手|开工|開工")
_UNREAL = re.compile(r"希望|表示|累计|累計|同比|营业收入|營業收入")
_ROLES: dict[Label, str] = {"AMT": "a", "COM": "c", "DATE": "d", "GOV": "g", "LOC": "l", "ORG": "o", "PROJ": "p"}


def name_finder(*endings: str, longest: int = 20) -> Finder:
    """A finder of names that end in one of ``endings``, each an alternation, at least one character before them."""
    patterns = [re.compile(rf"(?:(?![{_BREAK}]){_NAME}){{1,{longest}}}?(?:{ending})") for ending in endings]

    def find(text: str) -> Iterable[tuple[int, int]]:
        for match in (match for pattern in patterns for match in pattern.finditer(text)):
            lead = _LEAD.match(match.group())
            start = match.start() + (lead.end() if lead else 0)
            if start < match.end() - 1 and not _GENERIC.fullmatch(text, start, match.end()):
                yield start, match.end()

    return find


def places(text: str) -> Iterable[tuple[int, int]]:
    """Names that end like a division or zone, the same without that ending wherever they stand, and known divisions."""
    spans = list(_DIVISIONS(text))
    stems = {text[start:end].rstrip("省市县縣区區州") for start, end in spans}
    again = [span for stem in sorted(stems) if len(stem) >= 2 for span in _again(text, stem)]
    return [*spans, *again, *divisions(text)]


@cache
def _gazetteer() -> dict[str, list[str]]:
    """Names of divisions by their first two characters, longest first: full ones, and short ones of provinces and
    cities, since short names of counties (和平, 东方) are everyday words."""
    table = resources.files("chinese_deal_ie.resolution") / "assets" / "divisions.tsv"
    names: set[str] = set()
    for row in table.read_text(encoding="utf-8").splitlines()[1:]:
        code, name, short, *_ = row.split("\t")
        names |= {name, *(short.split("|") if code.endswith("00") else ())}
    found: dict[str, list[str]] = {}
    for name in sorted((name for name in names if len(name) > 1), key=lambda name: (-len(name), name)):
        found.setdefault(name[:2], []).append(name)
    return found


def divisions(text: str) -> Iterable[tuple[int, int]]:
    """The longest division name at each place, without overlaps."""
    known, place = _gazetteer(), 0
    while place < len(text) - 1:
        name = next((name for name in known.get(text[place : place + 2], ()) if text.startswith(name, place)), "")
        if name:
            yield place, place + len(name)
        place += len(name) or 1


def pattern_finder(pattern: re.Pattern[str], group: int = 0) -> Finder:
    """A finder of the matches of one pattern."""
    return lambda text: (match.span(group) for match in pattern.finditer(text))


_DIVISIONS = name_finder(
    "[开開][发發][区區]|高新[区區]|新[区區]|[省市县縣区區州旗镇鎮村](?![政委场場民级長长值容])", longest=6
)

RULES: dict[Label, Finder] = {
    "GOV": name_finder(
        "政府(?!性)|[发發]改委|[国國][资資]委|管委会|管委會|管理委员会|[市县縣区區省州]委(?!员|書記|书记)|[厅廳]"
        "|(?:[商水税教][务務育]|招商|[促][进進]|公安|财政|[工农林规资环住自发][信业划源境建改资]{1,3})局|办公室|[委教育工信商务部]部(?=[门办公])",
    ),
    "COM": name_finder(
        "有限(?:责任|責任)?公司(?:.{2,6}分公司)?|[分支]行",
        "集[团團](?:公司)?|公司|[银銀]行|控股|股份(?!有)|科技(?![园园城局厅部创型产工成中])|基金(?![会项])",
        longest=24,
    ),
    "AMT": pattern_finder(_AMOUNT),
    "DATE": pattern_finder(_DATE),
    "PROJ": name_finder("[项項]目", "[产產][业業][园園](?![区區])|[产產][业業]基地|[总總]部基地", longest=24),
    "ORG": name_finder(
        "大[学學]|[学學]院|研究[院所]|[医醫]院|[协協][会會]|[联聯]盟|[经日新中民][国济]?[网網]|[日晚]报"
    ),
    "LOC": places,
}
"""One finder a label. Where ranges overlap, the label that comes first wins, then the longer range."""


@dataclass(frozen=True, slots=True)
class RuleBaseline:
    """Mentions by rules, entities by equal or abbreviated text, deals by sentences (a :class:`.adapters.System`)."""

    name: str = "rules"
    finders: Mapping[Label, Finder] = field(default_factory=lambda: RULES)

    def predict(self, texts: Sequence[Document]) -> list[Document]:
        """The same documents with mentions and frames found in their texts; whatever they held before is ignored."""
        return [self._predict(document) for document in texts]

    def _predict(self, document: Document) -> Document:
        mentions = _entities(document.text, self._spans(document.text))
        return replace(document, mentions=mentions, frames=_frames(document.text, mentions))

    def _spans(self, text: str) -> list[tuple[int, int, Label]]:
        found: list[tuple[int, int, Label]] = []
        taken = bytearray(len(text))
        for label, finder in self.finders.items():
            spans = list(finder(text))
            if label == "COM":  # short forms that the text introduces itself
                spans += [
                    span for start, end in pattern_finder(_SHORT, 1)(text) for span in _again(text, text[start:end])
                ]
            for start, end in sorted(spans, key=lambda span: (span[0] - span[1], span[0])):
                if start < end and not any(taken[start:end]):
                    taken[start:end] = b"\1" * (end - start)
                    found.append((start, end, label))
        return sorted(found)


def _again(text: str, name: str) -> Iterable[tuple[int, int]]:
    return (match.span() for match in re.finditer(re.escape(name), text))


def _abbreviates(short: str, long: str) -> bool:
    """Whether the characters of ``short`` occur in ``long`` in this order."""
    rest = iter(long)
    return len(short) < len(long) and all(character in rest for character in short)


def _entities(text: str, spans: Sequence[tuple[int, int, Label]]) -> tuple[Mention, ...]:
    """Number the entities of every label; the longest texts first, so that short forms find what they abbreviate."""
    names: dict[Label, dict[str, str]] = {}
    for start, end, label in sorted(spans, key=lambda span: (span[0] - span[1], span[0])):
        known, name = names.setdefault(label, {}), text[start:end]
        if name not in known:
            longer = [one for one in known if label in ("COM", "GOV") and _abbreviates(name, one)]
            known[name] = known[longer[0]] if longer else f"{_ROLES[label]}{len(known) + 1}"
    return tuple(
        Mention(start, end, text[start:end], label, names[label][text[start:end]]) for start, end, label in spans
    )


def _frames(text: str, mentions: Sequence[Mention]) -> tuple[Frame, ...]:
    """One frame for each group of companies that a sentence links to a government or place; later ones fill gaps."""
    frames: dict[tuple[str, ...], Frame] = {}
    for sentence in _SENTENCE.finditer(text):
        if not _DEAL.search(sentence.group()) or _UNREAL.search(sentence.group()):
            continue
        inside = [mention for mention in mentions if sentence.start() <= mention.start < sentence.end()]

        def ids(label: Label, inside: Sequence[Mention] = inside) -> tuple[str, ...]:
            return tuple(dict.fromkeys(mention.entity for mention in inside if mention.label == label))

        companies, places = ids("COM"), ids("LOC")
        if not companies or not (ids("GOV") or places):
            continue
        frame = Frame(
            government=ids("GOV")[:1],
            company=companies,
            amount=ids("AMT")[:1],
            location=places[-1:],
            date=ids("DATE")[:1],
            project=ids("PROJ")[:1],
            type=_deal_type(sentence.group(), bool(ids("AMT"))),
            stage=_stage(sentence.group()),
        )
        earlier = frames.get(companies)
        frames[companies] = _filled(earlier, frame) if earlier else frame
    return tuple(frames.values())


def _filled(frame: Frame, other: Frame) -> Frame:
    return replace(
        frame,
        government=frame.government or other.government,
        amount=frame.amount or other.amount,
        location=frame.location or other.location,
        date=frame.date or other.date,
        project=frame.project or other.project,
    )


def _deal_type(sentence: str, amount: bool) -> DealType:
    if re.search("PPP|中标|中標|承包|采购|特许", sentence):
        return "contract"
    if re.search("授信|贷款|融资", sentence):
        return "finance"
    if "基金" in sentence:
        return "fund"
    return "investment" if amount or re.search("投资|投資|建设|项目|基地", sentence) else "cooperation"


def _stage(sentence: str) -> Stage:
    if re.search("签|簽|协议|協議", sentence):
        return "signed"
    if re.search("开工|開工|在建|奠基", sentence):
        return "underway"
    return (
        "completed"
        if re.search("建成|投产|竣工", sentence)
        else "intended"
        if re.search("拟|将|將|计划", sentence)
        else "signed"
    )
