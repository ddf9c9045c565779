"""The list of every cell that does not come back as it was, as a file for spreadsheets; values masked as in reports."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, BinaryIO

from machikumo.kernel.text import calm
from machikumo.layouts.domain.issues import mask

if TYPE_CHECKING:
    from collections.abc import Iterable

    from machikumo.layouts.domain.definition import Layout
    from machikumo.layouts.domain.engine import BlockResult

COLUMNS = (
    "元の行番号 / row", "項目 / item", "項目キー / key", "元の値（伏字） / value", "戻る値（伏字） / what comes back",
)  # fmt: skip


class LossList:
    """Writes the cells that lossy steps changed, and those whose own value would not come back, as they come.

    UTF-8 CSV with a byte order mark; ``begin`` is False where a run goes on that has written the first lines already.
    """

    def __init__(self, out: BinaryIO, layout: Layout, *, begin: bool = True) -> None:
        self.out, self.layout, self.count = out, layout, 0
        if begin:
            out.write(b"\xef\xbb\xbf" + _csv([COLUMNS]))

    def add(self, result: BlockResult) -> None:
        """Write the cells of a block."""
        self.count += len(result.losses)
        self.out.write(_csv(self._lines(result)))

    def _lines(self, result: BlockResult) -> Iterable[tuple[object, ...]]:
        for loss in result.losses:
            item = self.layout.by_key[loss.key]
            before, after = (mask(value, item.sensitivity) for value in (loss.before, loss.after))
            yield loss.row, item.name, item.key, calm(before), calm(after)


def _csv(rows: Iterable[tuple[object, ...]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("utf-8", "replace")
