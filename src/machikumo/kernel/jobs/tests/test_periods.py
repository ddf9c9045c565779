"""When work that runs by itself is due, and when it is late."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from machikumo.kernel.jobs.domain.periods import JAPAN, is_due, is_late

MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
MOMENTS = st.integers(1_577_836_800, 2_051_222_400).map(lambda second: dt.datetime.fromtimestamp(second, dt.UTC))


def jst(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=JAPAN)  # type: ignore[misc]  # parts are year, month, day, hour, minute


@given(MOMENTS, st.sampled_from([MINUTE, HOUR, DAY]))
def test_what_never_ran_is_due_and_late(now: dt.datetime, every: dt.timedelta) -> None:
    assert is_due(None, now, every)
    assert is_late(None, now, every)


@given(MOMENTS, st.sampled_from([MINUTE, HOUR, DAY]))
def test_what_has_just_run_is_neither_due_nor_late(now: dt.datetime, every: dt.timedelta) -> None:
    assert not is_due(now, now, every)
    assert not is_late(now, now, every)


@given(MOMENTS, st.timedeltas(dt.timedelta(), dt.timedelta(days=3)))
def test_work_of_minutes_is_due_when_its_time_has_passed(last: dt.datetime, passed: dt.timedelta) -> None:
    assert is_due(last, last + passed, HOUR) == (passed >= HOUR)


def test_daily_work_is_due_just_after_midnight_in_japan_however_short_ago_it_ran() -> None:
    assert is_due(jst(2026, 3, 31, 23, 59), jst(2026, 4, 1, 0, 0), DAY)
    assert not is_due(jst(2026, 4, 1, 0, 0), jst(2026, 4, 1, 23, 59), DAY)


@pytest.mark.parametrize(
    ("every", "passed", "late"),
    [
        (MINUTE, dt.timedelta(minutes=14), False),
        (MINUTE, dt.timedelta(minutes=19), True),
        (HOUR, dt.timedelta(hours=3), False),
        (HOUR, dt.timedelta(hours=4), True),
        (DAY, dt.timedelta(hours=24), False),
        (DAY, dt.timedelta(hours=25), True),
    ],
)
def test_work_is_late_when_the_worker_seems_to_stand_still(
    every: dt.timedelta, passed: dt.timedelta, *, late: bool
) -> None:
    now = jst(2026, 4, 1, 12, 0)
    assert is_late(now - passed, now, every) == late
