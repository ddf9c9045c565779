"""What comes with Machikumo: the official list re-imports the same; what is only proposed says so."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from machikumo.definitions.domain.official.grid import place_of, read_grids
from machikumo.definitions.domain.official.reading import Origin, read_workbook
from machikumo.definitions.domain.official.reasons import assumptions
from machikumo.definitions.domain.tables import document_of
from machikumo.definitions.queries.files import read_document, read_package, write_document
from machikumo.definitions.tests.makers import SECOND, TOP
from machikumo.kernel.official import data_folder
from machikumo.layouts.domain.fields import parse_toml
from machikumo.layouts.queries.catalogue import shipped

if TYPE_CHECKING:
    from pathlib import Path

    from machikumo.definitions.domain.document import Document

OFFICIAL = "nonresident-addressee"
CODES = "コード一覧（個別）_住登外者宛名番号管理"
PROPOSED = (
    "seal-registration", "resident-tax-ledger", "health-insurance-eligibility", "care-insurance-recipient",
    "child-allowance",
)  # fmt: skip
WORDS = {"required": "必須", "conditional": "条件付き必須", "optional": "任意"}


def original_again() -> bytes:
    """The official workbook put together cell by cell from the shipped definition and the cells told as not read."""
    document = read_document(OFFICIAL, shipped())
    assert document.workbook is not None
    book = openpyxl.Workbook()
    book.remove(book.active)
    titles = list(dict.fromkeys([document.workbook.sheet, *(cell.sheet for cell in document.unread)]))
    for title in titles:
        book.create_sheet(title)
    sheet = book[document.workbook.sheet]
    for place, line in enumerate([TOP, SECOND], 5):
        for column, value in enumerate(line, 2):
            sheet.cell(place, column, value)
    for row, item in enumerate(document.items, 7):
        for column, value in _cells(item, document).items():
            sheet[f"{column}{row}"] = value or None
    _codes(book[CODES], document)
    for cell in document.unread:
        book[cell.sheet].cell(*place_of(cell.cell), cell.value)
    for area in ("B5:C6", *(f"{column}5:{column}6" for column in "DELMNOPQRSTUV")):
        sheet.merge_cells(area)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cells(item: Any, document: Document) -> dict[str, Any]:
    listed = document.code_sheet(item.codes)
    classes = (*item.classes, "", "", "")
    return {
        "B": item.id[:3], "C": int(item.id[3:]), "D": item.name, "E": item.romaji, "F": item.group,
        "G": "○" * item.primary_key, "H": "○" * item.foreign_key, "I": classes[0], "J": classes[1], "K": classes[2],
        "L": "Ｎ" if item.type == "N" else item.type, "M": item.length,
        "N": item.code_text or (listed.number if listed else ""), "O": item.occurrences if item.occurrences > 1 else "",
        "P": WORDS[item.required], "Q": item.definition, "R": item.explanation, "S": item.reference,
        "T": "○" * item.output_item, "U": item.sample, "V": item.remarks,
    }  # fmt: skip


def _codes(sheet: Any, document: Document) -> None:
    for column, word in zip("ABCDE", ("コードID", "コード名", "コード値", "コード値の内容", "備考"), strict=True):
        sheet[f"{column}4"] = word
    row = 6
    for one in document.codes:
        sheet[f"A{row}"], sheet[f"B{row}"] = int(one.number), one.name
        for code in one.value:
            sheet[f"C{row}"], sheet[f"D{row}"], sheet[f"E{row}"] = code.code, code.name, code.remarks or None
            row += 1


def origin() -> Origin:
    document = read_document(OFFICIAL, shipped())
    head, workbook = document.head, document.workbook
    assert workbook is not None
    return Origin(
        workbook.file, workbook.sha256, head.key, head.edition, head.source, head.version, head.publisher, head.licence,
        head.credit,
    )  # fmt: skip


def test_the_official_list_read_again_gives_the_same_definition_cell_for_cell() -> None:
    (again,) = read_workbook(read_grids(io.BytesIO(original_again())), origin())
    document = read_document(OFFICIAL, shipped())
    assert again.items == document.items
    assert sorted(again.codes, key=lambda one: one.key) == sorted(document.codes, key=lambda one: one.key)
    assert set(again.unread) == set(document.unread)
    assert again.layout().digest == shipped().layout(OFFICIAL).digest


def test_the_official_list_has_its_29_items_with_source_licence_and_mark() -> None:
    document = read_document(OFFICIAL, shipped())
    assert [item.id for item in document.items] == [f"031{number:05d}" for number in range(1, 30)]
    assert all(item.confirmed for item in document.items)
    assert "加工して作成" in document.head.credit
    assert "PDL1.0" in document.head.licence
    assert document.workbook is not None
    assert len(document.workbook.sha256) == 64
    assert len(document.unread) == 162
    told = {word for _, word in assumptions(document)}
    assert told == {"condition_in_words", "occurrences_one_column", "uncertain_day", "open_code_list", "masked"}
    assert not document.head.confirmed  # its files' form is not in the workbook
    assert "未確認" in document.head.note


def test_a_file_of_people_outside_the_register_is_checked_by_the_official_list(tmp_path: Path) -> None:
    from machikumo.__main__ import main

    layout = shipped().layout(OFFICIAL)
    values = {"atenabango": "1", "seibetsu": "9", "daihyoatenafuragu": "0", "sosashaid": "1",
              "sosanengappi": "2026-04-01", "sosajikoku": "09:00"}  # fmt: skip
    lines = [",".join(layout.header), ",".join(values.get(key, "") for key in layout.keys)]
    path = tmp_path / "people.csv"
    path.write_text("".join(f"{line}\r\n" for line in lines), encoding="utf-8", newline="")
    assert main(["layout", "check", str(path), "--layout", OFFICIAL, "--report", str(tmp_path / "r.json")]) == 1
    assert '"cell.code"' in (tmp_path / "r.json").read_text("utf-8")


@pytest.mark.parametrize("key", PROPOSED)
def test_a_proposed_layout_claims_nothing(key: str) -> None:
    document = read_document(key, shipped())
    layout = shipped().layout(key)
    assert not layout.source.confirmed
    assert "準拠も主張しない" in document.head.note
    assert {item.name for item in document.items if item.confirmed} <= {"宛名番号"}
    assert layout.primary_key
    assert layout.set_rules


def test_every_shipped_layout_says_where_it_is_from_and_how_sure_we_are() -> None:
    for key in shipped().layout_keys:
        tables = parse_toml((data_folder() / "layouts" / f"{key}.toml").read_text("utf-8"), key)
        head = document_of(tables, key).head
        assert head.source
        assert head.edition
        assert isinstance(head.confirmed, bool)


def test_the_package_names_layouts_and_items_that_there_are() -> None:
    package = read_package("town-interchange", shipped())
    assert not package.confirmed
    assert len(package.parts) == 7
    assert {part.layout for part in package.parts} <= set(shipped().layout_keys)


def test_a_published_version_is_not_overwritten_by_another_content(tmp_path: Path) -> None:
    from dataclasses import replace

    from machikumo.definitions.queries.files import WouldChange

    document = read_document("child-allowance", shipped())
    write_document(document, tmp_path)
    write_document(document, tmp_path)
    other = replace(document, items=document.items[:3], set_rules=())
    with pytest.raises(WouldChange, match="--version"):
        write_document(other, tmp_path)
    write_document(replace(other, head=replace(other.head, version="2")), tmp_path)
    assert 'version = "2"' in (tmp_path / "child-allowance.toml").read_text("utf-8")
