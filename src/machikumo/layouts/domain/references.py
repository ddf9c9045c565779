"""Values of one file that must stand in another (外部キー across files): gathered block by block, judged at the end.

In plain Python, and with Polars where the rows come as frames; as SQL over two staging tables.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from machikumo.layouts.domain.sql.dialects import STAGED, all_of, any_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from machikumo.layouts.domain.sql.dialects import Dialect

Keys = tuple[str, ...]


class Orphan(NamedTuple):
    """A row whose values do not stand in the file that it refers to."""

    name: str
    row: int


class References(Protocol):
    """What gathers both sides of one reference; rows without any value in the items refer to nothing."""

    def know(self, rows: Any) -> None:
        """Take rows that may be referred to."""
        ...

    def ask(self, rows: Any, numbers: Sequence[int], name: str) -> None:
        """Take rows that refer, of the file of a name."""
        ...

    def orphans(self) -> list[Orphan]:
        """Return the rows that refer to nothing that is there, by file and row."""
        ...


@dataclass
class PlainReferences:
    """See References; rows are tuples, the places say where the items stand in them."""

    asking: Sequence[int]
    asked: Sequence[int]
    known: set[Keys] = field(default_factory=set)
    waiting: dict[Keys, list[Orphan]] = field(default_factory=dict)

    def know(self, rows: Sequence[Sequence[str]]) -> None:
        """See References."""
        self.known.update(tuple(row[place] for place in self.asked) for row in rows)

    def ask(self, rows: Sequence[Sequence[str]], numbers: Sequence[int], name: str) -> None:
        """See References."""
        for row, number in zip(rows, numbers, strict=True):
            values = tuple(row[place] for place in self.asking)
            if any(values):
                self.waiting.setdefault(values, []).append(Orphan(name, number))

    def orphans(self) -> list[Orphan]:
        """See References."""
        return sorted(one for values, rows in self.waiting.items() if values not in self.known for one in rows)


@dataclass
class ColumnReferences:
    """See References; rows are Polars frames, of which the items' columns are kept."""

    asking: Keys
    asked: Keys
    known: list[Any] = field(default_factory=list)
    waiting: list[Any] = field(default_factory=list)

    def know(self, rows: Any) -> None:
        """See References."""
        names = dict(zip(self.asked, _names(self.asked), strict=True))
        self.known.append(rows.select(self.asked).rename(names).unique())

    def ask(self, rows: Any, numbers: Sequence[int], name: str) -> None:
        """See References."""
        import polars as pl

        names = dict(zip(self.asking, _names(self.asking), strict=True))
        kept = rows.select(self.asking).rename(names).with_columns(pl.Series("row", list(numbers), dtype=pl.Int64))
        filled = pl.any_horizontal(pl.col(key) != "" for key in names.values())
        self.waiting.append(kept.filter(filled).with_columns(pl.lit(name).alias("name")))

    def orphans(self) -> list[Orphan]:
        """See References."""
        import polars as pl

        if not self.waiting:
            return []
        lost = pl.concat(self.waiting)
        if self.known:
            lost = lost.join(pl.concat(self.known).unique(), on=_names(self.asking), how="anti")
        return sorted(Orphan(*line) for line in lost.select("name", "row").iter_rows())


def _names(items: Keys) -> list[str]:
    return [f"item {place}" for place in range(len(items))]


def orphans_query(
    dialect: Dialect, asking: Keys, asked: Keys, *, source: str = STAGED, target: str = f"{STAGED}_target"
) -> str:
    """Return the query that gives the rows of ``source`` whose values do not stand in ``target``.

    Both are staging tables of accepted rows; a file that refers to itself has one table for both.
    """
    filled = any_of(f"a.{dialect.column(key)} <> ''" for key in asking)
    pairs = zip(asking, asked, strict=True)
    same = all_of(f"a.{dialect.column(one)} = b.{dialect.column(other)}" for one, other in pairs)
    found = f"SELECT 1 FROM {target} AS b WHERE {same}"
    return f"SELECT a.{dialect.row} FROM {source} AS a WHERE {filled} AND NOT EXISTS ({found}) ORDER BY a.{dialect.row}"
