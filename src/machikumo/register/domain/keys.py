"""The keys by which a person is found: made from the written forms, never stored back into them."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from machikumo.kernel.text import address_key, kana_key, kanji_key, romaji_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

NAME_PARTS = 2
SOURCE_COLUMNS = (
    "name",
    "former_name",
    "common_name",
    "name_foreign_kanji",
    "name_kana",
    "former_name_kana",
    "common_name_kana",
    "name_roman",
    "address_town",
    "address_number",
)


class KeyKind(IntEnum):
    """What a person is found by. BIRTH and NUMBER have no keys of their own: the rows that hold them are indexed."""

    NAME = 1
    KANA = 2
    ROMAN = 3
    BIRTH = 4
    ADDRESS = 5
    NUMBER = 6


def keys_of(row: Sequence[str | None]) -> Iterator[tuple[int, str]]:
    """The (kind, key) pairs of one row given in the order of SOURCE_COLUMNS; empty keys are left out.

    Of a name in two or more parts the last is a key too, so that the given name finds the person.
    """
    values = [value or "" for value in row]
    names, kanas, roman, (town, plot) = values[:4], values[4:7], values[7], values[8:]
    for name in names:
        yield from _parts(KeyKind.NAME, name, kanji_key)
    for kana in kanas:
        yield from _parts(KeyKind.KANA, kana, kana_key)
    yield from _parts(KeyKind.ROMAN, roman, romaji_key)
    if town or plot:
        yield KeyKind.ADDRESS, address_key(town + plot)


def _parts(kind: KeyKind, text: str, fold: Callable[[str], str]) -> Iterator[tuple[int, str]]:
    if not text:
        return
    whole = fold(text)
    if whole:
        yield kind, whole
    parts = text.split()
    if len(parts) >= NAME_PARTS:
        given = fold(parts[-1])
        if given and given != whole:
            yield kind, given
