"""Half and full width, as the data types X (半角) and Ｎ (全角) of the standard layouts mean them."""

from __future__ import annotations

import re

from machikumo.kernel.text.graphemes import strip_selectors

# Half width: ASCII and the half-width katakana block with the half-width signs around it.
_NARROW = re.compile("[\u0020-\u007e\uff61-\uff9f\uffe8-\uffee]*")
_ANY_NARROW = re.compile("[\u0000-\u007f\u0080-\u009f\uff61-\uff9f\uffe8-\uffee]")


def is_narrow(text: str) -> bool:
    """Tell whether the text is half-width only (data type X); the empty text is."""
    return _NARROW.fullmatch(text) is not None


def is_wide(text: str) -> bool:
    """Tell whether the text is full-width only (data type Ｎ); selectors and private-use characters are no fault.

    The empty text is.
    """
    return _ANY_NARROW.search(strip_selectors(text)) is None
