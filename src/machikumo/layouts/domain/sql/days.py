"""Days in SQL: patterns that match just the days there are, and the text YYYY-MM-DD of a day, by which days compare."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from machikumo.layouts.domain.dates import OPEN_END, OPEN_START
from machikumo.layouts.domain.definition import Item, ItemType, Layout
from machikumo.layouts.domain.sql.dialects import all_of, any_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from machikumo.layouts.domain.definition import Era
    from machikumo.layouts.domain.sql.dialects import Dialect

_LAST_YEAR = 99
_COMMON = "(?:(?:0[1-9]|1[0-2])~(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])~(?:29|30)|(?:0[13578]|1[02])~31)"
_YEAR = "(?:[0-9]{3}[1-9]|[0-9]{2}[1-9]0|[0-9][1-9]00|[1-9]000)"
_LEAP = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)"


@lru_cache
def days_pattern(sign: str) -> str:
    """Return the pattern of every day from year 1 to 9999, its parts joined by a sign or nothing."""
    return f"(?:{_YEAR}~{_COMMON}|{_LEAP}~02~29)".replace("~", sign)


@lru_cache
def era_pattern(eras: tuple[Era, ...]) -> str:
    """Return the pattern of every day of the eras, as code and YYMMDD; of two eras with one code the first counts."""
    first = {era.code: era for era in reversed(eras)}
    return f"(?:{'|'.join(part for code in sorted(first) for part in _of_era(first[code]))})"


def _of_era(era: Era) -> Iterator[str]:
    leap: list[str] = []
    plain: list[str] = []
    for year in range(1, _LAST_YEAR + 1):
        full = era.first_year + year - 1
        if era.start <= date(full, 1, 1) and date(full, 12, 31) <= era.end:
            (leap if _is_leap(full) else plain).append(f"{year:02d}")
        elif date(full, 1, 1) <= era.end and era.start <= date(full, 12, 31):
            yield f"{era.code}{year:02d}(?:{'|'.join(_of_boundary(era, full))})"
    common = _COMMON.replace("~", "")
    if leap or plain:
        yield f"{era.code}(?:{'|'.join((*leap, *plain))}){common}"
    if leap:
        yield f"{era.code}(?:{'|'.join(leap)})0229"


def _is_leap(year: int) -> bool:
    return (date(year, 3, 1) - timedelta(days=1)).day == 29  # noqa: PLR2004 - the day itself


def _of_boundary(era: Era, year: int) -> Iterator[str]:
    """Yield the months and days of a year in which the era begins or ends."""
    day, last = max(era.start, date(year, 1, 1)), min(era.end, date(year, 12, 31))
    while day <= last:
        yield f"{day.month:02d}{day.day:02d}"
        day += timedelta(days=1)


def is_day(dialect: Dialect, item: Item, layout: Layout) -> str:
    """Whether the item's value is a day: no open end and no other value that stands for none."""
    value = dialect.column(item.key)
    if item.type is ItemType.WAREKI:
        found = dialect.is_whole(value, era_pattern(layout.physical.eras))
        return _without(dialect, value, found, item.sentinels)
    sign = sign_of(layout)
    found = dialect.is_whole(value, days_pattern(sign))
    return _without(dialect, value, found, (*item.sentinels, OPEN_END.replace("-", sign)))


def _without(dialect: Dialect, value: str, found: str, none: tuple[str, ...]) -> str:
    return all_of([found, f"NOT {dialect.one_of(value, none)}"]) if none else found


def is_open_end(dialect: Dialect, item: Item, layout: Layout) -> str:
    """Whether the item's value stands for an open end and may."""
    if not item.open_end or item.type is ItemType.WAREKI:
        return any_of(())
    sign = sign_of(layout)
    return dialect.one_of(dialect.column(item.key), [end.replace("-", sign) for end in (OPEN_START, OPEN_END)])


def sign_of(layout: Layout) -> str:
    """Return what joins year, month and day in the layout's dates of type DATE."""
    return "" if layout.physical.date_form == "compact" else "-"


def day_text(dialect: Dialect, item: Item, layout: Layout) -> str:
    """Return the item's day as YYYY-MM-DD, NULL where there is none."""
    value = dialect.column(item.key)
    if item.type is not ItemType.WAREKI:
        parts = [(1, 4), (5, 2), (7, 2)]
        split = ", '-', ".join(f"substr({value}, {start}, {size})" for start, size in parts)
        text = value if sign_of(layout) else f"concat({split})"
        return f"CASE WHEN {is_day(dialect, item, layout)} THEN {text} END"
    width = len(layout.physical.eras[0].code)
    year = f"10 * {dialect.digit(value, width + 1)} + {dialect.digit(value, width + 2)}"
    first = {era.code: era.first_year for era in reversed(layout.physical.eras)}
    starts = " ".join(f"WHEN {dialect.text(code)} THEN {year - 1}" for code, year in sorted(first.items()))
    cast = dialect.as_text(f"CASE substr({value}, 1, {width}) {starts} END + {year}")
    rest = f"'-', substr({value}, {width + 3}, 2), '-', substr({value}, {width + 5}, 2)"
    return f"CASE WHEN {is_day(dialect, item, layout)} THEN concat({cast}, {rest}) END"
