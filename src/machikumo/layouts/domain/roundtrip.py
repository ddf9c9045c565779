"""The round trip: a file is converted, converted back and written again. Characters are equal, bytes explained."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from machikumo.layouts.domain.blocks import BLOCK_SIZE
from machikumo.layouts.domain.convert import Converted, convert_frame, convert_rows
from machikumo.layouts.domain.engine import BlockResult, Loss, iterate_blocks
from machikumo.layouts.domain.write import Writer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from machikumo.layouts.domain.executors import Plan
    from machikumo.layouts.domain.mapping import Mapping


class ByteDifference(NamedTuple):
    """An accepted row whose characters are equal but whose bytes are not, and why."""

    row: int
    line: int
    reason: str


REASONS = {
    "duplicate_cell": (
        "同じ文字に二つのコードがある（NEC選定・IBM拡張など）",
        "one of two codes of the same character",
    ),
    "newline": ("改行の違い", "another newline"),
    "quoting": ("引用符の付け方の違い", "other quotes"),
    "empty": ("空の値の書き方の違い", "another way to write an empty value"),
    "sign": ("数値の符号（C・F）の書き方の違い", "another sign of the same number (C or F)"),
    "padding": ("余白の埋め方の違い", "another filling of the same value"),
    "filler": ("項目のない部分の違い", "other bytes between the items"),
}


@dataclass(slots=True)
class RoundTrip:
    """The outcome: rows read, accepted and equal; cells whose characters changed; rows whose bytes did, and why."""

    read: int = 0
    accepted: int = 0
    held_back: int = 0
    equal_bytes: int = 0
    changed: list[Loss] = field(default_factory=list)
    bytes_differ: list[ByteDifference] = field(default_factory=list)
    fatal: bool = False

    @property
    def holds(self) -> bool:
        """Whether every character of every accepted row came back."""
        return not self.changed and not self.fatal

    @property
    def reasons(self) -> dict[str, int]:
        """How many rows differ in bytes, by reason."""
        return dict(Counter(found.reason for found in self.bytes_differ))


def round_trip(stream: BinaryIO, plan: Plan, mapping: Mapping, *, block_size: int = BLOCK_SIZE) -> RoundTrip:
    """Return how a file fares on the way to the mapping's target and back; ``plan`` must convert by that mapping."""
    found = RoundTrip()
    back, writer = mapping.inverse(), Writer(mapping.source)
    for result in iterate_blocks(stream, plan, block_size=block_size):
        found.read += result.entry.records
        found.accepted += result.entry.accepted
        found.held_back += result.entry.rejected
        found.fatal |= result.fatal
        if not result.closing:
            _compare(found, result, back, writer)
    return found


def _compare(found: RoundTrip, result: BlockResult, back: Mapping, writer: Writer) -> None:
    plain = isinstance(result.rows, list)
    returned: Converted[Any] = convert_rows(back, result.converted) if plain else convert_frame(back, result.converted)
    keys = writer.layout.keys
    numbers = result.numbers
    for cell in returned.refused:
        place = next(at for at, move in enumerate(back.moves) if cell.key in move.source)
        found.changed.append(Loss(numbers[cell.row], back.moves[place].target[0], "", cell.reason_en))
    kept = returned.kept
    before = _rows(result.rows, kept, plain=plain)
    after = returned.rows if plain else returned.rows.rows()
    if before != after:
        for at, old, new in zip(kept, before, after, strict=True):
            cells = zip(keys, old, new, strict=True) if old != new else ()
            found.changed += [Loss(numbers[at], key, value, other) for key, value, other in cells if value != other]
    _compare_bytes(found, result, after, [numbers[at] for at in kept], writer)


def _rows(rows: Any, kept: Sequence[int], *, plain: bool) -> list[tuple[str, ...]]:
    every = rows if plain else rows.rows()
    return every if len(kept) == len(every) else [every[at] for at in kept]


def _compare_bytes(
    found: RoundTrip, result: BlockResult, rows: list[tuple[str, ...]], numbers: Sequence[int], writer: Writer
) -> None:
    block = result.block
    assert block is not None  # noqa: S101 - only a closing result has none
    if len(rows) == block.records and writer.rows(rows).data == block.data:
        found.equal_bytes += len(rows)
        return
    for number, row in zip(numbers, rows, strict=True):
        place = block.place(number - block.first_row)
        written = writer.rows([row]).data
        if written == place.raw:
            found.equal_bytes += 1
        elif written:
            reason = _reason(place.raw, written, writer)
            found.bytes_differ.append(ByteDifference(number, place.line, reason))


def _reason(raw: bytes, written: bytes, writer: Writer) -> str:
    if writer.fixed:
        return writer.fixed.reason(raw, written)
    old, new = (data.decode(writer.charset) for data in (raw, written))
    if old == new:
        return "duplicate_cell"
    if old.rstrip("\r\n") == new.rstrip("\r\n"):
        return "newline"
    empty = writer.layout.physical.empty
    if empty and old.replace('""', f'"{empty}"') == new:
        return "empty"
    return "quoting"
