"""All search keys of a person in one place, with the version under which they were made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from machikumo.kernel.text.kana import kana_key
from machikumo.kernel.text.tables import DROP_SELECTORS, DROP_SPACES, FOLD_ASCII
from machikumo.kernel.text.variants import kanji_key

if TYPE_CHECKING:
    from datetime import date

SEARCH_KEY_VERSION = 1

_ROMAJI = FOLD_ASCII | DROP_SPACES | DROP_SELECTORS | dict.fromkeys(map(ord, "-‐–—－.．,，'’＇`｀・"))


@dataclass(frozen=True, slots=True)
class NameKeys:
    """The keys of one name; empty where that writing is not there."""

    kanji: str
    kana: str
    romaji: str
    version: int = SEARCH_KEY_VERSION


def romaji_key(name: str) -> str:
    """Return the key of a name in Latin letters: half width, small, without spaces, hyphens and points."""
    return name.translate(_ROMAJI)


def name_keys(name: str, *, kana: str = "", roman: str = "") -> NameKeys:
    """Return the search keys of a name as written, its kana and its Latin writing.

    Without ``kana`` a name that is written in kana only serves as its own; without ``roman`` a Latin one does.
    """
    kanji = kanji_key(name)
    if not kana and _is_kana(kanji):
        kana = name
    if not roman and kanji.isascii():
        roman = name
    return NameKeys(kanji, kana_key(kana) if kana else "", romaji_key(roman) if roman else "")


def _is_kana(text: str) -> bool:
    return bool(text) and all("\u3041" <= sign <= "\u30ff" for sign in text)


def birth_key(day: date | None, *, earliest: date | None = None, latest: date | None = None) -> str:
    """Return the birth date's key: eight digits, or of an uncertain date the year, or year and month, that is sure.

    昭和20年3月不詳 (earliest 1945-03-01, latest 1945-03-31) gives 194503, so a search by prefix finds it.
    """
    if day is not None:
        return f"{day:%Y%m%d}"
    if earliest is None or latest is None:
        return ""
    if earliest.year != latest.year:
        return ""
    if earliest.month != latest.month:
        return f"{earliest:%Y}"
    return f"{earliest:%Y%m}" if earliest.day != latest.day else f"{earliest:%Y%m%d}"
