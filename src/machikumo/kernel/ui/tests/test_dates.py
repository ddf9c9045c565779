from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.utils import translation

from machikumo.kernel.ui import dates
from machikumo.kernel.ui.language import activate
from machikumo.kernel.ui.parts.words import jst, wareki

FIRST_OF_HEISEI = date(1989, 1, 8)


@pytest.fixture(autouse=True)
def japanese() -> Iterator[None]:
    activate("ja")
    yield
    translation.deactivate()


def test_a_day_is_written_in_both_counts() -> None:
    assert dates.both(FIRST_OF_HEISEI) == "平成元年1月8日（1989年）"


def test_in_english_the_era_follows_in_brackets() -> None:
    activate("en")
    assert dates.both(FIRST_OF_HEISEI) == "8 January 1989 (Heisei 1)"
    assert dates.gregorian(date(2024, 12, 31)) == "31 December 2024"


def test_a_day_before_the_new_calendar_has_no_era() -> None:
    assert dates.both(date(1868, 1, 1)) == "1868年1月1日"
    assert dates.in_era(date(1868, 1, 1)) == "1868年1月1日"


def test_a_day_can_tell_its_weekday() -> None:
    assert dates.with_weekday(date(2024, 5, 1)) == "令和6年5月1日（水）"
    activate("en")
    assert dates.with_weekday(date(2024, 5, 1)) == "Wednesday, 1 May 2024"


def test_a_moment_is_shown_in_japans_time() -> None:
    before_midnight = datetime(2024, 4, 30, 15, 30, tzinfo=UTC)
    assert dates.moment(before_midnight) == "令和6年5月1日 00:30"
    activate("en")
    assert dates.moment(before_midnight) == "1 May 2024, 00:30"


def test_the_markup_carries_the_day_for_machines() -> None:
    assert wareki(FIRST_OF_HEISEI, "era") == '<time datetime="1989-01-08">平成元年1月8日</time>'


def test_a_moment_given_as_a_day_is_the_day_in_japan() -> None:
    assert 'datetime="2024-05-01"' in wareki(datetime(2024, 4, 30, 15, 30, tzinfo=UTC))


@pytest.mark.parametrize("tag", [wareki, jst])
def test_no_day_shows_nothing(tag: Any) -> None:
    assert tag(None) == ""


def test_a_moments_markup_keeps_the_exact_time() -> None:
    assert jst(datetime(2024, 5, 1, 4, 5, tzinfo=UTC)).startswith('<time datetime="2024-05-01T04:05:00+00:00">令和6年')
