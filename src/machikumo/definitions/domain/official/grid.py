"""A sheet as a grid of texts: what is shown, with merged cells filled from their first one."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator

Place = tuple[int, int]
LARGEST = 200_000_000  # bytes unpacked: the largest official list is a small part of it
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class Grid:
    """One sheet. ``cells`` hold what stands in the file by (row, column) from 1, ``merged`` what merging adds.

    ``taken`` are the cells that a reader has understood; the rest is told by ``rest``.
    """

    title: str
    cells: dict[Place, str]
    merged: dict[Place, Place] = field(default_factory=dict)
    taken: set[Place] = field(default_factory=set)

    @property
    def height(self) -> int:
        """The last row with something in it."""
        return max((row for row, _ in self.cells), default=0)

    @property
    def width(self) -> int:
        """The last column with something in it."""
        return max((column for _, column in self.cells), default=0)

    def rows(self, first: int) -> list[int]:
        """The rows with something in them, from ``first`` on."""
        return sorted({row for row, _ in self.cells if row >= first})

    def text(self, row: int, column: int) -> str:
        """The text of a cell, of a merged one that of its first cell."""
        return self.cells.get(self.merged.get((row, column), (row, column)), "")

    def take(self, row: int, column: int) -> str:
        """The text of a cell, which counts as understood from now on."""
        place = self.merged.get((row, column), (row, column))
        self.taken.add(place)
        return self.cells.get(place, "")

    def rest(self) -> Iterator[tuple[Place, str]]:
        """The cells that nobody has taken, in reading order; cells of spaces alone say nothing."""
        for place in sorted(self.cells):
            if place not in self.taken and self.cells[place].strip():
                yield place, self.cells[place]


def label(text: str) -> str:
    """A heading for comparison: width and spaces do not count, nor how Lv is written."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text)).replace("Lv", "LV")


def cell_name(place: Place) -> str:
    """The name of a cell as spreadsheets show it: (5, 2) is B5."""
    row, column = place
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"


def place_of(name: str) -> Place:
    """The place of a cell's name."""
    letters = name.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(name[len(letters) :]), column


def read_grids(stream: BinaryIO) -> list[Grid]:
    """All sheets of a workbook, hidden ones too. Needs openpyxl; the values are those saved with the file.

    Raises:
        ValueError: the file is no workbook, or unpacks to more than ``LARGEST`` bytes.
    """
    import zipfile

    import openpyxl

    try:
        with zipfile.ZipFile(stream) as parts:
            if sum(part.file_size for part in parts.infolist()) > LARGEST:
                raise ValueError("it unpacks to more than a workbook of definitions holds")
        book = openpyxl.load_workbook(stream, data_only=True)
    except (zipfile.BadZipFile, KeyError, OSError, TypeError) as error:
        raise ValueError(str(error)) from error
    return [_grid(sheet) for sheet in book.worksheets]


def _grid(sheet: Any) -> Grid:
    cells = {
        (cell.row, cell.column): shown(cell.value)
        for cell in sheet._cells.values()  # noqa: SLF001 - its own iterator makes a cell for every place up to the last
        if cell.value is not None and cell.value != ""
    }
    merged = {
        (row, column): (area.min_row, area.min_col)
        for area in sheet.merged_cells.ranges
        for row in range(area.min_row, area.max_row + 1)
        for column in range(area.min_col, area.max_col + 1)
        if (row, column) != (area.min_row, area.min_col)
    }
    return Grid(sheet.title, cells, merged)


def shown(value: Any) -> str:
    """The text of a value as the sheet shows it: 15 for 15.0, ISO for dates, newlines as one sign."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value).replace("\r\n", "\n").replace("_x000D_", "")
