"""Half-width and full-width forms, one to one in both directions: what a width fold replaces."""

from __future__ import annotations

import re

_HALF_KANA = "｡｢｣､･ｦｧｨｩｪｫｬｭｮｯｰｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝﾞﾟ"
_FULL_KANA = (
    "。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソ"
    "タチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン゛゜"
)
_VOICED = dict(zip("ｳｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾊﾋﾌﾍﾎ", "ヴガギグゲゴザジズゼゾダヂヅデドバビブベボ", strict=True))
_HALF_VOICED = dict(zip("ﾊﾋﾌﾍﾎ", "パピプペポ", strict=True))

HALF_TO_FULL: dict[str, str] = (
    {f"{kana}ﾞ": full for kana, full in _VOICED.items()}
    | {f"{kana}ﾟ": full for kana, full in _HALF_VOICED.items()}
    | dict(zip(_HALF_KANA, _FULL_KANA, strict=True))
    | {chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)}
    | {" ": "\u3000"}
)
FULL_TO_HALF: dict[str, str] = {full: half for half, full in HALF_TO_FULL.items()}
_HALF = re.compile("|".join(map(re.escape, HALF_TO_FULL)))
_FULL = re.compile("|".join(map(re.escape, FULL_TO_HALF)))


def to_full(text: str) -> str:
    """Return the text with every half-width sign in its full-width form, voiced marks joined to their kana."""
    return _HALF.sub(lambda match: HALF_TO_FULL[match[0]], text)


def to_half(text: str) -> str:
    """Return the text with every full-width sign that has a half-width form in that form; others stay."""
    return _FULL.sub(lambda match: FULL_TO_HALF[match[0]], text)
