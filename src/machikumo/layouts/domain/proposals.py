"""What a refused cell might have been meant to say: proposals that a person accepts or not, never applied alone.

A proposal only writes the same thing otherwise (another width, the new era's name for the same day, a code for its own
label), and only what the item's own rules accept is proposed. Numbers of the vault get none.
"""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from machikumo.kernel.text.tables import FOLD_HALF_KANA, compose_voiced
from machikumo.kernel.wareki.errors import OutsideEra, WarekiError
from machikumo.kernel.wareki.written import format_long, parse_any
from machikumo.layouts.domain.dates import write_era_date
from machikumo.layouts.domain.definition import CodeList, Item, ItemType, Layout, Sensitivity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from machikumo.layouts.domain.definition import Era
    from machikumo.layouts.domain.rules import CellRule

SPACES = " \u3000\t"
_DATES = {ItemType.DATE, ItemType.WAREKI}
_NARROW = {
    ItemType.HALF, ItemType.INTEGER, ItemType.SIGNED, ItemType.DECIMAL, ItemType.YEAR, ItemType.TIME, ItemType.BOOLEAN,
    *_DATES,
}  # fmt: skip
_HABIT = timedelta(days=3_660)
_VOICED, _HALF_VOICED = "\u3099", "\u309a"


@dataclass(frozen=True, slots=True)
class Proposal:
    """Another way to write a cell, with the reason in both languages; the words hold no value of a personal item.

    ``spoken`` is a day as people say it, for those who may see the value.
    """

    value: str
    reason_ja: str
    reason_en: str
    spoken: str = ""


def proposals_for(item: Item, layout: Layout, rules: Sequence[CellRule], value: str) -> tuple[Proposal, ...]:
    """Return what a value of an item may have been meant to say, the surest first; ``rules`` are those of the item."""
    if not value or item.sensitivity is Sensitivity.VAULT:
        return ()
    found: dict[str, Proposal] = {}
    for proposal in _thought_of(item, layout, value):
        new = proposal.value
        if new and new != value and new not in found and all(rule.accepts(new) for rule in rules):
            found[new] = proposal
    return tuple(found.values())


def _thought_of(item: Item, layout: Layout, value: str) -> Iterator[Proposal]:
    if item.type in _DATES:
        yield from _days(item, layout, value)
    if item.code_list is not None:
        yield from _codes(item.code_list, value)
    yield Proposal(value.strip(SPACES), "前後の空白を除きます", "without the spaces around it")
    if item.type is ItemType.FULL:
        yield Proposal(full_width(value), "全角にします", "in full width")
        yield Proposal(full_width(value).strip(SPACES), "全角にし、前後の空白を除きます", "in full width, no spaces")
    if item.type in _NARROW:
        narrow = half_width(value)
        yield Proposal(narrow, "半角にします", "in half width")
        yield from _bare(narrow.strip(SPACES), item)


def _bare(narrow: str, item: Item) -> Iterator[Proposal]:
    yield Proposal(narrow, "半角にし、前後の空白を除きます", "in half width, no spaces")
    if item.type in {ItemType.INTEGER, ItemType.SIGNED, ItemType.DECIMAL}:
        yield Proposal(narrow.replace(",", ""), "桁区切りの「,」を除きます", "without the commas between digits")
    if item.pattern or item.type is not ItemType.HALF:
        yield Proposal(re.sub("[- ]", "", narrow), "ハイフンと空白を除きます", "without hyphens and spaces")
    if item.pattern and "-" in item.pattern and "-" not in narrow:
        fits = [
            text
            for text in (f"{narrow[:at]}-{narrow[at:]}" for at in range(1, len(narrow)))
            if re.fullmatch(item.pattern, text)
        ]
        if len(fits) == 1:
            yield Proposal(fits[0], "決まった位置にハイフンを入れます", "with the hyphen where it belongs")


def _codes(codes: CodeList, value: str) -> Iterator[Proposal]:
    plain = value.strip(SPACES)
    spoken = {form.casefold() for form in (plain, half_width(plain), full_width(plain))}
    for one in codes.values:
        if {one.name.casefold(), one.name_en.casefold()} & spoken:
            yield Proposal(one.code, f"「{one.name}」のコードです", f"the code of '{one.name_en}'")
    narrow = half_width(plain)
    for one in codes.values:
        if narrow and one.code.lstrip("0") == narrow.lstrip("0") and narrow.isdigit():
            yield Proposal(one.code, f"桁数を合わせます（{one.name}）", f"with the code's own zeros ({one.name_en})")


def _days(item: Item, layout: Layout, value: str) -> Iterator[Proposal]:
    day, renamed = _day_meant(half_width(value.strip(SPACES)), value.strip(SPACES), layout.physical.eras)
    if day is None:
        return
    text = _as_file(day, item, layout)
    if text is None:
        return
    spoken = _spoken(day)
    if renamed:
        yield Proposal(text, "同じ日を、その日の元号で書きます", "the same day in the era that it belongs to", spoken)
    else:
        yield Proposal(text, "同じ日を、このファイルの形で書きます", "the same day as this file writes days", spoken)


def _spoken(day: date) -> str:
    with suppress(WarekiError):
        return format_long(day)
    return ""


def _as_file(day: date, item: Item, layout: Layout) -> str | None:
    if item.type is ItemType.WAREKI:
        return write_era_date(day, layout.physical.eras)
    return day.strftime("%Y%m%d") if layout.physical.date_form == "compact" else day.isoformat()


def _day_meant(narrow: str, plain: str, eras: Sequence[Era]) -> tuple[date | None, bool]:
    """The day, and whether it was told in an era that had ended or not begun."""
    day = _coded_day(narrow, eras)
    if day is not None:
        return day, True
    for text in (narrow, plain):
        try:
            return parse_any(text), False
        except OutsideEra as error:
            return error.day, True
        except WarekiError:
            continue
    return None, False


def _coded_day(text: str, eras: Sequence[Era]) -> date | None:
    """The day of an era date that counts years past the era's end, or days before its beginning in its first year.

    Some ten years past the end are a habit that was not given up in time; more are another mistake.
    """
    width = len(eras[0].code) if eras else 0
    if not eras or len(text) != width + 6 or not (text.isascii() and text.isdigit()):
        return None
    era = next((one for one in eras if one.code == text[:width]), None)
    year, month, day = (int(text[place : place + 2]) for place in (width, width + 2, width + 4))
    if era is None or not year:
        return None
    with suppress(ValueError):
        found = date(era.first_year + year - 1, month, day)
        near = found - era.end <= _HABIT if found > era.end else era.start.year == found.year
        return found if near and not era.start <= found <= era.end else None
    return None


def half_width(text: str) -> str:
    """Return the text with signs, digits, Latin letters and katakana in half width; all else stays as it is."""
    return "".join(_narrowed(sign) for sign in text)


def full_width(text: str) -> str:
    """Return the text with ASCII and half-width katakana in full width; nothing else is touched, no name normalised."""
    return compose_voiced("".join(_widened(sign) for sign in text))


def _widened(sign: str) -> str:
    if sign == " ":
        return "\u3000"
    if "!" <= sign <= "~":
        return chr(ord(sign) + 0xFEE0)
    kana = FOLD_HALF_KANA.get(ord(sign))
    return str(kana) if kana else sign


@lru_cache(4096)
def _narrowed(sign: str) -> str:
    if sign == "\u3000":
        return " "
    if "\uff01" <= sign <= "\uff5e":
        return chr(ord(sign) - 0xFEE0)
    base = unicodedata.normalize("NFD", sign)
    table = _half_kana()
    if all(part in table for part in base):
        return "".join(table[part] for part in base)
    return sign


@lru_cache
def _half_kana() -> dict[str, str]:
    """Katakana and its signs to half width; voiced marks are loose ones there."""
    table = {str(wide): chr(point) for point, wide in FOLD_HALF_KANA.items() if wide}
    return table | {_VOICED: "\uff9e", _HALF_VOICED: "\uff9f"}
