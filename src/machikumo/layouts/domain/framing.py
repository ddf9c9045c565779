"""Where records begin and end in bytes, before anything is decoded.

In CP932, Shift_JIS, EUC-JP and UTF-8 the bytes of comma, quote, CR and LF are never part of a longer character, so a
file can be cut at a newline outside quotes. Two ways lead to the same records: a quick one that proves by counting
that nothing is out of order, and an exact one, line by line, that says what is.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from operator import methodcaller
from typing import TYPE_CHECKING, NamedTuple

from machikumo.layouts.domain.line_index import LineIndex

try:
    import numpy as np
except ImportError:  # the extra for layouts brings it; without it the standard library counts
    np = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# A segment is small enough to stay in the processor's cache while it is counted several times.
_SEGMENT = 1 << 18


class Span(NamedTuple):
    """A record's bytes within its block (end after its newline) and its first line, counted from 0 in the block."""

    start: int
    end: int
    line: int


class Defect(NamedTuple):
    """Why a record cannot be parsed: rule and facts of the issue."""

    rule: str
    facts: dict[str, str]


@dataclass(frozen=True)
class Shape:
    """What framing must know of a layout."""

    columns: int
    delimiter: bytes
    crlf: bool
    quote_all: bool
    max_quoted_lines: int

    @cached_property
    def record(self) -> re.Pattern[bytes]:
        """A whole record, quotes used as they must be."""
        unit = rb'(?:"(?:[^"]|"")*+"|[^"' + re.escape(self.delimiter) + rb"]*+)"
        return re.compile(unit + rb"(?:" + re.escape(self.delimiter) + unit + rb")*+")

    @cached_property
    def quoted_field(self) -> re.Pattern[bytes]:
        """A quoted field within one line, up to its delimiter or newline."""
        end = rb"\r\n" if self.crlf else rb"\n"
        return re.compile(rb'"(?:[^"\n]|"")*+"(?=' + re.escape(self.delimiter) + rb"|" + end + rb")")

    @cached_property
    def opened(self) -> re.Pattern[bytes]:
        """The beginning of a record that ends within quotes."""
        unit = rb'(?:"(?:[^"]|"")*+"|[^"' + re.escape(self.delimiter) + rb"]*+)"
        return re.compile(rb"(?:" + unit + re.escape(self.delimiter) + rb')*+"(?:[^"]|"")*+')


QUOTED = re.compile(rb'"(?:[^"]|"")*+"')


@dataclass(slots=True)
class Framing:
    """The records of a block as the exact way finds them.

    ``offsets`` are the places where lines begin (and the end), ``starts`` the first line of each record, ``longer`` the
    count of lines of those records that have more than one, ``blank`` the lines with nothing on them.
    """

    offsets: list[int]
    starts: Sequence[int] = ()
    longer: dict[int, int] = field(default_factory=dict)
    blank: list[int] = field(default_factory=list)
    odd_newlines: int = 0
    lines: int = 0
    defects: dict[int, Defect] = field(default_factory=dict)

    @property
    def consumed(self) -> int:
        """How many bytes the records take."""
        return self.offsets[self.lines]

    def span(self, record: int) -> Span:
        """Return where a record's bytes are."""
        line = self.starts[record]
        return Span(self.offsets[line], self.offsets[line + self.longer.get(line, 1)], line)


def quick_count(data: bytes, shape: Shape) -> int | None:
    """Return the number of records when counting proves them sound, one a line; None when a closer look is needed.

    Two things are left to others. The parser must find as many lines: then, where lines end with CRLF, none ends with
    LF alone. And no record may have more than its columns; then, by the sum, none has fewer.
    """
    lines = _plain_newlines(data, crlf=shape.crlf)
    if shape.columns == 1 or not lines or b"\0" in data:
        return None
    delimiters = _count(data, shape.delimiter) - lines * (shape.columns - 1)
    if delimiters < 0:
        return None
    return lines if _delimiters_in_quotes(data, lines, shape) == delimiters else None


def _plain_newlines(data: bytes, *, crlf: bool) -> int:
    """Return how many newlines of the layout's kind there should be, by their CRs; 0 when that is known to be wrong."""
    if not crlf:
        return 0 if b"\r" in data else _count(data, b"\n")
    return _returns_before_newlines(data) if data.endswith(b"\r\n") else 0


def _returns_before_newlines(data: bytes) -> int:
    """Return how many CRs there are when all stand before an LF, else 0: the parser drops others without a word."""
    if np is None:
        count = data.count(b"\r")
        return count if data.count(b"\r\n") == count else 0
    signs = np.frombuffer(data, np.uint8)
    places = np.flatnonzero(signs == ord("\r"))
    return len(places) if (signs[places + 1] == ord("\n")).all() else 0


def _count(data: bytes, sign: bytes) -> int:
    """Return how often a byte stands in data; where NumPy is there, by its vector instructions."""
    if np is None:
        return data.count(sign)
    return int(np.count_nonzero(np.frombuffer(data, np.uint8) == sign[0]))


def _delimiters_in_quotes(data: bytes, lines: int, shape: Shape) -> int | None:
    """Return how many delimiters stand in quoted fields of single lines, or None when quotes need a closer look."""
    if shape.quote_all:
        quotes = data.count(b'"')
        if not quotes:
            return 0
        if shape.crlf and data.count(b"\n") != lines:
            return None  # a newline within quotes moves the lines after it
        return 0 if _is_quoted_throughout(data, lines, quotes, shape) else None
    parts = data.split(b'"')
    if len(parts) % 2 == 0:
        return None
    inside = b"".join(parts[1::2])
    if _stand_alone(parts[::2], shape) and b"\n" not in inside:
        return inside.count(shape.delimiter)
    return _delimiters_in_fields(data, shape)


def _stand_alone(outside: list[bytes], shape: Shape) -> bool:
    """Whether the stretches between quotes all end where a field may begin, and begin where one may end."""
    ends = (shape.delimiter, b"\r\n" if shape.crlf else b"\n")
    begins = (shape.delimiter, b"\n")
    first = not outside[0] or outside[0].endswith(begins)
    middle = all(part.startswith(ends) and part.endswith(begins) for part in outside[1:-1])
    return len(outside) == 1 or (first and middle and outside[-1].startswith(ends))


def _delimiters_in_fields(data: bytes, shape: Shape) -> int | None:
    """Return the same field by field, for data with quotes within quoted fields."""
    inside, place = 0, data.find(b'"')
    while place >= 0:
        field = shape.quoted_field.match(data, place)
        if field is None or (place and data[place - 1 : place] not in (shape.delimiter, b"\n")):
            return None
        inside += field[0].count(shape.delimiter)
        place = data.find(b'"', field.end())
    return inside


def _is_quoted_throughout(data: bytes, lines: int, quotes: int, shape: Shape) -> bool:
    """Whether every quote belongs to a border between two fields or lines, so none is left to stand inside a field."""
    newline = b"\r\n" if shape.crlf else b"\n"
    between = b'"' + shape.delimiter + b'"'
    border = b'"' + newline + b'"'
    return (
        quotes == 2 * shape.columns * lines
        and data.startswith(b'"')
        and data.endswith(b'"' + newline)
        # Borders that share a quote would be counted twice; such data goes the exact way.
        and shape.delimiter + b'"' + newline not in data
        and newline + b'"' + shape.delimiter not in data
        and data.count(border) == lines - 1
        and data.count(between) == (shape.columns - 1) * lines
    )


def frame_exactly(data: bytes, shape: Shape, *, final: bool) -> Framing:
    """Return the records of data that ends with a newline, each defective one with its reason.

    A record whose quotes are open at the end is left for the next block, unless it is ``final`` or already longer
    than the layout allows: then the line that opened the quote is a defect, and the lines after it are read again.
    """
    lines = data.split(b"\n")[:-1]
    found = Framing(list(accumulate(map((1).__add__, map(len, lines)), initial=0)))
    skipped: set[int] = set()
    bad: dict[int, Defect] = {}
    at = 0
    for suspect in _suspects(data, lines, shape):
        if suspect < at:
            continue
        at = suspect
        if not lines[at].removesuffix(b"\r"):
            found.blank.append(at)
            at += 1
            continue
        taken = _take_record(found, bad, lines, at, shape, final=final)
        if not taken:
            found.lines = at
            break
        skipped.update(range(at + 1, at + taken))
        at += taken
    else:
        found.lines = len(lines)
    skipped.update(found.blank)
    starts = [line for line in range(found.lines) if line not in skipped] if skipped else range(found.lines)
    found.starts = starts
    found.defects = {bisect_left(starts, line): defect for line, defect in bad.items()}
    return found


def _suspects(data: bytes, lines: list[bytes], shape: Shape) -> list[int]:
    """Return the lines that are not plainly one record with the right columns: all others need no closer look."""
    if shape.quote_all:
        return [at for at, line in enumerate(lines) if not _is_plainly_quoted(line, shape)]
    wanted = shape.columns - 1
    counts = map(methodcaller("count", shape.delimiter), lines)
    found = {at for at, count in enumerate(counts) if count != wanted}
    for sign in (b'"', b"\0"):
        if sign in data:
            found.update(at for at, line in enumerate(lines) if sign in line)
    if data.count(b"\r\n" if shape.crlf else b"\n") != len(lines) or data.count(b"\r") != len(lines) * shape.crlf:
        ending = b"\r" if shape.crlf else b""
        found.update(at for at, line in enumerate(lines) if not _ends_plainly(line, ending))
    if wanted == 0:
        found.update(at for at, line in enumerate(lines) if not line.removesuffix(b"\r"))
    return sorted(found)


def _ends_plainly(line: bytes, ending: bytes) -> bool:
    return line.endswith(ending) and line.count(b"\r") == len(ending)


def _is_plainly_quoted(line: bytes, shape: Shape) -> bool:
    """Whether a line of quoted fields has all its quotes at borders between fields."""
    between = b'"' + shape.delimiter + b'"'
    end = b'"\r' if shape.crlf else b'"'
    return (
        line.count(b'"') == 2 * shape.columns
        and line.count(between) == shape.columns - 1
        and line.startswith(b'"')
        and line.endswith(end)
        # a border that shares its quote with the line's beginning or end leaves one to stand inside a field
        and not line.startswith(b'"' + shape.delimiter)
        and not line.endswith(shape.delimiter + end)
        and line.count(b"\r") == len(end) - 1
        and b"\0" not in line
    )


def _take_record(
    found: Framing, bad: dict[int, Defect], lines: list[bytes], at: int, shape: Shape, *, final: bool
) -> int:
    """Judge the record that begins at a line and return how many lines it has; 0 when its end is not there yet."""
    taken, defect = 1, None
    if b'"' in lines[at]:
        taken, defect = _quoted(lines, at, shape, final=final)
        if not taken:
            return 0
    whole = b"\n".join(lines[at : at + taken])
    if whole.endswith(b"\r") != shape.crlf:
        found.odd_newlines += 1
    if taken > 1:
        found.longer[at] = taken
    defect = defect or _defect(whole.removesuffix(b"\r"), shape)
    if defect:
        bad[at] = defect
    return taken


def _quoted(lines: list[bytes], at: int, shape: Shape, *, final: bool) -> tuple[int, Defect | None]:
    body = lines[at].removesuffix(b"\r")
    if shape.record.fullmatch(body):
        return 1, None
    if not shape.opened.fullmatch(body):
        return 1, Defect("structure.quote", {})
    end = min(len(lines), at + shape.max_quoted_lines)
    for last in range(at + 1, end):
        if lines[last].count(b'"') % 2:
            whole = b"\n".join(lines[at : last + 1]).removesuffix(b"\r")
            if shape.record.fullmatch(whole):
                return last + 1 - at, None
            break
    else:
        if not final and end == len(lines) and end - at < shape.max_quoted_lines:
            return 0, None
    return 1, Defect("structure.quote_open", {})


def _defect(body: bytes, shape: Shape) -> Defect | None:
    bare = QUOTED.sub(b"", body) if b'"' in body else body
    if b"\0" in body:
        return Defect("structure.nul", {})
    if b"\r" in bare:
        return Defect("structure.lone_cr", {})
    count = bare.count(shape.delimiter) + 1
    if count == shape.columns:
        return None
    facts = {"count": str(count), "wanted": str(shape.columns)}
    return Defect("structure.columns_few" if count < shape.columns else "structure.columns_many", facts)


@dataclass(slots=True)
class Segment:
    """A stretch of a block, framed the quick way (one record a line, ``exact`` is None) or the exact way."""

    start: int
    data: bytes
    first_record: int
    first_line: int
    records: int
    lines: int
    exact: Framing | None = None
    index: LineIndex | None = None

    def payload(self, defects: Iterable[int]) -> bytes:
        """Return the bytes of the segment's records but for some, given as records of the block."""
        cuts = [self.span(record)[:2] for record in defects]
        if self.exact:
            offsets = self.exact.offsets
            cuts += [(self.start + offsets[line], self.start + offsets[line + 1]) for line in self.exact.blank]
        if not cuts:
            return self.data
        parts, place = [], 0
        for start, end in sorted(cuts):
            parts.append(self.data[place : start - self.start])
            place = end - self.start
        return b"".join([*parts, self.data[place:]])

    def span(self, record: int) -> Span:
        """Return where a record of the block is; records and places are counted from the block's beginning."""
        line = record - self.first_record
        if self.exact:
            start, end, line = self.exact.span(line)
        else:
            self.index = self.index or LineIndex(self.data)
            start, end = self.index.bounds(line)
        return Span(start + self.start, end + self.start, line + self.first_line)


def frame_by_segments(data: bytes, shape: Shape, *, final: bool, size: int = _SEGMENT) -> list[Segment]:
    """Return a block's data in segments, so that one bad row costs a close look at its neighbours only.

    The segments end before a record whose end is not in the data (see ``frame_exactly``).
    """
    found: list[Segment] = []
    start = record = line = 0
    end = _cut(data, 0, size)
    while start < end:
        part = data[start:end]
        count = quick_count(part, shape)
        exact = None if count is not None else frame_exactly(part, shape, final=final and end == len(data))
        if exact and not exact.consumed:
            if end == len(data):
                break
            end = _cut(data, end, size)
            continue
        segment = Segment(start, part, record, line, count or 0, count or 0, exact)
        if exact:
            segment.data, segment.records, segment.lines = part[: exact.consumed], len(exact.starts), exact.lines
        found.append(segment)
        start, record, line = start + len(segment.data), record + segment.records, line + segment.lines
        end = _cut(data, max(end, start), size) if start >= end else _cut(data, end, size)
    return found


def _cut(data: bytes, place: int, size: int) -> int:
    """Return the end of the line that lies ``size`` bytes after a place, or the end of the data."""
    return (data.find(b"\n", place + size) + 1) or len(data)
