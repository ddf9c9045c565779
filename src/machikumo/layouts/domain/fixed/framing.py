"""Fixed-length records in a block of bytes: where each begins, what kind it is, and which is not as long as it should.

Without newlines a record is where counting says. With newlines each must stand where counting says; after a record
that is too short or too long the next begins after the next newline, so that one bad record costs no other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from machikumo.layouts.domain.blocks import Place, Start, without
from machikumo.layouts.domain.fixed.form import HOST, FixedForm, Role
from machikumo.layouts.domain.framing import Defect

if TYPE_CHECKING:
    from collections.abc import Sequence

# A newline that does not come within so many bytes is not there.
LONGEST = 1 << 20


class Control(NamedTuple):
    """A record that is no data: its role, bytes, line (from 0 in the block) and the data records before it there."""

    role: Role
    kind: int
    raw: bytes
    line: int
    before: int


class Cut(NamedTuple):
    """Where the records of some bytes begin and end, how many bytes they take, and the wrong ones by number."""

    starts: Sequence[int]
    ends: Sequence[int]
    consumed: int
    defects: dict[int, Defect]


def cut_records(data: bytes, form: FixedForm, *, final: bool) -> Cut:
    """Return the records at the start of data; what may go on in the next block is left, unless it is ``final``."""
    stride, whole = form.stride, len(data) - len(data) % form.stride
    if _is_regular(data, whole, form):
        starts, ends = range(0, whole, stride), range(stride, whole + stride, stride)
        rest = data[whole:]
        if not final or not rest:
            return Cut(starts, ends, whole, {})
        return _with_rest(Cut(starts, ends, whole, {}), rest, form)
    return _walk(data, form, final=final)


def _is_regular(data: bytes, whole: int, form: FixedForm) -> bool:
    """Whether every whole record has its newline where it belongs."""
    count = whole // form.stride
    return all(
        data[form.length + at : whole : form.stride].count(form.separator[at]) == count
        for at in range(len(form.separator))
    )


def _with_rest(cut: Cut, rest: bytes, form: FixedForm) -> Cut:
    """Add last bytes that are fewer than a record: short lines, a record whose newline is missing, or a part of one."""
    starts, ends, defects = [*cut.starts], [*cut.ends], dict(cut.defects)
    place = cut.consumed
    while rest:
        found = rest.find(form.separator) if form.separator else -1
        size = len(rest) if found < 0 else found + len(form.separator)
        rule = "structure.record_short" if found < 0 else "structure.record_length"
        if found >= 0 or size != form.length:
            facts = {"count": str(size if found < 0 else found), "wanted": str(form.length)}
            defects[len(starts)] = Defect(rule, facts)
        starts.append(place)
        ends.append(place + size)
        place, rest = place + size, rest[size:]
    return Cut(starts, ends, place, defects)


def _walk(data: bytes, form: FixedForm, *, final: bool) -> Cut:
    starts: list[int] = []
    ends: list[int] = []
    defects: dict[int, Defect] = {}
    place = 0
    while place + form.stride <= len(data):
        end = place + form.stride
        if data[place + form.length : end] != form.separator:
            found = data.find(form.separator, place, place + LONGEST)
            if found < 0:
                if not final and len(data) - place < LONGEST:
                    break
                found = min(place + LONGEST, len(data)) - len(form.separator)
            end = found + len(form.separator)
            facts = {"count": str(found - place), "wanted": str(form.length)}
            defects[len(starts)] = Defect("structure.record_length", facts)
        starts.append(place)
        ends.append(end)
        place = end
    cut = Cut(starts, ends, place, defects)
    return _with_rest(cut, data[place:], form) if final and data[place:] else cut


@dataclass
class FixedBlock:
    """Whole records as bytes; it can stand where a block of a delimited file does (see ``blocks.Block``).

    ``records`` counts data records (and those of no known kind, which are held back), ``lines`` all of them.
    """

    number: int
    offset: int
    data: bytes
    first_row: int
    first_line: int
    form: FixedForm
    charset: str
    ends_file: bool = False
    segments: list[Any] = field(default_factory=list)
    defects: dict[int, Any] = field(default_factory=dict)
    undecodable: dict[int, Any] = field(default_factory=dict)

    is_proved = True
    blank = odd_newlines = 0

    def __post_init__(self) -> None:
        cut = cut_records(self.data, self.form, final=True)
        self.starts, self.ends, self.lines = cut.starts, cut.ends, len(cut.starts)
        self.rows: Sequence[int] = range(self.lines)
        self.controls: list[Control] = []
        self.defects = cut.defects
        if self.form.kinds:
            self._sort_kinds()
        self.records = len(self.rows)

    def _sort_kinds(self) -> None:
        """Tell data from control records by their marks."""
        marks = marks_of(self.form, self.charset)
        wanted = {mark: at for at, mark in enumerate(marks)}
        at, size = self.form.mark
        if self._all_data(wanted):
            return
        rows: list[int] = []
        defects: dict[int, Any] = {}
        for line, start in enumerate(self.starts):
            raw = self.data[start + at : start + at + size]
            kind = wanted.get(raw)
            role = Role.DATA if kind is None or line in self.defects else self.form.kinds[kind].role
            if role is not Role.DATA:
                assert kind is not None  # noqa: S101 - only a known mark has another role
                self.controls.append(Control(role, kind, self.data[start : self.ends[line]], line, len(rows)))
                continue
            if line in self.defects:
                defects[len(rows)] = self.defects[line]
            elif kind is None:
                defects[len(rows)] = Defect("structure.record_kind", {"mark": raw.hex(" ").upper()})
            rows.append(line)
        self.rows, self.defects = rows, defects

    def _all_data(self, wanted: dict[bytes, int]) -> bool:
        """Whether every record has the first data mark: counted, byte by byte of the mark."""
        if self.defects or not isinstance(self.starts, range):
            return False
        mark = next(mark for mark, at in wanted.items() if self.form.kinds[at].role is Role.DATA)
        first = self.form.mark[0]
        return all(self.data[first + at :: self.form.stride].count(sign) == self.lines for at, sign in enumerate(mark))

    @property
    def end(self) -> int:
        """The place in the file after this block."""
        return self.offset + len(self.data)

    @property
    def next_start(self) -> Start:
        """Where the block after this one begins."""
        return Start(self.number + 1, self.end, self.first_row + self.records, self.first_line + self.lines)

    def look_closely(self) -> None:
        """Nothing is left to prove."""

    def good(self) -> Sequence[int]:
        """Return the records that can be read, counted from 0."""
        return without(range(self.records), self.defects)

    def good_starts(self) -> Sequence[int]:
        """Return where the records that can be read begin in the data."""
        if not self.defects and len(self.rows) == self.lines:
            return self.starts
        return [self.starts[self.rows[record]] for record in self.good()]

    def place(self, record: int) -> Place:
        """Return where a data record stands in the file, with its bytes."""
        line = self.rows[record]
        start = self.starts[line]
        raw = self.data[start : self.ends[line]]
        return Place(self.first_row + record, self.first_line + line, self.offset + start, raw)


def marks_of(form: FixedForm, charset: str) -> list[bytes]:
    """Return the marks of the kinds of records in the bytes of the file."""
    return [_bytes(kind.mark, form, charset) for kind in form.kinds]


def _bytes(text: str, form: FixedForm, charset: str) -> bytes:
    if charset == HOST and form.table is not None:
        found = form.table.write_single(text)
        return found if isinstance(found, bytes) else b""
    return text.encode("ascii")
