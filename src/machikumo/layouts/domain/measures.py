"""How the values of an item are read for a comparison: as days, as whole numbers; and the forms that these have."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from machikumo.layouts.domain import dates
from machikumo.layouts.domain.definition import Item, ItemType, Layout

if TYPE_CHECKING:
    from collections.abc import Callable

DAYS = frozenset({ItemType.DATE, ItemType.WAREKI})
WHOLE = frozenset({ItemType.INTEGER, ItemType.SIGNED, ItemType.YEAR})
OPEN_YEARS = ("0000", "9999")
_TIME = "(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?"


def day_reader(item: Item, layout: Layout) -> Callable[[str], object]:
    """Return the function that reads a date of this item.

    It gives a day, None for an open end or another value that stands for none, or the reason why it is no day.
    """
    read = _plain_reader(item, layout)
    if not item.sentinels:
        return read
    return lambda text: None if text in item.sentinels else read(text)


def _plain_reader(item: Item, layout: Layout) -> Callable[[str], object]:
    if item.type is ItemType.WAREKI:
        return lru_cache(4096)(partial(dates.read_era_date, eras=layout.physical.eras))
    form = "compact" if layout.physical.date_form == "compact" else "iso"
    return lru_cache(4096)(partial(dates.read_date, form=form, open_end=item.open_end))


def as_day(found: object) -> date | None:
    """Return what a day reader gave when it is a day."""
    return found if isinstance(found, date) else None


def form_of(item: Item, layout: Layout) -> tuple[str, str]:
    """Return the rule and the pattern of an item of digits, a time or a truth value; dates have their own reader."""
    yes, no = layout.physical.true_value, layout.physical.false_value
    match item.type:
        case ItemType.INTEGER:
            return "cell.number", f"[0-9]{{1,{item.length}}}"
        case ItemType.SIGNED:
            return "cell.number", f"-?[0-9]{{1,{item.length}}}"
        case ItemType.DECIMAL:
            return "cell.number", f"-?[0-9]{{1,{item.length}}}(?:\\.[0-9]{{1,{item.fraction}}})?"
        case ItemType.YEAR:
            return "cell.year", "[0-9]{4}"
        case ItemType.TIME:
            return "cell.time", _TIME
        case _:
            return "cell.boolean", f"{re.escape(yes)}|{re.escape(no)}"


def number_reader(item: Item, layout: Layout) -> Callable[[str], int | None]:
    """Return the function that reads a whole number; None where it is none or stands for none."""
    whole = re.compile(form_of(item, layout)[1])
    none = {*item.sentinels, *(OPEN_YEARS if item.type is ItemType.YEAR else ())}
    return lambda value: int(value) if value not in none and whole.fullmatch(value) else None


def size_reader(item: Item, layout: Layout) -> Callable[[str], int | None]:
    """Return the function that gives a value's size (days as YYYYMMDD), or None: other rules speak of that."""
    if item.type not in DAYS:
        return number_reader(item, layout)
    read = day_reader(item, layout)
    return lambda value: day.year * 10000 + day.month * 100 + day.day if (day := as_day(read(value))) else None
