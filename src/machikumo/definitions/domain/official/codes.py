"""The sheets of code lists: a list is a run of rows below one コードID."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from machikumo.definitions.domain.document import CodeRow, CodeSheet, Unread
from machikumo.definitions.domain.official.columns import code_heading
from machikumo.definitions.domain.official.grid import cell_name

if TYPE_CHECKING:
    from machikumo.definitions.domain.official.columns import Heading
    from machikumo.definitions.domain.official.grid import Grid

FREE = "任意"


@dataclass(slots=True)
class _List:
    name: str
    rows: list[CodeRow] = field(default_factory=list)


def number_of(text: str) -> str:
    """An official id of a code list with three digits (1 → 001), or the text itself when it is no number."""
    word = text.strip()
    return f"{int(word):03d}" if word.isascii() and word.isdigit() else word


def key_of_list(number: str, prefix: str) -> str:
    """The key of a code list: its official number after a prefix, or the word that stands in its place."""
    return f"{prefix}-{number}" if number.isdigit() else number.replace("/", "-").replace("\\", "-")


def read_codes(grid: Grid, prefix: str, source: str, edition: str) -> tuple[list[CodeSheet], list[Unread]]:
    """The code lists of a sheet and what of it could not be read; nothing when it is no sheet of code lists."""
    heading = code_heading(grid)
    if heading is None:
        return [], []
    lists: dict[str, _List] = {}
    unread: list[Unread] = []
    number = ""
    for row in grid.rows(heading.first):
        own = number_of(grid.text(row, heading.column("number")))
        number = own or number
        filled = own or grid.text(row, heading.column("code")) or grid.text(row, heading.column("meaning"))
        if not number or not filled:
            continue  # its cells stay untaken and are told
        grid.take(row, heading.column("number"))
        if number not in lists:
            lists[number] = _List(grid.take(row, heading.column("name")))
        unread += _add(grid, heading, row, lists[number])
    return [_sheet(key, one, prefix, source, edition) for key, one in lists.items()], unread


def _add(grid: Grid, heading: Heading, row: int, found: _List) -> list[Unread]:
    if grid.text(row, heading.column("name")) == found.name:
        grid.take(row, heading.column("name"))
    code, meaning = grid.take(row, heading.column("code")), grid.take(row, heading.column("meaning"))
    if not (code or meaning):
        return []
    remarks = grid.take(row, heading.column("remarks")) if heading.column("remarks") else ""
    if any(known.code == code for known in found.rows):
        cell = cell_name((row, heading.column("code")))
        return [Unread(grid.title, cell, f"{code}｜{meaning}｜{remarks}".rstrip("｜"), "code_twice")]
    found.rows.append(CodeRow(code, meaning, remarks=remarks))
    return []


def _sheet(number: str, found: _List, prefix: str, source: str, edition: str) -> CodeSheet:
    free = any(row.code == FREE for row in found.rows)
    return CodeSheet(
        key=key_of_list(number, prefix), name=found.name or number, source=source, edition=edition, confirmed=True,
        number=number, open=free, value=tuple(found.rows),
    )  # fmt: skip
