"""Paper: official documents as PDF by Typst, from frozen data, and reading a finished PDF back.

Guideline: 指針8 (certificates and guidance sheets that a resident can rely on).
``render`` is a pure function: same template, data, fonts and moment give the same bytes.
It never prints another glyph for the one that was asked: a character that the fonts lack is an error with its place.
It never puts a person's text into a program's source: data goes in as JSON.
"""

from machikumo.kernel.paper.errors import MissingGlyph, PaperBusy, PaperError, TextDoesNotFit
from machikumo.kernel.paper.fonts import PaperFont, PaperFonts, name_fonts
from machikumo.kernel.paper.glyphs import MissingCharacter, missing_characters
from machikumo.kernel.paper.marks import qr_svg
from machikumo.kernel.paper.pdf import page_texts
from machikumo.kernel.paper.rendering import render

__all__ = [
    "MissingCharacter",
    "MissingGlyph",
    "PaperBusy",
    "PaperError",
    "PaperFont",
    "PaperFonts",
    "TextDoesNotFit",
    "missing_characters",
    "name_fonts",
    "page_texts",
    "qr_svg",
    "render",
]
