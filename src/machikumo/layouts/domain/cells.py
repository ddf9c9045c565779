"""A refused cell, and the plain-Python executor of the rules: the reference, and what runs where Polars is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from machikumo.layouts.domain.rules import RuleSet


class Cell(NamedTuple):
    """A refused cell: row within its block (from 0), column, number of the rule (row rules after cell rules), value."""

    row: int
    column: int
    rule: int
    value: str


def failing_cells(rules: RuleSet, rows: Sequence[Sequence[str]]) -> list[Cell]:
    """Return every refused cell of the rows, in order of row, column and rule."""
    cells: list[Cell] = []
    columns = list(zip(*rows, strict=True)) or [()] * len(rules.layout.items)
    for number, rule in enumerate(rules.cells):
        column = columns[rule.column]
        refused = {value for value in set(column) if not rule.accepts(value)}
        if refused:
            cells += [Cell(row, rule.column, number, value) for row, value in enumerate(column) if value in refused]
    for number, row_rule in enumerate(rules.rows, len(rules.cells)):
        place = row_rule.column
        cells += [Cell(at, place, number, row[place]) for at, row in enumerate(rows) if row_rule.refuses(row)]
    return sorted(cells)
