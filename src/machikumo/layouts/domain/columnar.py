"""The Polars executor of the rules: one pass of cheap figures over all columns, a closer look only where they ask for it.

It reports exactly what the reference executor reports: a screen only chooses the cells that the rule itself then judges.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from machikumo.layouts.domain.cells import Cell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from machikumo.layouts.domain.rules import CellRule, RowRule, RuleSet, Screen


class ColumnarChecker:
    """The rules of one layout, ready to be held against frames with one text column per item key."""

    def __init__(self, rules: RuleSet) -> None:
        self.rules = rules
        self.alarms = [_alarm(rule.item.key, rule.screen) for rule in rules.cells]
        self.special = _special_columns(rules)
        self.row_suspects = [_as_expression(rule) for rule in rules.rows]
        self.figures = self._figures()

    def _figures(self) -> list[pl.Expr]:
        """One scalar a rule: whether its column may hold a suspect. Rules that look for signs share one search."""
        own = [alarm.alias(f"c{number}") for number, alarm in enumerate(self.alarms) if alarm is not None]
        shared = [
            pl.col(key).str.join("").str.contains(pattern).alias(f"s:{key}") for key, pattern in self.special.items()
        ]
        rows = [expression.any().alias(f"r{number}") for number, expression in enumerate(self.row_suspects)]
        return [*own, *shared, *rows]

    def failing_cells(self, frame: pl.DataFrame) -> list[Cell]:
        """Return every refused cell of a frame, in order of row, column and rule."""
        if frame.is_empty():
            return []
        figures = frame.select(self.figures).row(0, named=True)
        cells: list[Cell] = []
        for number, rule in enumerate(self.rules.cells):
            name = f"s:{rule.item.key}" if rule.screen.kind == "contains" else f"c{number}"
            if figures.get(name, False):
                cells += _judged(frame, number, rule)
        for number, row_rule in enumerate(self.rules.rows):
            if figures[f"r{number}"]:
                cells += self._judged_rows(frame, number, row_rule)
        return sorted(cells)

    def _judged_rows(self, frame: pl.DataFrame, number: int, rule: RowRule) -> Iterator[Cell]:
        places = frame.select(self.row_suspects[number].arg_true()).to_series()
        suspects = frame[places].rows()
        for place, row in zip(places.to_list(), suspects, strict=True):
            if rule.refuses(row):
                yield Cell(place, rule.column, number + len(self.rules.cells), row[rule.column])


def _as_expression(rule: RowRule) -> pl.Expr:
    expression = rule.suspects()
    assert isinstance(expression, pl.Expr)  # noqa: S101 - the rule builds it from Polars' own parts
    return expression


def _special_columns(rules: RuleSet) -> dict[str, str]:
    patterns: dict[str, list[str]] = {}
    for rule in rules.cells:
        if rule.screen.kind == "contains":
            patterns.setdefault(rule.item.key, []).append(rule.screen.pattern)
    return {key: "|".join(f"(?:{pattern})" for pattern in found) for key, found in patterns.items()}


def _alarm(key: str, screen: Screen) -> pl.Expr | None:
    """Return a scalar that is true whenever the column holds a suspect."""
    column = pl.col(key)
    match screen.kind:
        case "empty":
            return column.str.len_bytes().min() == 0
        case "longer":
            # A text has at most as many characters as bytes.
            return column.str.len_bytes().max() > screen.limit
        case "none" | "contains":
            return None
        case "distinct":
            return column.str.len_bytes().max() > 0
        case _:
            return _suspects(key, screen).any()


def _suspects(key: str, screen: Screen) -> pl.Expr:
    """Return, row by row, whether the cell is a suspect."""
    column = pl.col(key)
    match screen.kind:
        case "empty":
            return column == ""
        case "longer":
            return column.str.len_chars() > screen.limit
        case "lacks":
            return (column != "") & ~column.str.contains(screen.pattern)
        case "contains":
            return column.str.contains(screen.pattern)
        case "missing":
            return (column != "") & ~column.is_in(list(screen.values))
        case _:
            return _wrong_digit(column, screen)


def _wrong_digit(column: pl.Expr, screen: Screen) -> pl.Expr:
    number = column.cast(pl.Int64, strict=False)
    last = len(screen.weights)
    total = pl.lit(0, dtype=pl.Int64)
    for place, weight in enumerate(screen.weights):
        total += (number // 10 ** (last - place)) % 10 * weight
    rest = total % 11
    check = pl.when(rest <= 1).then(0).otherwise(11 - rest)
    fits = (number % 10 - check) % 10 == screen.lead
    return (column.str.len_bytes() == screen.limit) & ~fits.fill_null(value=False)


def _judged(frame: pl.DataFrame, number: int, rule: CellRule) -> Iterator[Cell]:
    if rule.screen.kind == "distinct":
        refused = [value for value in frame[rule.item.key].unique().to_list() if not rule.accepts(value)]
        suspects = pl.col(rule.item.key).is_in(refused)
    else:
        suspects = _suspects(rule.item.key, rule.screen)
    places = frame.select(suspects.arg_true()).to_series()
    values = frame[rule.item.key].gather(places).to_list()
    for place, value in zip(places.to_list(), values, strict=True):
        if not rule.accepts(value):
            yield Cell(place, rule.column, number, value)
