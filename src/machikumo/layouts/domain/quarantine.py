"""Rows held back, kept in their original bytes beside a file of reasons, so that they can be mended and read in again.

The quarantine file is a file of the same layout: the header as it was, then the rows byte for byte. The reasons file is
UTF-8 CSV with a byte order mark (for spreadsheets): one line an issue.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, BinaryIO

from machikumo.kernel.text import calm

if TYPE_CHECKING:
    from collections.abc import Iterable

    from machikumo.layouts.domain.definition import Layout
    from machikumo.layouts.domain.engine import BlockResult, Reject
    from machikumo.layouts.domain.wide import Widened

REASON_COLUMNS = (
    "隔離ファイルの行", "元のファイル", "元の行番号", "元の物理行", "バイト位置", "規則", "項目", "項目キー",
    "値（伏字）", "内容", "対処", "message", "remedy", "バイト数",
)  # fmt: skip


def header_bytes(layout: Layout) -> bytes:
    """Return the header line of a layout as bytes of its files (empty where files have none)."""
    from machikumo.layouts.domain.write import Writer

    return Writer(layout).header()


class Quarantine:
    """Writes rejects to a quarantine file and a reasons file as they come."""

    def __init__(self, rows: BinaryIO | Widened, reasons: BinaryIO, layout: Layout) -> None:
        self.rows, self.reasons, self.layout = rows, reasons, layout
        self.count = 0
        self.rows.write(header_bytes(layout))
        self.reasons.write(b"\xef\xbb\xbf" + _csv([REASON_COLUMNS]))

    def add(self, result: BlockResult) -> None:
        """Write the rejects of a block."""
        for reject in result.rejects:
            self.count += 1
            self.rows.write(reject.place.raw)
            self.reasons.write(_csv(_reasons(self.count, reject)))

    def finish(self) -> None:
        """Write what stands after the rows in files of this layout, so that the file can be read in again."""
        from machikumo.layouts.domain.write import Writer

        self.rows.write(Writer(self.layout).trailer(self.count))


def _reasons(count: int, reject: Reject) -> Iterable[tuple[object, ...]]:
    place = reject.place
    for issue in reject.issues:
        yield (
            count, issue.file, place.row, place.line, place.offset, issue.rule, issue.item_name, issue.item,
            issue.value, issue.message_ja, issue.remedy_ja, issue.message_en, issue.remedy_en, len(place.raw),
        )  # fmt: skip


def _csv(rows: Iterable[Iterable[object]]) -> bytes:
    out = io.StringIO(newline="")
    # names of files and items come from outside: a spreadsheet must not run them
    csv.writer(out).writerows([calm(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return out.getvalue().encode()
