"""Definitions as a workbook in the official form: read again, it gives equal definitions."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

from machikumo.definitions.domain.official.grid import read_grids
from machikumo.definitions.domain.official.items import MARK, REQUIRED
from machikumo.definitions.domain.official.reading import Origin, read_workbook
from machikumo.definitions.domain.official.supplement import FIRST, HEADINGS, SUPPLEMENT, TITLE, differences, in_pieces
from machikumo.layouts.domain.errors import BadDefinition

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from machikumo.definitions.domain.document import CodeSheet, Document, ItemSheet
    from machikumo.definitions.domain.official.supplement import Row

HEADING_ROW, FIRST_ROW, FIRST_CODE_ROW = 5, 7, 5
CODES = "コード一覧"
_TOP = (
    ("B", "データ項目ID"), ("D", "データ項目"), ("E", "データ項目（ローマ字）"), ("F", "グループ"), ("I", "クラス分類"),
    ("L", "データ型"), ("M", "桁数"), ("N", "コード"), ("O", "繰り返し"), ("P", "データ出力条件"), ("Q", "項目定義"),
    ("R", "項目説明"), ("S", "標準仕様書関連箇所"), ("T", "実装類型"), ("U", "サンプル値"), ("V", "備考"),
)  # fmt: skip
_SECOND = (("F", "名称"), ("G", "主キー"), ("H", "外部キー"), ("I", "LV1"), ("J", "LV2"), ("K", "LV3"))
_CODE_TOP = ("コードID", "コード名", "コード値", "コード値の内容", "備考")
_WIDTHS = {"B": 8, "C": 8, "D": 26, "E": 26, "F": 22, "P": 16, "Q": 40, "R": 50, "S": 24, "U": 20, "V": 24}
_CODE_WIDTHS = {"A": 22, "B": 30, "C": 16, "D": 40, "E": 40}
_OFFICIAL_ID = re.compile(r"[0-9]{8}")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\']")
_LONGEST_TITLE, LONGEST_CELL = 27, 32_767
_WORDS = {word: name for name, word in REQUIRED.items()}
_DRAFT = Origin(file="", sha256="", key="draft", edition="")


def write_workbook(documents: Sequence[Document]) -> bytes:
    """An xlsx of the definitions: a sheet of items each, one of their code lists, one of what the form has no room for.

    Needs openpyxl.

    Raises:
        BadDefinition: an item has no id, so its row could not be found again.
    """
    for document in documents:
        if not document.items or not all(item.id.strip() for item in document.items):
            raise BadDefinition(document.head.key, "項目IDのない項目があります。", "an item has no id.")
    base = reread(_bytes(documents, []))
    rows = [
        row
        for place, (found, wanted) in enumerate(zip(base, documents, strict=True), 1)
        for row in differences(found, wanted, place)
    ]
    return _bytes(documents, rows)


def reread(data: bytes, origin: Origin = _DRAFT) -> list[Document]:
    """The definitions of a workbook that ``write_workbook`` made (or somebody changed afterwards)."""
    return read_workbook(read_grids(io.BytesIO(data)), origin)


def same(one: Document, other: Document) -> bool:
    """Whether two definitions say the same, whatever file they were read from."""
    return one.content() == other.content()


def _bytes(documents: Sequence[Document], supplement: Sequence[Row]) -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    titles: set[str] = {SUPPLEMENT, CODES}
    for number, document in enumerate(documents, 1):
        _item_sheet(book.create_sheet(_title(document.head.name, titles)), document, number)
    _code_sheet(book.create_sheet(CODES), [sheet for document in documents for sheet in document.codes])
    if supplement:
        _supplement_sheet(book.create_sheet(SUPPLEMENT), supplement)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _title(name: str, taken: set[str]) -> str:
    word = _NOT_IN_TITLES.sub("_", clean(name)).strip()[:_LONGEST_TITLE] or "項目"
    tries = (f"{word}_{count}" if count else word for count in range(len(taken) + 1))
    title = next(found for found in tries if found not in taken)
    taken.add(title)
    return title


def clean(text: str) -> str:
    """The text as far as a cell can hold it: without control characters, not longer than a cell."""
    return _CONTROL.sub("", text)[:LONGEST_CELL]


def put(sheet: Any, place: str, value: str | int) -> None:
    """Write a value as what it is: a text never becomes a formula or a number."""
    if isinstance(value, int):
        sheet[place].value = value
    elif clean(value):
        sheet[place].value = clean(value)
        sheet[place].data_type = "s"


def _item_sheet(sheet: Any, document: Document, number: int) -> None:
    split = all(_OFFICIAL_ID.fullmatch(item.id) for item in document.items)
    _headings(sheet, document.head.name, split=split)
    codes = {one.key: one for one in document.codes}
    group = document.head.group or f"グループ{number}"
    for row, item in enumerate(document.items, FIRST_ROW):
        for column, value in _cells(item, group, codes, split=split).items():
            put(sheet, f"{column}{row}", value)
        _dress(sheet, row, is_key=item.primary_key)
    sheet.freeze_panes = "F7"


def _headings(sheet: Any, name: str, *, split: bool) -> None:
    from openpyxl.styles import Font, PatternFill

    put(sheet, "B1", f"■{name} 項目定義書")
    for row, headings in ((HEADING_ROW, _TOP), (HEADING_ROW + 1, _SECOND)):
        for column, word in headings:
            put(sheet, f"{column}{row}", word)
            sheet[f"{column}{row}"].font = Font(bold=True)
            sheet[f"{column}{row}"].fill = PatternFill("solid", fgColor="D9E2F3")
    sheet.merge_cells("B5:C6" if split else "B5:B6")
    for column, _ in _TOP:
        if column not in "BFI":
            sheet.merge_cells(f"{column}5:{column}6")
    for column, width in _WIDTHS.items():
        sheet.column_dimensions[column].width = width


def _dress(sheet: Any, row: int, *, is_key: bool) -> None:
    """Long texts in lines; a primary key on pale blue, as the form has it."""
    from openpyxl.styles import Alignment, PatternFill

    for (cell,) in sheet.iter_cols(min_row=row, max_row=row, min_col=2, max_col=22):
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if is_key:
            cell.fill = PatternFill("solid", fgColor="DDEBF7")


def _cells(item: ItemSheet, group: str, codes: dict[str, CodeSheet], *, split: bool) -> dict[str, str | int]:
    classes = (*item.classes, "", "", "")[:3]
    mark = {True: MARK, False: ""}
    ids: dict[str, str | int] = {"B": item.id[:3], "C": int(item.id[3:])} if split else {"B": item.id}
    return ids | {
        "D": item.name, "E": item.romaji, "F": group, "G": mark[item.primary_key], "H": mark[item.foreign_key],
        "I": classes[0], "J": classes[1], "K": classes[2], "L": "Ｎ" if item.type == "N" else item.type,
        "M": item.length, "N": _code_word(item, codes), "O": item.occurrences if item.occurrences > 1 else "",
        "P": _WORDS.get(item.required, ""), "Q": item.definition, "R": _explanation(item), "S": item.reference,
        "T": mark[item.output_item], "U": item.sample, "V": item.remarks,
    }  # fmt: skip


def _code_word(item: ItemSheet, codes: dict[str, CodeSheet]) -> str:
    found = codes.get(item.codes)
    return item.code_text or (_number(found) if found else item.codes)


def _number(sheet: CodeSheet) -> str:
    """What stands as コードID: the official number where the key is made from it, else the key itself."""
    return sheet.number if sheet.number.isdigit() and sheet.key.endswith(f"-{sheet.number}") else sheet.key


def _explanation(item: ItemSheet) -> str:
    """The explanation with the condition in it, as the form has it."""
    if item.required != "conditional" or "※※" in item.explanation:
        return item.explanation
    words = item.condition_text or item.condition
    return "\n".join(part for part in (item.explanation, f"※※{words}") if part)


def _code_sheet(sheet: Any, lists: Iterable[CodeSheet]) -> None:
    put(sheet, "A1", "コード一覧表")
    for column, word in zip("ABCDE", _CODE_TOP, strict=True):
        put(sheet, f"{column}4", word)
    row, done = FIRST_CODE_ROW, set()
    for one in lists:
        if one.key in done:
            continue
        done.add(one.key)
        put(sheet, f"A{row}", _number(one))
        put(sheet, f"B{row}", one.name)
        for code in one.value:
            for column, value in zip("CDE", (code.code, code.name, code.remarks), strict=True):
                put(sheet, f"{column}{row}", value)
            row += 1
        row += not one.value
    for column, width in _CODE_WIDTHS.items():
        sheet.column_dimensions[column].width = width


def _supplement_sheet(sheet: Any, rows: Sequence[Row]) -> None:
    put(sheet, "A1", TITLE)
    for column, word in zip("ABCDEF", HEADINGS, strict=True):
        put(sheet, f"{column}{FIRST - 1}", word)
    for place, row in enumerate(in_pieces(rows), FIRST):
        values = (str(row.group), row.part, row.which, row.field, row.base, row.value)
        for column, value in zip("ABCDEF", values, strict=True):
            put(sheet, f"{column}{place}", value)
