"""Rows to fixed-length records, with the control records around them. What does not fit is told and left out, whole."""

from __future__ import annotations

from dataclasses import replace
from itertools import repeat
from typing import TYPE_CHECKING, Any

from machikumo.layouts.domain.fixed.cells import CellCodec, Fault, text_codec
from machikumo.layouts.domain.fixed.form import HOST, NUMBERS, FieldForm, Role, Storage
from machikumo.layouts.domain.fixed.framing import marks_of
from machikumo.layouts.domain.fixed.host import BLANK
from machikumo.layouts.domain.fixed.numbers import write_packed, write_zoned
from machikumo.layouts.domain.issues import Issue, cell_issue

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from machikumo.layouts.domain.definition import Layout
    from machikumo.layouts.domain.fixed.form import RecordKind


class FixedWriter:
    """Writes the records of one layout."""

    def __init__(self, layout: Layout) -> None:
        form = layout.physical.fixed
        assert form is not None  # noqa: S101 - fixed_writer chooses by it
        self.layout, self.form = layout, form
        self.blank = bytes((BLANK,)) if layout.physical.charset == HOST else b" "
        self.marks = marks_of(form, layout.physical.charset)
        self.codecs = tuple(CellCodec(item, layout.physical) for item in layout.items)
        self.parts = self._parts()

    def _parts(self) -> list[int | bytes]:
        """Return what a data record is made of in order: columns by number, and constant bytes between them."""
        data = next(
            (mark for kind, mark in zip(self.form.kinds, self.marks, strict=True) if kind.role is Role.DATA), b""
        )
        pieces: list[tuple[int, int, int | bytes]] = [
            (codec.place.start, codec.place.end, at) for at, codec in enumerate(self.codecs)
        ]
        if data:
            pieces.append((self.form.mark[0], sum(self.form.mark), data))
        found: list[int | bytes] = []
        end = 0
        for start, after, part in sorted(pieces, key=lambda piece: piece[0]):
            if start > end:
                found.append(self.blank * (start - end))
            found.append(part)
            end = after
        return [*found, self.blank * (self.form.length - end) + self.form.separator]

    def header(self) -> bytes:
        """Return the header records."""
        return b"".join(self._control(kind, 0) for kind in self.form.kinds_of(Role.HEADER))

    def trailer(self, count: int) -> bytes:
        """Return the trailer and end records of a file with so many data records."""
        kinds = (*self.form.kinds_of(Role.TRAILER), *self.form.kinds_of(Role.END))
        return b"".join(self._control(kind, count) for kind in kinds)

    def _control(self, kind: RecordKind, count: int) -> bytes:
        record = bytearray(self.blank * self.form.length)
        first, size = self.form.mark
        record[first : first + size] = self.marks[self.form.kinds.index(kind)]
        if kind.count is not None:
            record[kind.count.start : kind.count.end] = self._number(count, kind.count)
        return bytes(record) + self.form.separator

    def _number(self, count: int, place: FieldForm) -> bytes:
        digits = str(count).zfill(place.digits)
        if len(digits) > place.digits:
            raise OverflowError(digits)
        if place.storage is Storage.PACKED:
            return write_packed(digits, place.size, sign=self.form.plus_sign)
        if place.storage is Storage.ZONED:
            return write_zoned(digits, place.size, sign=self.form.plus_sign, host=bool(self.form.host))
        found = text_codec(self.layout.physical, self.form, place).write(digits)
        assert isinstance(found, bytes)  # noqa: S101 - digits are in every charset
        return found

    def rows(self, rows: Any) -> tuple[bytes, Sequence[int], list[tuple[int, Issue]]]:
        """Return rows (a frame or tuples) as bytes, which rows (from 0) they are, and the issues of those left out."""
        is_list = isinstance(rows, list)
        columns = list(zip(*rows, strict=True)) if is_list else [rows[key].to_list() for key in self.layout.keys]
        count = len(rows)
        issues: list[tuple[int, Issue]] = []
        written = [self._column(codec, column, issues) for codec, column in zip(self.codecs, columns, strict=True)]
        pieces: list[Iterable[bytes]] = (
            [repeat(part, count) if isinstance(part, bytes) else written[part] for part in self.parts]
            if written
            else []
        )
        records = list(map(b"".join, zip(*pieces, strict=True)))
        bad = {at for at, _ in issues}
        kept: Sequence[int] = [at for at in range(count) if at not in bad] if bad else range(count)
        return b"".join(records[at] for at in kept) if bad else b"".join(records), kept, sorted(issues, key=_row)

    def _column(self, codec: CellCodec, column: Sequence[str], issues: list[tuple[int, Issue]]) -> list[bytes]:
        known = {value: codec.write(value) for value in set(column)}
        wrong = {value: fault for value, fault in known.items() if isinstance(fault, Fault)}
        if wrong:
            item = codec.item
            issues += [
                (at, cell_issue(wrong[value].rule, item, value, wrong[value].facts, item.severity))
                for at, value in enumerate(column)
                if value in wrong
            ]
            known |= dict.fromkeys(wrong, b"")
        return [known[value] for value in column]  # type: ignore[misc]  # faults are bytes by now

    def reason(self, raw: bytes, written: bytes) -> str:
        """Return why two records of the same values differ: a word of ``roundtrip.REASONS``."""
        if raw[: self.form.length] == written[: self.form.length]:
            return "newline"
        for codec in self.codecs:
            place = codec.place
            if raw[place.start : place.end] != written[place.start : place.end]:
                if place.storage in NUMBERS:
                    return "sign"
                stripped = (one[place.start : place.end].rstrip(b"\x40 \xa1\x81\0") for one in (raw, written))
                return "padding" if len(set(stripped)) == 1 else "duplicate_cell"
        return "filler"


def _row(issue: tuple[int, Issue]) -> int:
    return issue[0]


def placed_issues(issues: Sequence[tuple[int, Issue]], first_row: int) -> list[Issue]:
    """Return issues with their row, counted from ``first_row``."""
    return [replace(issue, row=first_row + at) for at, issue in issues]


def fixed_writer(layout: Layout) -> FixedWriter | None:
    """Return what writes files of a layout of fixed records, None for another."""
    return FixedWriter(layout) if layout.physical.fixed else None
