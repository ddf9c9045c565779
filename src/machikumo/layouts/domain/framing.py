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
from typing import NamedTuple

_CHUNK = 1 << 16


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
    def opened(self) -> re.Pattern[bytes]:
        """The beginning of a record that ends within quotes."""
        unit = rb'(?:"(?:[^"]|"")*+"|[^"' + re.escape(self.delimiter) + rb"]*+)"
        return re.compile(rb"(?:" + unit + re.escape(self.delimiter) + rb')*+"(?:[^"]|"")*+')


QUOTED = re.compile(rb'"(?:[^"]|"")*+"')


@dataclass(slots=True)
class Framing:
    """The records of a block as the exact way finds them; ``consumed`` bytes make them up."""

    consumed: int = 0
    lines: int = 0
    blank: int = 0
    odd_newlines: int = 0
    spans: list[Span] = field(default_factory=list)
    defects: dict[int, Defect] = field(default_factory=dict)


def quick_count(data: bytes, shape: Shape) -> int | None:
    """Return the number of records when counting proves them sound, one a line; None when a closer look is needed.

    One thing is left to the parser: no record may have more than its columns. Then, by the sum, none has fewer.
    """
    lines = data.count(b"\n")
    if shape.columns == 1 or not lines or b"\0" in data or not _newlines_are_plain(data, lines, crlf=shape.crlf):
        return None
    inside = _delimiters_in_quotes(data, lines, shape)
    if inside is None or data.count(shape.delimiter) - inside != lines * (shape.columns - 1):
        return None
    return lines


def _newlines_are_plain(data: bytes, lines: int, *, crlf: bool) -> bool:
    if crlf:
        return data.count(b"\r\n") == lines == data.count(b"\r")
    return b"\r" not in data


def _delimiters_in_quotes(data: bytes, lines: int, shape: Shape) -> int | None:
    """Return how many delimiters stand in quoted fields of single lines, or None when quotes need a closer look."""
    quotes = data.count(b'"')
    if not quotes:
        return 0
    if shape.quote_all:
        return 0 if _is_quoted_throughout(data, lines, quotes, shape) else None
    if quotes > lines * 2:
        return None
    inside, place = 0, data.find(b'"')
    while place >= 0:
        start, end = data.rfind(b"\n", 0, place) + 1, data.find(b"\n", place)
        line = data[start:end].removesuffix(b"\r")
        if not shape.record.fullmatch(line):
            return None
        inside += line.count(shape.delimiter) - QUOTED.sub(b"", line).count(shape.delimiter)
        place = data.find(b'"', end)
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
    found = Framing()
    lines = data.split(b"\n")[:-1]
    at = 0
    while at < len(lines):
        body = lines[at].removesuffix(b"\r")
        if not body:
            found.blank += 1
            taken = 1
        else:
            taken = _take_record(found, lines, at, shape, final=final)
            if not taken:
                break
        found.consumed += sum(map(len, lines[at : at + taken])) + taken
        at += taken
    found.lines = at
    return found


def _take_record(found: Framing, lines: list[bytes], at: int, shape: Shape, *, final: bool) -> int:
    """Add the record that begins at a line and return how many lines it has; 0 when its end is not there yet."""
    taken, defect = 1, None
    if b'"' in lines[at]:
        taken, defect = _quoted(lines, at, shape, final=final)
        if not taken:
            return 0
    whole = b"\n".join(lines[at : at + taken])
    if whole.endswith(b"\r") != shape.crlf:
        found.odd_newlines += 1
    defect = defect or _defect(whole.removesuffix(b"\r"), shape)
    if defect:
        if defect.rule == "structure.quote_open":
            defect.facts["first_line"] = str(at)
        found.defects[len(found.spans)] = defect
    found.spans.append(Span(found.consumed, found.consumed + len(whole) + 1, at))
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


class LineIndex:
    """Finds the n-th line of a block without listing all of them."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.before = [0]
        for start in range(0, len(data), _CHUNK):
            self.before.append(self.before[-1] + data.count(b"\n", start, start + _CHUNK))

    def span(self, line: int) -> Span:
        """Return the bytes of a line, counted from 0."""
        start = self._end(line - 1) if line else 0
        return Span(start, self._end(line), line)

    def _end(self, line: int) -> int:
        """Return the place after the newline that ends a line."""
        chunk = bisect_left(self.before, line + 1) - 1
        place = chunk * _CHUNK - 1
        for _ in range(line + 1 - self.before[chunk]):
            place = self.data.find(b"\n", place + 1)
        return place + 1
