"""Writing a town's rows as a vendor's lines, defects planted at a steady share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from machikumo.synthetic.domain.defects import Planted, damaged, defects_of, is_fit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from machikumo.synthetic.domain.export import Exporter
    from machikumo.synthetic.domain.population import Household
    from machikumo.synthetic.domain.rows import Row


class Press:
    """Writes households as lines and keeps the list of what it has planted.

    `share` is the share of damaged rows (0: none). The kinds take turns, at most one in a household; `records`
    counts the data records of the file so far.
    """

    __slots__ = ("_defects", "_exporter", "_share", "planted", "records")

    def __init__(self, exporter: Exporter, share: float) -> None:
        self._exporter = exporter
        self._share = share
        self._defects = defects_of(exporter)
        self.records = 0
        self.planted: list[Planted] = []

    def lines(self, household: Household) -> Iterator[bytes]:
        """Yield the lines of one household."""
        exporter = self._exporter
        rows = household.rows
        victim = self._victim(rows) if self._is_due() else None
        for row in rows:
            if row is victim:
                yield from self._damage(row)
            else:
                self.records += 1
                yield exporter.line(exporter.values(row))

    def _is_due(self) -> bool:
        return self.records * self._share > len(self.planted)

    def _victim(self, rows: Sequence[Row]) -> Row | None:
        return next((row for row in rows if is_fit(row)), None)

    def _damage(self, row: Row) -> Iterator[bytes]:
        defect = self._defects[len(self.planted) % len(self._defects)]
        damage = damaged(self._exporter, defect, row)
        self.records += len(damage.lines)
        self.planted.append(Planted(self.records, defect, damage.item, damage.rule))
        yield from damage.lines
