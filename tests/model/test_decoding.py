from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chinese_deal_ie.model import decoding
from chinese_deal_ie.model.decoding import log_softmax, mention_confidence, spans, viterbi
from chinese_deal_ie.model.reader import Reader
from chinese_deal_ie.model.torch_backend import TorchBackend

from .helpers import UNHURRIED, network, vocabulary


def allowed(path: tuple[int, ...], breaks: np.ndarray) -> bool:
    """I-X only after B-X or I-X on the same line; tags are O, B-1, I-1, B-2, I-2."""
    if path and path[0] in (2, 4):
        return False
    steps = zip(pairwise(path), breaks[1:], strict=True)
    return all(tag not in (2, 4) or (before in (tag - 1, tag) and not line) for (before, tag), line in steps)


@given(st.integers(0, 2**32 - 1), st.integers(1, 5), st.booleans())
@settings(UNHURRIED, max_examples=60)
def test_the_best_of_all_allowed_paths_is_found(seed: int, length: int, with_breaks: bool) -> None:
    generator = np.random.default_rng(seed)
    scores = log_softmax(generator.normal(0, 2, (length, 5)).astype(np.float32))
    breaks = generator.random(length) < (0.4 if with_breaks else 0.0)
    path = viterbi(scores, breaks)
    assert allowed(tuple(path), breaks)
    rows = np.arange(length)
    best = max(
        scores[rows, list(other)].sum(dtype=np.float64)
        for other in product(range(5), repeat=length)
        if allowed(other, breaks)
    )
    assert scores[rows, path].sum(dtype=np.float64) == pytest.approx(best, abs=1e-5)


def step_by_step(scores: np.ndarray, breaks: np.ndarray) -> np.ndarray:
    """Viterbi decoding as textbooks have it, one character after the other."""
    length, tags = scores.shape
    best = scores.astype(np.float64)
    back = np.zeros((length, tags), np.int64)
    inside = np.arange(2, tags, 2)
    best[0, inside] = -np.inf
    for place in range(1, length):
        before = best[place - 1]
        winner = int(before.argmax())
        back[place] = winner
        best[place] += before[winner]
        begin, go_on = before[inside - 1], before[inside]
        back[place, inside] = np.where(begin >= go_on, inside - 1, inside)
        best[place, inside] = scores[place, inside] + np.maximum(begin, go_on)
        if breaks[place]:
            best[place, inside] = -np.inf
    path = np.zeros(length, np.int64)
    path[-1] = best[-1].argmax()
    for place in range(length - 1, 0, -1):
        path[place - 1] = back[place, path[place]]
    return path


@given(
    st.integers(0, 2**32 - 1),
    st.integers(1, 300),
    st.sampled_from([1, 2, 7]),
    st.floats(0.1, 8),
    st.floats(-4, 4),
    st.sampled_from([0.0, 0.02, 0.5]),
)
@settings(UNHURRIED, max_examples=300)
def test_all_at_once_gives_what_step_by_step_gives(
    seed: int, length: int, labels: int, spread: float, lean: float, share: float
) -> None:
    generator = np.random.default_rng(seed)
    logits = generator.normal(0, spread, (length, 1 + 2 * labels)).astype(np.float32)
    logits[:, 2::2] += np.float32(lean)  # from texts that hardly need the constraint to such that are all conflict
    scores = log_softmax(logits)
    breaks = generator.random(length) < share
    scores[breaks, 1:] = -np.inf
    before = scores.copy()
    assert viterbi(scores, breaks).tolist() == step_by_step(scores, breaks).tolist()
    assert np.array_equal(before, scores)


@given(st.lists(st.lists(st.sampled_from([-1.0, -2.0, -3.0]), min_size=5, max_size=5), min_size=1, max_size=60))
@settings(UNHURRIED, max_examples=200)
def test_ties_give_a_path_as_good(rows: list[list[float]]) -> None:
    scores = np.array(rows, np.float32)
    breaks = np.zeros(len(rows), np.bool_)
    path = viterbi(scores, breaks)
    assert allowed(tuple(path), breaks)
    places = np.arange(len(rows))
    assert scores[places, path].sum() == scores[places, step_by_step(scores, breaks)].sum()


@pytest.mark.parametrize("begins", [0, 600])
def test_long_conflicts_take_few_rounds(begins: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run of I-1 and I-2 by turns: each character's best tag clashes with its neighbour's."""
    rounds = []
    decode = decoding._decode
    monkeypatch.setattr(decoding, "_decode", lambda *arguments: (rounds.append(1), decode(*arguments)))
    logits = np.zeros((2000, 5), np.float32)
    logits[::2, 2] = logits[1::2, 4] = 3
    logits[:begins, 0] = 2.9  # stretches whose head wants to be an I after all
    logits[:begins:7, 3] = 4
    scores = log_softmax(logits)
    breaks = np.zeros(2000, np.bool_)
    assert viterbi(scores, breaks).tolist() == step_by_step(scores, breaks).tolist()
    assert len(rounds) <= 12


def test_nothing_to_decode() -> None:
    assert viterbi(np.zeros((0, 5), np.float32), np.zeros(0, np.bool_)).tolist() == []


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ([], []),
        ([0, 0], []),
        ([1, 2, 2, 0, 3], [(0, 3, 0), (4, 5, 1)]),
        ([1, 1, 2], [(0, 1, 0), (1, 3, 0)]),
        ([1, 3, 4], [(0, 1, 0), (1, 3, 1)]),
    ],
)
def test_spans(path: list[int], found: list[tuple[int, int, int]]) -> None:
    assert spans(np.array(path, np.int64)) == found


def test_confidence_is_the_geometric_mean_of_the_tags_and_of_the_end() -> None:
    probabilities = np.array([[0.2, 0.8, 0.0], [0.1, 0.0, 0.9], [0.5, 0.0, 0.5]], np.float32)
    logs = np.log(np.maximum(probabilities, 1e-9))
    assert mention_confidence(logs, [(0, 2, 0)])[0] == pytest.approx((0.8 * 0.9 * 0.5) ** (1 / 3), rel=1e-4)
    assert mention_confidence(logs[:2], [(0, 2, 0)])[0] == pytest.approx((0.8 * 0.9) ** 0.5, rel=1e-4)


def test_log_softmax_sums_to_one_even_for_large_logits() -> None:
    logits = np.array([[1000.0, 0.0], [-1000.0, -1000.0]], np.float32)
    assert np.exp(log_softmax(logits)).sum(-1).tolist() == pytest.approx([1, 1])


@given(st.text("青山市政府公司25亿元\n。", min_size=1, max_size=300), st.integers(0, 3))
@settings(UNHURRIED, max_examples=30)
def test_mentions_of_any_network_are_flat_and_stay_on_their_line(text: str, seed: int) -> None:
    model = network(seed)
    (reading,) = Reader(TorchBackend(model), model.config, vocabulary()).read([text])
    ends = [0]
    for mention in reading.mentions:
        assert ends[-1] <= mention.start < mention.end <= len(text)
        assert "\n" not in text[mention.start : mention.end]
        assert 0 < mention.score <= 1
        ends.append(mention.end)
