"""The sheet beside the official ones that carries what the official form has no column for.

Each row says: of which group's definition, which part, which field; what a reader finds in the official sheets
(``base``), and what our definition says (``value``), both as JSON. When somebody has changed the official sheet in the
meantime, the base no longer fits: then the sheet they changed counts, and the row is told as not read.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from machikumo.definitions.domain.document import Document, Unread
from machikumo.definitions.domain.official.grid import Grid, cell_name
from machikumo.definitions.domain.tables import document_of, whole_tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

SUPPLEMENT = "まちくも補足"
HEADINGS = ("グループ番号", "部分", "識別", "項目", "公式の欄から読める値", "まちくもの値")
TITLE = "■公式の様式に欄のない事柄（まちくもが読み書きします。手で変えないでください）"
FIRST = 4
_LISTS = ("set_rule", "unread")
_WHOLE = "*"
# what of a part is seen in the official sheets; the rest of it is given whole, by one row
_SEEN: dict[str, tuple[str, ...]] = {"layout": ("group",), "physical": (), "code_list": ("name", "value")}
# fields of an item that the official sheets do not show: nobody can have changed them there
_UNSEEN = {
    "key", "confirmed", "condition", "condition_confirmed", "pattern", "minimum", "maximum", "check_digit", "open_end",
    "selectors", "repetition", "sensitivity", "severity", "group", "codes_on",
    "sentinels", "bytes", "storage", "start", "digits", "zero",
}  # fmt: skip
_LONGEST_BASE, _PIECE, _GOES_ON = 1_000, 30_000, "（続き）"
_NOT_IN_CELLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
Parts = dict[tuple[str, str], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the sheet; ``cell`` is where it stands."""

    group: int
    part: str
    which: str
    field: str
    base: str
    value: str
    cell: str = ""


def differences(base: Document, wanted: Document, group: int) -> Iterator[Row]:
    """The rows that turn what the official sheets say into the document that is wanted.

    Both must have the same items and code lists in the same order.
    """
    have = _parts(base)
    for (part, which), table in _parts(wanted).items():
        before = have.get((part, which), {})
        names: Sequence[str] = sorted(table.keys() | before.keys())
        if part in _SEEN:
            unseen = {name: value for name, value in table.items() if name not in _SEEN[part]}
            yield Row(group, part, which, _WHOLE, "", _json(unseen))
            names = _SEEN[part]
        for name in names:
            if before.get(name) != table.get(name):
                yield Row(group, part, which, name, _base(before.get(name)), _json(table.get(name)))


def in_pieces(rows: Iterable[Row]) -> Iterator[Row]:
    """The rows with values that are too long for a cell spread over several."""
    for row in rows:
        yield replace(row, value=row.value[:_PIECE])
        for start in range(_PIECE, len(row.value), _PIECE):
            yield replace(row, base=_GOES_ON, value=row.value[start : start + _PIECE])


def _parts(document: Document) -> Parts:
    """The document in parts: each a table, found by kind and place."""
    tables = whole_tables(document.content())
    parts: Parts = {("layout", ""): tables["layout"], ("physical", ""): tables["physical"]}
    parts["lists", ""] = {name: tables.get(name, []) for name in _LISTS}
    parts |= {("item", str(place)): table for place, table in enumerate(tables["item"], 1)}
    for place, table in enumerate(tables["code_list"], 1):
        parts["code_list", str(place)] = table["code_list"] | {"value": table["value"]}
    return parts


def _json(value: Any) -> str:
    """JSON without what a cell cannot hold, or would take for something else."""
    if value is None:
        return ""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True).replace("_x", "\\u005fx")
    return _NOT_IN_CELLS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _base(value: Any) -> str:
    """What a value is known by: itself, or the mark of a long one."""
    text = _json(value)
    return text if len(text) <= _LONGEST_BASE else f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


@dataclass(frozen=True, slots=True)
class Supplement:
    """The rows of a workbook's sheet, if it has one."""

    rows: tuple[Row, ...] = ()

    @classmethod
    def of(cls, grids: Sequence[Grid]) -> Supplement:
        """What the workbook carries; nothing when it came from elsewhere."""
        sheet = next((grid for grid in grids if grid.title == SUPPLEMENT), None)
        if sheet is None:
            return cls()
        rows: list[Row] = []
        for row in sheet.rows(FIRST):
            group, part, which, name, base, value = (sheet.text(row, column) for column in range(1, 7))
            if group.isdigit() and base == _GOES_ON and rows:
                rows[-1] = replace(rows[-1], value=rows[-1].value + value)
            elif group.isdigit():
                rows.append(Row(int(group), part, which, name, base, value, cell_name((row, 6))))
        return cls(tuple(rows))

    def applied(self, document: Document, place: int) -> Document:
        """The definition at that place (from 0) with what the sheet says of it."""
        own = [row for row in self.rows if row.group == place + 1]
        if not own:
            return document
        parts = _parts(document)
        told = [Unread(SUPPLEMENT, row.cell, row.value, "edited") for row in own if not _put(parts, row)]
        found = document_of(_tables(parts), document.head.key)
        known = _told_before(own)
        further = [cell for cell in document.unread if asdict(cell) not in known] + told
        return replace(found, workbook=document.workbook, unread=(*found.unread, *further))


def _told_before(rows: Sequence[Row]) -> list[Any]:
    """The cells that stand outside the tables of the export itself: they are no news."""
    base = next((row.base for row in rows if row.part == "lists" and row.field == "unread"), "")
    return list(json.loads(base)) if base.startswith("[") else []


def _put(parts: Parts, row: Row) -> bool:
    table = parts.get((row.part, row.which))
    if table is None:
        return False
    if row.field == _WHOLE:
        seen = {name: table[name] for name in _SEEN.get(row.part, ()) if name in table}
        table.clear()
        table.update(json.loads(row.value) | seen)
        return True
    free = row.part == "lists" or (row.part == "item" and row.field in _UNSEEN)
    if not free and _base(table.get(row.field)) != row.base:
        return False
    if row.value:
        table[row.field] = json.loads(row.value)
    else:
        table.pop(row.field, None)
    return True


def _tables(parts: Parts) -> dict[str, Any]:
    lists = {name: rows for name, rows in parts["lists", ""].items() if rows}
    items = [table for (part, _), table in parts.items() if part == "item"]
    codes = [
        {"code_list": {name: value for name, value in table.items() if name != "value"}, "value": table["value"]}
        for (part, _), table in parts.items()
        if part == "code_list"
    ]
    tables: dict[str, Any] = {"layout": parts["layout", ""], "physical": parts["physical", ""]}
    return tables | {"item": items, "code_list": codes} | lists
