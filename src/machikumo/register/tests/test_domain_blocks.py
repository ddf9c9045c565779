"""A block holds until somebody closes it."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from machikumo.register.domain.blocks import STRENGTH, Block, BlockLevel, strongest

DAY = date(2026, 11, 24)
blocks = st.builds(
    Block,
    level=st.sampled_from(BlockLevel),
    starts_on=st.dates(date(2025, 1, 1), date(2027, 12, 31)),
    ends_on=st.none() | st.dates(date(2025, 1, 1), date(2027, 12, 31)),
    channels=st.frozensets(st.sampled_from(["desk", "kiosk", "post"])),
    closed=st.booleans(),
)


def test_a_block_that_has_run_out_still_holds_until_it_is_closed() -> None:
    block = Block(BlockLevel.REFUSE, DAY - timedelta(days=400), DAY - timedelta(days=35))
    assert block.has_run_out(DAY)
    assert block.holds(DAY, "desk")


def test_a_closed_block_does_not_hold() -> None:
    assert not Block(BlockLevel.REFUSE, DAY, None, closed=True).holds(DAY, "desk")


def test_a_block_holds_only_for_its_channels() -> None:
    block = Block(BlockLevel.REFUSE, DAY, None, frozenset({"kiosk"}))
    assert block.holds(DAY, "kiosk")
    assert not block.holds(DAY, "desk")


def test_a_block_does_not_hold_before_its_first_day() -> None:
    assert not Block(BlockLevel.REFUSE, DAY + timedelta(days=1), None).holds(DAY, "desk")


@given(st.lists(blocks, max_size=6), st.sampled_from(["desk", "kiosk", "post"]))
def test_the_strongest_of_those_that_hold_decides(several: list[Block], channel: str) -> None:
    level = strongest(several, DAY, channel)
    holding = [block.level for block in several if block.holds(DAY, channel)]
    assert (level is None) == (not holding)
    assert all(STRENGTH[level] >= STRENGTH[other] for other in holding if level)


@given(blocks)
def test_time_alone_never_opens_a_block(block: Block) -> None:
    later = max(DAY, block.starts_on) + timedelta(days=10_000)
    if block.holds(max(DAY, block.starts_on), "desk"):
        assert block.holds(later, "desk")
