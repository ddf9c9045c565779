"""Uncertain dates (不詳): the standard's triple of date, flag and written form, and what range is known."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from machikumo.kernel.wareki.coded import CodedForm, split_coded
from machikumo.kernel.wareki.eras import Era, day_in_era, era_named
from machikumo.kernel.wareki.errors import NoSuchDay, UnreadableDate
from machikumo.kernel.wareki.written import parse_any

if TYPE_CHECKING:
    from collections.abc import Mapping

TEXT_LENGTH = 72
_UNKNOWN = re.compile(r"不詳|不明|頃|ころ|吉日|推定|上旬|中旬|下旬")
_YEAR = re.compile(r"(明治|大正|昭和|平成|令和|西暦)?([0-9]{1,4}|元)年")
_MONTH = re.compile(r"年([0-9]{1,2})月")
_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
_THIRDS: Mapping[str, tuple[int, int]] = {"上旬": (1, 10), "中旬": (11, 20), "下旬": (21, 31)}


@dataclass(frozen=True, slots=True)
class RegisterDate:
    """A date of the register: a certain day, or an uncertain one (X年月日, 不詳フラグ, 不詳表記).

    ``earliest`` and ``latest`` bound what is known: the day itself when it is certain, None when nothing is.
    An empty cell is certain and has neither day nor text.
    """

    day: date | None
    uncertain: bool = False
    text: str = ""
    earliest: date | None = None
    latest: date | None = None

    @classmethod
    def certain(cls, day: date | None) -> RegisterDate:
        """Return a certain day, or the empty date."""
        return cls(day, earliest=day, latest=day)

    def cells(self) -> tuple[str, str, str]:
        """Return the standard's three cells: date, flag, written form."""
        return (self.day.isoformat() if self.day else "", "true" if self.uncertain else "false", self.text)


def read_register_date(text: str, form: CodedForm | None = None) -> RegisterDate:
    """Return the date of a cell: written or Gregorian, or coded when a form is given.

    Words such as 不詳 and 頃, and zero parts of a code, make it uncertain.

    Raises:
        WarekiError: neither a date nor an uncertain date.
    """
    if not text.strip():
        return RegisterDate.certain(None)
    if _UNKNOWN.search(text):
        return _from_words(text.strip())
    if form is not None:
        return _from_code(text, form)
    return RegisterDate.certain(parse_any(text))


def _from_words(text: str) -> RegisterDate:
    if len(text) > TEXT_LENGTH:
        raise UnreadableDate(text)
    plain = text.translate(_DIGITS)
    year = _YEAR.search(plain)
    if not year:
        return RegisterDate(None, uncertain=True, text=text)
    era = era_named(year[1]) if year[1] and year[1] != "西暦" else None
    number = 1 if year[2] == "元" else int(year[2])
    month = _MONTH.search(plain)
    third = next((days for word, days in _THIRDS.items() if word in plain), (1, 31))
    return _range(era, number, int(month[1]) if month else 0, third, text)


def _from_code(text: str, form: CodedForm) -> RegisterDate:
    if not text.strip("0"):
        return RegisterDate(None, uncertain=True, text="不詳")
    era, year, month, day = split_coded(text, form)
    if year and month and day:
        return RegisterDate.certain(day_in_era(era, year, month, day, text))
    if not year:
        return RegisterDate(
            None, uncertain=True, text=f"{era.name}年月日不詳", earliest=era.first_day, latest=era.last_day
        )
    start = f"{era.name}{'元' if year == 1 else year}年"
    words = f"{start}{month}月日不詳" if month else f"{start}月日不詳"
    return _range(era, year, month, (1, 31), words)


def _range(era: Era | None, year: int, month: int, days: tuple[int, int], text: str) -> RegisterDate:
    """Return an uncertain date with the bounds of its year and month, cut to the era."""
    gregorian = era.first_day.year + year - 1 if era else year
    first, last = (month, month) if month else (1, 12)
    try:
        size = monthrange(gregorian, last)[1]
        earliest = date(gregorian, first, days[0] if month else 1)
        latest = date(gregorian, last, min(days[1], size) if month else size)
    except ValueError:
        raise NoSuchDay(text) from None
    if era:
        earliest, latest = max(earliest, era.first_day), min(latest, era.last_day)
    if earliest > latest:
        raise NoSuchDay(text)
    return RegisterDate(None, uncertain=True, text=text, earliest=earliest, latest=latest)
