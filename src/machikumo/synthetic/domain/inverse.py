"""Mapping steps run backwards, each as a table from standard value to vendor value.

This is the old vendor's side of the move and on purpose shares no code with the converter of layouts:
what one writes the other must read back.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any, Final, Protocol

from machikumo.kernel.errors import MachikumoError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_SPACE: Final = "　"


class CannotWrite(MachikumoError):
    """A standard value has no form in the vendor's file."""


class Table(Protocol):
    """What turns a standard value into the vendor's."""

    def __getitem__(self, value: str, /) -> str:
        """Return the vendor's value."""


class Made(dict[str, str]):
    """A table that is filled on demand by a function; most columns have few different values."""

    def __init__(self, make: Callable[[str], str]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, value: str) -> str:
        made = self[value] = self._make(value)
        return made


class Computed:
    """A table for columns whose values hardly repeat: nothing is kept."""

    __slots__ = ("_make",)

    def __init__(self, make: Callable[[str], str]) -> None:
        self._make = make

    def __getitem__(self, value: str) -> str:
        return self._make(value)


def inverse(step: Mapping[str, Any], part: int, tables: Mapping[str, Sequence[Sequence[str]]]) -> Table | None:
    """Return the table that undoes a step for the vendor column number `part` of its move; None for a copy.

    Raises:
        CannotWrite: a kind of step that only reads.
    """
    kind = step["kind"]
    if kind in {"copy", "gaiji_map"}:
        # User-defined characters are put in for the whole line at once: see Exporter.
        return None
    if kind == "code_map":
        return _codes(tables[step["table"]])
    if kind == "join_name":
        return Made(_family if part == 0 else _given)
    if kind == "width_fold" and step["to"] == "full":
        return Made(half_width)
    if kind == "pad":
        return Computed(_cut(int(step["source_length"]), step["fill"]))
    if kind == "strip":
        return Made(_hyphen(int(step["at"])))
    raise CannotWrite(
        f"対応表の手順「{kind}」は書き出しに使えません。逆向きに変換できる手順だけの対応表を指定してください。",
        f"The step '{kind}' cannot be undone: use a mapping whose steps can.",
    )


def _codes(pairs: Sequence[Sequence[str]]) -> dict[str, str]:
    # Where several vendor codes share a standard code, the first one is written.
    return {standard: vendor for vendor, standard in reversed(pairs)} | {"": ""}


def _family(name: str) -> str:
    return name.partition(_SPACE)[0]


def _given(name: str) -> str:
    return name.partition(_SPACE)[2]


def _cut(length: int, fill: str) -> Callable[[str], str]:
    if length:
        return lambda value: value[-length:]
    return lambda value: value.lstrip(fill) or value[:1]


def _hyphen(place: int) -> Callable[[str], str]:
    return lambda value: f"{value[:place]}-{value[place:]}" if value else ""


def half_width(kana: str) -> str:
    """Return full-width kana in half width, a voicing mark as a sign of its own; other signs as they are."""
    return kana.translate(_HALF)


def _half_width_table() -> dict[int, str]:
    single = {unicodedata.normalize("NFKC", chr(point)): chr(point) for point in range(0xFF61, 0xFF9E)}
    table = {ord(full): half for full, half in single.items()} | {ord(_SPACE): " "}
    for point in range(0x30A1, 0x30FB):
        base, *marks = list(unicodedata.normalize("NFD", chr(point)))
        if marks and base in single:
            table[point] = single[base] + {"\u3099": "ﾞ", "\u309a": "ﾟ"}[marks[0]]
    return table


_HALF: Final = _half_width_table()
