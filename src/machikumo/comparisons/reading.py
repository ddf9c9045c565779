"""The old system's list: its rows by addressee number, through the mapping of a layout that is known here."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO

from machikumo.comparisons.domain.errors import UnreadableList
from machikumo.layouts.domain.engine import iterate_blocks
from machikumo.layouts.domain.executors import Plan
from machikumo.layouts.domain.wide import narrowed_mapping, readable
from machikumo.register.domain.columns import VAULT_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from machikumo.layouts.domain.mapping import Mapping

WORKBOOK = b"PK\x03\x04"
HEAD, PRESENT = "02", "1"


@dataclass(slots=True)
class OldList:
    """What the list says: of each wanted person the present row, and of every household the name of its head."""

    rows: dict[str, dict[str, str]] = field(default_factory=dict)
    heads: dict[str, str] = field(default_factory=dict)
    read: int = 0
    held_back: int = 0

    def head_of(self, row: dict[str, str]) -> str:
        """The head of the household of that row."""
        return self.heads.get(row.get("household_number", ""), "")


def read_list(stream: BinaryIO, mapping: Mapping, wanted: Collection[str], *, training: bool) -> OldList:
    """Read a list file, CSV or the same columns as a workbook; rows that the layout refuses are counted.

    Raises UnreadableList when the file cannot be read by that layout.
    """
    layout = mapping.source
    if stream.read(len(WORKBOOK)) == WORKBOOK:
        stream.seek(0)
        stream = _as_text(stream, mapping)
    stream.seek(0)
    found = OldList()
    with readable(stream, layout) as plain:
        narrowed = narrowed_mapping(mapping)
        plan = Plan(layout=narrowed.source, mapping=narrowed, training=training, fingerprints=False)
        for result in iterate_blocks(plain, plan):
            if result.fatal:
                first = result.issues[0]
                raise UnreadableList(first.message_ja, first.message_en)
            if not result.closing:
                found.read += result.entry.records
                found.held_back += len(result.rejects)
                _take(found, result.converted.iter_rows(named=True), wanted)
    return found


def _take(found: OldList, rows: Iterable[dict[str, Any]], wanted: Collection[str]) -> None:
    for row in rows:
        if row.get("is_latest") != "1":
            continue
        if row.get("relationship_1") == HEAD and row.get("resident_state") == PRESENT:
            found.heads[row["household_number"]] = row.get("name") or ""
        if row["addressee_number"] in wanted:
            kept = {key: value or "" for key, value in row.items() if key not in VAULT_COLUMNS}
            found.rows[row["addressee_number"]] = kept


def _as_text(stream: BinaryIO, mapping: Mapping) -> BinaryIO:
    """The first sheet of a workbook as the layout's own text file."""
    import openpyxl

    physical = mapping.source.physical
    try:
        book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
        rows = [["" if cell is None else str(cell) for cell in row] for row in book.worksheets[0].values]
    except Exception as error:
        raise UnreadableList("Excelのファイルとして読めません。", "It cannot be read as a workbook.") from error
    out = io.StringIO(newline="")
    quoting: Any = csv.QUOTE_ALL if physical.quote_all else csv.QUOTE_MINIMAL
    ending = "\r\n" if physical.newline == "crlf" else "\n"
    csv.writer(out, delimiter=physical.delimiter, quoting=quoting, lineterminator=ending).writerows(rows)
    try:
        return io.BytesIO(out.getvalue().encode(physical.charset))
    except UnicodeEncodeError as error:
        sign = error.object[error.start]
        raise UnreadableList(
            f"レイアウトの文字コードで表せない文字「{sign}」（U+{ord(sign):04X}）があります。",
            f"The layout's character set lacks U+{ord(sign):04X}.",
        ) from error
