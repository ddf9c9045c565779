"""CP932, the charset of old vendors: user-defined area, cells that share a character, and what Windows writes.

Facts measured with CPython's codec over all double-byte cells: 9,604 decode, 398 of them do not come back as the same
bytes, because NEC row 13, NEC's selection of IBM's characters and IBM's own block overlap. Python writes NEC's copies
(髙 = EEE0) where Windows and iconv write IBM's (髙 = FBFC). The user-defined cells F040-F9FC are U+E000-U+E757.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

USER_AREA = range(0xE000, 0xE758)
_LEADS = (*range(0x81, 0xA0), *range(0xE0, 0xFD))
_TRAILS = (*range(0x40, 0x7F), *range(0x80, 0xFD))
_NEC_SELECTED = (0xED, 0xEE)  # NEC's copies of IBM's characters, which Windows reads but never writes


@dataclass(frozen=True, slots=True)
class CellNote:
    """A double-byte cell of a text whose bytes will not come back the same; ``written`` is what we write instead."""

    position: int
    character: str
    cell: bytes
    written: bytes


def is_user_area(character: str) -> bool:
    """Tell whether a character lies in CP932's user-defined area (外字), U+E000 to U+E757."""
    return ord(character) in USER_AREA


def user_area_positions(text: str) -> list[int]:
    """Return the positions (in code points) of user-defined characters in a text."""
    return [place for place, sign in enumerate(text) if ord(sign) in USER_AREA]


def user_cell_of(character: str) -> bytes:
    """Return the cell (F040 to F9FC) of a user-defined character.

    Raises:
        ValueError: the character lies outside the area.
    """
    if not is_user_area(character):
        raise ValueError(f"U+{ord(character):04X} is not in the user-defined area")
    return character.encode("cp932")


@cache
def cells_by_character() -> dict[str, tuple[bytes, ...]]:
    """Return the double-byte cells of each character, in the order of the code table."""
    cells: dict[str, list[bytes]] = {}
    for lead in _LEADS:
        for trail in _TRAILS:
            cell = bytes((lead, trail))
            character = _decoded(cell)
            if character:
                cells.setdefault(character, []).append(cell)
    return {character: tuple(found) for character, found in cells.items()}


def _decoded(cell: bytes) -> str:
    try:
        return cell.decode("cp932")
    except UnicodeDecodeError:
        return ""


@cache
def _preferences() -> dict[str, bytes]:
    """Return the cell that Windows writes, where it is another than the one that Python writes."""
    wanted: dict[str, bytes] = {}
    for character, cells in cells_by_character().items():
        python = character.encode("cp932")
        windows = cells[-1] if python[0] in _NEC_SELECTED and len(cells) > 1 else python
        if windows != python:
            wanted[character] = windows
    return wanted


def to_cp932(text: str) -> bytes:
    """Return the bytes of a text as Windows writes them.

    Raises:
        UnicodeEncodeError: a character has no cell; its position is in the error.
    """
    wanted = _preferences()
    if not any(sign in wanted for sign in set(text)):
        return text.encode("cp932")
    text.encode("cp932")  # complains about a character without a cell at its true position
    return b"".join(wanted.get(sign) or sign.encode("cp932") for sign in text)


def notes_of_bytes(data: bytes) -> list[CellNote]:
    """Return the cells of a CP932 text that ``to_cp932`` writes with other bytes, to list beside a round trip.

    Raises:
        UnicodeDecodeError: the bytes are not CP932.
    """
    notes: list[CellNote] = []
    place = 0
    for position, character in enumerate(data.decode("cp932")):
        written = to_cp932(character)
        cell = data[place : place + len(written)]
        place += len(written)
        if cell != written:
            notes.append(CellNote(position, character, cell, written))
    return notes
