"""Public packages that find some of our mentions, wrapped so that they can stand beside the model.

None of them knows deals, and none of them tells companies from governments. Each takes the place of the finders of the
rule baseline that it can stand in for; entities, deals and the other labels stay with the rules. So a row of a
comparison reads "the rules with this package's names", and its mention scores by label are the package's own for the
labels named in :data:`PEERS`.
"""

from __future__ import annotations

import contextlib
import io
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence

from ..schema import Label
from .baseline import RULES, RuleBaseline

Word = tuple[str, str]
"""A word and its tag, as a tagger gives them."""
Span = tuple[int, int]

LONGEST = 180
"""Characters given to a tagger at once; monpa drops what exceeds 200 without a word."""
_PIECE = re.compile(rf"[^\n。！？；]{{1,{LONGEST}}}[。！？；]?")
_GOVERNMENT = re.compile(r"政府|委员会|委員會|管委会|管委會|[省市县縣区區]委$|[局厅廳署委部院办]$|人大|政协|政協|法院")
_OTHER = re.compile(r"大学|大學|学院|學院|研究[院所]|[医醫]院|[协協][会會]|学会|[联聯]盟|中学|[商学]会|[网網报社台]$")
_COMPANY = re.compile(r"公司|集团|集團|[银銀]行|控股|股份|科技|基金")


def pieces(text: str) -> Iterator[tuple[int, str]]:
    """Sentences of at most :data:`LONGEST` characters (longer ones are cut), with the offset of each."""
    return ((match.start(), match.group()) for match in _PIECE.finditer(text))


def locate(text: str, words: Iterable[Word]) -> Iterator[tuple[int, int, str]]:
    """(start, end, tag) of each word, looked for from the end of the one before; others are left out.

    Taggers return words, not offsets, and some drop white space or replace rare characters.
    """
    cursor = 0
    for word, tag in words:
        start = text.find(word, cursor) if word else -1
        if start >= 0:
            cursor = start + len(word)
            yield start, cursor, tag


def organisation_label(name: str) -> Label:
    """Our label for what a tagger calls an organisation: by its ending GOV or ORG, else COM."""
    if _COMPANY.search(name):
        return "COM"
    if _OTHER.search(name):
        return "ORG"
    return "GOV" if _GOVERNMENT.search(name) else "COM"


def tagger_system(name: str, tag: Callable[[str], Iterable[tuple[int, int, str]]]) -> RuleBaseline:
    """The rule baseline with the organisations and places of a tagger that knows ``ORG`` and ``LOC``.

    :param tag: (start, end, tag) of the names in a text of at most :data:`LONGEST` characters.
    """

    def finder(label: Label) -> Callable[[str], Iterable[Span]]:
        def find(text: str) -> Iterable[Span]:
            for offset, piece in pieces(text):
                for start, end, kind in tag(piece):
                    ours = "LOC" if kind == "LOC" else organisation_label(piece[start:end]) if kind == "ORG" else None
                    if ours == label:
                        yield offset + start, offset + end

        return find

    labels: tuple[Label, ...] = ("GOV", "COM", "ORG", "LOC")
    return RuleBaseline(name, {**RULES, **{label: finder(label) for label in labels}})


def iob_spans(words: Sequence[str], tags: Sequence[str]) -> Iterator[Word]:
    """Names of a tagger that marks words with ``B-X``, ``I-X`` (or ``E-X``) and ``O``, as (name, X)."""
    name, kind = "", ""
    for word, tag in zip(words, tags, strict=False):
        mark, _, label = tag.partition("-")
        if mark in ("I", "E") and label == kind and name:
            name += word
            continue
        if name:
            yield name, kind
        name, kind = (word, label) if mark in ("B", "S", "I", "E") and label else ("", "")
    if name:
        yield name, kind


@contextlib.contextmanager
def _quietly() -> Iterator[None]:
    """Without what packages print when they are imported or called, and without warnings about their own code."""
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def jionlp_system() -> RuleBaseline:
    """The rules with the amounts of JioNLP (github.com/dongrixinyu/JioNLP) for their own, and its places added.

    JioNLP knows the administrative divisions, so it finds bare names such as 常州. Raises ImportError where it is not
    installed.
    """
    with _quietly():
        import jionlp

    def money(text: str) -> Iterable[Span]:
        try:
            found = jionlp.ner.extract_money(text)
        except ValueError:  # raised on some amounts it cannot read, for the whole text
            return []
        return [(item["offset"][0], item["offset"][1]) for item in found]

    def divisions(text: str) -> Iterable[Span]:
        try:
            found = jionlp.recognize_location(text)
        except ValueError:  # raised on an empty text
            return []
        known = [place for place, _ in (found["domestic"] or []) + (found["foreign"] or [])]
        names = {name for place in known for name in place.values() if name} | set(found["others"] or ())
        # It tells full names, not where and in which form they stand.
        names |= {stem for name in names if len(stem := name.rstrip("省市县区州盟")) >= 2}
        return [match.span() for name in sorted(names) for match in re.finditer(re.escape(name), text)]

    def places(text: str) -> Iterable[Span]:
        return [*RULES["LOC"](text), *divisions(text)]

    return RuleBaseline("rules+jionlp", {**RULES, "AMT": money, "LOC": places})


def monpa_system() -> RuleBaseline:
    """The rules with the organisations and places of MONPA (Hsieh et al. 2017; github.com/monpa-team/monpa).

    MONPA is an ALBERT tagger for traditional text, free for academic use only, and needs PyTorch. Simplified text is
    given to it in traditional characters, one for one. Raises ImportError where it is not installed or cannot load its
    weights.
    """
    import opencc

    traditional = opencc.OpenCC("s2t")
    try:
        with _quietly():
            import monpa

            monpa.pseg("市")
    except (AttributeError, OSError, RuntimeError, ValueError) as error:
        raise ImportError(f"monpa is there but does not run: {error}") from error

    def tag(piece: str) -> Iterable[tuple[int, int, str]]:
        converted = traditional.convert(piece)
        known = converted if len(converted) == len(piece) else piece
        with _quietly():
            return [span for span in locate(known, monpa.pseg(known)) if span[2] in ("ORG", "LOC")]

    return tagger_system("rules+monpa", tag)


def jiagu_system() -> RuleBaseline:
    """The rules with the organisations and places of Jiagu (github.com/ownthink/Jiagu), an averaged perceptron.

    Its models are Python pickles of its own package. Raises ImportError where it is not installed or does not load.
    """
    try:
        with _quietly():
            import jiagu

            jiagu.ner(jiagu.seg("市"))
    except (AttributeError, OSError, ValueError) as error:
        raise ImportError(f"jiagu is there but does not run: {error}") from error

    def tag(piece: str) -> Iterable[tuple[int, int, str]]:
        words = list(jiagu.seg(piece))
        return locate(piece, iob_spans(words, jiagu.ner(words)))

    return tagger_system("rules+jiagu", tag)


PEERS: dict[str, tuple[Callable[[], RuleBaseline], tuple[Label, ...]]] = {
    "baseline": (RuleBaseline, ()),
    "jionlp": (jionlp_system, ("AMT", "LOC")),
    "monpa": (monpa_system, ("GOV", "COM", "LOC", "ORG")),
    "jiagu": (jiagu_system, ("GOV", "COM", "LOC", "ORG")),
}
"""By name: what makes the system (raises ImportError where its package is missing), and the labels that are its own
package's work."""
