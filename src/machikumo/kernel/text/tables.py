"""Translation tables that several keys share; built once."""

from __future__ import annotations

import re
import unicodedata
from itertools import chain

SPACES = "\u0020\u0009\u3000\u00a0\u2002\u2003\u2009\u200b"
HYPHENS = "\u002d\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d\uff70\u30fc"


class FoldTable(dict[int, "str | int | None"]):
    """A table for str.translate that learns the characters that stay: a miss is dear, so each misses only once."""

    def __missing__(self, point: int) -> int:
        """Return the character itself and remember it."""
        self[point] = point
        return point


_SELECTOR_POINTS = chain(range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
DROP_SELECTORS: dict[int, str | None] = dict.fromkeys(_SELECTOR_POINTS)
DROP_SPACES: dict[int, str | None] = {ord(space): None for space in SPACES}

# Full-width ASCII to half width, capitals to small letters.
FOLD_ASCII: dict[int, str | None] = {
    **{0xFF01 + place: chr(0x21 + place).lower() for place in range(94)},
    **{point: chr(point).lower() for point in range(0x41, 0x5B)},
}

# Half-width katakana to full width; the voiced marks become combining ones and are composed afterwards.
FOLD_HALF_KANA: dict[int, str | None] = {
    point: unicodedata.normalize("NFKC", chr(point)) for point in range(0xFF61, 0xFFA0)
}

HIRAGANA_TO_KATAKANA: dict[int, str | None] = {point: chr(point + 0x60) for point in range(0x3041, 0x3097)}


MARKS = re.compile("[\u3099-\u309c]")


def compose_voiced(text: str) -> str:
    """Return the text with loose voiced marks joined to their kana (カ + ゛ = ガ); a loose mark elsewhere stays."""
    if not MARKS.search(text):
        return text
    text = text.replace("\u309b", "\u3099").replace("\u309c", "\u309a")
    joined: list[str] = []
    for sign in text:
        pair = unicodedata.normalize("NFC", joined[-1] + sign) if joined and sign in "\u3099\u309a" else ""
        if len(pair) == 1:
            joined[-1] = pair
        else:
            joined.append(sign)
    return "".join(joined)
