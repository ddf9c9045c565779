"""Giving each of some rows at most one of some columns so that the sum of their worths is the greatest there is.

The way of Kuhn and Munkres with potentials; the time grows with rows² × columns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def assigned(worth: Sequence[Sequence[float]], least: float) -> dict[int, int]:
    """Row to column, no column twice; a pair whose worth is below ``least`` is not made.

    What counts is by how much a worth is above the least, so that two poor pairs never push out a good one. ``worth``
    has the same number of columns in every row.
    """
    width = max(map(len, worth), default=0)
    # each row may also go without: a column that costs nothing stands there for it
    costs = [[min(0.0, least - value) for value in row] + [0.0] * len(worth) for row in worth]
    taken = _matched(costs)
    return {row: column for row, column in taken.items() if column < width and worth[row][column] >= least}


def _matched(costs: list[list[float]]) -> dict[int, int]:
    rows, columns = len(costs), len(costs[0]) if costs else 0
    above, beside = [0.0] * (rows + 1), [0.0] * (columns + 1)
    owner, way = [0] * (columns + 1), [0] * (columns + 1)
    for row in range(1, rows + 1):
        owner[0] = row
        place = _free_place(costs, above, beside, owner, way)
        while place:
            owner[place] = owner[way[place]]
            place = way[place]
    return {owner[column] - 1: column - 1 for column in range(1, columns + 1) if owner[column]}


def _free_place(
    costs: list[list[float]], above: list[float], beside: list[float], owner: list[int], way: list[int]
) -> int:
    """The column where the chain of exchanges that costs least ends; ``way`` tells it backwards."""
    columns = len(beside) - 1
    least = [float("inf")] * (columns + 1)
    seen = [False] * (columns + 1)
    place = 0
    while owner[place]:
        seen[place] = True
        row, delta, ahead = owner[place], float("inf"), 0
        line, base = costs[row - 1], above[row]
        for column in range(1, columns + 1):
            if seen[column]:
                continue
            cost = line[column - 1] - base - beside[column]
            if cost < least[column]:
                least[column], way[column] = cost, place
            if least[column] < delta:
                delta, ahead = least[column], column
        for column in range(columns + 1):
            if seen[column]:
                above[owner[column]] += delta
                beside[column] -= delta
            else:
                least[column] -= delta
        place = ahead
    return place
