"""The count sheet: lines as data, our side counted, the old system's side read from a file, both compared."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import polars as pl
import pytest

from machikumo.layouts.domain.errors import BadDefinition
from machikumo.layouts.queries.catalogue import shipped
from machikumo.rehearsals.domain.counting import CountLine, Sheet, lines_of, load_sheets
from machikumo.rehearsals.domain.sheets import UnreadableSheet, read_sheet
from machikumo.rehearsals.systems import count_sheets, system_of, systems

RESIDENT = count_sheets()["resident_record"]


def rows(*people: tuple[str, str, str, str, str]) -> pl.DataFrame:
    """Rows of addressee, household, kind, state and district; the second of an addressee is a past one."""
    seen: set[str] = set()
    table = []
    for number, household, kind, state, town in people:
        table.append((number, household, "0" if number in seen else "1", kind, state, "1", town))
        seen.add(number)
    keys = (
        "addressee_number",
        "household_number",
        "is_latest",
        "resident_kind",
        "resident_state",
        "sex",
        "address_town_code",
    )
    return pl.DataFrame(table, schema=dict.fromkeys(keys, pl.String), orient="row")


PEOPLE = rows(
    ("1", "10", "1", "1", "0001000"),
    ("1", "10", "1", "1", "0001000"),
    ("2", "10", "1", "1", "0001000"),
    ("3", "30", "2", "1", "0002000"),
    ("4", "40", "1", "3", "0002000"),
)


def counted(*frames: pl.DataFrame) -> dict[str, int]:
    sheet = Sheet(RESIDENT)
    for frame in frames:
        sheet.add(frame)
    return sheet.result()


def test_people_households_and_history_are_counted_as_their_lines_say() -> None:
    found = counted(PEOPLE)
    assert (found["people_japanese"], found["people_foreign"], found["removed"]) == (2, 1, 1)
    assert (found["households"], found["addressees"], found["history_rows"]) == (2, 4, 5)
    assert (found["people_by_town/0001000"], found["people_by_town/0002000"]) == (2, 1)


def test_blocks_give_the_same_as_the_whole_file() -> None:
    assert counted(PEOPLE[:2], PEOPLE[2:4], PEOPLE[4:]) == counted(PEOPLE)


def test_a_line_whose_items_the_rows_lack_stays_at_nothing() -> None:
    assert counted(PEOPLE.drop("household_number"))["households"] == 0


def test_sums_take_numbers_only() -> None:
    text = """
    [[sheet]]
    system = "tax"
    layout = "tax"
    source = "test"
    confirmed = false
    [[sheet.line]]
    key = "tax"
    title = ["税額", "Tax"]
    count = "sum:tax"
    """
    sheet = Sheet(load_sheets(text, "x")["tax"])
    sheet.add(pl.DataFrame({"tax": ["100", "-20", "", "x"]}))
    assert sheet.result() == {"tax": 80}


@pytest.mark.parametrize("count", ["rows:x", "distinct", "median:x"])
def test_a_line_that_counts_in_no_known_way_is_refused(count: str) -> None:
    line = f'[[sheet.line]]\nkey="k"\ntitle=["a","b"]\ncount="{count}"'
    text = f'[[sheet]]\nsystem="s"\nlayout="l"\nsource="t"\nconfirmed=false\n{line}'
    with pytest.raises(BadDefinition):
        load_sheets(text, "x")


def test_a_line_that_stands_twice_is_refused() -> None:
    line = '[[sheet.line]]\nkey="k"\ntitle=["a","b"]\ncount="rows"\n'
    with pytest.raises(BadDefinition):
        load_sheets(f'[[sheet]]\nsystem="s"\nlayout="l"\nsource="t"\nconfirmed=false\n{line}{line}', "x")


def lines(told: dict[str, tuple[int | None, str]]) -> dict[str, CountLine]:
    return {line.key: line for line in lines_of(RESIDENT, counted(PEOPLE), told)}


def test_a_line_is_open_while_it_differs_without_a_reason_or_is_required_and_not_told() -> None:
    found = lines({"people_japanese": (2, ""), "households": (3, ""), "people_male": (9, "旧システムは除票を含む")})
    assert (found["people_japanese"].is_open, found["people_japanese"].difference) == (False, 0)
    assert (found["households"].is_open, found["households"].difference) == (True, -1)
    assert (found["people_male"].is_open, found["people_male"].difference) == (False, -6)
    assert (found["people_foreign"].is_open, found["people_foreign"].difference) == (True, None)
    assert not found["removed"].is_open, "nobody has to tell a line that is not required"


def test_a_reason_of_spaces_explains_nothing() -> None:
    assert lines({"households": (3, "　 ")})["households"].is_open


def test_a_district_that_only_the_old_system_knows_is_a_line_too() -> None:
    found = lines({"people_by_town/0009000": (4, "")})
    assert (found["people_by_town/0009000"].ours, found["people_by_town/0009000"].difference) == (0, -4)
    assert found["people_by_town/0009000"].title_ja.endswith("0009000")


def test_the_shipped_sheets_count_items_that_their_layouts_have() -> None:
    for sheet in count_sheets().values():
        keys = set(shipped().layout(sheet.layout).keys)
        for line in sheet.lines:
            assert {*line.where, *filter(None, (line.item, line.by))} <= keys, line.key
        assert any(line.required for line in sheet.lines)
        assert sheet.system in systems()


def test_the_twenty_standardised_businesses_are_there_and_an_unknown_one_is_shown_by_its_key() -> None:
    assert len(systems()) == 20
    assert next(iter(systems())) == "resident_record"
    assert system_of("gone").title_ja == "gone"
    for one in systems().values():
        assert set(one.layouts) <= set(shipped().layout_keys)


SOME = lines_of(RESIDENT, {}, {})


def csv_of(*rows: str, charset: str = "utf-8-sig") -> bytes:
    return "\r\n".join(rows).encode(charset)


@pytest.mark.parametrize("charset", ["utf-8-sig", "utf-8", "cp932"])
def test_a_sheet_is_read_in_the_usual_character_sets(charset: str) -> None:
    read = read_sheet(csv_of("項目,件数,説明", '日本人住民,"1,234人",', "世帯,５６７,二重計上", charset=charset), SOME)
    assert read.told == {"people_japanese": (1234, ""), "households": (567, "二重計上")}
    assert read.unknown == ()


def test_a_sheet_is_read_from_excel_with_numbers_as_numbers() -> None:
    book: Any = openpyxl.Workbook()
    for row in (
        ("件数表",),
        ("項目", "件数"),
        ("住民（男）", 12),
        ("households", 7.0),
        ("馬", 3),
        ("外国人住民", None),
    ):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    read = read_sheet(out.getvalue(), SOME)
    assert read.told == {"people_male": (12, ""), "households": (7, ""), "people_foreign": (None, "")}
    assert read.unknown == ("馬",)


@pytest.mark.parametrize(
    "data", [b"\xff\xfe\x00\x00", b"PK\x03\x04broken", "世帯,五".encode(), "世帯,-5".encode(), "世帯,1.5".encode()]
)
def test_what_is_no_sheet_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(UnreadableSheet) as refused:
        read_sheet(data, SOME)
    assert refused.value.message_ja
    assert refused.value.message_en != refused.value.message_ja
