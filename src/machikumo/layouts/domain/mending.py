"""Rows that were set aside: read as far as they can be, judged again by the same rules, and put back in their file.

Nothing here changes a file: a mended file is a new one, made of the first and of what people decided.
"""

from __future__ import annotations

import csv
import io
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING, BinaryIO

from machikumo.layouts.domain.blocks import Reader
from machikumo.layouts.domain.definition import Severity
from machikumo.layouts.domain.engine import iterate_blocks
from machikumo.layouts.domain.executors import PLAIN
from machikumo.layouts.domain.fixed.rows import FixedRows
from machikumo.layouts.domain.issues import Issue
from machikumo.layouts.domain.parsing import plain_rows
from machikumo.layouts.domain.write import Writer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from machikumo.layouts.domain.definition import Layout
    from machikumo.layouts.domain.executors import Plan

UNREADABLE = "\ufffd"
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Reading:
    """A row's cells in the layout's order. ``is_whole``: the engine reads it so; else it is only how it looks.

    ``surplus`` are the values of a row with too many columns.
    """

    cells: tuple[str, ...]
    surplus: tuple[str, ...] = ()
    is_whole: bool = True


def reading_of(raw: bytes, layout: Layout) -> Reading:
    """Return how the bytes of a row are read; a row that cannot be read is shown as far as it goes."""
    if layout.physical.fixed:
        cells = FixedRows(layout).row(raw, UNREADABLE) or (UNREADABLE,) * len(layout.items)
        return Reading(cells, is_whole=UNREADABLE not in cells)
    reader = Reader(io.BytesIO(Writer(layout).header() + raw), layout)
    start = reader.opened()
    block = reader.cut(start) if start else None
    if block is not None and not block.defects and block.records == 1:
        rows = plain_rows(block, layout)
        if len(rows) == 1 and len(rows[0]) == len(layout.items):
            return Reading(tuple(rows[0]))
    return _as_it_looks(raw, layout)


def _as_it_looks(raw: bytes, layout: Layout) -> Reading:
    text = raw.decode(layout.physical.charset, "replace").replace("\0", UNREADABLE).rstrip("\r\n")
    found = _split(text, layout.physical.delimiter)
    wanted = len(layout.items)
    cells = (*found, *("",) * wanted)[:wanted]
    return Reading(cells, tuple(found[wanted:]), is_whole=False)


def _split(text: str, delimiter: str) -> list[str]:
    if not delimiter:
        return [text]
    try:
        return next(csv.reader([text], delimiter=delimiter), [])
    except csv.Error:
        return text.split(delimiter)


def mended(cells: Sequence[str], changes: Iterable[Mapping[str, str]], layout: Layout) -> tuple[str, ...]:
    """Return the cells after changes, each from item key to new value, one after the other."""
    row = list(cells)
    for change in changes:
        for key, value in change.items():
            row[layout.index[key]] = value
    return tuple(row)


def judged(rows: Sequence[Sequence[str]], plan: Plan) -> list[tuple[Issue, ...]]:
    """Return what the plan's rules say of each row by itself: its cells, its conversion, and that it can be written.

    What only the whole file tells (two heads of a household, gaps of a history) is told when the file is read again.
    """
    writer = Writer(plan.layout)
    written = writer.rows([tuple(row) for row in rows])
    found: list[list[Issue]] = [_unreadable(row, plan.layout) for row in rows]
    for issue in written.issues:
        found[issue.row - 1].append(issue)
    alone = replace(plan, executor=PLAIN, held={}, thresholds={}, fingerprints=False)
    for result in iterate_blocks(io.BytesIO(writer.whole(written)), alone):
        for issue in result.issues:
            if issue.row and not result.closing:
                found[written.kept[issue.row - 1]].append(issue)
    return [tuple(issues) for issues in found]


def _unreadable(row: Sequence[str], layout: Layout) -> list[Issue]:
    """What stands for bytes that nobody could read is no character of anybody's name."""
    return [
        Issue("cell.unreadable", Severity.ERROR, item=item.key, item_name=item.name)
        for item, value in zip(layout.items, row, strict=True)
        if UNREADABLE in value
    ]


def stands_against(issues: Iterable[Issue]) -> tuple[Issue, ...]:
    """Return those that hold a row back."""
    return tuple(issue for issue in issues if issue.severity is Severity.ERROR)


def row_bytes(cells: Sequence[str], layout: Layout) -> bytes:
    """Return a row as its file has it; the row must be one that can be written."""
    return Writer(layout).rows([tuple(cells)]).data


@dataclass(frozen=True, slots=True)
class Patch:
    """Bytes of a file that are replaced by others; by none when a row is left out."""

    offset: int
    length: int
    data: bytes = b""


def patched(stream: BinaryIO, patches: Sequence[Patch]) -> Iterator[bytes]:
    """Yield the file with its patches (in order of offset, none over another), all else byte for byte."""
    at = stream.tell()
    for patch in patches:
        yield from _copied(stream, patch.offset - at)
        stream.seek(patch.length, io.SEEK_CUR)
        at = patch.offset + patch.length
        if patch.data:
            yield patch.data
    yield from _copied(stream, None)


def _copied(stream: BinaryIO, size: int | None) -> Iterator[bytes]:
    while size is None or size > 0:
        chunk = stream.read(_CHUNK if size is None else min(size, _CHUNK))
        if not chunk:
            return
        yield chunk
        if size is not None:
            size -= len(chunk)


class Seams:
    """Where places of a patched file lie in the first one; made of (offset, old length, new length) of its patches."""

    def __init__(self, patches: Sequence[tuple[int, int, int]]) -> None:
        grown = [0, *accumulate(new - old for _, old, new in patches)]
        self.shifts = grown
        self.starts = [offset for offset, _, _ in patches]
        self.ends = [offset + shift + new for (offset, _, new), shift in zip(patches, grown, strict=False)]
        self.patches = patches

    def first_offset(self, offset: int) -> int:
        """Return the place in the first file of a row that begins at a place of the patched one."""
        number = bisect_right(self.ends, offset)
        if number < len(self.patches):
            start, _, new = self.patches[number]
            if new and offset == start + self.shifts[number]:
                return start
        return offset - self.shifts[number]

    def patched_offset(self, offset: int) -> int:
        """Return the place in the patched file of a row that begins at a place of the first one."""
        return offset + self.shifts[bisect_left(self.starts, offset)]
