"""The same set rules with Polars: a few narrow columns are kept of each block, and only suspects are looked at closely.

Memory grows by about 200 bytes a row (keys and their hashes), whatever the file's width.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from machikumo.layouts.domain.definition import SetRuleKind
from machikumo.layouts.domain.periods_columnar import PeriodColumns
from machikumo.layouts.domain.setrules import (
    LONGEST_NUMBER,
    Finding,
    SetChecker,
    Step,
    headless,
    history_judge,
    order,
    two_heads,
)
from machikumo.layouts.domain.unique_columnar import UniqueColumns, count_distinct, repeated, row_numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from machikumo.layouts.domain.definition import Layout, SetRule


class HouseholdColumns:
    """Every household with live members has exactly one head among them."""

    def __init__(self, rule: SetRule, layout: Layout) -> None:
        self.rule = rule
        household, relationship, latest, state = (
            pl.col(rule.roles[role]) for role in ("household", "relationship", "latest", "state")
        )
        live = (latest == layout.physical.true_value) & state.is_in(rule.values["live_values"])
        self.live = live & (household != "")
        self.wanted = [household.alias("household"), relationship.is_in(rule.values["head_values"]).alias("head")]
        self.kept: list[pl.DataFrame] = []

    def add(self, block: pl.DataFrame, numbers: Sequence[int]) -> list[Finding]:
        """See SetChecker."""
        self.kept.append(
            block.select(*self.wanted, self.live.alias("live"), row_numbers(block, numbers)).filter("live").drop("live")
        )
        return []

    def close(self) -> list[Finding]:
        """See SetChecker."""
        if not self.kept:
            return []
        whole = pl.concat(self.kept)
        of_heads = whole.filter("head")["household"]
        if len(of_heads) == count_distinct(of_heads) == count_distinct(whole["household"]):
            return []
        wrong = whole.group_by("household").agg(pl.col("head").sum().alias("heads")).filter(pl.col("heads") != 1)
        rows = whole.join(wrong, on="household").sort("row").group_by("household", maintain_order=True)
        found = []
        for _, members in rows:
            several = members.filter("head")["row"].to_list()
            found.append(two_heads(self.rule, several) if several else headless(self.rule, members["row"].to_list()))
        return sorted(found, key=order)


class HistoryColumns:
    """The rows of each person in order, for a rule that looks at them.

    People with one row need no order; of the others only suspects are judged.
    """

    def __init__(self, rule: SetRule, layout: Layout) -> None:
        self.rule = rule
        self.latest = rule.kind is SetRuleKind.ONE_LATEST
        self.judge = history_judge(rule, layout)
        person, number, branch = (pl.col(rule.roles[role]) for role in ("person", "number", "branch"))
        last = pl.col(rule.roles["latest" if self.latest else "event"])
        self.wanted = [
            person.alias("person"),
            number.alias("number"),
            branch.alias("branch"),
            (last == layout.physical.true_value).alias("last") if self.latest else last.alias("last"),
        ]
        codes = [era.code for era in layout.physical.eras]
        self.sortable = codes == sorted(codes)
        self.kept: list[pl.DataFrame] = []

    def add(self, block: pl.DataFrame, numbers: Sequence[int]) -> list[Finding]:
        """See SetChecker."""
        self.kept.append(block.select(*self.wanted, row_numbers(block, numbers)))
        return []

    def close(self) -> list[Finding]:
        """See SetChecker."""
        if not self.kept:
            return []
        whole = pl.concat(self.kept)
        self.kept.clear()
        several = repeated(whole["person"])
        suspects = self._suspects(_readable(whole.filter(several)).sort("person", "number", "branch", "row"))
        if self.latest:
            suspects = pl.concat([suspects, _readable(whole.filter(~several & ~pl.col("last")))])
        found = []
        for _, rows in suspects.group_by("person", maintain_order=True):
            found += self.judge([_step(row) for row in rows.iter_rows()])
        return sorted(found, key=order)

    def _suspects(self, many: pl.DataFrame) -> pl.DataFrame:
        """Return all rows of the people about whom something may be wrong."""
        if self.latest:
            marks = pl.col("last").sum().over("person")
            return many.filter((marks != 1) | ~pl.col("last").last().over("person"))
        same = pl.col("person") == pl.col("person").shift()
        jump = pl.col("number") > pl.col("number").shift() + 1
        # Texts of one form sort like their days, so an event before the one above it has the smaller text.
        filled = pl.col("last") != ""
        older = filled & (pl.col("last") < pl.col("last").shift()) if self.sortable else filled
        people = many.filter(same & (jump | older))["person"].unique()
        return many.filter(pl.col("person").is_in(people.implode()))


def _step(values: tuple[Any, ...]) -> Step:
    _person, number, branch, last, row = values
    return Step(number, branch, row, last is True, "" if isinstance(last, bool) else last)


def _readable(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows whose person and history numbers can be read, the numbers as numbers."""
    read = rows.with_columns(_reading("number"), _reading("branch"))
    return read.filter(pl.col("number").is_not_null() & pl.col("branch").is_not_null() & (pl.col("person") != ""))


def _reading(name: str) -> pl.Expr:
    """Return history numbers as numbers, null where they are none: as ``reading`` does."""
    column = pl.col(name)
    short = (column.str.len_bytes() <= LONGEST_NUMBER) & ~column.str.contains("[^0-9]")
    return pl.when(short).then(column.cast(pl.Int32, strict=False)).alias(name)


def column_checkers(layout: Layout) -> list[SetChecker[pl.DataFrame]]:
    """Return a checker for every rule of the layout that looks beyond one row."""
    kinds: dict[SetRuleKind, type[UniqueColumns | HouseholdColumns | HistoryColumns | PeriodColumns]] = {
        SetRuleKind.UNIQUE: UniqueColumns,
        SetRuleKind.HOUSEHOLD_HEAD: HouseholdColumns,
        SetRuleKind.HISTORY_CHAIN: HistoryColumns,
        SetRuleKind.ONE_LATEST: HistoryColumns,
        SetRuleKind.PERIODS: PeriodColumns,
    }
    return [kinds[rule.kind](rule, layout) for rule in layout.set_rules if rule.kind in kinds]
