"""Dates as a certificate prints them, and read back from print."""

from __future__ import annotations

from datetime import date

from machikumo.kernel.wareki import WarekiError, format_long, parse_any


def in_common_era(day: date) -> str:
    """The day as 西暦1990年1月15日, which foreign residents' certificates use."""
    return f"西暦{day.year}年{day.month}月{day.day}日"


def printed(iso: str, *, uncertain: bool = False, text: str = "", common_era: bool = False) -> str:
    """What stands on the paper: the recorded words for an uncertain day, else the day; "" when there is none."""
    if uncertain or not iso:
        return text
    day = date.fromisoformat(iso)
    return in_common_era(day) if common_era else format_long(day)


def read_back(text: str) -> str:
    """The ISO day of a printed one, "" when the text is not a printed day."""
    try:
        return parse_any(text).isoformat()
    except WarekiError:
        return ""
