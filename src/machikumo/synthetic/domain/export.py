"""Standard rows as an old vendor's program writes them: columns, codes, dates, quotes, bytes."""

from __future__ import annotations

from datetime import date
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from machikumo.layouts.domain.dates import write_era_date
from machikumo.synthetic.domain.charsets import Charset
from machikumo.synthetic.domain.inverse import CannotWrite, Made, Table, inverse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from machikumo.layouts.domain.definition import Era, Layout
    from machikumo.synthetic.domain.rows import Row

_NEWLINES = {"crlf": "\r\n", "lf": "\n"}


class Exporter:
    """Writes the lines of one vendor's file.

    `mapping` is the document of a mapping file whose source is the layout; `gaiji` gives sequences their
    user-area character; `eras` are the era lists that the mapping names.
    """

    def __init__(
        self,
        layout: Layout,
        mapping: Mapping[str, Any],
        *,
        gaiji: Mapping[str, str],
        eras: Mapping[str, Sequence[Era]],
    ) -> None:
        self.layout = layout
        self.keys = layout.keys
        self._charset = Charset(layout.physical.charset, gaiji)
        self._newline = _NEWLINES[layout.physical.newline]
        self._sources, self._tables = _compiled(layout, mapping, eras)
        self._pick: Callable[[Row], tuple[str, ...]] = itemgetter(*self._sources)

    def place(self, item: str) -> int:
        """Return the number (from 0) of the vendor's first column that is written from this standard item."""
        return self._sources.index(item)

    def header(self) -> bytes:
        """Return the header line; nothing where the layout has none."""
        return self.line(self.layout.header) if self.layout.header else b""

    def values(self, row: Row) -> list[str]:
        """Return the vendor's values of a standard row, in the order of its columns.

        Raises:
            CannotWrite: a code or date has no form in the vendor's file.
        """
        values = list(self._pick(row))
        try:
            for place, table in self._tables:
                values[place] = table[values[place]]
        except KeyError as missing:
            item = self.layout.items[place]
            raise CannotWrite(
                f"項目「{item.name}」の値{missing}は移行元の形式で書けません。対応表に値を加えてください。",
                f"The value {missing} of '{item.key}' has no form in the vendor's file: add it to the mapping.",
            ) from missing
        return values

    def value(self, item: str, text: str) -> str:
        """Return the vendor's form of one standard value, in the first column that is written from its item."""
        place = self.place(item)
        return next((table[text] for at, table in self._tables if at == place), text)

    def encode(self, text: str) -> bytes:
        """Return the bytes of a text as they stand in the file."""
        return self._charset.encode(text)

    def line(self, values: Sequence[str]) -> bytes:
        """Return the bytes of one line with its newline."""
        return self._charset.encode(f"{self.text(values)}{self._newline}")

    def fields(self, values: Sequence[str]) -> list[bytes]:
        """Return the bytes of every field, quotes included, for those who want to damage one of them."""
        return [self._charset.encode(self._quoted(value)) for value in values]

    def joined(self, fields: Sequence[bytes]) -> bytes:
        """Return the line of fields that are bytes already."""
        return self.layout.physical.delimiter.encode().join(fields) + self._newline.encode()

    def text(self, values: Sequence[str]) -> str:
        """Return the text of one line without its newline."""
        physical = self.layout.physical
        delimiter = physical.delimiter
        if not physical.quote_all and not physical.empty:
            text = delimiter.join(values)
            if '"' not in text and "\n" not in text and text.count(delimiter) == len(values) - 1:
                return text
        return delimiter.join(map(self._quoted, values))

    def _quoted(self, value: str) -> str:
        physical = self.layout.physical
        value = value or physical.empty
        if physical.quote_all or any(sign in value for sign in (physical.delimiter, '"', "\r", "\n")):
            doubled = value.replace('"', '""')
            return f'"{doubled}"'
        return value


def _compiled(
    layout: Layout, mapping: Mapping[str, Any], eras: Mapping[str, Sequence[Era]]
) -> tuple[list[str], list[tuple[int, Table]]]:
    """Return the standard item of every vendor column, and the tables of those that are not copied."""
    tables = {table["key"]: table["pairs"] for table in mapping.get("code_map", ())}
    sources = {}
    changes: list[tuple[int, Table]] = []
    for move in mapping["move"]:
        for part, column in enumerate(move["source"]):
            sources[column] = move["target"][0]
            table = _table(move["steps"], part, tables, eras)
            if table is not None:
                changes.append((layout.index[column], table))
    lacking = ", ".join(key for key in layout.keys if key not in sources)
    if lacking:
        raise CannotWrite(
            f"対応表に移行元の項目「{lacking}」がありません。対応表に加えてください。",
            f"The mapping has no move for the vendor's items {lacking}: add them.",
        )
    return [sources[key] for key in layout.keys], sorted(changes, key=itemgetter(0))


def _table(
    steps: Sequence[Mapping[str, Any]],
    part: int,
    tables: Mapping[str, Sequence[Sequence[str]]],
    eras: Mapping[str, Sequence[Era]],
) -> Table | None:
    made: Table | None = None
    for step in reversed(steps):
        table = Made(_era_writer(eras[step["eras"]])) if step["kind"] == "era_to_iso" else inverse(step, part, tables)
        made = table if made is None else made if table is None else _after(made, table)
    return made


def _after(first: Table, second: Table) -> Table:
    return Made(lambda value: second[first[value]])


def _era_writer(eras: Sequence[Era]) -> Callable[[str], str]:
    def write(text: str) -> str:
        written = write_era_date(date.fromisoformat(text), eras) if text else ""
        if written is None:
            raise KeyError(text)
        return written

    return write
