"""Each move tried on some rows: what stood there, what it becomes, or why not; guarded values are dots."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from machikumo.layouts.domain.definition import Sensitivity
from machikumo.layouts.domain.errors import Unmappable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from machikumo.layouts.domain.definition import Layout
    from machikumo.layouts.domain.mapping import Mapping, Move

DOT = "●"


@dataclass(frozen=True, slots=True)
class Cell:
    """One row's part in a move: why there is no value, if so, and what would return where that differs."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    refused: tuple[str, str] = ("", "")
    back: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A move with its cells, one a row."""

    move: Move
    cells: tuple[Cell, ...]


def previewed(mapping: Mapping, rows: Sequence[Sequence[str]], *, opened: bool) -> list[Line]:
    """The moves in the order of the target. ``opened`` shows personal values; numbers of the vault never show."""
    place = mapping.target.index
    return [
        Line(move, tuple(_cell(mapping, move, row, opened=opened) for row in rows))
        for move in sorted(mapping.moves, key=lambda move: min((place[key] for key in move.target), default=0))
    ]


def _cell(mapping: Mapping, move: Move, row: Sequence[str], *, opened: bool) -> Cell:
    values = tuple(row[mapping.source.index[key]] for key in move.source)
    closed = _closed(mapping.source, move.source, opened=opened) or _closed(mapping.target, move.target, opened=opened)
    before = _shown(values, closed=closed)
    try:
        after = move.one(values)
    except Unmappable as error:
        return Cell(before, (), (error.reason_ja, error.reason_en))
    back = _back(move, after) if move.tells_losses else values
    return Cell(before, _shown(after, closed=closed), back=() if back == values else _shown(back, closed=closed))


def _back(move: Move, after: tuple[str, ...]) -> tuple[str, ...]:
    try:
        return move.inverse().one(after)
    except Unmappable:
        return ("",) * len(move.source)


def _closed(layout: Layout, keys: tuple[str, ...], *, opened: bool) -> bool:
    kinds = {layout.by_key[key].sensitivity for key in keys}
    return Sensitivity.VAULT in kinds or (Sensitivity.PERSONAL in kinds and not opened)


def _shown(values: tuple[str, ...], *, closed: bool) -> tuple[str, ...]:
    return tuple(DOT * len(value) for value in values) if closed else values
