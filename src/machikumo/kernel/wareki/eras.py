"""The table of eras."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from machikumo.kernel.official import OfficialDataError, data_folder
from machikumo.kernel.wareki.errors import NoSuchDay, OldCalendarDate, OutsideEra

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Era:
    """One era (元号): its names, its days in the Gregorian calendar and the edict or order that made it.

    ``calendar_from`` is the first day that can be computed: Meiji before 1873 used another calendar.
    """

    key: str
    name: str
    name_en: str
    ligature: str
    code: str
    first_day: date
    last_day: date
    calendar_from: date
    shared_first_day: bool
    source: str
    confirmed: bool
    code_confirmed: bool

    def year_of(self, day: date) -> int:
        """Return the year within the era: 1 is 元年."""
        return day.year - self.first_day.year + 1


def _era(row: dict[str, Any]) -> Era:
    facts = {"last_day": date.max, "calendar_from": row["first_day"]} | row
    return Era(**facts)


def read_eras(path: Path) -> tuple[Era, ...]:
    """Return the eras of a table file, oldest first.

    Raises:
        OfficialDataError: the file is not there.
    """
    if not path.is_file():
        raise OfficialDataError(path)
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["era"]
    return tuple(sorted(map(_era, rows), key=lambda era: era.first_day))


@cache
def eras() -> tuple[Era, ...]:
    """Return the shipped eras, oldest first; read once."""
    return read_eras(data_folder() / "calendar" / "eras.toml")


@cache
def _by_name() -> dict[str, Era]:
    names: dict[str, Era] = {}
    for era in eras():
        names |= dict.fromkeys((era.name, era.ligature, era.key, era.key.lower(), era.name[0]), era)
    return names


def era_named(name: str) -> Era | None:
    """Return the era of a name, first character, ligature or Latin letter; None when there is none."""
    return _by_name().get(name)


def era_of(day: date) -> Era | None:
    """Return the era in which a day is written; None before the calendar of 1873."""
    for era in reversed(eras()):
        if day >= era.calendar_from:
            return era
    return None


def written(day: date, era: Era) -> str:
    """Return the long form of a day in a given era."""
    year = era.year_of(day)
    return f"{era.name}{'元' if year == 1 else year}年{day.month}月{day.day}日"


def day_in_era(era: Era, year: int, month: int, day: int, text: str) -> date:
    """Return the day of an era's year, month and day; ``text`` is what was read, for the messages.

    On the day of an edict that changed the era at once, the earlier name is taken too.

    Raises:
        NoSuchDay: the calendar has no such day.
        OldCalendarDate: before 1873.
        OutsideEra: the day lies in another era.
    """
    if year < 1:
        raise NoSuchDay(text)
    gregorian = era.first_day.year + year - 1
    if gregorian < era.calendar_from.year:
        raise OldCalendarDate(text)
    try:
        found = date(gregorian, month, day)
    except ValueError:
        raise NoSuchDay(text) from None
    if era.first_day <= found <= era.last_day:
        return found
    right = era_of(found) or era
    if right.shared_first_day and found == right.first_day == era.last_day + timedelta(days=1):
        return found
    raise OutsideEra(text, found, written(found, right))
