"""Rows to the bytes of a file of a layout. A cell that cannot be written is listed and its row left out, whole."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from machikumo.layouts.domain.charsets import spoken
from machikumo.layouts.domain.charwriter import encode, unwritable
from machikumo.layouts.domain.fixed.writing import fixed_writer, placed_issues
from machikumo.layouts.domain.issues import Issue, cell_issue, code_points

if TYPE_CHECKING:
    from collections.abc import Sequence

    from machikumo.layouts.domain.definition import Layout


@dataclass(slots=True)
class Written:
    """Bytes of rows, which rows (from 0) they are, and the issues of those left out."""

    data: bytes = b""
    kept: Sequence[int] = ()
    issues: list[Issue] = field(default_factory=list)


class Writer:
    """Writes rows as files of one layout have them: charset, newline, quotes, header, empty values."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        physical = layout.physical
        self.newline = "\r\n" if physical.newline == "crlf" else "\n"
        self.charset = physical.charset
        self.fixed = fixed_writer(layout)

    def header(self) -> bytes:
        """Return what stands before the rows, as far as the layout has it: byte order mark, header line or records."""
        if self.fixed:
            return self.fixed.header()
        mark = encode("\ufeff", self.charset) if self.layout.physical.bom else b""
        return mark + (encode(self._header_text(), self.charset) if self.layout.header else b"")

    def trailer(self, count: int) -> bytes:
        """Return what stands after so many rows: the trailer records of files that have some, else nothing."""
        return self.fixed.trailer(count) if self.fixed else b""

    def whole(self, written: Written) -> bytes:
        """Return a whole file of these rows alone."""
        return self.header() + written.data + self.trailer(len(written.kept))

    def _header_text(self) -> str:
        return self._text([self.layout.header])

    def rows(self, rows: Any, first_row: int = 1) -> Written:
        """Return rows (a Polars frame or tuples in the layout's order) as bytes.

        Issues name their row counted from ``first_row``.
        """
        if self.fixed:
            data, kept, issues = self.fixed.rows(rows)
            return Written(data, kept, placed_issues(issues, first_row))
        tuples = rows if isinstance(rows, list) else None
        text = self._text(rows) if tuples is not None else self._frame_text(rows)
        try:
            return Written(encode(text, self.charset), range(len(rows)))
        except UnicodeEncodeError:
            return self._without_unwritable(tuples if tuples is not None else rows.rows(), first_row)

    def _without_unwritable(self, rows: Sequence[Sequence[str]], first_row: int) -> Written:
        kept: list[int] = []
        parts: list[bytes] = []
        issues: list[Issue] = []
        for at, row in enumerate(rows):
            try:
                parts.append(encode(self._text([row]), self.charset))
                kept.append(at)
            except UnicodeEncodeError:
                issues += self._issues(row, first_row + at)
        return Written(b"".join(parts), kept, issues)

    def _issues(self, row: Sequence[str], number: int) -> list[Issue]:
        found = []
        for item, value in zip(self.layout.items, row, strict=True):
            wrong = unwritable(value, self.charset)
            if wrong:
                facts = {"characters": code_points(wrong), "charset": spoken(self.charset)}
                issue = cell_issue("write.unmappable", item, value, facts, item.severity)
                found.append(replace(issue, row=number))
        return found

    def _text(self, rows: Sequence[Sequence[str]]) -> str:
        join = self.layout.physical.delimiter.join
        return "".join(f"{join(map(self._field, row))}{self.newline}" for row in rows)

    def _field(self, value: str) -> str:
        physical = self.layout.physical
        value = value or physical.empty
        if physical.quote_all or any(sign in value for sign in (physical.delimiter, '"', "\n", "\r")):
            doubled = value.replace('"', '""')
            return f'"{doubled}"'
        return value

    def _frame_text(self, frame: Any) -> str:
        import polars as pl

        physical = self.layout.physical
        if physical.empty:
            column = pl.all()
            frame = frame.with_columns(pl.when(column == "").then(pl.lit(physical.empty)).otherwise(column).name.keep())
        elif not physical.quote_all:
            # Polars quotes an empty text to tell it from a null; files have no such difference.
            column = pl.all()
            frame = frame.with_columns(pl.when(column != "").then(column).name.keep())
        style = "always" if physical.quote_all else "necessary"
        return str(
            frame.write_csv(
                include_header=False, separator=physical.delimiter, line_terminator=self.newline, quote_style=style
            )
        )
