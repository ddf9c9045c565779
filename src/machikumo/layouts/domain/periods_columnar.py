"""The rule on periods with Polars: narrow columns are kept, and only the people with something odd are judged."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl

from machikumo.layouts.domain.periods import Period, PeriodReader, judge_periods
from machikumo.layouts.domain.setrules import Finding, order
from machikumo.layouts.domain.unique_columnar import row_numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from machikumo.layouts.domain.definition import Layout, SetRule


class PeriodColumns:
    """See the module; a SetChecker."""

    def __init__(self, rule: SetRule, layout: Layout) -> None:
        self.rule = rule
        self.read = PeriodReader(rule, layout)
        self.wanted = [pl.col(rule.roles[role]).alias(role) for role in ("person", "start", "end")]
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
        read = whole.with_columns(_days(whole["start"], self.read.start), _days(whole["end"], self.read.end))
        read = read.filter((pl.col("person") != "") & pl.col("start").is_not_null() & pl.col("end").is_not_null())
        found = []
        for _, rows in self._suspects(read).group_by("person", maintain_order=True):
            found += judge_periods(self.rule, [Period(*values) for values in rows.select("start", "row", "end").rows()])
        return sorted(found, key=order)

    def _suspects(self, read: pl.DataFrame) -> pl.DataFrame:
        """Return all rows of the people about whom something may be wrong."""
        ordered = read.sort("person", "start", "row").with_columns(
            pl.col("end").cum_max().over("person").shift().alias("until")
        )
        same = pl.col("person") == pl.col("person").shift()
        odd = pl.col("start") <= pl.col("until")
        if self.rule.values["gapless"]:
            odd |= pl.col("start") - pl.col("until") > timedelta(days=1)
        people = ordered.filter((same & odd) | (pl.col("end") < pl.col("start")))["person"].unique()
        return ordered.filter(pl.col("person").is_in(people.implode()))


def _days(texts: pl.Series, read: Callable[[str], date | None]) -> pl.Series:
    """Return a column of texts as days, each distinct text read once."""
    distinct = texts.unique()
    days = pl.Series(texts.name, [read(text) for text in distinct], dtype=pl.Date)
    return texts.replace_strict(distinct, days, return_dtype=pl.Date).alias(texts.name) if len(texts) else days
