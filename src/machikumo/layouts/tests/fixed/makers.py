"""Sound rows and files of the fixed-length layout, and small layouts made for one test."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from machikumo.layouts.domain.convert import convert_rows
from machikumo.layouts.domain.executors import Plan
from machikumo.layouts.domain.loading import load_layout
from machikumo.layouts.domain.write import Writer
from machikumo.layouts.queries.catalogue import shipped
from machikumo.layouts.tests.makers import KASUMI, kasumi_row, results_of

if TYPE_CHECKING:
    from machikumo.layouts.domain.definition import Layout
    from machikumo.layouts.domain.engine import BlockResult

TSUBAKI = shipped().mapping("tsubaki-to-standard")
MASTER = TSUBAKI.source
LENGTH = 1900
Row = tuple[str, ...]


def tsubaki_rows(count: int, **changes: str) -> list[Row]:
    """So many people, each alone, as the third vendor has them; ``changes`` are values of the first vendor."""
    rows = convert_rows(KASUMI, [kasumi_row(number, **changes) for number in range(1, count + 1)])
    return convert_rows(TSUBAKI.inverse(), rows.rows).rows


def tsubaki_file(count: int, **changes: str) -> bytes:
    """A whole file of them."""
    writer = Writer(MASTER)
    return writer.whole(writer.rows(tsubaki_rows(count, **changes)))


def place_of(key: str) -> slice:
    """Where an item lies in a record."""
    place = MASTER.by_key[key].place
    assert place is not None
    return slice(place.start, place.end)


def damaged(data: bytes, row: int, key: str, new: bytes) -> bytes:
    """The file with other bytes at the beginning of an item of a data row (from 1)."""
    at = LENGTH * row + place_of(key).start
    return data[:at] + new + data[at + len(new) :]


def both(data: bytes, layout: Layout = MASTER, **options: Any) -> list[BlockResult]:
    """What both executors say of a file, which must be the same."""
    told = []
    for executor in ("columnar", "plain"):
        mapping = TSUBAKI if layout is MASTER else None
        found = results_of(data, Plan(layout, mapping, training=True, executor=executor), **options)
        told.append((found, [issue.as_dict() for result in found for issue in result.issues]))
    assert told[0][1] == told[1][1]
    assert [list(one.numbers) for one in told[0][0]] == [list(one.numbers) for one in told[1][0]]
    return told[0][0]


def rules_of(results: list[BlockResult]) -> list[tuple[int, str, str]]:
    """Row, rule and item of every issue."""
    return [(issue.row, issue.rule, issue.item) for result in results for issue in result.issues]


def small(physical: str, *items: str, table: str = "") -> Layout:
    """A layout of a few items; each is written 'key type length bytes storage and further fields'."""
    parts = [
        '[layout]\nkey = "small"\nversion = "1"\nname = "小"\ngroup = "小"\nsource = "test"\nedition = "1"\n',
        f'[physical]\nform = "fixed"\nnewline = "lf"\nquoting = "minimal"\nheader = "none"\n{physical}\n',
    ]
    for number, text in enumerate(items):
        key, kind, length, size, storage, *further = text.split(" ", 5)
        length = f'"{length}"' if "," in length else length
        parts.append(
            f'[[item]]\nid = "T{number}"\nkey = "{key}"\nname = "{key}"\nromaji = "{key}"\ngroup = "小"\n'
            f'type = "{kind}"\nlength = {length}\nbytes = {size}\nstorage = "{storage}"\nrequired = "optional"\n'
            + "\n".join(further)
        )
    layout = load_layout("\n".join(parts), "small", shipped().code_lists)
    fixed = layout.physical.fixed
    if not table or fixed is None:
        return layout
    fixed = replace(fixed, table=shipped().host(table))
    return replace(layout, physical=replace(layout.physical, fixed=fixed))


def stream(data: bytes) -> io.BytesIO:
    """Bytes as a stream."""
    return io.BytesIO(data)
