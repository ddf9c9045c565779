"""Dates and moments in the reader's form: era and Gregorian in Japanese, day month year in English."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from machikumo.kernel.ui.language import ENGLISH, active

if TYPE_CHECKING:
    from datetime import date, datetime

JAPAN = ZoneInfo("Asia/Tokyo")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_WEEKDAYS = "月火水木金土日"


def in_era(day: date) -> str:
    """令和6年5月1日; before 1873, where eras cannot be reckoned, the Gregorian day."""
    from machikumo.kernel.wareki import OldCalendarDate, format_long

    try:
        return format_long(day)
    except OldCalendarDate:
        return gregorian(day)


def gregorian(day: date) -> str:
    """2024年5月1日, or 1 May 2024 in English."""
    if active() == ENGLISH:
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日"


def both(day: date) -> str:
    """令和6年5月1日（2024年）, or 1 May 2024 (Reiwa 6) in English."""
    from machikumo.kernel.wareki import era_of

    era = era_of(day)
    if era is None:
        return gregorian(day)
    if active() == ENGLISH:
        return f"{gregorian(day)} ({era.name_en} {era.year_of(day)})"
    return f"{in_era(day)}（{day.year}年）"


def with_weekday(day: date) -> str:
    """令和6年5月1日（水）, or Wednesday, 1 May 2024 in English."""
    if active() == ENGLISH:
        return f"{day:%A}, {gregorian(day)}"
    return f"{in_era(day)}（{_WEEKDAYS[day.weekday()]}）"


def moment(when: datetime) -> str:
    """A moment in Japan's time: 令和6年5月1日 13:05, or 1 May 2024, 13:05 in English."""
    there = when.astimezone(JAPAN)
    clock = f"{there:%H:%M}"
    if active() == ENGLISH:
        return f"{gregorian(there.date())}, {clock}"
    return f"{in_era(there.date())} {clock}"
