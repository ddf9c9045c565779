"""Days and their boundaries: every real day is read and written back, and no other."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from machikumo.layouts.domain.dates import (
    NoDay,
    read_date,
    read_era_date,
    surely_date,
    surely_era_date,
    write_era_date,
)
from machikumo.layouts.queries.catalogue import shipped

ERAS = shipped().code_lists["era-1digit"].eras
TWO_DIGITS = shipped().code_lists["era-2digit"].eras
SHARED = {date(1912, 7, 30), date(1926, 12, 25)}
eras_days = st.dates(date(1873, 1, 1), date(2117, 12, 31))


@given(eras_days)
def test_every_day_is_written_in_its_era_and_read_back(day: date) -> None:
    for eras in (ERAS, TWO_DIGITS):
        text = write_era_date(day, eras)
        assert text is not None
        assert read_era_date(text, eras) == day
    assert read_date(day.isoformat()) == day
    assert read_date(f"{day:%Y%m%d}", "compact") == day


def test_the_eras_follow_each_other_without_gap() -> None:
    for before, after in pairwise(ERAS):
        assert after.start - before.end in {timedelta(days=1), timedelta(0)}
    assert {before.end for before, after in pairwise(ERAS) if before.end == after.start} == SHARED


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("4310501", "平成は平成31年4月30日までです。令和元年5月1日からは令和（コード5）"),
        ("3640108", "昭和は昭和64年1月7日までです。平成元年1月8日からは平成（コード4）"),
        ("4010107", "平成は平成元年1月8日からです。それより前は昭和（コード3）"),
        ("5010430", "令和は令和元年5月1日からです。それより前は平成（コード4）"),
        ("2011225", ""),
        ("3011224", "大正（コード2）"),
        ("1051231", "旧暦"),
        ("4300230", "28日まで"),
        ("4240230", "29日まで"),
        ("4301301", "12を超え"),
        ("4300500", "00です"),
        ("4300005", "00です"),
        ("4000105", "年が00"),
        ("9010101", "元号コード"),
        ("430050", "形では"),
        ("430050x", "形では"),
        ("４３００５０１", "形では"),
    ],
)
def test_what_is_no_day_of_an_era_is_refused_with_the_boundary(text: str, says: str) -> None:
    found = read_era_date(text, ERAS)
    if not says:
        assert found == date(1912, 12, 25)
        return
    assert isinstance(found, NoDay)
    assert says in found.reason_ja
    assert found.reason_en.isascii() or "令" in found.reason_en or any(era.name in found.reason_en for era in ERAS)


def test_the_day_of_a_change_within_the_day_has_both_eras_and_is_written_in_the_new_one() -> None:
    assert read_era_date("1450730", ERAS) == read_era_date("2010730", ERAS) == date(1912, 7, 30)
    assert read_era_date("2151225", ERAS) == read_era_date("3011225", ERAS) == date(1926, 12, 25)
    assert write_era_date(date(1912, 7, 30), ERAS) == "2010730"
    assert write_era_date(date(1872, 12, 31), ERAS) is None
    assert write_era_date(date(2118, 1, 1), ERAS) is None


def test_open_ends_pass_only_where_they_are_allowed() -> None:
    for text in ("0000-01-01", "9999-12-31"):
        assert read_date(text, open_end=True) is None
        refused = read_date(text)
        assert isinstance(refused, NoDay)
        assert "この項目には使えません" in refused.reason_ja
    assert isinstance(read_date("0000-02-01", open_end=True), NoDay)


@pytest.mark.parametrize(
    "text", ["2021-02-29", "2021-2-9", "2021/02/09", "20210209", "2021-13-01", "2021-00-01", "", "x"]
)
def test_what_is_no_iso_day_is_refused(text: str) -> None:
    assert isinstance(read_date(text), NoDay)


@given(st.integers(0, 10**7 - 1))
def test_what_surely_is_an_era_date_is_one(number: int) -> None:
    text = f"{number:07d}"
    if re.search(surely_era_date(ERAS), text):
        assert isinstance(read_era_date(text, ERAS), date)


@given(st.integers(1000, 2999), st.integers(0, 13), st.integers(0, 32))
def test_what_surely_is_an_iso_date_is_one(year: int, month: int, day: int) -> None:
    text = f"{year:04d}-{month:02d}-{day:02d}"
    if re.search(surely_date("iso"), text):
        assert isinstance(read_date(text), date)


def test_the_quick_forms_know_nearly_all_days() -> None:
    days = [date(1945, 1, 1) + timedelta(days=step) for step in range(365 * 80)]
    texts = [write_era_date(day, ERAS) or "" for day in days]
    assert sum(bool(re.search(surely_era_date(ERAS), text)) for text in texts) > 0.97 * len(days)
    assert sum(bool(re.search(surely_date("iso"), day.isoformat())) for day in days) > 0.99 * len(days)
