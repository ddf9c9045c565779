"""Keys of kana names: width, script, small kana, ヂヅ, long vowels and the writing of voiced marks fold."""

from __future__ import annotations

import re
import unicodedata

from machikumo.kernel.text.tables import (
    DROP_SELECTORS,
    DROP_SPACES,
    FOLD_ASCII,
    FOLD_HALF_KANA,
    HIRAGANA_TO_KATAKANA,
    HYPHENS,
    MARKS,
    FoldTable,
    compose_voiced,
)

_PLAIN = dict(
    zip("ァィゥェォャュョッヮヵヶヂヅヰヱヲヷヸヹヺ", "アイウエオヤユヨツワカケジズイエオバビベボ", strict=True)
)


def _plain(kana: str) -> str:
    return _PLAIN.get(kana, kana)


def _table() -> FoldTable:
    table: dict[int, str | None] = {ord(kana): plain for kana, plain in _PLAIN.items()}
    table |= {point: _plain(str(kana)) for point, kana in HIRAGANA_TO_KATAKANA.items()}
    table |= {point: _plain(str(kana)) for point, kana in FOLD_HALF_KANA.items()}
    table |= FOLD_ASCII | DROP_SPACES | DROP_SELECTORS
    table |= dict.fromkeys(map(ord, "・･=＝､、,，.．'’゠"))
    return FoldTable(table | dict.fromkeys(map(ord, HYPHENS), "ー"))


_FOLD = _table()
_ROWS = {
    "ア": "アカサタナハマヤラワガザダバパ",
    "イ": "イキシチニヒミリギジビピエケセテネヘメレゲゼデベペ",
    "ウ": "ウクスツヌフムユルグズブプ",
}
_O_ROW = "オコソトノホモヨロゴゾドボポ"
_LONG_O = re.compile(f"(?<=[{_O_ROW}])[ウオー]+")
_LONG = [(re.compile(f"(?<=[{row}])ー+"), vowel) for vowel, row in _ROWS.items()]
_V_ROW = (("ヴア", "バ"), ("ヴイ", "ビ"), ("ヴエ", "ベ"), ("ヴオ", "ボ"), ("ヴ", "ブ"))


def kana_key(kana: str) -> str:
    """Return the key of a kana name: katakana without spaces, one spelling for one sound.

    ショウコ, シヨウコ, しょーこ and ｼｮｳｺ have one key; so have オオノ and オウノ. Voicing stays: ナカシマ is not
    ナカジマ (see ``unvoiced_kana_key``). Latin letters become small and half-width. The key of a key is itself.
    """
    text = kana.translate(_FOLD)
    if MARKS.search(text):
        text = compose_voiced(text).translate(_FOLD)
    if "ヴ" in text:
        for spelled, plain in _V_ROW:
            text = text.replace(spelled, plain)
    text = _LONG_O.sub("オ", text)
    if "ー" in text:
        for pattern, vowel in _LONG:
            text = pattern.sub(vowel, text)
        text = _LONG_O.sub("オ", text.replace("ー", ""))
    return text


_UNVOICED: dict[int, str | None] = {
    ord(kana): unicodedata.normalize("NFD", kana)[0] for kana in "ガギグゲゴザジズゼゾダデドバビブベボパピプペポ"
}


def unvoiced_kana_key(kana: str) -> str:
    """Return the kana key without voicing, for a wider search: ナカシマ and ナカジマ, ヤマサキ and ヤマザキ."""
    return kana_key(kana).translate(_UNVOICED)
