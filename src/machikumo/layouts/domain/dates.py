"""Dates as files write them: ISO, compact and era dates, with the reason when one is not a day.

Sources: 改元の詔書 of 1912-07-30 and 1926-12-25, 昭和64年政令第1号, 平成31年政令第143号
(data/layouts/codes/era-1digit.toml).
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from machikumo.layouts.domain.definition import Era

OPEN_START, OPEN_END = "0000-01-01", "9999-12-31"
_MONTHS_DAYS = "(?:(?:0[1-9]|1[0-2]){0}(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2]){0}(?:29|30)|(?:0[13578]|1[02]){0}31)"
_FORMS = {
    "iso": re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})"),
    "compact": re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})"),
}
_DECEMBER = 12
_LAST_YEAR = 99


@dataclass(frozen=True, slots=True)
class NoDay:
    """Why a text is not a day; the words never repeat the value itself."""

    reason_ja: str
    reason_en: str


_FORM = NoDay("日付の形ではありません", "it is not written as a date")
_ZERO = NoDay(
    "月または日が00です。不詳の日は空欄にし、不詳フラグと表記で表します",
    "month or day is 00: leave an unknown date empty and use the flag and the wording",
)


def _day(year: int, month: int, day: int) -> date | NoDay:
    if month == 0 or day == 0:
        return _ZERO
    if month > _DECEMBER:
        return NoDay("月が12を超えています", "the month is beyond 12")
    if not year >= 1:
        return NoDay("年が0000です", "the year is 0000")
    last = monthrange(year, month)[1]
    if day > last:
        return NoDay(f"その月は{last}日までです", f"that month has {last} days")
    return date(year, month, day)


def read_date(text: str, form: str = "iso", *, open_end: bool = False) -> date | NoDay | None:
    """Return the day of an ISO (or compact) date; None for an allowed open end; else the reason.

    Open ends are 0000-01-01 and 9999-12-31 (基本データリスト, データ型 DATE).
    """
    match = _FORMS[form].fullmatch(text)
    if match is None:
        return _FORM
    if "-".join(match.groups()) in {OPEN_START, OPEN_END}:
        if open_end:
            return None
        return NoDay(
            "期間の始めや終わりがないことを表す値で、この項目には使えません",
            "this value stands for an open end, which this item does not allow",
        )
    return _day(*(int(part) for part in match.groups()))


def read_era_date(text: str, eras: Sequence[Era]) -> date | NoDay:
    """Return the day of an era date (code, then YYMMDD), or why it is none.

    A day before its era's first or after its last is refused with the boundary and the era that it belongs to.
    """
    width = len(eras[0].code)
    if len(text) != width + 6 or not (text.isascii() and text.isdigit()):
        return _FORM
    era = next((era for era in eras if era.code == text[:width]), None)
    if era is None:
        return NoDay("元号コードが表にありません", "the era code is not in the table")
    year, month, day = (int(text[place : place + 2]) for place in (width, width + 2, width + 4))
    if year == 0:
        return NoDay("元号の年が00です", "the year of the era is 00")
    found = _day(era.first_year + year - 1, month, day)
    if isinstance(found, NoDay) or era.start <= found <= era.end:
        return found
    return _outside(era, eras, after=found > era.end)


def _outside(era: Era, eras: Sequence[Era], *, after: bool) -> NoDay:
    place = eras.index(era)
    if after:
        following = eras[place + 1]
        last, first = _spoken(era.end, era), _spoken(following.start, following)
        return NoDay(
            f"{era.name}は{last}までです。{first}からは{following.name}（コード{following.code}）で書いてください",
            f"{era.name} ended on {era.end}: from {following.start} write {following.name} (code {following.code})",
        )
    if place == 0:
        return NoDay(
            f"{_spoken(era.start, era)}より前は旧暦のため扱えません",
            f"days before {era.start} are of the old calendar and cannot be read",
        )
    before = eras[place - 1]
    return NoDay(
        f"{era.name}は{_spoken(era.start, era)}からです。"
        f"それより前は{before.name}（コード{before.code}）で書いてください",
        f"{era.name} began on {era.start}: before it write {before.name} (code {before.code})",
    )


def _spoken(day: date, era: Era) -> str:
    year = day.year - era.first_year + 1
    return f"{era.name}{'元' if year == 1 else year}年{day.month}月{day.day}日"


def write_era_date(day: date, eras: Sequence[Era]) -> str | None:
    """Return the era date of a day; on the day of a change of era the new era's; None before the first era."""
    for era in reversed(eras):
        year = day.year - era.first_year + 1
        if era.start <= day <= era.end and year <= _LAST_YEAR:
            return f"{era.code}{year:02d}{day.month:02d}{day.day:02d}"
    return None


@lru_cache
def surely_date(form: str) -> str:
    """Return a regular expression that matches only days (29 February and far years are left to the exact check)."""
    sign = "-" if form == "iso" else ""
    return f"^[12][0-9]{{3}}{sign}{_MONTHS_DAYS.replace('{0}', sign)}$"


@lru_cache
def surely_era_date(eras: tuple[Era, ...]) -> str:
    """Return a regular expression that matches only days of the eras; whole months of boundary years included."""
    parts = []
    for era in eras:
        last = min(_LAST_YEAR, era.end.year - era.first_year + 1)
        years = range(1, last + 1)
        whole = [f"{year:02d}" for year in years if _is_whole(era, year)]
        if whole:
            parts.append(f"{era.code}(?:{'|'.join(whole)}){_MONTHS_DAYS.replace('{0}', '')}")
        for year in (year for year in years if not _is_whole(era, year)):
            months = [f"{month:02d}" for month in range(1, 13) if _has_month(era, year, month)]
            if months:
                parts.append(f"{era.code}{year:02d}(?:{'|'.join(months)})(?:0[1-9]|1[0-9]|2[0-8])")
    return f"^(?:{'|'.join(parts)})$"


def _is_whole(era: Era, year: int) -> bool:
    full = era.first_year + year - 1
    return era.start <= date(full, 1, 1) and date(full, 12, 31) <= era.end


def _has_month(era: Era, year: int, month: int) -> bool:
    full = era.first_year + year - 1
    return era.start <= date(full, month, 1) and date(full, month, 28) <= era.end
