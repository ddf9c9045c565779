"""Small fonts for tests, made on the spot."""

from collections.abc import Mapping
from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen


def make_font(path: Path, characters: Mapping[str, str], sequences: Mapping[str, str | None]) -> Path:
    """Write a TrueType font; ``characters`` and ``sequences`` map text to glyph names, None = the base's own glyph."""
    names = dict.fromkeys([".notdef", *characters.values(), *filter(None, sequences.values())])
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(list(names))
    builder.setupCharacterMap(
        {ord(sign): glyph for sign, glyph in characters.items()},
        uvs=[(ord(written[0]), ord(written[1]), glyph) for written, glyph in sequences.items()],
    )
    builder.setupGlyf({name: _square() for name in names})
    builder.setupHorizontalMetrics(dict.fromkeys(names, (1000, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Small", "styleName": "Regular", "copyright": "nobody's"})
    builder.setupOS2()
    builder.setupPost()
    builder.save(path)
    return path


def _square() -> object:
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    pen.lineTo((0, 800))
    pen.lineTo((800, 800))
    pen.lineTo((800, 0))
    pen.closePath()
    return pen.glyph()
