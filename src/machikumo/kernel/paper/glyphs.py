"""Which characters the fonts hold, variation sequences included.

Typst refuses a code point that the font lacks, but passes a base with an unknown selector and prints the plain base
(tried: 葛 U+E0100 in IPAmj Mincho), so sequences are looked up here before anything is printed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from machikumo.kernel.characters import FontCoverage
from machikumo.kernel.text import graphemes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from machikumo.kernel.paper.fonts import PaperFont, PaperFonts

NOT_PRINTED = ("svg", "place")


@dataclass(frozen=True, slots=True)
class MissingCharacter:
    """A character that no face holds, and the way to it in the data."""

    character: str
    path: tuple[str | int, ...]


@cache
def coverage(face: PaperFont) -> FontCoverage:
    """What the face holds, read once a process."""
    return FontCoverage.load(face.file)


def missing_in_text(text: str, fonts: PaperFonts) -> Iterator[str]:
    """The characters of the text, each with its selector, that no face shows as meant."""
    held = [coverage(face) for face in fonts.faces]
    for grapheme in graphemes(text):
        if not any(face.holds(grapheme) for face in held):
            yield grapheme


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
