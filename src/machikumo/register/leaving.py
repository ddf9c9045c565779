"""The residents in the standard layout for the exit package (出口), with its items and code lists as plain tables."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from machikumo.layouts.domain.errors import LayoutError
from machikumo.layouts.domain.write import Writer
from machikumo.layouts.queries.catalogue import STANDARD, shipped
from machikumo.register import queries

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from machikumo.kernel.scope import Scope
    from machikumo.layouts.domain.definition import Layout

FOLDER = "standard/"
ROWS_A_BLOCK = 2_000


def standard_part(scope: Scope) -> Iterator[tuple[str, Iterator[bytes]]]:
    """The file of residents, its items, and a table for each of its code lists.

    The numbers are not in it but in ``numbers/numbers.jsonl``. Rows stand in the order of addressee and history number,
    so that two installations with the same records write the same bytes.
    """
    layout = shipped().layout(STANDARD)
    yield f"{STANDARD}.csv", _residents(scope, layout)
    items = [[i.id, i.key, i.name, i.type.value, str(i.length), i.requirement.value] for i in layout.items]
    yield f"{STANDARD}-items.csv", _table(["id", "key", "name", "type", "length", "requirement"], items)
    for key in sorted({one.code_list.key for one in layout.items if one.code_list is not None}):
        codes = [[value.code, value.name, value.name_en] for value in shipped().code_lists[key].values]
        yield f"codes/{key}.csv", _table(["code", "name", "name_en"], codes)


def _residents(scope: Scope, layout: Layout) -> Iterator[bytes]:
    writer = Writer(layout)
    yield writer.header()
    rows: list[tuple[str, ...]] = []
    for row in queries.standard_rows(scope, layout.keys):
        rows.append(tuple(row[key] for key in layout.keys))
        if len(rows) == ROWS_A_BLOCK:
            yield _written(writer, rows)
            rows = []
    if rows:
        yield _written(writer, rows)


def _written(writer: Writer, rows: list[tuple[str, ...]]) -> bytes:
    written = writer.rows(rows)
    if written.issues:
        first = written.issues[0]
        raise LayoutError(f"{first.item_name}: {first.message_ja}", f"{first.item_name}: {first.message_en}")
    return written.data


def _table(header: list[str], rows: Iterable[list[Any]]) -> Iterator[bytes]:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows([header, *rows])
    yield out.getvalue().encode()
