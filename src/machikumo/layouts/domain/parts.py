"""Files that come in parts (…_001, _002): put in order by their names; missing and double parts are told."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from machikumo.layouts.domain.errors import LayoutError

if TYPE_CHECKING:
    from collections.abc import Iterable

_SLOT = re.compile(r"\{(code|date|part|parts)\}")
_SLOTS = {"code": "[0-9]{6}", "date": "[0-9]{8}", "part": "(?P<part>[0-9]+)", "parts": "(?P<parts>[0-9]+)"}


class BadParts(LayoutError):
    """The parts of a file are not complete, or one is there twice."""


class Part(NamedTuple):
    """One part by its name: its number, how many there are (0: not told), and what is before it."""

    name: str
    number: int
    total: int
    stem: str


def is_split(pattern: str) -> bool:
    """Whether files of that name come in parts."""
    return "{part}" in pattern


def part_of(name: str, pattern: str) -> Part | None:
    """Return which part a file is by its name, None when the name is another."""
    pieces = _SLOT.split(pattern)
    form = "".join(_SLOTS[piece] if at % 2 else re.escape(piece) for at, piece in enumerate(pieces))
    match = re.fullmatch(form, name)
    if match is None:
        return None
    found = match.groupdict()
    return Part(name, int(found["part"]), int(found.get("parts") or 0), name[: match.start("part")])


def in_order(parts: Iterable[Part]) -> list[Part]:
    """Return the parts of one file in order.

    Raises:
        BadParts: a part is missing or there twice, or the parts belong to more than one file.
    """
    found = sorted(parts, key=lambda part: part.number)
    numbers = [part.number for part in found]
    if len({part.stem for part in found}) > 1:
        names = "、".join(part.name for part in found[:5])
        raise BadParts(f"別のファイルの分割が混ざっています（{names}）。", f"Parts of several files: {names}.")
    double = next((number for number in numbers if numbers.count(number) > 1), None)
    if double is not None:
        names = "、".join(part.name for part in found if part.number == double)
        raise BadParts(f"{double} 番の分割が2つあります（{names}）。", f"Part {double} is there twice ({names}).")
    first = min(numbers[0], 1) if numbers else 1
    last = max([*numbers, *(part.total for part in found)], default=0)
    missing = sorted(set(range(first, last + 1)) - set(numbers))
    if missing or not found:
        told = "、".join(map(str, missing[:10])) or "1"
        raise BadParts(
            f"分割ファイルの {told} 番がありません。すべて揃えてからやり直してください。",
            f"Part {told} of the file is missing: begin again when all are there.",
        )
    return found
