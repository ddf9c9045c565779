"""Writing a town's rows as a vendor's lines, defects planted at a steady share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from machikumo.synthetic.domain.defects import Defect, Planted, damaged, defects_of, is_fit, records_after_head
from machikumo.synthetic.domain.truth import Truth

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from machikumo.synthetic.domain.drafts import ProtectionBlock
    from machikumo.synthetic.domain.export import Exporter
    from machikumo.synthetic.domain.population import Household
    from machikumo.synthetic.domain.rows import Row

# About four rows in ten are fit for damage, and one household bears one defect only.
LARGEST_SHARE = 0.1
_HOUSEHOLDS_TO_A_PIECE = 256


class Planter:
    """Damages rows so that their share in the file is that asked for; the kinds of damage take turns.

    `records` counts the data records of the file so far, `planted` lists what was done to which of them.

    Raises:
        ValueError: a share below 0 or above a tenth.
    """

    __slots__ = ("_defects", "_exporter", "_share", "planted", "records")

    def __init__(self, exporter: Exporter, share: float) -> None:
        if not 0 <= share <= LARGEST_SHARE:
            raise ValueError(f"不備の割合は0から{LARGEST_SHARE}までで指定してください。")
        self._exporter = exporter
        self._share = share
        self._defects = defects_of(exporter)
        self.records = 0
        self.planted: list[Planted] = []

    def is_due(self) -> bool:
        """Tell whether the next row that is fit should be damaged."""
        return self.records * self._share > len(self.planted)

    def damage(self, row: Row, after_head: int) -> bytes:
        """Return the damaged form of a row that is fit and stands so many records after its head's; note it."""
        defect = self._defects[len(self.planted) % len(self._defects)]
        damage = damaged(self._exporter, defect, row)
        self.records += len(damage.lines)
        found_at = self.records - after_head if defect is Defect.TWO_HEADS else self.records
        self.planted.append(Planted(self.records, found_at, defect, damage.item, damage.rule))
        return b"".join(damage.lines)


class Press:
    """Writes households one by one; `truth` counts them, `blocks` collects who is protected."""

    __slots__ = ("_exporter", "blocks", "planter", "truth")

    def __init__(self, exporter: Exporter, share: float) -> None:
        self._exporter = exporter
        self.planter = Planter(exporter, share)
        self.truth = Truth()
        self.blocks: list[ProtectionBlock] = []

    @property
    def persons(self) -> int:
        """How many people have been written."""
        return self.truth.persons

    def pieces(self, households: Iterable[Household]) -> Iterator[bytes]:
        """Yield the bytes of the file, some hundred households to a piece, the header first."""
        yield self._exporter.header()
        pending = []
        for household in households:
            self.truth.add(household)
            self.blocks += household.blocks
            pending.append(self._lines(household))
            if len(pending) == _HOUSEHOLDS_TO_A_PIECE:
                yield b"".join(pending)
                pending.clear()
        yield b"".join(pending)

    def _lines(self, household: Household) -> bytes:
        exporter, planter = self._exporter, self.planter
        victim = next(filter(is_fit, household.rows), None) if planter.is_due() else None
        lines = []
        for row in household.rows:
            if row is victim:
                lines.append(planter.damage(row, records_after_head(household.rows, row)))
            else:
                planter.records += 1
                lines.append(exporter.line(exporter.values(row)))
        return b"".join(lines)
