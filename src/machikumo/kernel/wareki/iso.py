"""Dates of the standard data lists: YYYY-MM-DD with the open ends 0000-01-01 and 9999-12-31."""

from __future__ import annotations

import re
from datetime import date
from enum import Enum

from machikumo.kernel.wareki.errors import NoSuchDay, UnreadableDate

_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class OpenEnd(Enum):
    """An end of a period that is not a day: the standard's sentinels, which no database should hold."""

    UNKNOWN_START = "0000-01-01"
    NO_END = "9999-12-31"


_SENTINELS = {end.value: end for end in OpenEnd}


def parse_iso(text: str) -> date | OpenEnd | None:
    """Return the day, the open end, or None for an empty cell.

    Raises:
        UnreadableDate: not YYYY-MM-DD in half-width digits.
        NoSuchDay: no such day.
    """
    if not text:
        return None
    end = _SENTINELS.get(text)
    if end is not None:
        return end
    if not _ISO.fullmatch(text):
        raise UnreadableDate(text)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NoSuchDay(text) from None


def format_iso(value: date | OpenEnd | None) -> str:
    """Return the cell's text of a day, an open end or nothing."""
    if value is None:
        return ""
    return value.value if isinstance(value, OpenEnd) else value.isoformat()
