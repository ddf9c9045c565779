"""What protection blocks (支援措置) do to a request for a certificate.

Source: 抑止設定 of the standard specification (未確認: known from memory and from municipalities' pages).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from machikumo.certificates.domain.requests import Channel
from machikumo.kernel.errors import MachikumoError
from machikumo.register.domain.blocks import BlockLevel, strongest

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from machikumo.register.domain.blocks import Block


class HeldBack(MachikumoError):
    """The request needs another person's judgement; the message is the same whatever the cause."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            "この請求は、この画面では交付できません。担当係の責任者に引き継いでください（案内番号 C-17）。",
            "This request cannot be completed here. Please hand it over to the head of the section (note C-17).",
        )


def level_of(household_blocks: Collection[Block], channel: Channel, on: date) -> BlockLevel | None:
    """What the blocks on any member of the household ask for; None when nothing holds.

    A block on any member counts for every certificate of the household, also for a part without that member: they
    share the address that the block protects. Away from a desk there is nobody to judge, so every block refuses.
    """
    level = strongest(household_blocks, on, channel.value)
    return BlockLevel.REFUSE if level is not None and channel is not Channel.DESK else level


def check_blocks(level: BlockLevel | None, *, approved: bool) -> None:
    """Raise HeldBack when the level forbids going on; ``approved`` is a second person's recorded approval."""
    if level is BlockLevel.REFUSE or (level is BlockLevel.APPROVE and not approved):
        raise HeldBack
