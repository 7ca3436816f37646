from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from model.helpers import UNHURRIED, config, documents, vocabulary

from chinese_deal_ie.model.decoding import spans
from chinese_deal_ie.schema import Document, Mention
from chinese_deal_ie.training.deals import clean_view, examples
from chinese_deal_ie.training.examples import IGNORED, Example, Focus, batches, collate

VOCABULARY = vocabulary()
CONFIG = config(len(VOCABULARY))


def example(document: Document) -> Example:
    (found,) = examples(document, CONFIG, VOCABULARY)
    return found


def test_tags_and_mentions_are_those_of_the_document() -> None:
    document = documents()[0]
    text, mentions = clean_view(document)
    found = example(document)
    assert found.ids.tolist() == [VOCABULARY.cls, *VOCABULARY.encode(text), VOCABULARY.sep]
    assert found.tags[0] == found.tags[-1] == IGNORED
    decoded = [(start, end, CONFIG.labels[label]) for start, end, label in spans(found.tags[1:-1])]
    assert decoded == [(mention.start, mention.end, mention.label) for mention in mentions]
    assert list(zip(found.starts - 1, found.ends - 1, strict=True)) == [(m.start, m.end) for m in mentions]


def test_mentions_of_one_entity_share_an_index() -> None:
    document = documents()[0]
    found = example(document)
    ids = [mention.entity for mention in document.mentions]
    assert [found.entities[i] == found.entities[0] for i in range(len(ids))] == [one == ids[0] for one in ids]
    assert len(found.labels) == len(set(ids))
    assert [found.labels[index] for index in found.entities] == [mention.label for mention in document.mentions]


def test_each_company_is_a_focus_with_the_roles_of_its_deals() -> None:
    document = documents()[0]
    found = example(document)
    index = {mention.entity: int(entity) for mention, entity in zip(document.mentions, found.entities, strict=True)}
    first, second, bystander = found.focuses
    assert first == Focus(
        index["c1"],
        deal=1.0,
        roles={
            "government": (index["g1"],),
            "amount": (index["a1"],),
            "location": (index["l1"],),
            "date": (index["d1"],),
            "project": (index["p1"],),
            "partner": (index["c2"],),
        },
        type=CONFIG.deal_types.index("investment"),
        stage=CONFIG.stages.index("signed"),
        shared=0.0,
    )
    assert second.roles["partner"] == (index["c1"],)
    assert bystander == Focus(index["c3"], deal=0.0)


def test_an_amount_that_is_not_stated_says_nothing_about_sharing() -> None:
    document = documents()[2]
    frames = tuple(replace(frame, amount=()) for frame in document.frames)
    (focus,) = example(replace(document, frames=frames)).focuses
    assert focus.shared is None
    assert focus.roles["amount"] == ()


def test_a_company_in_two_deals_has_the_fillers_of_both() -> None:
    document = documents()[2]
    (frame,) = document.frames
    twice = replace(document, frames=(frame, replace(frame, amount=(), location=(), scope="shared")))
    (focus,) = example(twice).focuses
    assert len(focus.roles["amount"]) == 1
    assert focus.shared == 1.0


def test_a_window_that_shows_nothing_of_a_deal_does_not_teach_it() -> None:
    filler = "林溪银行发布年报。" * 60
    document = documents()[2]
    at = len(document.text) + 1 + len(filler)
    long = replace(
        document,
        text=f"{document.text}\n{filler}白河集团在此。",
        mentions=(*document.mentions, Mention(at, at + 4, "白河集团", "COM", "c1")),
    )
    first, *_, last = examples(long, replace(CONFIG, max_positions=100), VOCABULARY)
    assert [focus.deal for focus in first.focuses] == [1.0]
    assert len(last.starts) > 0
    assert all(any(focus.roles.values()) for focus in last.focuses)


@given(st.lists(st.integers(3, 60), min_size=1, max_size=30), st.integers(20, 200), st.integers(0, 99))
@UNHURRIED
def test_batches_hold_every_example_once_and_are_not_too_large(lengths: list[int], size: int, seed: int) -> None:
    empty = np.zeros(0, np.int64)
    pool = [
        Example(np.full(length, index, np.int32), np.zeros(length, np.int64), empty, empty, empty, ())
        for index, length in enumerate(lengths)
    ]
    found = list(batches(pool, size, np.random.default_rng(seed)))
    assert sorted(int(item.ids[0]) for group in found for item in group) == list(range(len(pool)))
    for group in found:
        assert len(group) == 1 or len(group) * max(len(item.ids) for item in group) <= size


def test_batches_keep_tag_sets_apart() -> None:
    base = example(documents()[1])
    pool = [replace(base, head=head) for head in ("a", "b", "a", "b")]
    assert all(len({item.head for item in group}) == 1 for group in batches(pool, 10**6, np.random.default_rng(0)))


def test_collate_pads_to_the_longest() -> None:
    group = [example(document) for document in documents()]
    batch = collate(group, VOCABULARY.pad)
    longest = max(len(item.ids) for item in group)
    assert batch.ids.shape == batch.tags.shape == (3, longest)
    for row, item in enumerate(group):
        size = len(item.ids)
        assert batch.ids[row, :size].tolist() == item.ids.tolist()
        assert set(batch.ids[row, size:].tolist()) <= {VOCABULARY.pad}
        assert set(batch.tags[row, size:].tolist()) <= {IGNORED}
        assert (batch.mask[row, 0, 0, :size] == 0).all()
        assert (batch.mask[row, 0, 0, size:] < -1000).all()
