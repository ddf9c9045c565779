"""A workbook in the official form becomes definitions, one for each group, and nothing of it is dropped in silence."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from machikumo.definitions.domain.document import CodeSheet, Document, Form, Head, ItemSheet, Unread, Workbook
from machikumo.definitions.domain.official.codes import read_codes
from machikumo.definitions.domain.official.columns import Heading, item_heading
from machikumo.definitions.domain.official.grid import Grid, cell_name
from machikumo.definitions.domain.official.items import RowReader, item_id
from machikumo.definitions.domain.official.supplement import SUPPLEMENT, Supplement
from machikumo.layouts.domain.errors import BadDefinition

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

UNCONFIRMED_FORM = "ファイルの形式（文字コード・改行・見出し行・ファイル名）は元のブックに書かれていないため未確認"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a workbook comes from: what the definitions made of it must say about themselves.

    ``key`` begins the keys of the definitions; of several groups each gets a number. Without ``source`` the title in
    the workbook is taken.
    """

    file: str
    sha256: str
    key: str
    edition: str
    source: str = ""
    version: str = "1"
    publisher: str = ""
    licence: str = ""
    credit: str = ""


@dataclass(slots=True)
class _Group:
    name: str
    sheet: str
    items: list[ItemSheet]
    unread: list[Unread]


def read_workbook(grids: Sequence[Grid], origin: Origin) -> list[Document]:
    """The definitions of a workbook in the order of their groups.

    Cells that have no place in the model stand word for word in ``unread``: those of a group's rows with the group,
    all others with the first definition.

    Raises:
        BadDefinition: no sheet has the heading of an item sheet, or there is no item below it.
    """
    headed = [(grid, found) for grid in grids if (found := item_heading(grid))]
    if not headed:
        raise BadDefinition(
            origin.file,
            "「データ項目ID」「データ型」「桁数」「データ出力条件」の見出しを持つシートがありません。",
            "no sheet has the headings データ項目ID, データ型, 桁数 and データ出力条件.",
        )
    origin = replace(origin, source=origin.source or _title(headed[0][0]))
    extra = Supplement.of(grids)
    business = _business(*headed[0]) or origin.key
    codes, unread = _all_codes(grids, f"official-{business}", origin)
    groups = _all_groups(headed, {sheet.number: sheet for sheet in codes})
    if not groups:
        raise BadDefinition(origin.file, "データ項目の行がありません。", "there is no row of an item.")
    rest = [*unread, *_rest(grids, {grid.title: heading for grid, heading in headed})]
    loose = {sheet.key for sheet in codes} - {item.codes for group in groups for item in group.items}
    documents = []
    for place, group in enumerate(groups):
        key = origin.key if len(groups) == 1 else f"{origin.key}-{place + 1:02d}"
        used = {item.codes for item in group.items} | (set() if place else loose)
        own = tuple(sheet for sheet in codes if sheet.key in used)
        document = _document(group, key, origin, codes=own, rest=() if place else rest)
        documents.append(extra.applied(document, place))
    return documents


def _title(grid: Grid) -> str:
    """What the sheet says that it is, else its name."""
    titles = (text for _, text in sorted(grid.cells.items()) if "定義" in text or "リスト" in text)
    return next(titles, grid.title).lstrip("■ 　").strip()


def _business(grid: Grid, heading: Heading) -> str:
    ids = (item_id(grid, heading, row) for row in grid.rows(heading.first))
    return next((found[:3] for found in ids if found[:3].isdigit()), "")


def _all_codes(grids: Iterable[Grid], prefix: str, origin: Origin) -> tuple[list[CodeSheet], list[Unread]]:
    found: dict[str, CodeSheet] = {}
    unread: list[Unread] = []
    for grid in grids:
        sheets, told = read_codes(grid, prefix, origin.source, origin.edition)
        unread += told
        for sheet in sheets:
            known = found.get(sheet.key)
            found[sheet.key] = replace(known, value=known.value + sheet.value) if known else sheet
    return list(found.values()), unread


def _all_groups(headed: Sequence[tuple[Grid, Heading]], codes: dict[str, CodeSheet]) -> list[_Group]:
    groups: dict[str, _Group] = {}
    for grid, heading in headed:
        reader = RowReader(grid, heading, codes)
        for row in grid.rows(heading.first):
            if not item_id(grid, heading, row):
                continue
            named = grid.take(row, heading.column("group")) if heading.column("group") else ""
            name = named or grid.title
            _add(groups.setdefault(name, _Group(name, grid.title, [], [])), reader, row)
    return list(groups.values())


def _add(group: _Group, reader: RowReader, row: int) -> None:
    reader.unread, reader.row = [], row
    number = item_id(reader.grid, reader.heading, row)
    if any(item.id == number for item in group.items):
        reader.tell("id", "id_twice")
    column = reader.heading.column("romaji")
    romaji = reader.grid.text(row, column) if column else ""
    item = reader.item(row, group.name, key_of(romaji, number, {item.key for item in group.items}))
    if not item.name or any(known.name == item.name for known in group.items):
        item = replace(item, name=f"{item.name}（{item.id}）")  # two columns of a file must not be called the same
    group.items.append(item)
    group.unread += reader.unread


def key_of(romaji: str, number: str, taken: set[str]) -> str:
    """An identifier for an item: its romaji when that is one and free, else made from its id."""
    word = re.sub(r"[^a-z0-9_]+", "_", romaji.strip().lower()).strip("_")
    key = word if word and not word[0].isdigit() else f"item_{re.sub(r'[^A-Za-z0-9]+', '_', number)}"
    return next(
        found for count in range(len(taken) + 1) if (found := f"{key}_{count + 1}" if count else key) not in taken
    )


def _document(
    group: _Group, key: str, origin: Origin, *, codes: tuple[CodeSheet, ...], rest: Iterable[Unread]
) -> Document:
    head = Head(
        key=key, version=origin.version, name=group.name, group=group.name, source=origin.source,
        edition=origin.edition, confirmed=False, publisher=origin.publisher,
        id_scheme="データ項目ID（業務コード3桁＋項目コード5桁）", licence=origin.licence, credit=origin.credit,
        note=UNCONFIRMED_FORM,
    )  # fmt: skip
    workbook = Workbook(origin.file, origin.sha256, group.sheet)
    return Document(head, Form(), tuple(group.items), codes, workbook=workbook, unread=(*group.unread, *rest))


def _rest(grids: Iterable[Grid], headings: dict[str, Heading]) -> list[Unread]:
    return [
        Unread(grid.title, cell_name(place), text, _reason(grid, place, headings.get(grid.title)))
        for grid in grids
        if grid.title != SUPPLEMENT
        for place, text in grid.rest()
    ]


def _reason(grid: Grid, place: tuple[int, int], heading: Heading | None) -> str:
    row, column = place
    if heading and row >= heading.first:
        known = column in {one for columns in heading.columns.values() for one in columns}
        return "no_item_id" if known and not item_id(grid, heading, row) else "no_column"
    if heading or grid.taken:
        return "outside"
    return "legend" if "凡例" in grid.title else "other_sheet"
