"""A block of fixed records to rows of values, column by column: equal bytes are decoded once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from machikumo.layouts.domain.definition import Severity
from machikumo.layouts.domain.fixed.cells import CellCodec, Fault
from machikumo.layouts.domain.issues import Issue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from machikumo.layouts.domain.definition import Layout
    from machikumo.layouts.domain.fixed.framing import FixedBlock


class CellDefects(NamedTuple):
    """A record some of whose cells cannot be read; like a ``Defect``, with an issue a cell."""

    rule: str
    facts: dict[str, str]
    issues: tuple[Issue, ...]


class FixedRows:
    """Reads the rows of a layout's blocks."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.codecs = tuple(CellCodec(item, layout.physical) for item in layout.items)

    def columns(self, block: FixedBlock) -> list[list[str]]:
        """Return the values of the block's good records by column; records with a cell that is none become defects."""
        starts = block.good_starts()
        faults: dict[int, list[Issue]] = {}
        columns = [self._column(block.data, starts, codec, faults) for codec in self.codecs]
        if not faults:
            return columns
        good = block.good()
        for at, issues in faults.items():
            block.defects[good[at]] = CellDefects(issues[0].rule, {}, tuple(issues))
        kept = [at for at in range(len(starts)) if at not in faults]
        return [[column[at] for at in kept] for column in columns]

    def _column(
        self, data: bytes, starts: Sequence[int], codec: CellCodec, faults: dict[int, list[Issue]]
    ) -> list[str]:
        first, last = codec.place.start, codec.place.end
        cells = [data[start + first : start + last] for start in starts]
        known = {cell: codec.read(cell) for cell in set(cells)}
        wrong = {cell: fault for cell, fault in known.items() if isinstance(fault, Fault)}
        if wrong:
            for at, cell in enumerate(cells):
                if cell in wrong:
                    faults.setdefault(at, []).append(_issue(codec, wrong[cell]))
            known |= dict.fromkeys(wrong, "")
        return [known[cell] for cell in cells]  # type: ignore[misc]  # faults are texts by now

    def plain(self, block: Any) -> list[tuple[str, ...]]:
        """Return the good records as tuples."""
        return list(zip(*self.columns(block), strict=True))

    def frame(self, block: Any) -> Any:
        """Return the good records as a frame of text columns named by item key."""
        import polars as pl

        columns = zip(self.layout.keys, self.columns(block), strict=True)
        return pl.DataFrame([pl.Series(key, column, dtype=pl.String) for key, column in columns])

    def row(self, raw: bytes, unreadable: str = "") -> tuple[str, ...] | None:
        """Return the values of one record, ``unreadable`` for what cannot be read; None when its length is wrong."""
        if len(raw) < self.codecs[0].form.length:
            return None
        found = (codec.read(raw[codec.place.start : codec.place.end]) for codec in self.codecs)
        return tuple(value if isinstance(value, str) else unreadable for value in found)


def _issue(codec: CellCodec, fault: Fault) -> Issue:
    item = codec.item
    return Issue(fault.rule, Severity.ERROR, item=item.key, item_name=item.name, facts=fault.facts)


def fixed_rows(layout: Layout) -> FixedRows | None:
    """Return what reads the rows of a layout of fixed records, None for another."""
    return FixedRows(layout) if layout.physical.fixed else None
