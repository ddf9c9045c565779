"""What a reader counts as one character: a base with its variation selectors and combining marks."""

from __future__ import annotations

import re

SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
_SELECTOR = re.compile(f"[{SELECTORS}]")
_GRAPHEME = re.compile(f"(?s:.)[{SELECTORS}\u3099\u309a\u0300-\u036f]*")


def strip_selectors(text: str) -> str:
    """Return the text without variation selectors (IVS and SVS)."""
    return text if text.isascii() else _SELECTOR.sub("", text)


def visible_length(text: str) -> int:
    """Return the count of characters as the standard layouts count them: selectors do not count.

    葛 with U+E0102 is one character. Combining voiced marks count, as they do in the layouts.
    """
    return len(text) if text.isascii() else len(text) - len(_SELECTOR.findall(text))


def graphemes(text: str) -> list[str]:
    """Return the text cut into bases with their selectors and combining marks; joined they give the text again."""
    return _GRAPHEME.findall(text)
