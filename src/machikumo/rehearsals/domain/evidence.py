"""The rows that differ between two rounds, one line of JSON each: what every figure of a difference can be opened to.

A cell of the vault is never in a line: only how long it is.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from machikumo.rehearsals.domain.measures import EMPTY, ROWS, VALUE, YEAR, contribution

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

BY_VALUE = frozenset({VALUE, YEAR})
COLUMN, KIND = "column", "kind"  # measures of a difference's own: a changed column, a kind of differing row


class Kind(StrEnum):
    """How a row differs; MENDED is a new row that had been set aside the round before."""

    GONE = "gone"
    NEW = "new"
    MENDED = "mended"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class DifferingRow:
    """One row that is not the same in both rounds.

    ``before`` and ``after`` are (file of the round from 0, data row from 1), None where the round has no such row;
    ``cells`` hold the values before and after: all filled ones of a new or gone row, the changed ones of a changed row.
    """

    kind: Kind
    key: tuple[str, ...]
    before: tuple[int, int] | None
    after: tuple[int, int] | None
    cells: Mapping[str, tuple[str, str]]

    def line(self) -> bytes:
        """The row as one line of JSON."""
        cells = {name: list(pair) for name, pair in self.cells.items()}
        parts = [self.kind.value, self.key, self.before, self.after, cells]
        return json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"

    @classmethod
    def of(cls, line: bytes) -> DifferingRow:
        """The row of a line that ``line`` made."""
        kind, key, before, after, cells = json.loads(line)
        pairs = {name: (pair[0], pair[1]) for name, pair in cells.items()}
        return cls(Kind(kind), tuple(key), _place(before), _place(after), pairs)

    def is_behind(self, measure: str, item: str, value: str) -> bool:
        """Whether this row has a part in that figure's difference."""
        of_the_row = {
            KIND: self.kind.value == value,
            ROWS: self.kind is not Kind.CHANGED,
            COLUMN: self.kind is Kind.CHANGED and item in self.cells,
        }
        return of_the_row[measure] if measure in of_the_row else self._counts_in(measure, item, value)

    def _counts_in(self, measure: str, item: str, value: str) -> bool:
        one_sided = self.before is None or self.after is None
        if item not in self.cells and not one_sided:
            return False
        pair = self.cells.get(item, ("", ""))
        if measure in BY_VALUE:
            here, there = (contribution(measure, cell) for cell in pair)
            return (self.before is not None and here == value) != (self.after is not None and there == value)
        if not one_sided:
            return contribution(measure, pair[0]) != contribution(measure, pair[1])
        cell = pair[0] if self.after is None else pair[1]
        return (not cell) if measure == EMPTY else bool(cell)


def _place(found: list[int] | None) -> tuple[int, int] | None:
    return (found[0], found[1]) if found else None


def rows_behind(lines: Iterable[bytes], measure: str, item: str, value: str) -> Iterator[DifferingRow]:
    """The differing rows that a figure's difference comes from, in the order of the lines."""
    for line in lines:
        row = DifferingRow.of(line)
        if row.is_behind(measure, item, value):
            yield row
