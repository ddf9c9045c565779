"""The Polars executor of the rules: one pass of cheap figures over all columns, a closer look only where asked.

It reports exactly what the reference executor reports: a screen only chooses which cells the rule itself judges.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import polars as pl

from machikumo.layouts.domain.cells import Cell
from machikumo.layouts.domain.definition import ItemType, Requirement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from machikumo.layouts.domain.rules import CellRule, RowRule, RuleSet, Screen

# Digits weighed at a time: a table of ten thousand sums stays in the processor's first cache.
_GROUP = 4
# A full-width text of so many characters is rarely longer in bytes than its limit is in characters.
_LONG = 40
_BEGINS = "(?:^|"  # how the pattern begins of what must not stand first in a cell


class ColumnarChecker:
    """The rules of one layout, ready to be held against frames with one text column per item key."""

    def __init__(self, rules: RuleSet) -> None:
        self.rules = rules
        self.alarms = [_alarm(rule) for rule in rules.cells]
        self.special = _special_columns(rules)
        self.row_suspects = [_as_expression(rule) for rule in rules.rows]
        self.figures = self._figures()

    def _figures(self) -> list[pl.Expr]:
        """One figure a rule: the places of its suspects, or, where a hint is cheaper, whether there may be any.

        Rules that look for signs share one search a column.
        """
        own = [alarm.alias(f"c{number}") for number, alarm in enumerate(self.alarms) if alarm is not None]
        shared = [_anywhere(key, pattern).alias(f"s:{key}") for key, pattern in self.special.items()]
        rows = [_places(expression, f"r{number}") for number, expression in enumerate(self.row_suspects)]
        return [*own, *shared, *rows]

    def failing_cells(self, frame: pl.DataFrame) -> list[Cell]:
        """Return every refused cell of a frame, in order of row, column and rule."""
        if frame.is_empty():
            return []
        figures = frame.select(self.figures).row(0, named=True)
        alarmed = [(number, rule) for number, rule in enumerate(self.rules.cells) if figures.get(_name(number, rule))]
        hinted = {
            name: self._refusable(frame, rule)
            for number, rule in alarmed
            if figures[name := _name(number, rule)] is True
        }
        if hinted:
            found = frame.select([_places(expression, name) for name, expression in hinted.items()])
            figures |= found.row(0, named=True)
        cells = [
            cell for number, rule in alarmed for cell in _judged(frame, number, rule, figures[_name(number, rule)])
        ]
        for number, row_rule in enumerate(self.rules.rows):
            cells += self._judged_rows(frame, number, row_rule, figures[f"r{number}"])
        return sorted(cells)

    def _refusable(self, frame: pl.DataFrame, rule: CellRule) -> pl.Expr:
        column = pl.col(rule.item.key)
        if rule.screen.kind == "contains":
            return column.str.contains(self.special[rule.item.key])
        if rule.screen.kind == "digits":
            return pl.lit(_wrong_digits(frame[rule.item.key], rule.screen))
        if rule.screen.kind == "distinct":
            refused = [value for value in frame[rule.item.key].unique().to_list() if not rule.accepts(value)]
            return column.is_in(refused)
        return _suspects(rule.item.key, rule.screen)

    def _judged_rows(self, frame: pl.DataFrame, number: int, rule: RowRule, places: list[int]) -> Iterator[Cell]:
        suspects = frame[places].rows() if places else []
        for place, row in zip(places, suspects, strict=True):
            if rule.refuses(row):
                yield Cell(place, rule.column, number + len(self.rules.cells), row[rule.column])


def _places(suspects: pl.Expr, name: str) -> pl.Expr:
    """Return the rows where an expression is true, as one list."""
    return suspects.arg_true().implode().alias(name)


def _judged(frame: pl.DataFrame, number: int, rule: CellRule, places: list[int]) -> Iterator[Cell]:
    """Yield the cells among the suspects that the rule refuses."""
    values = frame[rule.item.key].gather(places).to_list() if places else []
    for place, value in zip(places, values, strict=True):
        if not rule.accepts(value):
            yield Cell(place, rule.column, number, value)


def _name(number: int, rule: CellRule) -> str:
    """Return the name of the figure that sounds a rule's alarm; rules that look for signs share one a column."""
    return f"s:{rule.item.key}" if rule.screen.kind == "contains" else f"c{number}"


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


def _anywhere(key: str, pattern: str) -> pl.Expr:
    """Return whether any cell of a column has a match, by one search over all of them joined.

    Where a sign must not begin a cell, a full-width space stands between the cells, and nothing otherwise.
    """
    if _BEGINS not in pattern:
        return pl.col(key).str.join("").str.contains(pattern)
    return pl.col(key).str.join("\u3000").str.contains(pattern.replace(_BEGINS, f"{_BEGINS}\\x{{3000}}|"))


def _alarm(rule: CellRule) -> pl.Expr | None:
    """Return the places of a rule's suspects, or something true whenever the column holds one."""
    column = pl.col(rule.item.key)
    match rule.screen.kind:
        case "empty":
            return column.str.len_bytes().min() == 0
        case "longer":
            # A text has at most as many characters as bytes; full-width ones have three, so of short texts bytes tell
            # little.
            short = rule.item.type is ItemType.FULL and rule.screen.limit < _LONG
            return (column.str.len_chars() if short else column.str.len_bytes()).max() > rule.screen.limit
        case "none" | "contains":
            return None
        case "distinct" | "digits":
            return column.str.len_bytes().max() > 0
        case _:
            return _close_alarm(rule, column)


def _close_alarm(rule: CellRule, column: pl.Expr) -> pl.Expr:
    """Return the same for rules on the form of a value."""
    match rule.screen.kind:
        case "whole" if rule.item.requirement is Requirement.REQUIRED:
            size, number = column.str.len_bytes(), column.cast(pl.Int64, strict=False)
            # Signs before digits sort before them, so the least text tells whether there are any.
            odd = (size.min() < rule.screen.least) | (size.max() > rule.screen.limit)
            return odd | (number.null_count() > 0) | (column.min() < "0")
        case "lacks" if rule.item.type in {ItemType.DATE, ItemType.WAREKI}:
            # A file has far fewer different days than rows.
            day = column.unique()
            return ((day != "") & ~day.str.contains(rule.screen.pattern)).any()
        case _:
            return _suspects(rule.item.key, rule.screen).arg_true().implode()


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
        case "missing":
            return _none_of(column, screen.values)
        case _:  # "whole"
            size = column.str.len_bytes()
            number = column.cast(pl.Int64, strict=False)
            # A sign before the digits would make a number too.
            signed = column.str.starts_with("+") | column.str.starts_with("-")
            return (size != 0) & ((size < screen.least) | (size > screen.limit) | number.is_null() | signed)


def _none_of(column: pl.Expr, values: frozenset[str]) -> pl.Expr:
    """Return whether a cell is filled and none of the values; of a few values plain comparison is the quickest."""
    if len(values) > _GROUP:
        return (column != "") & ~column.is_in(sorted(values))
    return pl.all_horizontal([column != value for value in ("", *sorted(values))])


def _wrong_digits(column: pl.Series, screen: Screen) -> pl.Series:
    """Return whether the last digit is not the check digit; four digits at a time are weighed by table.

    Series by series, for an expression would compute its shared parts again at each use.
    """
    number = column.cast(pl.Int64, strict=False)
    most = 10 ** (3 * _GROUP) - 1  # a longer number is another rule's to refuse
    plain = not number.null_count() and not (number < 0).any() and not (number > most).any()
    odd = None if plain else number.is_null() | (number < 0)
    filled = number if plain else number.fill_null(0).clip(0, most)
    high = filled // 10 ** (2 * _GROUP)
    rest = (filled - high * 10 ** (2 * _GROUP)).cast(pl.UInt32)
    middle = rest // 10**_GROUP
    low = rest - middle * 10**_GROUP
    weights = (*screen.weights, 0)[::-1]
    parts = (low, middle, high.cast(pl.UInt32))
    sums = [_weighed(weights[at * _GROUP : (at + 1) * _GROUP]).gather(part) for at, part in enumerate(parts)]
    wrong: pl.Series = _wanted_digits(screen.lead).gather(sums[0] + sums[1] + sums[2]) != low % 10
    wrong = wrong if odd is None else wrong | odd
    return wrong & (column.str.len_bytes() == screen.limit)


@lru_cache
def _wanted_digits(lead: int) -> pl.Series:
    """Return the last digit that a number must have, by the weighted sum of the others."""
    rests = [total % 11 for total in range(11 * 10 * 10)]
    return pl.Series([((0 if rest <= 1 else 11 - rest) + lead) % 10 for rest in rests], dtype=pl.UInt32)


@lru_cache
def _weighed(weights: tuple[int, ...]) -> pl.Series:
    """Return the weighted sum of digits for every number of up to four digits, the last digit's weight first."""
    sums = [
        sum(number // 10**place % 10 * weight for place, weight in enumerate(weights)) for number in range(10**_GROUP)
    ]
    return pl.Series(sums, dtype=pl.Int32)
