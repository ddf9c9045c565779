"""Keys of kanji names: forms of one kanji fold by a reviewed table, selectors go, compatibility ideographs unify."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Any

from machikumo.kernel.official import OfficialDataError, data_folder
from machikumo.kernel.text.tables import (
    DROP_SELECTORS,
    DROP_SPACES,
    FOLD_ASCII,
    FOLD_HALF_KANA,
    FoldTable,
    compose_voiced,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SEARCH_ONLY = "search_only"


@dataclass(frozen=True, slots=True)
class Variant:
    """One entry: ``form`` folds to ``common``; ``kind`` and ``source`` say why, ``confirmed`` how surely."""

    form: str
    common: str
    kind: str
    source: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class VariantTable:
    """The shipped table: its version, its entries, and the pairs that must stay apart in every key or in comparing."""

    version: str
    entries: tuple[Variant, ...]
    never: tuple[str, ...]
    comparing: tuple[str, ...]


def _entries(group: dict[str, Any]) -> Iterator[Variant]:
    for pair in group["pairs"]:
        yield Variant(pair[0], pair[1:], group["kind"], group["source"], group["confirmed"])


def read_variants(path: Path) -> VariantTable:
    """Return the table of a file.

    Raises:
        OfficialDataError: the file is not there.
        ValueError: a form stands twice, or folds to a form that folds again.
    """
    if not path.is_file():
        raise OfficialDataError(path)
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    entries = tuple(chain.from_iterable(map(_entries, data["group"])))
    _require_flat(entries)
    return VariantTable(
        data["version"], entries, tuple(data["distinct"]["never"]), tuple(data["distinct"]["comparing"])
    )


def _require_flat(entries: tuple[Variant, ...]) -> None:
    own = [entry for entry in entries if entry.kind != SEARCH_ONLY]
    forms = [entry.form for entry in own]
    twice = {form for form in forms if forms.count(form) > 1}
    chained = {entry.form for entry in own if entry.common in set(forms)}
    if twice or chained:
        raise ValueError(f"variants: listed twice {sorted(twice)}, folds again {sorted(chained)}")


@cache
def variant_table() -> VariantTable:
    """Return the shipped table; read once."""
    return read_variants(data_folder() / "characters" / "variants.toml")


def variants() -> tuple[Variant, ...]:
    """Return every entry of the shipped table."""
    return variant_table().entries


def _compatibility() -> dict[int, str | None]:
    """Return Unicode's canonical decomposition of the compatibility ideographs."""
    points = chain(range(0xF900, 0xFB00), range(0x2F800, 0x2FA20))
    folded = {point: unicodedata.normalize("NFC", chr(point)) for point in points}
    return {point: text for point, text in folded.items() if text != chr(point) and len(text) == 1}


_READING = re.compile(r"HENTAIGANA LETTER ([A-Z]+)-[0-9]+")


def _hentaigana() -> dict[int, str | None]:
    """Return the hiragana of each 変体仮名, read from its Unicode name; letters with two readings stay."""
    table: dict[int, str | None] = {}
    for point in range(0x1B001, 0x1B11F):
        found = _READING.fullmatch(unicodedata.name(chr(point), ""))
        if found:
            table[point] = unicodedata.lookup(f"HIRAGANA LETTER {found[1]}")
    return table


@cache
def _fold_table(*, searching: bool) -> FoldTable:
    steps = {entry.form: entry.common for entry in variants() if entry.kind != SEARCH_ONLY}
    last = {entry.form: entry.common for entry in variants() if entry.kind == SEARCH_ONLY and searching}
    base = _compatibility()
    base |= {ord(form): common for form, common in steps.items()}
    # A compatibility ideograph may unify to a form that the table folds further.
    base |= {point: steps.get(text, text) for point, text in base.items() if text}
    base |= {ord(form): common for form, common in last.items()}
    base |= {point: last.get(text, text) for point, text in base.items() if text}
    base |= _hentaigana() | FOLD_ASCII | FOLD_HALF_KANA
    base |= {ord("ヶ"): "ケ", ord("ヵ"): "カ", ord("ゐ"): "い", ord("ゑ"): "え", ord("ヰ"): "イ", ord("ヱ"): "エ"}
    return FoldTable(base | DROP_SPACES | DROP_SELECTORS)


_BEYOND = "\U00010000"
_REPEATED = re.compile("([^々])々+")


@cache
def _needs_folding(*, searching: bool) -> re.Pattern[str]:
    """Return what finds a character that the table touches; anything beyond the basic plane counts as one."""
    touched = (chr(point) for point, to in _fold_table(searching=searching).items() if to != point)
    listed = "".join(re.escape(sign) for sign in touched if sign < _BEYOND)
    return re.compile(f"[々\u3099-\u309c{listed}{_BEYOND}-\U0010ffff]")


def _folded(text: str, *, searching: bool) -> str:
    text = text.replace("\u3000", "").replace(" ", "")
    if not _needs_folding(searching=searching).search(text):
        return text
    table = _fold_table(searching=searching)
    key = compose_voiced(text.translate(table))
    if "々" in key:
        key = _REPEATED.sub(lambda found: found[1] * len(found[0]), key)
    return key


def kanji_key(name: str) -> str:
    """Return the search key of a name as written: 髙﨑, 高崎 and 高﨑 + selector have one key; spaces do not count.

    斎 and 斉, which people mix up, are one here. The key of a key is itself.
    """
    return _folded(name, searching=True)


def kanji_form_key(name: str) -> str:
    """Return the key that compares names: forms of one kanji are one, different kanji (斎, 斉) stay two."""
    return _folded(name, searching=False)
