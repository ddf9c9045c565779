from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from machikumo.kernel.official import OfficialDataError
from machikumo.kernel.wareki import era_of, eras
from machikumo.kernel.wareki.eras import era_named, read_eras

days = st.dates(date(1873, 1, 1), date(2100, 12, 31))


def test_the_five_eras_follow_each_other_without_gap_or_overlap() -> None:
    table = eras()
    assert [era.key for era in table] == ["M", "T", "S", "H", "R"]
    assert all(earlier.last_day + timedelta(days=1) == later.first_day for earlier, later in pairwise(table))
    assert table[-1].last_day == date.max


def test_every_era_names_the_edict_or_order_that_made_it_and_how_sure_we_are() -> None:
    assert all(era.source and era.confirmed for era in eras())
    assert not any(era.code_confirmed for era in eras())


@pytest.mark.parametrize(
    ("day", "key"),
    [
        (date(1873, 1, 1), "M"),
        (date(1912, 7, 29), "M"),
        (date(1912, 7, 30), "T"),
        (date(1926, 12, 24), "T"),
        (date(1926, 12, 25), "S"),
        (date(1989, 1, 7), "S"),
        (date(1989, 1, 8), "H"),
        (date(2019, 4, 30), "H"),
        (date(2019, 5, 1), "R"),
    ],
)
def test_each_border_day_belongs_to_the_era_that_the_law_gives_it(day: date, key: str) -> None:
    era = era_of(day)
    assert era is not None
    assert era.key == key


def test_a_day_before_the_calendar_of_1873_has_no_era_that_can_be_computed() -> None:
    assert era_of(date(1872, 12, 31)) is None


@given(days)
def test_every_day_lies_within_the_era_that_is_found_for_it(day: date) -> None:
    era = era_of(day)
    assert era is not None
    assert era.first_day <= day <= era.last_day
    assert era.year_of(day) >= 1


@pytest.mark.parametrize("name", ["令和", "令", "R", "r", "㋿"])
def test_an_era_is_found_by_each_of_its_names(name: str) -> None:
    era = era_named(name)
    assert era is not None
    assert era.name_en == "Reiwa"


def test_a_missing_table_says_where_it_should_be(tmp_path: Path) -> None:
    with pytest.raises(OfficialDataError, match="ありません") as caught:
        read_eras(tmp_path / "eras.toml")
    assert "missing" in caught.value.message_en
