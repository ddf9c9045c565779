"""Dates as people write them: 令和6年5月1日, R6.5.1, 令和六年五月一日, 2024年5月1日, 2024-05-01."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from machikumo.kernel.wareki.eras import Era, day_in_era, era_named, era_of, written
from machikumo.kernel.wareki.errors import NoSuchDay, OldCalendarDate, UnknownEra, UnreadableDate

_FOLD: dict[int, str | None] = {
    **dict.fromkeys(map(ord, "　 "), None),
    **dict.fromkeys(map(ord, "．。・"), "."),
    **dict.fromkeys(map(ord, "‐－ー―−"), "-"),
    **{0xFF10 + place: str(place) for place in range(10)},
    **{0xFF21 + place: chr(0x41 + place) for place in range(26)},
    **{0xFF41 + place: chr(0x61 + place) for place in range(26)},
    ord("／"): "/",
    ord("元"): "1",
    ord("○"): "〇",
}
_KANJI = {digit: value for value, digit in enumerate("〇一二三四五六七八九")}
_ONES = "[一二三四五六七八九]"
_NUMBER = rf"([0-9]{{1,2}}|{_ONES}?十{_ONES}?|[〇一二三四五六七八九]{{1,2}})"
_WAREKI = re.compile(rf"([^\W\d_]{{1,2}}?|[㋿㍾㍽㍼㍻]){_NUMBER}[年./-]{_NUMBER}[月./-]{_NUMBER}日?")
_GREGORIAN = re.compile(r"(?:西暦)?([0-9]{4})[年./-]([0-9]{1,2})[月./-]([0-9]{1,2})日?")
_PACKED = re.compile(r"[0-9]{8}")


def _number(text: str) -> int:
    """Return the value of one or two Arabic digits or of a kanji numeral up to 99."""
    if text.isascii():
        return int(text)
    if "十" not in text:
        return int("".join(str(_KANJI[digit]) for digit in text))
    tens, _, ones = text.partition("十")
    return (_KANJI[tens] if tens else 1) * 10 + (_KANJI[ones] if ones else 0)


@lru_cache(maxsize=65_536)
def parse(text: str) -> date:
    """Return the day of an era date in any written form: long, short, full width, kanji numerals, 元年.

    Raises:
        UnreadableDate: no known form.
        UnknownEra, NoSuchDay, OldCalendarDate: the parts do not make a day.
        OutsideEra: the day lies in another era; the error holds the right name.
    """
    found = _WAREKI.fullmatch(text.translate(_FOLD))
    if not found:
        raise UnreadableDate(text)
    era = era_named(found[1])
    if era is None:
        raise UnknownEra(text, found[1])
    return day_in_era(era, _number(found[2]), _number(found[3]), _number(found[4]), text)


def parse_any(text: str) -> date:
    """Return the day of an era date or a Gregorian one (2024年5月1日, 2024-05-01, 2024/5/1, 20240501).

    Raises:
        WarekiError: as ``parse``.
    """
    folded = text.translate(_FOLD)
    if _PACKED.fullmatch(folded):
        return _gregorian(folded[:4], folded[4:6], folded[6:], text)
    found = _GREGORIAN.fullmatch(folded)
    if found:
        return _gregorian(found[1], found[2], found[3], text)
    return parse(text)


def _gregorian(year: str, month: str, day: str, text: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise NoSuchDay(text) from None


def _era_for(day: date) -> Era:
    era = era_of(day)
    if era is None:
        raise OldCalendarDate(day.isoformat())
    return era


_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


@lru_cache(maxsize=65_536)
def format_long(day: date, *, wide: bool = False) -> str:
    """Return 令和6年5月1日 (令和元年 for a first year); ``wide`` gives full-width digits, as on certificates.

    Raises:
        OldCalendarDate: before 1873.
    """
    text = written(day, _era_for(day))
    return text.translate(_WIDE) if wide else text


def format_short(day: date, *, separator: str = ".", padded: bool = False) -> str:
    """Return R6.5.1, or R06.05.01 with ``padded``.

    Raises:
        OldCalendarDate: before 1873.
    """
    era = _era_for(day)
    width = 2 if padded else 1
    parts = (era.year_of(day), day.month, day.day)
    return era.key + separator.join(f"{part:0{width}d}" for part in parts)
