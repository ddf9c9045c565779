"""Dates as old systems code them: an era code and digits, such as 5060501, 05060501, 50605 or R060501."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from machikumo.kernel.wareki.eras import Era, day_in_era, era_of, eras
from machikumo.kernel.wareki.errors import OldCalendarDate, UnknownEra, UnreadableDate

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


@dataclass(frozen=True, slots=True)
class CodedForm:
    """How a file codes dates: the width of the era code, whether days are there, the file's own era codes.

    Era code and two digits each for year, month and day: 7 or 8 characters; without the day 5 or 6.
    ``codes`` maps an era's key (M, T, S, H, R) to its code; without it the usual 1 to 5 are taken, or with
    ``letters`` the keys themselves.
    """

    era_width: int = 1
    has_day: bool = True
    letters: bool = False
    codes: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, codes: Mapping[str, str], *, has_day: bool = True) -> CodedForm:
        """Return the form of a layout that brings its own era codes, all of one width."""
        widths = {len(code) for code in codes.values()}
        if len(widths) != 1:
            raise ValueError("era codes must be of one width")
        return cls(era_width=widths.pop(), has_day=has_day, codes=tuple(codes.items()))

    @property
    def length(self) -> int:
        """The count of characters of a date in this form."""
        return self.era_width + (6 if self.has_day else 4)


SEVEN = CodedForm()  # era code of one digit, two digits each for year, month and day


@cache
def _codes(form: CodedForm) -> dict[str, Era]:
    own = dict(form.codes)
    if own:
        return {own[era.key]: era for era in eras() if era.key in own}
    if form.letters:
        return {era.key: era for era in eras()}
    return {era.code.rjust(form.era_width, "0"): era for era in eras()}


def split_coded(text: str, form: CodedForm) -> tuple[Era, int, int, int | None]:
    """Return era, year, month and day (None where the form has none); 0 means unknown.

    Raises:
        UnreadableDate: not the form's count of characters, or not digits.
        UnknownEra: the era code is not in the form's table.
    """
    code, digits = text[: form.era_width], text[form.era_width :]
    if len(text) != form.length or not (digits.isascii() and digits.isdigit()):
        raise UnreadableDate(text)
    era = _codes(form).get(code.upper())
    if era is None:
        raise UnknownEra(text, code)
    return era, int(digits[:2]), int(digits[2:4]), int(digits[4:6]) if form.has_day else None


def parse_coded(text: str, form: CodedForm = SEVEN) -> date:
    """Return the day of a coded date; of a form without days, the month's first day within the era.

    Raises:
        WarekiError: as ``parse``; parts that are 0 (unknown) raise NoSuchDay: see ``read_register_date``.
    """
    era, year, month, day = split_coded(text, form)
    if day is None:
        starts = (era.first_day.year, era.first_day.month) == (era.first_day.year + year - 1, month)
        day = era.first_day.day if starts else 1
    return day_in_era(era, year, month, day, text)


def format_coded(day: date, form: CodedForm = SEVEN) -> str:
    """Return the coded form of a day.

    Raises:
        OldCalendarDate: before 1873.
        UnknownEra: the form has no code for the day's era.
    """
    era = era_of(day)
    if era is None:
        raise OldCalendarDate(day.isoformat())
    for code, known in _codes(form).items():
        if known == era:
            tail = f"{day.day:02d}" if form.has_day else ""
            return f"{code}{era.year_of(day):02d}{day.month:02d}{tail}"
    raise UnknownEra(day.isoformat(), era.name)
