"""Small fonts and files for tests, made on the spot: strokes at random places by a seed, no font of the machine."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from machikumo.gaiji.domain.fonts import open_font, outline_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from machikumo.gaiji.domain.outlines import Outline

EM = 1000
STROKES = 7
Boxes = list[tuple[int, int, int, int]]


def strokes(seed: int) -> Boxes:
    """Seven strokes, thick or thin, upright or lying, as boxes (x, y, width, height) within the em."""
    chance = np.random.default_rng(seed)
    made = []
    for number in range(STROKES):
        length, thick = int(chance.integers(300, 700)), int(chance.integers(35, 90))
        wide, high = (length, thick) if number % 2 else (thick, length)
        made.append((int(chance.integers(40, 960 - wide)), int(chance.integers(-80, 820 - high)), wide, high))
    return made


def glyph(boxes: Boxes) -> Any:
    """A TrueType glyph of filled boxes."""
    pen = TTGlyphPen(None)
    for x, y, wide, high in boxes:
        pen.moveTo((x, y))
        for corner in ((x, y + high), (x + wide, y + high), (x + wide, y)):
            pen.lineTo(corner)
        pen.closePath()
    return pen.glyph()


def font_bytes(
    characters: Mapping[int, Any],
    *,
    names: Mapping[int, str] | None = None,
    sequences: Mapping[tuple[int, int], int] | None = None,
    family: str = "Kasumi Gaiji",
) -> bytes:
    """A TrueType font of glyphs by code point; ``names`` names them, ``sequences`` maps (base, selector) to a code."""
    named = {code: (names or {}).get(code, f"u{code:04X}") for code in characters}
    builder = FontBuilder(EM, isTTF=True)
    builder.setupGlyphOrder([".notdef", *named.values()])
    builder.setupCharacterMap(
        named, uvs=[(base, selector, named[code]) for (base, selector), code in (sequences or {}).items()]
    )
    builder.setupGlyf({".notdef": glyph([]), **{named[code]: shape for code, shape in characters.items()}})
    builder.setupHorizontalMetrics(dict.fromkeys([".notdef", *named.values()], (EM, 0)))
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupNameTable({"familyName": family, "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    out = BytesIO()
    builder.save(out)
    return out.getvalue()


def figure_font_file(path: Path, count: int = 40) -> Path:
    """A font whose glyphs bear names of MJ figures: MJ000001 … for U+4E00 …; the first has a selector too."""
    path.write_bytes(
        font_bytes(
            {0x4E00 + number: glyph(strokes(number)) for number in range(count)},
            names={0x4E00 + number: f"mj{number + 1:06d}" for number in range(count)},
            sequences={(0x4E00, 0xE0100): 0x4E00},
            family="Small Figures",
        )
    )
    return path


def gaiji_bytes(*numbers: int) -> bytes:
    """A font of user-defined characters from U+E000, whose shapes are those of the numbered figures."""
    return font_bytes({0xE000 + place: glyph(strokes(number)) for place, number in enumerate(numbers)})


def outline(seed: int) -> Outline:
    """The outline of a numbered figure."""
    with open_font(BytesIO(gaiji_bytes(seed))) as font:
        return outline_of(font, "uE000")
