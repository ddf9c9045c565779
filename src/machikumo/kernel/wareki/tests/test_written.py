from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from machikumo.kernel.wareki import (
    NoSuchDay,
    OldCalendarDate,
    OutsideEra,
    UnknownEra,
    UnreadableDate,
    WarekiError,
    format_long,
    format_short,
    parse,
    parse_any,
)

days = st.dates(date(1873, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    "text",
    [
        "令和6年5月1日",
        "令和６年５月１日",
        "令和六年五月一日",
        "令和 6年 5月 1日",
        "令和　６年　５月　１日",
        "R6.5.1",
        "r6.5.1",
        "R06.05.01",
        "Ｒ６．５．１",
        "R6/5/1",
        "R6-5-1",
        "R6－5－1".replace("－", "−"),
        "令6.5.1",
        "㋿6年5月1日",
        "令和6年5月1",
    ],
)
def test_every_usual_way_to_write_a_day_is_read(text: str) -> None:
    assert parse(text) == date(2024, 5, 1)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("令和元年5月1日", date(2019, 5, 1)),
        ("令和1年5月1日", date(2019, 5, 1)),
        ("平成元年1月8日", date(1989, 1, 8)),
        ("平成三十一年四月三十日", date(2019, 4, 30)),
        ("昭和二〇年八月十五日", date(1945, 8, 15)),
        ("昭和二十年八月一五日", date(1945, 8, 15)),
        ("S64.1.7", date(1989, 1, 7)),
        ("昭和元年12月25日", date(1926, 12, 25)),
        ("明治6年1月1日", date(1873, 1, 1)),
        ("㍼3年2月29日", date(1928, 2, 29)),
    ],
)
def test_first_years_kanji_numerals_and_border_days_are_read(text: str, day: date) -> None:
    assert parse(text) == day


@pytest.mark.parametrize(
    ("text", "day", "suggestion"),
    [
        ("平成31年5月1日", date(2019, 5, 1), "令和元年5月1日"),
        ("昭和64年1月8日", date(1989, 1, 8), "平成元年1月8日"),
        ("平成36年4月1日", date(2024, 4, 1), "令和6年4月1日"),
        ("令和元年4月30日", date(2019, 4, 30), "平成31年4月30日"),
        ("平成元年1月7日", date(1989, 1, 7), "昭和64年1月7日"),
        ("大正15年12月26日", date(1926, 12, 26), "昭和元年12月26日"),
        ("明治59年12月25日", date(1926, 12, 25), "昭和元年12月25日"),
    ],
)
def test_a_day_outside_its_era_is_refused_with_the_right_name_as_a_question(
    text: str, day: date, suggestion: str
) -> None:
    with pytest.raises(OutsideEra, match=f"「{suggestion}」の誤り") as caught:
        parse(text)
    assert caught.value.day == day
    assert caught.value.suggestion == suggestion
    assert f"Is '{suggestion}'" in caught.value.message_en
    assert parse(suggestion) == day


@pytest.mark.parametrize(
    ("old", "new"),
    [("明治45年7月30日", "大正元年7月30日"), ("大正15年12月25日", "昭和元年12月25日")],
)
def test_the_day_of_an_edict_at_once_is_read_under_both_names_and_written_under_the_new(old: str, new: str) -> None:
    assert parse(old) == parse(new)
    assert format_long(parse(old)) == new


@pytest.mark.parametrize("text", ["令和5年2月29日", "令和5年13月1日", "令和5年4月31日", "令和0年1月1日", "R6.5.0"])
def test_a_day_that_no_calendar_has_is_refused(text: str) -> None:
    with pytest.raises(NoSuchDay, match="暦にありません"):
        parse(text)


@pytest.mark.parametrize("text", ["明治5年12月2日", "明治元年10月23日", "M1.1.1"])
def test_a_date_of_the_old_calendar_is_kept_as_text_and_never_computed(text: str) -> None:
    with pytest.raises(OldCalendarDate, match="旧暦"):
        parse(text)


@pytest.mark.parametrize(("text", "era"), [("慶応4年9月8日", "慶応"), ("X6.5.1", "X"), ("和6.5.1", "和")])
def test_an_unknown_era_is_named(text: str, era: str) -> None:
    with pytest.raises(UnknownEra, match=f"元号「{era}」"):
        parse(text)


@pytest.mark.parametrize("text", ["", "令和6年", "きのう", "令和6年5月", "6年5月1日", "令和十十年一月一日", "R6,5,1"])
def test_text_without_the_form_of_a_date_is_refused_with_examples(text: str) -> None:
    with pytest.raises(UnreadableDate, match="令和6年5月1日") as caught:
        parse(text)
    assert "2024-05-01" in caught.value.message_en


@pytest.mark.parametrize(
    "text",
    [
        "2024-05-01",
        "2024/5/1",
        "2024年5月1日",
        "西暦2024年5月1日",
        "20240501",
        "２０２４年５月１日",
        "R6.5.1",
        "2024.5.1",
    ],
)
def test_gregorian_forms_are_read_beside_era_dates(text: str) -> None:
    assert parse_any(text) == date(2024, 5, 1)


@pytest.mark.parametrize("text", ["2023-02-29", "20240231", "0000-01-01"])
def test_a_gregorian_day_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(NoSuchDay):
        parse_any(text)


@given(days)
def test_whatever_is_written_is_read_back_as_the_same_day(day: date) -> None:
    assert parse(format_long(day)) == day
    assert parse(format_long(day, wide=True)) == day
    assert parse(format_short(day)) == day
    assert parse(format_short(day, separator="/", padded=True)) == day
    assert parse_any(day.isoformat()) == day


def test_the_short_form_can_be_padded() -> None:
    assert format_short(date(2024, 5, 1)) == "R6.5.1"
    assert format_short(date(2024, 5, 1), padded=True) == "R06.05.01"
    assert format_long(date(2019, 5, 1), wide=True) == "令和元年５月１日"


def test_days_before_1873_have_no_era_form() -> None:
    with pytest.raises(OldCalendarDate, match="旧暦"):
        format_long(date(1872, 1, 1))
    with pytest.raises(OldCalendarDate, match="旧暦"):
        format_short(date(1872, 1, 1))


@given(st.text(max_size=20))
def test_any_text_gives_a_day_or_an_error_that_a_person_can_read(text: str) -> None:
    outcome: date | WarekiError
    try:
        outcome = parse_any(text)
    except WarekiError as error:
        outcome = error
    assert isinstance(outcome, date) or (outcome.message_ja and outcome.message_en)
