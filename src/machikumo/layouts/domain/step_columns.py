"""What the steps of a mapping do to whole columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from machikumo.layouts.domain.errors import Unmappable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import polars as pl


def distinct(column: pl.Series, turn: Callable[[str], str]) -> pl.Series:
    """Return a column with a function applied once to each distinct value; refused values become null."""
    import polars as pl

    old = column.unique().to_list()
    new: list[str | None] = []
    for value in old:
        try:
            new.append(turn(value))
        except Unmappable:
            new.append(None)
    return column.replace_strict(old, new, return_dtype=pl.String)


def completed(column: pl.Series, sure: pl.Expr, written: pl.Expr, turn: Callable[[str], str]) -> pl.Series:
    """Return ``written`` where it is sure, the empty text for empty cells, else what the step itself says."""
    import polars as pl

    frame = framed([column], "v")
    done = frame.select(pl.when(pl.col("v") == "").then(pl.lit("")).when(sure).then(written)).to_series()
    rest = done.is_null().arg_true()
    return done.scatter(rest, distinct(column.gather(rest), turn)) if len(rest) else done


def framed(columns: Sequence[pl.Series], names: str) -> pl.DataFrame:
    """Return the columns as a frame, named by one letter each."""
    import polars as pl

    return pl.DataFrame([column.alias(name) for column, name in zip(columns, names, strict=True)])


def replaced(name: str, table: Mapping[str, str]) -> pl.Expr:
    """Return the column of that name with every text of the table replaced, the longest match first."""
    import polars as pl

    return pl.col(name).str.replace_many(list(table), list(table.values()), leftmost=True)
