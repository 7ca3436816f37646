"""Maximum-weight one-to-one assignment on sparse bipartite graphs, without SciPy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def assign(weights: Mapping[tuple[int, int], float]) -> list[tuple[int, int]]:
    """The one-to-one choice of edges with the greatest total weight, sorted.

    ``weights`` maps (row, column) to a positive weight; absent pairs are never chosen. The graph is cut into
    connected components first, which in documents hold a few nodes each, and every component is solved by the
    Hungarian method (Kuhn 1955, "The Hungarian method for the assignment problem"; shortest augmenting paths
    with potentials after Jonker & Volgenant 1987), so the answer is optimal whatever the order of the input.
    Integer weights are computed exactly. Ties are broken by the sorted order of rows and columns.
    """
    chosen: list[tuple[int, int]] = []
    for rows, columns in _components(weights):
        if len(rows) == 1 or len(columns) == 1:
            edges = [(row, column) for row in rows for column in columns]
            chosen.append(max(edges, key=lambda edge: weights[edge]))
            continue
        flip = len(rows) > len(columns)
        short, long = (columns, rows) if flip else (rows, columns)
        matrix = [[weights.get((other, one) if flip else (one, other), 0) for other in long] for one in short]
        for i, j in enumerate(_hungarian(matrix)):
            edge = (long[j], short[i]) if flip else (short[i], long[j])
            if edge in weights:
                chosen.append(edge)
    return sorted(chosen)


def _components(weights: Mapping[tuple[int, int], float]) -> list[tuple[list[int], list[int]]]:
    """Sorted rows and columns of every connected component, in the order of the smallest row."""
    columns_of: dict[int, list[int]] = {}
    rows_of: dict[int, list[int]] = {}
    for row, column in weights:
        columns_of.setdefault(row, []).append(column)
        rows_of.setdefault(column, []).append(row)
    components = []
    seen: set[int] = set()
    for start in sorted(columns_of):
        if start in seen:
            continue
        seen.add(start)
        rows, columns, frontier = [], set(), [start]
        while frontier:
            row = frontier.pop()
            rows.append(row)
            for column in columns_of[row]:
                if column not in columns:
                    columns.add(column)
                    fresh = [other for other in rows_of[column] if other not in seen]
                    seen.update(fresh)
                    frontier.extend(fresh)
        components.append((sorted(rows), sorted(columns)))
    return components


def _hungarian(matrix: Sequence[Sequence[float]]) -> list[int]:
    """The column of every row in a maximum-weight complete assignment; at least as many columns as rows."""
    height, width = len(matrix), len(matrix[0])
    row_potential: list[float] = [0] * (height + 1)
    column_potential: list[float] = [0] * (width + 1)
    owner = [0] * (width + 1)  # row of each column, 1-based; column 0 holds the row being placed
    for row in range(1, height + 1):
        owner[0] = row
        column = 0
        slack: list[float] = [float("inf")] * (width + 1)
        back = [0] * (width + 1)
        used = [False] * (width + 1)
        while owner[column]:
            used[column] = True
            current = owner[column]
            step: float = float("inf")
            following = 0
            for j in range(1, width + 1):
                if used[j]:
                    continue
                cost = -matrix[current - 1][j - 1] - row_potential[current] - column_potential[j]
                if cost < slack[j]:
                    slack[j], back[j] = cost, column
                if slack[j] < step:
                    step, following = slack[j], j
            for j in range(width + 1):
                if used[j]:
                    row_potential[owner[j]] += step
                    column_potential[j] -= step
                else:
                    slack[j] -= step
            column = following
        while column:
            owner[column] = owner[back[column]]
            column = back[column]
    result = [0] * height
    for j in range(1, width + 1):
        if owner[j]:
            result[owner[j] - 1] = j - 1
    return result
