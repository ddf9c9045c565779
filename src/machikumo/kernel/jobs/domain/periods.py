"""When work that runs by itself is due, and when it is so late that somebody should look."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

JAPAN = ZoneInfo("Asia/Tokyo")
DAY = dt.timedelta(days=1)
LATE_AFTER_PERIODS = 3
LATE_AT_LEAST = dt.timedelta(minutes=15)  # a worker that is being restarted is not late


def is_due(last: dt.datetime | None, now: dt.datetime, every: dt.timedelta) -> bool:
    """Whether work that last began then is to begin again; both times are aware.

    Work of a day or more goes by Japan's calendar, so that what falls due on a day is done just after its midnight.
    """
    if last is None:
        return True
    if every < DAY:
        return last + every <= now
    begun, today = (moment.astimezone(JAPAN).date() for moment in (last, now))
    return begun + every <= today


def is_late(last: dt.datetime | None, now: dt.datetime, every: dt.timedelta) -> bool:
    """Whether it has not run for so long that the worker seems to stand still; never run at all is late too."""
    if last is None:
        return True
    return now - last > max(LATE_AT_LEAST, every * (LATE_AFTER_PERIODS if every < DAY else 1) + LATE_AT_LEAST)
