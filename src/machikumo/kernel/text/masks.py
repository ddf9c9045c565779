"""Hiding most of a text on screens and in lists that many eyes see."""

from __future__ import annotations

import re

from machikumo.kernel.text.graphemes import graphemes

_PARTS = re.compile(r"(\s+)")


def masked(text: str, *, shown: int = 1, sign: str = "＊") -> str:
    """Return the text with the first ``shown`` characters of each part (family, given) and signs for the rest.

    A part that is not longer than ``shown`` shows one character less, so that something is always hidden.
    """
    return "".join(part if part.isspace() else _mask(part, shown, sign) for part in _PARTS.split(text))


def _mask(part: str, shown: int, sign: str) -> str:
    pieces = graphemes(part)
    open_pieces = min(shown, max(len(pieces) - 1, 0))
    return "".join(pieces[:open_pieces]) + sign * (len(pieces) - open_pieces)
