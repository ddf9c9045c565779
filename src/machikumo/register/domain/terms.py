"""What somebody typed into the search box, as terms that the keys can answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from machikumo.kernel.text import address_key, kana_key, kanji_key, romaji_key
from machikumo.register.domain.keys import KeyKind

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

LAST = "\U0010ffff"
NEXT = "\x01"  # PostgreSQL takes no NUL, and no key holds control signs
KANA = re.compile(r"[\u3041-\u309f\u30a0-\u30ff\uff66-\uff9f\u30fc\s]+")
LATIN = re.compile(r"[A-Za-z\uff21-\uff3a\uff41-\uff5a .,'’\-\s]+")
NUMBER = re.compile(r"[0-9０-９]{9,15}")
_NUMERAL = "[〇一二三四五六七八九十百]"
# an Arabic digit stands in no name; a numeral does (健一, 一番ヶ瀬), so it needs the company of a plot
PLOT = re.compile(rf"[0-9０-９]|{_NUMERAL}(丁目|番地|[番号](?={_NUMERAL}|$)|[-－‐ー]{_NUMERAL})")


@dataclass(frozen=True, slots=True)
class Term:
    """One condition: a kind of key, and the range of keys that answer it."""

    kind: KeyKind
    low: str
    high: str  # exclusive

    @classmethod
    def prefix(cls, kind: KeyKind, key: str) -> Term:
        """Keys that begin with the key."""
        return cls(kind, key, key + LAST)

    @classmethod
    def exact(cls, kind: KeyKind, key: str) -> Term:
        """That very key."""
        return cls(kind, key, key + NEXT)


@dataclass(frozen=True, slots=True)
class Search:
    """A search: every term must hold."""

    terms: tuple[Term, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was asked."""
        return not self.terms


def name_terms(text: str) -> tuple[Term, ...]:
    """The one term for a name written in kanji, kana or Latin letters; none for an empty text."""
    text = text.strip()
    if not text:
        return ()
    kind, fold = _kind_of(text)
    key = fold(text)
    return (Term.prefix(kind, key),) if key else ()


def _kind_of(text: str) -> tuple[KeyKind, Callable[[str], str]]:
    if KANA.fullmatch(text):
        return KeyKind.KANA, kana_key
    if LATIN.fullmatch(text):
        return KeyKind.ROMAN, romaji_key
    return KeyKind.NAME, kanji_key


def number_terms(text: str) -> tuple[Term, ...]:
    """The addressee number, zero-padded as the standard layout writes it."""
    digits = "".join(str(int(sign)) for sign in text.strip() if sign.isdecimal())
    return (Term.exact(KeyKind.NUMBER, digits.zfill(15)),) if digits else ()


def address_terms(text: str) -> tuple[Term, ...]:
    """The beginning of an address, in whatever digits it was typed."""
    key = address_key(text.strip()) if text.strip() else ""
    return (Term.prefix(KeyKind.ADDRESS, key),) if key else ()


def birth_terms(born: date | None) -> tuple[Term, ...]:
    """The day of birth."""
    return (Term.exact(KeyKind.BIRTH, born.isoformat()),) if born else ()


def box_terms(text: str) -> tuple[Term, ...]:
    """What one box may hold: a number, a place with a plot, or a name."""
    text = text.strip()
    if NUMBER.fullmatch(text):
        return number_terms(text)
    if PLOT.search(text):
        return address_terms(text)
    return name_terms(text)
