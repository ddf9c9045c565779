"""The file of personnel changes: CSV in UTF-8 or CP932 with the columns of ``HEADER``.

Dates are written 2026-04-01, 2026/4/1 or 令和8年4月1日; lines are numbered as a table program shows them.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from machikumo.organisations.domain.errors import OrganisationsError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

LARGEST_BYTES = 2_000_000
HEADER = {
    "職員番号": "employee_number",
    "氏名": "name",
    "カナ": "kana",
    "異動区分": "kind",
    "役割": "role",
    "所属コード": "section",
    "発令日": "starts_on",
    "終了日": "ends_on",
    "相手の職員番号": "counterpart",
    "備考": "remarks",
}
NEEDED = ("職員番号", "異動区分", "発令日")


class FileRefused(OrganisationsError):
    """The file cannot be read at all."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line as written; ``number`` counts from 2, as a table program shows it below the header."""

    number: int
    cells: Mapping[str, str]

    def cell(self, column: str) -> str:
        """The words in a column; empty where the file has no such column."""
        return self.cells.get(column, "")


def decode(data: bytes) -> tuple[str, str]:
    """The text and the charset that it was in; FileRefused for anything but UTF-8 or CP932, or more than 2 MB."""
    if not data or len(data) > LARGEST_BYTES:
        raise FileRefused("ファイルが空か、2MBを超えています。", "The file is empty or larger than 2 MB.")
    for charset in ("utf-8-sig", "cp932"):
        try:
            text = data.decode(charset)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text, "UTF-8" if charset.startswith("utf") else "CP932"
    raise FileRefused(
        "文字コードが読めません。CSVをUTF-8またはシフトJIS（CP932）で保存し直してください。",
        "The characters cannot be read: save the CSV as UTF-8 or Shift_JIS (CP932).",
    )


def read_lines(text: str) -> list[Line]:
    """The lines of the file; FileRefused when a needed column is missing, a column is unknown or the CSV is broken."""
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise FileRefused(
            f"CSVとして読めません（{error}）。引用符が閉じているか確認してください。",
            f"This is not CSV ({error}): check that quotes are closed.",
        ) from None
    header = [cell.strip() for cell in rows[0]] if rows else []
    missing = [name for name in NEEDED if name not in header]
    unknown = [name for name in header if name not in HEADER]
    if missing or unknown or len(set(header)) != len(header):
        raise FileRefused(
            f"見出し行が違います（不足: {'、'.join(missing) or 'なし'}／不明: {'、'.join(unknown) or 'なし'}）。"
            f"見出しは {'、'.join(HEADER)} です。",
            f"The header does not fit: missing {', '.join(missing) or 'none'}; unknown {', '.join(unknown) or 'none'}.",
        )
    return list(_lines(header, rows[1:]))


def _lines(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[Line]:
    for number, row in enumerate(rows, start=2):
        if any(cell.strip() for cell in row):
            cells = {name: cell.strip() for name, cell in zip(header, row, strict=False)}
            extra = {"": "excess"} if len(row) != len(header) else {}
            yield Line(number, cells | extra)
