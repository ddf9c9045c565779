"""Opening a figure to the rows behind it: masked, or in the clear on a ground; the ledger keeps both."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from machikumo.kernel.errors import Conflict, NotFound
from machikumo.kernel.files.actions import open_file
from machikumo.kernel.ledger import action, record
from machikumo.layouts.domain.issues import mask
from machikumo.layouts.own_layouts import mapping_for
from machikumo.layouts.queries.catalogue import shipped
from machikumo.rehearsals import queries
from machikumo.rehearsals.domain.evidence import DifferingRow, rows_behind
from machikumo.rehearsals.words import GROUNDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from machikumo.kernel.scope import Scope
    from machikumo.layouts.domain.definition import Item, Layout
    from machikumo.rehearsals.models import Round

MOST = 100  # rows shown at once
GROUND = "data_migration"


@dataclass(frozen=True, slots=True)
class FigureAsked:
    """One figure of a round's difference, as ``domain.evidence`` names it."""

    layout: str
    measure: str
    item: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class OpenedCell:
    """One cell of a row in both rounds, masked unless it was opened."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class OpenedRow:
    """A row behind a figure: how it differs, its key, where it stands in both rounds, and its cells."""

    kind: str
    key: str
    before: tuple[int, int] | None
    after: tuple[int, int] | None
    cells: tuple[OpenedCell, ...]


@dataclass(frozen=True, slots=True)
class OpenedRows:
    """The first rows behind a figure; ``more`` says that there are others."""

    rows: tuple[OpenedRow, ...]
    more: bool


@action(permission="layouts.view")
def open_rows(scope: Scope, *, round_id: int, figure: FigureAsked) -> OpenedRows:
    """The rows behind a figure with every value masked; the ledger keeps who looked at which figure."""
    one = queries.round_of(scope, round_id)
    found = _rows(scope, one, figure)
    _record(scope, one, "rehearsal.rows_opened", figure, found)
    return _shown(scope, one, figure, found, clear=False)


@action(permission="layouts.move_in")
def open_clear(scope: Scope, *, round_id: int, figure: FigureAsked, ground: str) -> OpenedRows:
    """The same rows in the clear; the ledger keeps the ground and whose rows they are.

    What lies in the vault stays closed. Raises Conflict without one of the known grounds.
    """
    if ground not in GROUNDS:
        raise Conflict("伏字を開く理由を選んでください。", "Say why the values are opened.")
    one = queries.round_of(scope, round_id)
    found = _rows(scope, one, figure)
    addressees = sorted({row.key[0] for row in found[:MOST]})
    _record(scope, one, "rehearsal.rows_unmasked", figure, found, ground=ground, addressees=addressees)
    return _shown(scope, one, figure, found, clear=True)


def _record(scope: Scope, one: Round, event: str, figure: FigureAsked, found: list[DifferingRow], **facts: Any) -> None:
    ground = facts.pop("ground", GROUND)
    asked = {"layout": figure.layout, "measure": figure.measure, "item": figure.item, "value": figure.value}
    details = asked | {"rows": min(len(found), MOST)} | facts
    record(scope, event=event, subject=queries.subject_of(one), ground=ground, details=details)


def _rows(scope: Scope, one: Round, figure: FigureAsked) -> list[DifferingRow]:
    """The first rows behind the figure, one more than is shown; NotFound when the round has no evidence."""
    if one.evidence is None or figure.layout not in one.difference.get("layouts", {}):
        raise NotFound
    _row, place = open_file(scope, token=one.evidence.token)
    with place.open("rb") as stream:
        lines = _lines(stream, figure.layout)
        return list(islice(rows_behind(lines, figure.measure, figure.item, figure.value), MOST + 1))


def _lines(stream: BinaryIO, layout: str) -> Iterator[bytes]:
    """The lines of one layout: they stand after the line that names it."""
    wanted = False
    for line in stream:
        if line.startswith(b"#"):
            wanted = line == f"#{layout}\n".encode()
        elif wanted:
            yield line


def layout_of(scope: Scope, one: Round, key: str) -> Layout:
    """The layout of that key into which a file of the round was moved; NotFound when there is none."""
    for row in queries.files_of(scope, one):
        target = mapping_for(scope, row.mapping_key).target
        if target.key == key:
            return target
    if key in shipped().layout_keys:  # all files of a layout are gone since the round before
        return shipped().layout(key)
    raise NotFound


def _shown(scope: Scope, one: Round, figure: FigureAsked, found: list[DifferingRow], *, clear: bool) -> OpenedRows:
    items = layout_of(scope, one, figure.layout).by_key
    rows = tuple(_row(row, items, figure, clear=clear) for row in found[:MOST])
    return OpenedRows(rows, len(found) > MOST)


def _row(row: DifferingRow, items: dict[str, Item], figure: FigureAsked, *, clear: bool) -> OpenedRow:
    wanted = [figure.item] if figure.item in row.cells and row.kind != "changed" else list(row.cells)
    cells = tuple(
        OpenedCell(items[key].name, *(_value(cell, items[key], clear=clear) for cell in row.cells[key]))
        for key in wanted
        if key in items
    )
    key = "-".join(row.key) if clear else "-".join((masked_number(row.key[0]), *row.key[1:]))
    return OpenedRow(row.kind.value, key, row.before, row.after, cells)


def _value(cell: str, item: Item, *, clear: bool) -> str:
    return cell if clear else mask(cell, item.sensitivity)


def masked_number(number: str) -> str:
    """A number with only its last three digits: enough to find the row again, not enough to name a person."""
    return f"＊＊＊{number[-3:]}"
