"""Columns of this room that are closed with the organisation's key: how they leave and arrive (see operations.plan)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from machikumo.kernel.files.pieces import close_piece, open_piece
from machikumo.kernel.registries import ClosedColumn, closed_columns

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from machikumo.kernel.scope import Scope

    Row = Mapping[str, Any]


def register_all() -> None:
    """Register the rows that were set aside, and the steps of their mending."""
    closed_columns.register("layouts_heldrow.original", HELD_ROW)
    closed_columns.register("layouts_mending.cells", MENDING)


def _column(column: str, name: Callable[[Row], str]) -> ClosedColumn:
    def opened(scope: Scope, row: Row) -> bytes:
        return open_piece(scope, name(row), row[column])

    def closed(scope: Scope, row: Row, data: bytes) -> dict[str, Any]:
        return {column: close_piece(scope, name(row), data)}

    return ClosedColumn(opened, closed)


HELD_ROW = _column("original", lambda row: f"held_row:{row['move_in_id']}:{row['offset']}")
MENDING = _column("cells", lambda row: f"mending:{row['held_row_id']}:{row['number']}")
