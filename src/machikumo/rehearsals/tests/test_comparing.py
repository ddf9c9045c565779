"""Two rounds compared: figures, keys in both directions, changed columns, defects, and rows mended since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from machikumo.rehearsals.domain.evidence import COLUMN, KIND, DifferingRow, Kind
from machikumo.rehearsals.domain.measures import EMPTY, ROWS, VALUE, YEAR
from machikumo.rehearsals.tests.makers import MEASURES, bytes_of, compared, counted, kasumi_row

if TYPE_CHECKING:
    from machikumo.layouts.tests.makers import Row
    from machikumo.rehearsals.domain.comparing import Difference

HOME = "見本荘１０１"


def person(number: int, **changes: str) -> Row:
    return kasumi_row(number, **{"katagaki": HOME} | changes)


TEN = [person(number) for number in range(1, 11)]
BAD = {"seinen_ymd": "3409999"}  # no such day


def figure(found: Difference, measure: str, item: str = "", value: str = "") -> tuple[str, str] | None:
    return next(
        (
            (one.before, one.after)
            for one in found.figures
            if (one.measure, one.item, one.value) == (measure, item, value)
        ),
        None,
    )


def numbers(rows: list[DifferingRow], kind: Kind) -> list[int]:
    return sorted(int(row.key[0]) for row in rows if row.kind is kind)


def test_two_rounds_of_the_same_file_differ_in_nothing() -> None:
    found, rows = compared([bytes_of(TEN)], [bytes_of(TEN)])
    assert found.is_empty
    assert (found.same, rows, found.defects) == (10, [], ())
    assert found.compared > 20


def test_a_round_split_into_two_files_is_the_same_as_one_file() -> None:
    found, rows = compared([bytes_of(TEN)], [bytes_of(TEN[:4]), bytes_of(TEN[4:])])
    assert found.is_empty
    assert rows == []


def test_keys_are_compared_in_both_directions_and_each_row_has_its_place() -> None:
    found, rows = compared([bytes_of(TEN)], [bytes_of([*TEN[2:], person(77)])])
    assert (numbers(rows, Kind.GONE), numbers(rows, Kind.NEW)) == ([1, 2], [77])
    assert dict(found.kinds) == {"gone": 2, "new": 1}
    assert figure(found, ROWS) == ("10", "9")
    assert {row.before for row in rows if row.kind is Kind.GONE} == {(0, 1), (0, 2)}
    assert next(row for row in rows if row.kind is Kind.NEW).after == (0, 9)


def test_a_changed_cell_is_listed_by_its_column_with_both_values() -> None:
    changed = [person(1, kanji_shimei="渡\ue000　次郎"), person(2, yubin_no="916-0002", sei_cd="2"), *TEN[2:]]
    found, rows = compared([bytes_of(TEN)], [bytes_of(changed)])
    assert dict(found.columns) == {"name": 1, "address_postal_code": 1, "sex": 1}
    assert found.same == 8
    first = next(row for row in rows if int(row.key[0]) == 1)
    assert (first.kind, first.before, first.after) == (Kind.CHANGED, (0, 1), (0, 1))
    assert [text[-2:] for text in first.cells["name"]] == ["太郎", "次郎"]
    assert figure(found, VALUE, "sex", "1") == ("10", "9")
    assert figure(found, VALUE, "sex", "2") == ("0", "1")


def test_birth_years_days_and_empty_cells_are_figures_of_their_own() -> None:
    changed = [person(1, seinen_ymd="3200101", katagaki=""), *TEN[1:]]
    found, _rows = compared([bytes_of(TEN)], [bytes_of(changed)])
    assert figure(found, YEAR, "birth_date", "1965") == ("10", "9")
    assert figure(found, YEAR, "birth_date", "1945") == ("0", "1")
    assert figure(found, "first", "birth_date") == ("1965-04-30", "1945-01-01")
    assert figure(found, EMPTY, "address_building") == ("0", "1")


def test_rows_set_aside_and_mended_since_are_told_apart_from_new_ones() -> None:
    before = [person(1, **BAD), person(2, **BAD), person(3, **BAD), *TEN[3:]]
    after = [TEN[0], person(2, **BAD), *TEN[3:], person(50, **BAD), person(60)]
    found, rows = compared([bytes_of(before)], [bytes_of(after)])
    held = found.held
    assert (held.before, held.after, held.mended, held.still, held.left, held.fresh, held.untold) == (
        3,
        2,
        1,
        1,
        1,
        1,
        0,
    )
    assert (numbers(rows, Kind.MENDED), numbers(rows, Kind.NEW)) == ([1], [60])


def test_defects_are_counted_by_rule_as_new_gone_and_still_there() -> None:
    before = [person(1, **BAD), person(2, **BAD), *TEN[2:]]
    after = [TEN[0], person(2, **BAD), person(3, **BAD), person(4, **BAD), *TEN[4:]]
    found, _rows = compared([bytes_of(before)], [bytes_of(after)])
    line = next(one for one in found.defects if one.item)
    assert (line.before, line.after, line.new, line.gone, line.still) == (2, 3, 2, 1, 1)
    assert line.name_ja
    assert line.name_en


def test_a_row_with_too_few_columns_tells_no_key_and_is_counted_as_such() -> None:
    broken = bytes_of(TEN) + b"1,2,3\r\n"
    found, _rows = compared([broken], [bytes_of(TEN)])
    assert (found.held.before, found.held.untold, found.held.mended) == (1, 1, 0)


def test_a_double_of_an_accepted_row_is_never_taken_for_a_mended_one() -> None:
    doubled = bytes_of([*TEN, person(3, katagaki="")])
    assert counted(doubled)[1].held_open == 1
    found, rows = compared([doubled], [doubled])
    assert (found.held.before, found.held.mended, found.held.still, found.held.untold) == (1, 0, 1, 0)
    found, rows = compared([doubled], [bytes_of(TEN)])
    assert (found.held.mended, found.held.left) == (0, 1)
    assert rows == []


def test_a_row_that_another_file_of_the_round_brings_mended_is_not_open() -> None:
    broken = bytes_of([*TEN[:9], person(10, **BAD)])
    assert counted(broken)[1].held_open == 1
    assert counted(broken, bytes_of([TEN[9]]))[1].held_open == 0


def test_the_parts_of_the_keys_give_the_same_as_one_go() -> None:
    after = [person(number, yubin_no="916-0009") for number in range(3, 15)]
    whole, rows = compared([bytes_of(TEN)], [bytes_of(after)])
    parted, part_rows = compared([bytes_of(TEN)], [bytes_of(after)], at_once=3)
    assert (whole.kinds, whole.columns, whole.same) == (parted.kinds, parted.columns, parted.same)
    assert sorted(map(repr, rows)) == sorted(map(repr, part_rows))


def test_numbers_of_the_vault_are_never_in_the_evidence() -> None:
    place = bytes_of(TEN)
    _found, rows = compared([place], [bytes_of([*TEN[1:], person(99)])])
    vault = {row.cells["individual_number"] for row in rows}
    assert vault == {("（12文字・非表示）", ""), ("", "（12文字・非表示）")}
    assert "individual_number" in MEASURES.hidden
    assert "individual_number" not in MEASURES.valued


@pytest.mark.parametrize(
    ("figure_of", "people"),
    [
        ((ROWS, "", ""), [1, 77]),
        ((VALUE, "sex", "1"), [1, 2, 77]),
        ((VALUE, "sex", "2"), [2]),
        ((COLUMN, "address_building", ""), [3]),
        ((EMPTY, "address_building", ""), [3]),
        ((YEAR, "birth_date", "1965"), [1, 77]),
        ((KIND, "", "gone"), [1]),
        (("first", "birth_date", ""), [1, 77]),
        (("filled", "address_building", ""), [1, 3, 77]),
    ],
)
def test_a_figure_opens_to_exactly_the_rows_behind_it(figure_of: tuple[str, str, str], people: list[int]) -> None:
    after = [person(2, sei_cd="2"), person(3, katagaki=""), *TEN[3:], person(77)]
    _found, rows = compared([bytes_of(TEN)], [bytes_of(after)])
    assert sorted(int(row.key[0]) for row in rows if row.is_behind(*figure_of)) == people


def test_a_row_of_the_evidence_comes_back_as_it_was_written() -> None:
    row = DifferingRow(Kind.CHANGED, ("1", "2"), (0, 3), (1, 4), {"name": ("渡邉\U000e0101", '"\n')})
    assert DifferingRow.of(row.line()) == row
    assert row.line().count(b"\n") == 1


def test_pictures_keep_their_figures_as_plain_values() -> None:
    picture = counted(bytes_of(TEN))[1].picture
    again: Any = type(picture).from_dict(picture.as_dict())
    assert again == picture
    assert picture.values["address_town_code"]["0001000"] == 10
