"""Optimal assignment against exhaustive search and SciPy."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chinese_deal_ie.evaluation.assignment import assign

graphs = st.dictionaries(st.tuples(st.integers(0, 4), st.integers(0, 4)), st.integers(1, 10**18), max_size=12)


def best_total(weights: dict[tuple[int, int], int]) -> int:
    return max(
        sum(weights.get((row, column), 0) for row, column in enumerate(order)) for order in permutations(range(5))
    )


@settings(deadline=None)
@given(graphs)
def test_total_is_that_of_exhaustive_search(weights: dict[tuple[int, int], int]) -> None:
    pairs = assign(weights)
    assert sum(weights[pair] for pair in pairs) == best_total(weights)
    assert len({row for row, _ in pairs}) == len({column for _, column in pairs}) == len(pairs)


@settings(deadline=None)
@given(graphs, st.randoms())
def test_answer_does_not_depend_on_the_order_of_edges(weights: dict[tuple[int, int], int], random: object) -> None:
    edges = list(weights.items())
    random.shuffle(edges)  # type: ignore[attr-defined]
    assert assign(dict(edges)) == assign(weights)


@pytest.mark.parametrize("shape", [(30, 30), (12, 40), (40, 12)])
def test_dense_matrices_agree_with_scipy(shape: tuple[int, int]) -> None:
    optimize = pytest.importorskip("scipy.optimize")
    matrix = np.random.default_rng(0).random(shape) + 0.01
    rows, columns = optimize.linear_sum_assignment(matrix, maximize=True)
    pairs = assign({(i, j): float(matrix[i, j]) for i in range(shape[0]) for j in range(shape[1])})
    assert sum(matrix[pair] for pair in pairs) == pytest.approx(matrix[rows, columns].sum())


def test_greedy_choice_is_not_taken() -> None:
    assert assign({(0, 0): 3, (0, 1): 2, (1, 0): 2}) == [(0, 1), (1, 0)]
