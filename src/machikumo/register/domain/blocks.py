"""Protection blocks (支援措置): what a block lets pass, and what a person without need is told.

A block that has run out does not open by itself: it holds until a clerk closes it (住民記録の抑止設定).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date


class BlockLevel(StrEnum):
    """How strong a block is, weakest first."""

    ALERT = "alert"
    APPROVE = "approve"
    REFUSE = "refuse"


STRENGTH = {BlockLevel.ALERT: 1, BlockLevel.APPROVE: 2, BlockLevel.REFUSE: 3}


@dataclass(frozen=True, slots=True)
class Block:
    """One block of one person; ``channels`` empty means every channel, ``ends_on`` is its last day."""

    level: BlockLevel
    starts_on: date
    ends_on: date | None
    channels: frozenset[str] = frozenset()
    closed: bool = False

    def holds(self, on: date, channel: str) -> bool:
        """Whether the block holds on that day for that channel (desk, kiosk, post, online)."""
        if self.closed or on < self.starts_on:
            return False
        return not self.channels or channel in self.channels

    def has_run_out(self, on: date) -> bool:
        """Whether its last day is past while nobody has closed it: still holding, and a clerk must decide."""
        return not self.closed and self.ends_on is not None and on > self.ends_on


def strongest(blocks: Iterable[Block], on: date, channel: str) -> BlockLevel | None:
    """The strongest block that holds; None where none does."""
    levels = [block.level for block in blocks if block.holds(on, channel)]
    return max(levels, key=STRENGTH.__getitem__, default=None)
