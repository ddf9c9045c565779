"""No two rows have the same key, over files of any size, with Polars.

Exports nearly always come in the order of their key. As long as they do, a key is new when it is greater than all
before it; the few rows out of order are looked up. The first block that is not so ends this, and 64-bit hashes of all
keys take its place: a hash that was there before is a suspect, and the kept keys decide.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

import polars as pl

from machikumo.layouts.domain.setrules import Finding, double

if TYPE_CHECKING:
    from collections.abc import Sequence

    from machikumo.layouts.domain.definition import Layout, SetRule

_SIGN, _MARK = "\x1f", "\x1e"
# No layout has an item of this name: keys are identifiers.
ROW = "\x1frow"
# More rows out of order than one in so many, and hashes are the cheaper way.
_ONE_IN = 100


class UniqueColumns:
    """See the module; a SetChecker."""

    def __init__(self, rule: SetRule, layout: Layout) -> None:  # noqa: ARG002 - one signature for all checkers
        self.rule = rule
        self.kept: list[pl.DataFrame] = []
        self.firsts: list[str] = []
        self.last = ""
        self.strays: dict[str, int] = {}
        self.block_of: dict[int, int] | None = None

    def add(self, block: pl.DataFrame, numbers: Sequence[int]) -> list[Finding]:
        """See SetChecker."""
        key = pl.concat_str(_unmistakable(block, self.rule.items), separator=_SIGN).alias("key")
        kept = block.select(key, row_numbers(block, numbers))
        if kept.is_empty():
            return []
        if self.block_of is None:
            found = self._add_in_order(kept)
            if found is not None:
                return found
            self._begin_hashing()
        return self._add_hashed(kept)

    def close(self) -> list[Finding]:
        """See SetChecker."""
        return []

    def _add_in_order(self, kept: pl.DataFrame) -> list[Finding] | None:
        """Take a block whose rows go upwards but for a few; None, and nothing taken, when they do not."""
        keys = kept["key"]
        before = keys.shift(fill_value=self.last)
        strays = (keys <= before).arg_true()
        if len(strays) * _ONE_IN > len(keys) + _ONE_IN:
            return None
        line = kept
        if len(strays):
            line = kept.filter(pl.repeat(value=True, n=len(keys), eager=True).scatter(strays, values=False))
            rest = line["key"]
            if not (rest > rest.shift(fill_value=self.last)).all():
                return None
        if not line.is_empty():
            self.kept.append(line)
            self.firsts.append(line["key"][0])
            self.last = line["key"][-1]
        return [found for row in kept[strays].iter_rows() if (found := self._stray(*row))]

    def _stray(self, key: str, row: int) -> Finding | None:
        first = self.strays.setdefault(key, row)
        place = bisect_right(self.firsts, key) - 1
        if place >= 0:
            same = self.kept[place].filter(pl.col("key") == key)["row"]
            first = min(first, *same.to_list()) if len(same) else first
        return double(self.rule, row, first) if first < row else None

    def _begin_hashing(self) -> None:
        strays = pl.DataFrame({"key": list(self.strays), "row": list(self.strays.values())}, schema=_SCHEMA)
        kept, self.kept, self.block_of = [*self.kept, strays], [], {}
        for part in kept:
            self._add_hashed(part)

    def _add_hashed(self, kept: pl.DataFrame) -> list[Finding]:
        known = self.block_of
        assert known is not None  # noqa: S101 - hashing has begun
        hashes = kept["key"].hash().to_list()
        hits = known.keys() & hashes if known else set[int]()
        first = {found: known[found] for found in hits}
        fresh = dict.fromkeys(hashes, len(self.kept))
        known.update(fresh)
        known.update(first)
        self.kept.append(kept)
        if not hits and len(fresh) == len(hashes):
            return []
        return self._doubles(kept, hashes, hits, set(first.values()))

    def _doubles(self, kept: pl.DataFrame, hashes: list[int], hits: set[int], blocks: set[int]) -> list[Finding]:
        hashed = kept.with_columns(pl.Series("hash", hashes, dtype=pl.UInt64))
        suspect = pl.col("hash").is_duplicated() | pl.col("hash").is_in(list(hits))
        suspects = hashed.filter(suspect).select("key", "row")
        earlier = [self.kept[at].filter(pl.col("key").is_in(suspects["key"].implode())) for at in sorted(blocks)]
        first = pl.concat([*earlier, suspects]).group_by("key").agg(pl.col("row").min().alias("first"))
        pairs = suspects.join(first, on="key").filter(pl.col("row") > pl.col("first")).sort("row")
        return [double(self.rule, row, first) for row, first in pairs.select("row", "first").iter_rows()]


_SCHEMA = {"key": pl.String, "row": pl.Int64}


def _unmistakable(block: pl.DataFrame, items: Sequence[str]) -> list[pl.Expr]:
    """Return the columns of a key; where one holds the sign that will stand between them, that is written otherwise."""
    columns = [pl.col(item) for item in items]
    if len(items) == 1 or not block.select(_holds_any(columns)).item():
        return columns
    return [
        column.str.replace_all(_MARK, f"{_MARK}0", literal=True).str.replace_all(_SIGN, f"{_MARK}1", literal=True)
        for column in columns
    ]


def _holds_any(columns: Sequence[pl.Expr]) -> pl.Expr:
    """Return whether a sign stands in any of the columns, by a search over each as one text."""
    texts = [column.str.join("") for column in columns]
    return pl.any_horizontal(text.str.contains(sign, literal=True) for text in texts for sign in (_MARK, _SIGN))


def row_numbers(block: pl.DataFrame, numbers: Sequence[int]) -> pl.Series:
    """Return row numbers as the column ``row``: the one that the block carries already, or a new one."""
    if ROW in block.columns:
        return block[ROW].alias("row")
    if isinstance(numbers, range):
        return pl.int_range(numbers.start, numbers.stop, eager=True, dtype=pl.Int64).alias("row")
    return pl.Series("row", numbers, dtype=pl.Int64)


def repeated(keys: pl.Series) -> pl.Series:
    """Return which of the keys stand there more than once (and now and then one that does not, by its hash)."""
    if not keys.is_sorted():
        return keys.hash().is_duplicated()
    same = (keys == keys.shift()).fill_null(value=False)
    return same | same.shift(-1, fill_value=False)


def count_distinct(keys: pl.Series) -> int:
    """Return how many different keys there are."""
    if not keys.is_sorted():
        return keys.hash().n_unique()
    return int((keys != keys.shift()).sum()) + 1 if len(keys) else 0
