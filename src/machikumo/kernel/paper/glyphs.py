"""Which characters the fonts hold, variation sequences included.

Typst refuses a code point that the font lacks, but passes a base with an unknown selector and prints the plain base
(tried: 葛 U+E0100 in IPAmj Mincho), so sequences are looked up here before anything is printed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from machikumo.kernel.paper.fonts import PaperFont, PaperFonts

VARIATION_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
VARIATION_SUBTABLE = 14
NOT_PRINTED = ("svg", "place")
BLANK = frozenset("\n\u3000 ")


@dataclass(frozen=True, slots=True)
class Coverage:
    """What one face holds."""

    characters: frozenset[int]
    sequences: frozenset[tuple[int, int]]

    def holds(self, cluster: str) -> bool:
        """Whether the face holds this character, with its selector when it has one."""
        base, *selector = map(ord, cluster)
        return (base, selector[0]) in self.sequences if selector else base in self.characters


@dataclass(frozen=True, slots=True)
class MissingCharacter:
    """A character that no face holds, and the way to it in the data."""

    character: str
    path: tuple[str | int, ...]


@cache
def coverage(face: PaperFont) -> Coverage:
    """What the face holds, read once a process from its character maps."""
    from fontTools.ttLib import TTFont

    with TTFont(face.file, fontNumber=face.index, lazy=True) as font:
        characters = frozenset(font.getBestCmap())
        sequences = frozenset(
            (base, selector)
            for table in font["cmap"].tables
            if table.format == VARIATION_SUBTABLE
            for selector, pairs in table.uvsDict.items()
            for base, _glyph in pairs
        )
    return Coverage(characters, sequences)


def is_variation_selector(sign: str) -> bool:
    """Whether the sign only chooses the shape of the one before it."""
    return any(ord(sign) in signs for signs in VARIATION_SELECTORS)


def clusters(text: str) -> Iterator[str]:
    """The characters of a text, each with its variation selector."""
    held = ""
    for sign in text:
        if held and len(held) == 1 and is_variation_selector(sign):
            held += sign
            continue
        if held:
            yield held
        held = sign
    if held:
        yield held


def missing_in_text(text: str, fonts: PaperFonts) -> Iterator[str]:
    """The characters of the text that no face holds."""
    held = [coverage(face) for face in fonts.faces]
    for cluster in clusters(text):
        if cluster not in BLANK and not any(face.holds(cluster) for face in held):
            yield cluster


def missing_characters(data: object, fonts: PaperFonts) -> Iterator[MissingCharacter]:
    """Every character of the data's printed texts that no face holds.

    Keys that end in ``svg`` hold pictures and ``place`` tells whose text it is: neither is printed as text.
    """
    for path, text in _texts(data, ()):
        for character in missing_in_text(text, fonts):
            yield MissingCharacter(character, path)


def _texts(data: object, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(data, str):
        yield path, data
    elif isinstance(data, Mapping):
        for key, value in data.items():
            if not str(key).endswith(NOT_PRINTED):
                yield from _texts(value, (*path, str(key)))
    elif isinstance(data, Sequence):
        for position, value in enumerate(data):
            yield from _texts(value, (*path, position))
