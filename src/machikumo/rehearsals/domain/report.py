"""The officer's report of a round as tables: made once, written as a workbook and as a paper. No value of a person."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

Cell = str | int
NOTHING = "—"


@dataclass(frozen=True, slots=True)
class Section:
    """One table with its heading; ``note`` stands below it, and instead of it when there are no rows."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """The whole report: what it is of, when it was made, and its sections."""

    title: str
    subtitle: str
    made: str
    training: bool
    sections: tuple[Section, ...]

    def as_paper(self) -> dict[str, Any]:
        """The report as the paper's template reads it: every cell a text, and whether it is a number."""
        return {
            "title": self.title,
            "subtitle": self.subtitle,
            "made": self.made,
            "watermark": ["練習用"] if self.training else [],
            "sections": [_paper(section) for section in self.sections],
        }


def _paper(section: Section) -> dict[str, Any]:
    return {
        "title": section.title,
        "columns": list(section.columns),
        "rows": [[{"text": _text(cell), "number": isinstance(cell, int)} for cell in row] for row in section.rows],
        "note": section.note,
    }


def _text(cell: Cell) -> str:
    return f"{cell:,}" if isinstance(cell, int) else cell or NOTHING


def write_workbook(report: Report) -> bytes:
    """The report as an xlsx, a sheet a section; needs openpyxl. A text never becomes a formula."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, section in enumerate(report.sections, 1):
        _sheet(book.create_sheet(f"{number} {section.title}"[:31]), report, section)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet(sheet: Any, report: Report, section: Section) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill

    _row(sheet, 1, (f"{report.title}　{section.title}",))
    sheet["A1"].font = Font(bold=True, size=13)
    _row(sheet, 2, (report.subtitle + ("　【練習用】" if report.training else ""),))
    _row(sheet, 3, (f"作成 {report.made}",))
    _row(sheet, 5, section.columns)
    for cell in sheet[5]:
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E6EEF8")
    for place, row in enumerate(section.rows, 6):
        _row(sheet, place, row)
        for cell in sheet[place]:
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            if isinstance(cell.value, int):
                cell.number_format = "#,##0"
    if section.note:
        _row(sheet, 7 + len(section.rows), (section.note,))
    for column, width in zip("ABCDEFGHIJ", _widths(section), strict=False):
        sheet.column_dimensions[column].width = width
    sheet.freeze_panes = "A6"


def _row(sheet: Any, place: int, cells: Sequence[Cell]) -> None:
    for column, value in enumerate(cells, 1):
        cell = sheet.cell(row=place, column=column)
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"


def _widths(section: Section) -> list[int]:
    """Widths in half-width characters: of the longest text of each column, from 10 to 48."""
    texts = [[len(_text(row[place])) for row in section.rows] for place in range(len(section.columns))]
    return [
        min(max(10, 2 * max([len(name), *found]) + 2), 48) for name, found in zip(section.columns, texts, strict=True)
    ]
