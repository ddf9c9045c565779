"""The official form: read cell by cell, nothing dropped in silence; written so that it reads the same."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from hypothesis import given, settings

from machikumo.definitions.domain.official.grid import cell_name, place_of, read_grids, shown
from machikumo.definitions.domain.official.reading import Origin, key_of, read_workbook
from machikumo.definitions.domain.official.reasons import ASSUMED, REASONS, assumptions
from machikumo.definitions.domain.official.supplement import SUPPLEMENT
from machikumo.definitions.domain.official.writing import reread, same, write_workbook
from machikumo.definitions.tests.makers import (
    ORIGIN,
    code_sheet,
    document,
    documents,
    grids,
    item,
    row,
    shipped_document,
    workbook,
)
from machikumo.layouts.domain.errors import BadDefinition
from machikumo.layouts.queries.catalogue import shipped

if TYPE_CHECKING:
    from machikumo.definitions.domain.document import Document

CODES = [[1, "性別", "1", "男"], [None, None, "2", "女"], [999, "自治体固有コード", "任意", "任意", "自治体が定める"]]


MIDNIGHT, MORNING = (dt.datetime(2026, 4, 1, hour) for hour in (0, 9))  # noqa: DTZ001 - a sheet knows no zone


def one(rows: list[list[Any]], **more: Any) -> Document:
    (found,) = read_workbook(grids(workbook(rows, **more)), ORIGIN)
    return found


def reasons(found: Document) -> list[tuple[str, str, str]]:
    return [(cell.cell, cell.value, cell.reason) for cell in found.unread if cell.reason != "outside"]


def test_a_row_becomes_an_item_with_every_column() -> None:
    explanation = "全角で書く\n※※氏名未定でない場合は出力必須"
    found = one(
        [
            row(1, romaji="atenabango", key="○", lv1="住登外者", definition="一意の番号", output="○"),
            row(2, "氏名", "Ｎ", 100, "条件付き必須", romaji="shimei", explanation=explanation, remarks="改版 1.1"),
            row(3, "性別", "X", 1, "任意", romaji="seibetsu", codes=1, foreign="○"),
            row(4, "税額", "9V", "10,2", "任意"),
            row(5, "業務ID", "X", 3, "任意", times=999),
        ],
        codes=CODES,
    )
    number, name, sex, tax, business = found.items
    assert (number.id, number.key, number.primary_key, number.output_item) == ("03100001", "atenabango", True, True)
    assert (number.classes, number.definition, number.required) == (("住登外者",), "一意の番号", "required")
    assert (name.type, name.length, name.condition_text) == ("N", 100, "氏名未定でない場合は出力必須")
    assert (name.explanation, name.remarks, name.sensitivity) == (explanation, "改版 1.1", "personal")
    assert (sex.codes, sex.code_text, sex.foreign_key) == ("official-031-001", "1", True)
    assert (tax.key, tax.length, business.occurrences) == ("item_03100004", "10,2", 999)
    assert all(found.confirmed for found in found.items)
    assert [(sheet.number, sheet.open) for sheet in found.codes] == [("001", False), ("999", True)]
    assert found.layout().by_key["seibetsu"].code_list is not None
    assert reasons(found) == []


def test_each_group_is_a_definition_of_its_own_and_merged_cells_count_for_all_their_rows() -> None:
    def merge(book: Any) -> None:
        book.active.merge_cells("F7:F8")

    rows = [row(1, group="一"), row(2, "氏名", group=None), row(3, "税額", "9", 8, group="二")]
    first, second = read_workbook(grids(workbook(rows, more=merge)), ORIGIN)
    assert [found.name for found in first.items] == ["宛名番号", "氏名"]
    assert (first.head.key, second.head.key, second.head.name) == ("list-01", "list-02", "二")
    assert first.head.source == "試験用 項目定義書"
    assert not first.head.confirmed


@pytest.mark.parametrize(
    ("line", "cell", "value", "reason"),
    [
        (row(1, kind="文字"), "L7", "文字", "type"),
        (row(1, kind=None), "L7", "", "type"),
        (row(1, length="十五"), "M7", "十五", "length"),
        (row(1, kind="9V", length="a,b"), "M7", "a,b", "length"),
        (row(1, kind="9V", length=5), "M7", "5", "no_fraction"),
        (row(1, kind="9V", length="5,0"), "M7", "5,0", "no_fraction"),
        (row(1, required="ときどき"), "P7", "ときどき", "required"),
        (row(1, required="条件付き必須"), "R7", "", "condition_missing"),
        (row(1, key="レ"), "G7", "レ", "mark"),
        (row(1, times="多数"), "O7", "多数", "occurrences"),
        (row(1, codes="住基001"), "N7", "住基001", "no_code_list"),
        ([*row(1), None, "欄外"], "X7", "欄外", "no_column"),
    ],
)
def test_a_cell_that_cannot_be_read_is_kept_word_for_word(line: list[Any], cell: str, value: str, reason: str) -> None:
    found = one([line, row(2, "氏名")])
    assert reasons(found) == [(cell, value, reason)]
    assert found.items[0].confirmed == (reason == "no_column")
    assert found.layout().keys == tuple(item.key for item in found.items)


def test_rows_without_an_id_legends_and_strange_sheets_are_told() -> None:
    def more(book: Any) -> None:
        book.create_sheet("凡例）データ型")["A1"] = "データ型の説明"
        book.create_sheet("メモ")["C3"] = "未整理"

    nameless = row(1)
    nameless[0] = nameless[1] = None
    codes = [*CODES, [None, None, "1", "二度目"]]
    found = one([row(1), nameless], codes=codes, more=more)
    told = reasons(found)
    assert ("D8", "宛名番号", "no_item_id") in told
    assert ("A1", "データ型の説明", "legend") in told
    assert ("C3", "未整理", "other_sheet") in told
    assert ("B1", "■試験用 項目定義書") in {(cell.cell, cell.value) for cell in found.unread}
    assert {reason for _, _, reason in told} <= set(REASONS)


def test_a_code_that_stands_twice_and_rows_of_no_list_are_told() -> None:
    codes = [
        [None, None, "7", "迷子"],
        [1, "性別", "1", "男"],
        [None, None, None, None, "注記"],
        [None, None, "1", "二度目"],
        [2, "空"],
    ]
    found = one([row(1, codes=1)], codes=codes)
    assert [(sheet.number, len(sheet.value)) for sheet in found.codes] == [("001", 1), ("002", 0)]
    told = {(cell.value, cell.reason) for cell in found.unread}
    assert {("1｜二度目", "code_twice"), ("7", "no_item_id"), ("注記", "outside")} & told >= {
        ("1｜二度目", "code_twice")
    }
    assert {"7", "迷子", "注記"} <= {value for value, _ in told}


def test_every_filled_cell_of_a_workbook_is_in_the_model_or_told() -> None:
    """Counted: each text of the workbook is found again in the document or among its unread cells."""
    data = workbook([row(1, definition="甲"), row(2, "氏名", explanation="乙")], codes=CODES)
    (found,) = read_workbook(grids(data), ORIGIN)
    model = str(found)
    heading = {"データ項目ID", "グループ", "クラス分類", "必須"}
    for grid in grids(data):
        for place, text in grid.cells.items():
            told = any(cell.sheet == grid.title and cell.cell == cell_name(place) for cell in found.unread)
            known = text in model or place[0] in {4, 5, 6} or text in heading
            assert told or known, (grid.title, cell_name(place), text)


def test_two_rows_of_one_id_and_two_items_of_one_name_stay_apart() -> None:
    found = one([row(1, romaji="a"), row(1, romaji="a"), row(2, romaji="a")])
    assert [found.key for found in found.items] == ["a", "a_2", "a_3"]
    assert [found.name for found in found.items] == ["宛名番号", "宛名番号（03100001）", "宛名番号（03100002）"]
    assert [reason for *_, reason in reasons(found)] == ["id_twice"]
    assert key_of("1番", "X 1", set()) == "item_X_1"


def test_what_was_assumed_is_said() -> None:
    found = one(
        [
            row(1, "生年月日", "DATE", 10, "任意", explanation="・不詳日を許容する"),
            row(2, "氏名", "Ｎ", 10, "条件付き必須", explanation="※※あれば", times=3),
            row(3, "独自", "X", 3, "任意", codes=999),
            row(4, "個人番号", "X", 12, "任意"),
        ],
        codes=CODES,
    )
    told = {(found.name, word) for found, word in assumptions(found)}
    assert {("生年月日", "uncertain_day"), ("氏名", "condition_in_words"), ("独自", "open_code_list")} <= told
    assert {("氏名", "occurrences_one_column"), ("個人番号", "masked")} <= told
    assert {word for _, word in told} <= set(ASSUMED)
    assert found.items[3].sensitivity == "vault"
    assert found.items[3].check_digit == "individual_number"


def test_a_file_that_is_no_workbook_or_has_no_items_is_refused() -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_grids(io.BytesIO(b"no workbook"))
    with pytest.raises(BadDefinition, match="見出し"):
        read_workbook(grids(workbook([], more=lambda book: book.active.delete_rows(5, 2))), ORIGIN)
    with pytest.raises(BadDefinition, match="行がありません"):
        read_workbook(grids(workbook([])), ORIGIN)


def test_a_workbook_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from machikumo.definitions.domain.official import grid

    monkeypatch.setattr(grid, "LARGEST", 1_000)
    with pytest.raises(ValueError, match="unpacks"):
        read_grids(io.BytesIO(workbook([row(1)])))


def test_a_sheet_with_a_mark_at_its_very_end_is_read_at_once() -> None:
    def mark(book: Any) -> None:
        book.active["ZZ1048576"] = "終"

    assert ("ZZ1048576", "終", "no_column") in reasons(one([row(1)], more=mark))


def test_values_are_shown_as_the_sheet_shows_them() -> None:
    values = [True, False, 15.0, 1.5, MIDNIGHT, MORNING, dt.date(2026, 4, 1)]
    assert [shown(value) for value in values] == [
        "TRUE", "FALSE", "15", "1.5", "2026-04-01", "2026-04-01 09:00:00", "2026-04-01",
    ]  # fmt: skip
    assert [place_of(cell_name((place, 3 * place))) for place in (1, 9, 300)] == [(1, 3), (9, 27), (300, 900)]


@settings(max_examples=15, deadline=None)
@given(documents())
def test_any_definition_written_in_the_official_form_reads_the_same(found: Document) -> None:
    (again,) = reread(write_workbook([found]))
    assert again.content() == found.content()


@pytest.mark.parametrize("key", shipped().layout_keys)
def test_every_shipped_definition_written_and_read_has_the_same_digest(key: str) -> None:
    found = shipped_document(key)
    origin = Origin(file="x.xlsx", sha256="f" * 64, key="other", edition="another")
    (again,) = reread(write_workbook([found]), origin)
    assert same(again, found)
    assert again.layout(shipped().code_lists).digest == found.layout(shipped().code_lists).digest


def test_several_definitions_travel_in_one_workbook() -> None:
    long = item("a", explanation="長" * 40_000, codes="kinds")
    first = document(long, codes=(code_sheet("kinds", "1"),))
    second = replace(document(item("b"), name="名簿"), set_rules=({"kind": "unique", "items": ["b"]},))
    found = reread(write_workbook([first, replace(second, head=replace(second.head, group="別の群"))]))
    assert found[0].content() == first
    assert found[1].set_rules == second.set_rules
    with pytest.raises(BadDefinition, match="項目ID"):
        write_workbook([document(item("a", id=" "))])


def test_what_somebody_changed_in_the_official_sheet_counts() -> None:
    found = document(item("a", required="conditional", condition='b == "1"', length=5), item("b", sample="=1+1"))
    book = openpyxl.load_workbook(io.BytesIO(write_workbook([found])))
    sheet = book.worksheets[0]
    assert sheet["U8"].value == "=1+1"
    sheet["M7"] = 9
    sheet["P7"] = "任意"
    sheet["D1"] = "手書きのメモ"
    out = io.BytesIO()
    book.save(out)
    (again,) = reread(out.getvalue())
    assert (again.items[0].length, again.items[0].required) == (9, "optional")
    assert [cell.value for cell in again.unread if cell.reason == "outside"] == ["手書きのメモ"]
    assert [cell.sheet for cell in again.unread if cell.reason == "edited"] == [SUPPLEMENT] * (
        sum(cell.reason == "edited" for cell in again.unread)
    )
