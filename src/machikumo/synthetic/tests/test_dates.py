from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from machikumo.synthetic.domain.dates import IsoDays, around_year, full_width, years_before


@given(st.dates(date(1868, 1, 1), date(2100, 12, 31)))
def test_a_day_is_written_in_iso_form_each_time(day: date) -> None:
    days = IsoDays()
    assert days[day.toordinal()] == day.isoformat()
    assert days[day.toordinal()] is days[day.toordinal()]


@pytest.mark.parametrize(
    ("year", "text"),
    [
        (2026, "令和８年頃"),
        (2019, "令和１年頃"),
        (2018, "平成３０年頃"),
        (1989, "平成１年頃"),
        (1988, "昭和６３年頃"),
        (1926, "昭和１年頃"),
        (1925, "大正１４年頃"),
        (1912, "大正１年頃"),
        (1900, "明治３３年頃"),
    ],
)
def test_an_uncertain_year_is_worded_in_its_era(year: int, text: str) -> None:
    assert around_year(year) == text


@given(st.integers(0, 10**9))
def test_full_width_digits_read_as_the_same_number(number: int) -> None:
    text = full_width(number)
    assert int(text) == number
    assert not text.isascii()


def test_years_before_counts_leap_days() -> None:
    day = date(2026, 4, 1).toordinal()
    assert date.fromordinal(years_before(day, 100)) == date(1926, 4, 2)
    assert years_before(day, 0) == day
