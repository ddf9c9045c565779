"""Colours reckoned with: which ink can be read on a town's colour (WCAG 2.2, 1.4.3 and 1.4.11)."""

from __future__ import annotations

import re

BLACK, WHITE = "#000000", "#ffffff"
TOWN_DEFAULT = "#0017c1"
_HEX = re.compile(r"#[0-9a-fA-F]{6}\Z")
_LINEAR_LIMIT = 0.04045


def checked(colour: str, default: str = TOWN_DEFAULT) -> str:
    """The colour as ``#rrggbb`` in small letters; the default when it is anything else, so that it is safe in CSS."""
    return colour.lower() if _HEX.match(colour) else default


def _linear(channel: int) -> float:
    part = channel / 255
    return part / 12.92 if part <= _LINEAR_LIMIT else ((part + 0.055) / 1.055) ** 2.4


def luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb``, 0 for black to 1 for white, as WCAG defines it."""
    red, green, blue = (_linear(int(colour[place : place + 2], 16)) for place in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def ink_on(colour: str) -> str:
    """Black or white, whichever reads better on the colour; one of both always has 4.5 or more."""
    return max((WHITE, BLACK), key=lambda ink: contrast(ink, colour))
