"""Cells that a spreadsheet would take for a formula, made plain text."""

from __future__ import annotations

RISKY = ("=", "+", "-", "@", "\t", "\r")  # how a cell begins that a spreadsheet would run


def calm(cell: str) -> str:
    """The cell as a spreadsheet shows it and never runs it: an apostrophe before what begins like a formula."""
    return f"'{cell}" if cell.startswith(RISKY) else cell
