from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from machikumo.kernel.wareki import (
    CodedForm,
    NoSuchDay,
    OpenEnd,
    RegisterDate,
    UnreadableDate,
    format_coded,
    format_iso,
    parse_iso,
    read_register_date,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("0000-01-01", OpenEnd.UNKNOWN_START),
        ("9999-12-31", OpenEnd.NO_END),
        ("2024-02-29", date(2024, 2, 29)),
    ],
)
def test_days_open_ends_and_empty_cells_go_both_ways(text: str, value: date | OpenEnd | None) -> None:
    assert parse_iso(text) == value
    assert format_iso(value) == text


@given(st.dates(max_value=date(9999, 12, 30)))
def test_every_day_but_the_sentinel_survives(day: date) -> None:
    assert parse_iso(format_iso(day)) == day


@pytest.mark.parametrize("text", ["2024/05/01", "2024-5-1", "20240501", "２０２４-05-01", "2024-05-01T00:00"])
def test_another_form_than_the_standards_is_unreadable(text: str) -> None:
    with pytest.raises(UnreadableDate):
        parse_iso(text)


@pytest.mark.parametrize("text", ["2023-02-29", "0000-02-01", "2024-13-01"])
def test_an_iso_day_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(NoSuchDay):
        parse_iso(text)


@pytest.mark.parametrize("text", ["", "  ", "　"])
def test_an_empty_cell_is_certain_and_has_no_day(text: str) -> None:
    found = read_register_date(text)
    assert found == RegisterDate.certain(None)
    assert found.cells() == ("", "false", "")


def test_a_certain_day_is_its_own_range() -> None:
    found = read_register_date("昭和20年8月15日")
    assert found == RegisterDate.certain(date(1945, 8, 15))
    assert (found.earliest, found.latest) == (date(1945, 8, 15), date(1945, 8, 15))
    assert found.cells() == ("1945-08-15", "false", "")


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("昭和20年月日不詳", date(1945, 1, 1), date(1945, 12, 31)),
        ("昭和２０年頃", date(1945, 1, 1), date(1945, 12, 31)),
        ("昭和20年2月日不詳", date(1945, 2, 1), date(1945, 2, 28)),
        ("昭和20年3月上旬", date(1945, 3, 1), date(1945, 3, 10)),
        ("昭和20年3月下旬頃", date(1945, 3, 21), date(1945, 3, 31)),
        ("昭和元年月日不詳", date(1926, 12, 25), date(1926, 12, 31)),
        ("昭和64年月日不詳", date(1989, 1, 1), date(1989, 1, 7)),
        ("西暦1945年月日不詳", date(1945, 1, 1), date(1945, 12, 31)),
        ("1945年5月頃", date(1945, 5, 1), date(1945, 5, 31)),
        ("昭和20年5月吉日", date(1945, 5, 1), date(1945, 5, 31)),
    ],
)
def test_an_uncertain_date_keeps_its_words_and_the_range_that_is_known(text: str, earliest: date, latest: date) -> None:
    found = read_register_date(text)
    assert found == RegisterDate(None, uncertain=True, text=text, earliest=earliest, latest=latest)
    assert found.cells() == ("", "true", text)


def test_a_wholly_unknown_date_has_no_range() -> None:
    assert read_register_date("不詳") == RegisterDate(None, uncertain=True, text="不詳")


@pytest.mark.parametrize(
    ("text", "words", "earliest", "latest"),
    [
        ("3200800", "昭和20年8月日不詳", date(1945, 8, 1), date(1945, 8, 31)),
        ("3200000", "昭和20年月日不詳", date(1945, 1, 1), date(1945, 12, 31)),
        ("3010000", "昭和元年月日不詳", date(1926, 12, 25), date(1926, 12, 31)),
        ("3000000", "昭和年月日不詳", date(1926, 12, 25), date(1989, 1, 7)),
    ],
)
def test_zero_parts_of_a_code_become_words_and_a_range(text: str, words: str, earliest: date, latest: date) -> None:
    found = read_register_date(text, CodedForm())
    assert found == RegisterDate(None, uncertain=True, text=words, earliest=earliest, latest=latest)


def test_all_zeros_are_an_unknown_date() -> None:
    assert read_register_date("0000000", CodedForm()) == RegisterDate(None, uncertain=True, text="不詳")


@given(st.dates(date(1873, 1, 1), date(2100, 12, 31)))
def test_a_full_code_is_certain(day: date) -> None:
    assert read_register_date(format_coded(day), CodedForm()) == RegisterDate.certain(day)


@pytest.mark.parametrize("text", ["昭和20年13月頃", "令和元年4月頃", "平成40年頃"])
def test_an_uncertain_date_with_an_impossible_month_or_era_year_is_refused(text: str) -> None:
    with pytest.raises(NoSuchDay):
        read_register_date(text)


def test_words_longer_than_the_standards_field_are_refused() -> None:
    with pytest.raises(UnreadableDate):
        read_register_date("不詳" * 40)
