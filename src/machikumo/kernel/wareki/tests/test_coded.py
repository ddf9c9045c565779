from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from machikumo.kernel.wareki import (
    CodedForm,
    NoSuchDay,
    OldCalendarDate,
    OutsideEra,
    UnknownEra,
    UnreadableDate,
    format_coded,
    parse_coded,
)

days = st.dates(date(1873, 1, 1), date(2100, 12, 31))
TWO_DIGIT = CodedForm(era_width=2)
MONTHS = CodedForm(has_day=False)
LETTERS = CodedForm(letters=True)
FORMS = st.sampled_from([CodedForm(), TWO_DIGIT, LETTERS])


@pytest.mark.parametrize(
    ("text", "form"),
    [("5060501", CodedForm()), ("05060501", TWO_DIGIT), ("R060501", LETTERS), ("r060501", LETTERS)],
)
def test_the_usual_coded_forms_are_read(text: str, form: CodedForm) -> None:
    assert parse_coded(text, form) == date(2024, 5, 1)


@pytest.mark.parametrize(
    ("text", "form", "day"),
    [
        ("50605", MONTHS, date(2024, 5, 1)),
        ("050605", CodedForm(era_width=2, has_day=False), date(2024, 5, 1)),
        ("40101", MONTHS, date(1989, 1, 8)),
        ("40102", MONTHS, date(1989, 2, 1)),
        ("30112", MONTHS, date(1926, 12, 25)),
    ],
)
def test_a_form_without_days_gives_the_first_day_of_the_month_within_the_era(
    text: str, form: CodedForm, day: date
) -> None:
    assert parse_coded(text, form) == day


@given(days, FORMS)
def test_whatever_is_coded_is_read_back_as_the_same_day(day: date, form: CodedForm) -> None:
    if day >= date(2118, 1, 1):
        return
    text = format_coded(day, form)
    assert len(text) == form.length
    assert parse_coded(text, form) == day


def test_a_form_without_days_writes_five_characters() -> None:
    assert format_coded(date(2024, 5, 31), MONTHS) == "50605"


@pytest.mark.parametrize(("text", "suggestion"), [("4310501", "令和元年5月1日"), ("3640108", "平成元年1月8日")])
def test_a_coded_day_outside_its_era_is_refused_with_a_suggestion(text: str, suggestion: str) -> None:
    with pytest.raises(OutsideEra, match=suggestion):
        parse_coded(text)


@pytest.mark.parametrize("text", ["", "506050", "50605011", "506050a", "５０６０５０１", "50605 1"])
def test_text_of_another_length_or_sign_is_unreadable(text: str) -> None:
    with pytest.raises(UnreadableDate):
        parse_coded(text)


@pytest.mark.parametrize("text", ["5060500", "5060001", "5000501", "5061301"])
def test_zero_parts_are_no_day_for_the_strict_reader(text: str) -> None:
    with pytest.raises(NoSuchDay):
        parse_coded(text)


def test_an_unknown_era_code_is_named() -> None:
    with pytest.raises(UnknownEra, match="元号「9」"):
        parse_coded("9060501")


def test_a_layout_brings_its_own_codes() -> None:
    form = CodedForm.of({"S": "20", "H": "30", "R": "40"})
    assert parse_coded("40060501", form) == date(2024, 5, 1)
    assert format_coded(date(1989, 1, 7), form) == "20640107"
    with pytest.raises(UnknownEra, match="明治"):
        format_coded(date(1900, 1, 1), form)


def test_codes_of_two_widths_are_refused() -> None:
    with pytest.raises(ValueError, match="one width"):
        CodedForm.of({"S": "3", "R": "05"})


def test_a_day_before_1873_has_no_coded_form() -> None:
    with pytest.raises(OldCalendarDate):
        format_coded(date(1872, 1, 1))
