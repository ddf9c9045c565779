"""Reads a file of fixed-length records block by block; control records are checked as they come."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

from machikumo.layouts.domain.blocks import BLOCK_SIZE, Start
from machikumo.layouts.domain.definition import Severity
from machikumo.layouts.domain.fields import canonical_digest
from machikumo.layouts.domain.fixed import guesses
from machikumo.layouts.domain.fixed.cells import text_codec
from machikumo.layouts.domain.fixed.form import NUMBERS, FieldForm, Role
from machikumo.layouts.domain.fixed.framing import LONGEST, Control, FixedBlock, cut_records, marks_of
from machikumo.layouts.domain.fixed.numbers import BadNumber, read_packed, read_zoned
from machikumo.layouts.domain.fixed.words import ROLES
from machikumo.layouts.domain.issues import Issue, file_issue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from machikumo.layouts.domain.definition import Layout
    from machikumo.layouts.domain.fixed.host import HostTable

_SAMPLE = 1 << 16
_END_OF_TEXT = b"\x1a"
_LOOKED_AT = 20


class FixedReader:
    """See ``blocks.Reader``: the same for files of fixed-length records.

    Wrong counts in a trailer, and control records that are missing or out of place, make the whole file ``fatal``:
    which rows are missing, nobody can tell.
    """

    def __init__(self, stream: BinaryIO, layout: Layout, *, block_size: int = BLOCK_SIZE) -> None:
        form = layout.physical.fixed
        assert form is not None  # noqa: S101 - readers.reader_of chooses by it
        self.stream, self.layout, self.form = stream, layout, form
        self.charset = layout.physical.charset
        self.block_size = max(block_size, form.stride)
        self.issues: list[Issue] = []
        self.fatal = self.ended = False
        self.rest = b""
        self.seen: list[Role] = []

    def blocks(self, start: Start | None = None) -> Iterator[FixedBlock]:
        """Yield the file's blocks, from the beginning or from where an earlier run stopped."""
        place = self.opened(start)
        while place is not None and (block := self.cut(place)) is not None:
            yield block
            place = block.next_start
        if place is not None:
            self.close(place)

    def opened(self, start: Start | None = None) -> Start | None:
        """Return where the first block begins (or ``start``, to go on there); None when no row may be used."""
        self.rest = b""
        if start is not None:
            self.stream.seek(start.offset)
            return start
        sample = self.stream.read(max(_SAMPLE, _LOOKED_AT * self.form.stride))
        if not sample:
            self._stop("file.empty")
        else:
            self._judge(sample)
        if self.fatal:
            return None
        self.stream.seek(0)
        return Start(0, 0, 1, 1)

    def cut(self, start: Start) -> FixedBlock | None:
        """Return the next block, which begins at ``start``; None at the end."""
        while not self.ended:
            chunk = self.stream.read(self.block_size)
            data = self._completed(self.rest) if not chunk else self.rest + chunk
            found = cut_records(data, self.form, final=not chunk)
            self.ended = not chunk
            self.rest = data[found.consumed :]
            if found.consumed:
                return self._told(self._block(data[: found.consumed], start, ends_file=self.ended))
            if len(self.rest) > self.form.stride + LONGEST:
                break
        return None

    def again(self, data: bytes, start: Start) -> FixedBlock:
        """Return a block that an earlier run finished; its control records count."""
        return self._told(self._block(data, start))

    def add(self, odd_newlines: int, blank: int) -> None:
        """Blocks of fixed records have neither."""

    def _block(self, data: bytes, start: Start, *, ends_file: bool = False) -> FixedBlock:
        return FixedBlock(
            start.number, start.offset, data, start.row, start.line, self.form, self.charset, ends_file=ends_file
        )

    def _completed(self, rest: bytes) -> bytes:
        """Return the file's last bytes without the sign that old systems put at the end; tell what is not whole."""
        if rest.endswith(_END_OF_TEXT) and len(rest) % self.form.stride == 1:
            self._warn("file.ctrl_z")
            rest = rest[:-1]
        if len(rest) == self.form.length and self.form.separator:
            self._warn("file.last_newline")
        elif 0 < len(rest) < self.form.length:
            facts = {"count": len(rest), "wanted": self.form.length}
            self.issues.append(file_issue("file.record_short", Severity.ERROR, 0, 0, **facts))
        return rest

    # -- the beginning

    def _judge(self, sample: bytes) -> None:
        looks = guesses.looks_otherwise(sample, self.layout)
        if looks:
            self._warn("file.charset", charset=self.charset, looks=looks)
        found = guesses.other_length(sample, self.form) or self._unknown_marks(sample)
        if found:
            self._stop("file.record_length", wanted=self.form.length, found_ja=found[0], found_en=found[1])

    def _unknown_marks(self, sample: bytes) -> tuple[str, str] | None:
        """Whether most of the first records have no known mark: then the length is another one."""
        form = self.form
        if not form.kinds:
            return None
        starts = range(0, min(len(sample), _LOOKED_AT * form.stride), form.stride)
        at, size = form.mark
        marks = set(marks_of(form, self.charset))
        wrong = sum(sample[start + at : start + at + size] not in marks for start in starts)
        if 2 * wrong <= len(starts):
            return None
        return (
            f"はじめの {len(starts)} レコードのうち {wrong} レコードの区分が定義にありません",
            f"{wrong} of the first {len(starts)} records have an unknown mark",
        )

    # -- control records

    def _told(self, block: FixedBlock) -> FixedBlock:
        """Check the control records of a block, in order."""
        for control in block.controls:
            before = block.first_row - 1 + control.before
            self._control(control, before, block)
        if block.records and Role.TRAILER in self.seen and not self._ends_after(block):
            self._disorder(Role.DATA, block.first_line + block.lines - 1)
        return block

    def _ends_after(self, block: FixedBlock) -> bool:
        """Whether no data record stands after a trailer."""
        trailers = [control for control in block.controls if control.role is Role.TRAILER]
        return bool(trailers) and trailers[0].before == block.records

    def _control(self, control: Control, before: int, block: FixedBlock) -> None:
        line = block.first_line + control.line
        is_first = line == 1
        if control.role is Role.HEADER:
            wrong = not is_first
        else:
            wrong = control.role in self.seen or (control.role is Role.TRAILER and Role.END in self.seen)
        if wrong:
            self._disorder(control.role, line)
        self.seen.append(control.role)
        kind = self.form.kinds[control.kind]
        if kind.count is not None:
            self._count(control, kind.count, before)

    def _count(self, control: Control, place: FieldForm, before: int) -> None:
        told = self._number(control.raw[place.start : place.end], place)
        if told != before:
            self._stop("file.control_count", told="?" if told is None else f"{told:,}", count=f"{before:,}")

    def _number(self, raw: bytes, place: FieldForm) -> int | None:
        if place.storage in NUMBERS:
            is_packed = place.storage.value == "packed"
            found = read_packed(raw) if is_packed else read_zoned(raw, host=bool(self.form.host))
            return None if isinstance(found, BadNumber) or found.is_negative else int(found.digits)
        text = text_codec(self.layout.physical, self.form, place).read(raw)
        return int(text) if isinstance(text, str) and text.strip().isdecimal() else None

    def _disorder(self, role: Role, line: int) -> None:
        japanese, english = ROLES[role]
        self._stop("file.control_order", role_ja=japanese, role_en=english, line=f"{line:,}")

    def _stop(self, rule: str, **facts: object) -> None:
        self.fatal = True
        self.issues.append(file_issue(rule, Severity.ERROR, 0, 0, **facts))

    def _warn(self, rule: str, **facts: object) -> None:
        self.issues.append(file_issue(rule, Severity.WARNING, 0, 0, **facts))

    def close(self, end: Start) -> None:
        """Say what only the end of the file tells."""
        for role in (Role.HEADER, Role.TRAILER, Role.END):
            if self.form.kinds_of(role) and role not in self.seen:
                self._stop("file.control_missing", role_ja=ROLES[role][0], role_en=ROLES[role][1])
        if end.row == 1 and not self.fatal:
            self._warn("file.empty")


def with_table(layout: Layout, table: HostTable) -> Layout:
    """Return a layout that reads its texts by a table of host characters; its digest tells which one."""
    fixed = layout.physical.fixed
    if fixed is None:
        return layout
    physical = replace(layout.physical, fixed=replace(fixed, table=table))
    return replace(layout, physical=physical, digest=canonical_digest(layout.digest, table.digest))
