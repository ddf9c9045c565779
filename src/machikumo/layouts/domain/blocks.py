"""The block-wise reader: a stream of bytes becomes blocks of whole records, each record with its place in the file."""

from __future__ import annotations

import codecs
import csv
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from machikumo.layouts.domain.charsets import looks_otherwise, spoken, utf16_mark
from machikumo.layouts.domain.definition import Severity
from machikumo.layouts.domain.framing import (
    Defect,
    Segment,
    Shape,
    Span,
    frame_by_segments,
    frame_exactly,
)
from machikumo.layouts.domain.issues import Issue, file_issue

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from machikumo.layouts.domain.definition import Layout

BLOCK_SIZE = 8 << 20
LONGEST_LINE = 1 << 20
_SAMPLE = 1 << 14
_FEW = 500


def without(values: Sequence[int], places: Collection[int]) -> Sequence[int]:
    """Return numbers without those at some places: quick when these are few."""
    if not places:
        return values
    if len(places) > _FEW:
        return [value for at, value in enumerate(values) if at not in places]
    kept = list(values)
    for place in sorted(places, reverse=True):
        del kept[place]
    return kept


class Place(NamedTuple):
    """Where a record stands in the file, and its bytes with the newline."""

    row: int
    line: int
    offset: int
    raw: bytes


def shape_of(layout: Layout) -> Shape:
    """Return what framing must know of a layout."""
    physical = layout.physical
    return Shape(
        columns=len(layout.items),
        delimiter=physical.delimiter.encode("ascii"),
        crlf=physical.newline == "crlf",
        quote_all=physical.quote_all,
        max_quoted_lines=physical.max_quoted_lines,
    )


@dataclass
class Block:
    """Whole records as bytes, in segments; see ``frame_by_segments``."""

    number: int
    offset: int
    data: bytes
    first_row: int
    first_line: int
    shape: Shape
    segments: list[Segment]
    ends_file: bool = False
    defects: dict[int, Defect] = field(default_factory=dict)
    undecodable: dict[int, Defect] = field(default_factory=dict)
    places: dict[int, tuple[tuple[int, int], Place]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self._gather()

    def _gather(self) -> None:
        self.places.clear()
        self.records = sum(segment.records for segment in self.segments)
        self.lines = sum(segment.lines for segment in self.segments)
        self.firsts = [segment.first_record for segment in self.segments]
        exact = [segment for segment in self.segments if segment.exact]
        found = {
            segment.first_record + record: defect
            for segment in exact
            for record, defect in segment.exact.defects.items()  # type: ignore[union-attr]
        }
        self.defects = self.undecodable | found
        self.blank = sum(len(segment.exact.blank) for segment in exact if segment.exact)
        self.odd_newlines = sum(segment.exact.odd_newlines for segment in exact if segment.exact)

    @property
    def end(self) -> int:
        """The place in the file after this block."""
        return self.offset + len(self.data)

    @property
    def next_start(self) -> Start:
        """Where the block after this one begins."""
        return Start(self.number + 1, self.end, self.first_row + self.records, self.first_line + self.lines)

    @property
    def is_proved(self) -> bool:
        """Whether every segment was looked at line by line, so that the parser has nothing left to prove."""
        return all(segment.exact for segment in self.segments)

    def look_closely(self) -> None:
        """Frame the whole block the exact way; what was told of it before is told anew."""
        exact = frame_exactly(self.data, self.shape, final=True)
        self.undecodable = {}
        self.segments = [Segment(0, self.data, 0, 0, len(exact.starts), exact.lines, exact)]
        self._gather()

    def look_at(self, segment: Segment) -> bool:
        """Frame one segment the exact way; false when that renumbers records, so that the whole block was framed anew.

        What counting proved of a segment holds only as long as none of its records is left out.
        """
        if segment.exact:
            return True
        exact = frame_exactly(segment.data, self.shape, final=True)
        if (len(exact.starts), exact.lines) != (segment.records, segment.lines):
            self.look_closely()
            return False
        segment.exact = exact
        self._gather()
        return True

    def good(self) -> Sequence[int]:
        """Return the records that can be parsed, counted from 0."""
        if not self.defects:
            return range(self.records)
        return without(range(self.records), self.defects)

    def defects_of(self, segment: Segment) -> list[int]:
        """Return the defective records of a segment, counted from the block's beginning."""
        if len(self.segments) == 1 or not self.defects:
            return sorted(self.defects)
        return sorted(at for at in self.defects if 0 <= at - segment.first_record < segment.records)

    def span(self, record: int) -> Span:
        """Return where a record's bytes are."""
        return self.segments[bisect_right(self.firsts, record) - 1].span(record)

    def place(self, record: int) -> Place:
        """Return where a record stands in the file."""
        known = self.places.get(record)
        # Blocks that are looked at ahead may be counted anew; then the place is another.
        if known is not None and known[0] == (self.first_row, self.first_line):
            return known[1]
        span = self.span(record)
        start, end = span.start, span.end
        place = Place(self.first_row + record, self.first_line + span.line, self.offset + start, self.data[start:end])
        self.places[record] = (self.first_row, self.first_line), place
        return place


def block_of(data: bytes, start: Start, shape: Shape, *, final: bool) -> Block | None:
    """Return the block of the whole records at the start of data, which ends with a newline; None without any."""
    segments = frame_by_segments(data, shape, final=final)
    if not segments:
        return None
    data = data[: segments[-1].start + len(segments[-1].data)]
    return Block(start.number, start.offset, data, start.row, start.line, shape, segments, ends_file=final)


class Reader:
    """Reads a file by its layout.

    ``issues`` gathers what is wrong with the file as a whole; ``fatal`` is true when no row may be used. The state
    after any block (``Start``) is enough to go on from there.
    """

    def __init__(self, stream: BinaryIO, layout: Layout, *, block_size: int = BLOCK_SIZE) -> None:
        self.stream, self.layout, self.block_size = stream, layout, block_size
        self.shape = shape_of(layout)
        self.issues: list[Issue] = []
        self.fatal = False
        self.ended = False
        self.rest = b""
        self.odd_newlines = self.blank = 0

    def blocks(self, start: Start | None = None) -> Iterator[Block]:
        """Yield the file's blocks, from the beginning or from where an earlier run stopped."""
        place = self.opened(start)
        if place is None:
            return
        while (block := self.cut(place)) is not None:
            yield block
            self.add(block.odd_newlines, block.blank)
            place = block.next_start
        self.close(place)

    def opened(self, start: Start | None = None) -> Start | None:
        """Return where the first block begins (or ``start``, to go on there); None when no row may be used."""
        self.rest = b""
        if start is None:
            start = self._open()
            return None if self.fatal else start
        self.stream.seek(start.offset)
        return start

    def cut(self, start: Start) -> Block | None:
        """Return the next block, which begins at ``start``; None at the end."""
        while not self.ended:
            chunk = self.stream.read(self.block_size)
            whole = chunk.rfind(b"\n") + 1
            if whole:
                # Lines that are complete, put together in one copy.
                data, tail = b"".join((self.rest, memoryview(chunk)[:whole])), chunk[whole:]
                block = block_of(data, start, self.shape, final=False)
            else:
                data, tail = self.rest + chunk, b""
                block = self._block(data, start, final=not chunk)
                self.ended = block is None and (self.fatal or not chunk)
            self.rest = (data if block is None else data[len(block.data) :]) + tail
            if block is not None:
                return block
        return None

    def add(self, odd_newlines: int, blank: int) -> None:
        """Count what a block has of newlines of the other kind and of blank lines."""
        self.odd_newlines += odd_newlines
        self.blank += blank

    def _open(self) -> Start:
        sample = self.stream.read(_SAMPLE)
        if not sample:
            self._stop("file.empty")
        elif utf16_mark(sample):
            self._stop("file.utf16", charset=spoken(self.layout.physical.charset))
        if self.fatal:
            return Start(0, 0, 1, 1)
        offset = self._byte_order_mark(sample)
        self._suspect_charset(sample[offset:])
        start = self._header(sample[offset:], offset) if self.layout.header else Start(0, offset, 1, 1)
        self.stream.seek(start.offset)
        return start

    def _stop(self, rule: str, line: int = 0, offset: int = 0, /, **facts: object) -> None:
        self.fatal = True
        self.issues.append(file_issue(rule, Severity.ERROR, line, offset, **facts))

    def _warn(self, rule: str, /, **facts: object) -> None:
        self.issues.append(file_issue(rule, Severity.WARNING, 0, 0, **facts))

    def _byte_order_mark(self, sample: bytes) -> int:
        there = sample.startswith(codecs.BOM_UTF8)
        if there != self.layout.physical.bom:
            state = ("あります", "there") if there else ("ありません", "missing")
            self._warn("file.bom", state_ja=state[0], state_en=state[1])
        return len(codecs.BOM_UTF8) if there else 0

    def _suspect_charset(self, sample: bytes) -> None:
        whole = sample[: sample.rfind(b"\n") + 1] or sample
        looks = looks_otherwise(whole, self.layout.physical.charset)
        if looks:
            self._warn("file.charset", charset=spoken(self.layout.physical.charset), looks=looks)

    def _header(self, sample: bytes, offset: int) -> Start:
        line, newline, _ = sample.partition(b"\n")
        wanted = list(self.layout.header)
        try:
            text = line.removesuffix(b"\r").decode(self.layout.physical.charset)
            found = next(csv.reader([text], delimiter=self.layout.physical.delimiter), [])
        except (UnicodeDecodeError, csv.Error):
            self._stop("file.header", 1, difference_ja="文字が読めません", difference_en="it cannot be read")
            return Start(0, offset, 1, 1)
        if found != wanted:
            difference = _difference(found, wanted)
            self._stop("file.header", 1, difference_ja=difference[0], difference_en=difference[1])
        if bool(newline) and line.endswith(b"\r") != self.shape.crlf:
            self.odd_newlines += 1
        return Start(0, offset + len(line) + len(newline), 1, 2)

    def _block(self, buffer: bytes, start: Start, *, final: bool) -> Block | None:
        """Return the next block, or None when there is none (the file's end) or not yet (more bytes are needed)."""
        data = self._completed(buffer) if final else buffer[: buffer.rfind(b"\n") + 1]
        if not data:
            if len(buffer) >= max(LONGEST_LINE, self.block_size):
                self._too_long(buffer, start)
            return None
        return block_of(data, start, self.shape, final=final)

    def _completed(self, buffer: bytes) -> bytes:
        """Return the last bytes of the file as whole lines; what is missing is said and, for reading, put there."""
        if buffer.endswith(b"\x1a"):
            self._warn("file.ctrl_z")
            buffer = buffer[:-1]
        if buffer and not buffer.endswith(b"\n"):
            self._warn("file.last_newline")
            buffer = buffer.removesuffix(b"\r") + (b"\r\n" if self.shape.crlf else b"\n")
        return buffer

    def _too_long(self, buffer: bytes, start: Start) -> None:
        hint = ("改行が CR だけのようです", "lines seem to end with CR alone") if b"\r" in buffer else ("", "")
        hint = hint if hint[0] else ("ファイルが違う可能性があります", "it may be another kind of file")
        self._stop(
            "file.long_line", start.line, start.offset,
            size=f"{max(LONGEST_LINE, self.block_size):,}", line=start.line, hint_ja=hint[0], hint_en=hint[1],
        )  # fmt: skip

    def close(self, end: Start) -> None:
        """Say what only the end of the file tells."""
        if end.row == 1 and not self.fatal:
            self._warn("file.header_only" if self.layout.header else "file.empty")
        if self.odd_newlines:
            self._warn("file.newline", newline="CRLF" if self.shape.crlf else "LF", count=self.odd_newlines)
        if self.blank:
            self._warn("structure.blank", count=self.blank)


class Start(NamedTuple):
    """Where a block begins: its number, byte, first record and first line."""

    number: int
    offset: int
    row: int
    line: int


def _difference(found: list[str], wanted: list[str]) -> tuple[str, str]:
    missing = [name for name in wanted if name not in found]
    extra = [name for name in found if name not in wanted]
    if not missing and not extra:
        place = next(
            (at for at, pair in enumerate(zip(found, wanted, strict=False), 1) if pair[0] != pair[1]), len(wanted) + 1
        )
        if place > len(wanted):
            return "同じ名前の列が重なっています", "a column stands twice"
        return f"{place} 列目から順序が違います", f"the order differs from column {place}"
    parts_ja = [f"ない列: {_few(missing)}"] if missing else []
    parts_en = [f"missing: {_few(missing)}"] if missing else []
    if extra:
        parts_ja.append(f"定義にない列: {_few(extra)}")
        parts_en.append(f"not in the layout: {_few(extra)}")
    return "、".join(parts_ja), "; ".join(parts_en)


def _few(names: list[str]) -> str:
    shown = "、".join(name[:20] for name in names[:5])
    return f"{shown} ほか{len(names) - 5}列" if len(names) > 5 else shown  # noqa: PLR2004 - five tell enough
