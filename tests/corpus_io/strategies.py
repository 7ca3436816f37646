"""Random documents for the round trips."""

from __future__ import annotations

from hypothesis import strategies as st

from chinese_deal_ie.schema import DEAL_TYPES, LABELS, SCOPES, SLOT_LABELS, SLOTS, STAGES, Document, Frame, Mention

PLAIN = "青禾市政府与蓝鲸科技签约，投资12亿元。（）ab \n\u3000"
ODD = PLAIN + "[]|#@\r\t:\"'\\\u200b\u2028\ufeff🎉𠮷e\u0301"
WORDS = ("青禾市政府", "蓝鲸科技", "12亿元")
SCORES = st.floats(0, 1)


@st.composite
def documents(
    draw: st.DrawFn, *, alphabet: str = ODD, scores: bool = True, ids: str = "c1 g2 企业-3 E,4 x", breaks: bool = True
) -> Document:
    """A sound document; without ``scores`` all are 1, without ``breaks`` no mention holds a line break."""
    text = "".join(draw(st.lists(st.text(alphabet, max_size=5) | st.sampled_from(WORDS), max_size=20)))
    cuts = st.lists(st.integers(0, len(text)), max_size=20, unique=True)
    edges = sorted(draw(cuts | st.just(list(range(len(text) + 1)))))
    score = SCORES if scores else st.just(1.0)
    labels = {name: draw(st.sampled_from(LABELS)) for name in ids.split()}
    labels |= {"c1": "COM", "g2": "GOV"}  # else few documents have parties of a deal
    mentions = []
    for start, end in zip(edges[::2], edges[1::2], strict=False):
        surface = text[start:end]
        end = start + len(surface.rstrip())
        start += len(surface) - len(surface.lstrip())
        if start < end and (breaks or "\n" not in text[start:end].replace("\r", "\n")):
            entity = draw(st.sampled_from(sorted(labels)))
            mentions.append(Mention(start, end, text[start:end], labels[entity], entity, draw(score)))
    used = {mention.entity: mention.label for mention in mentions}
    fit = {slot: sorted(entity for entity in used if used[entity] in SLOT_LABELS[slot]) for slot in SLOTS}
    frames = []
    if fit["company"] and fit["government"]:
        for _ in range(draw(st.integers(0, 3))):
            slots = {
                slot: tuple(draw(st.permutations(fit[slot])))[: draw(st.integers(slot in ("company", "government"), 3))]
                for slot in SLOTS
            }
            choices = (st.sampled_from(values) for values in (DEAL_TYPES, STAGES, SCOPES))
            values = dict(zip(("type", "stage", "scope"), map(draw, choices), strict=True))
            frames.append(Frame(**slots, **values, score=draw(score)))
    header = st.text("abc金额 -:/.", max_size=6).map(str.strip)
    meta = draw(st.dictionaries(header.filter(bool), header, max_size=3))
    return Document(draw(header.filter(bool)), text, tuple(mentions), tuple(frames), meta)
