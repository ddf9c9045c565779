"""Keys of addresses: digits of every width and script, 丁目 番地 番 号 の and all hyphens become one writing."""

from __future__ import annotations

import re

from machikumo.kernel.text.tables import HYPHENS
from machikumo.kernel.text.variants import kanji_key

_SPELLINGS = {ord("が"): "ケ", ord("ガ"): "ケ", ord("の"): "ノ", ord("之"): "ノ"}
_VALUES = {digit: value for value, digit in enumerate("〇一二三四五六七八九")}
_ANY_DIGIT = "0-9０-９〇一二三四五六七八九十百"
_NUMERAL = "[〇一二三四五六七八九十百]+"
_GAP = re.compile(rf"(?<=[{_ANY_DIGIT}])\s+(?=[{_ANY_DIGIT}])")
_HYPHEN = re.compile(rf"(?<=[{_ANY_DIGIT}])[{re.escape(HYPHENS)}]+")
_BEFORE_UNIT = re.compile(rf"{_NUMERAL}(?=丁目|番地|番(?![町丁])|号|-|ノ[0-9〇一二三四五六七八九十百])")
_AFTER_HYPHEN = re.compile(rf"(?<=-){_NUMERAL}(?=-|$)")
_LOOSE_HYPHEN = re.compile(r"(?<=[0-9])-(?![0-9])")
_UNIT = re.compile(r"(?<=[0-9])(?:丁目|番地ノ?|番(?![町丁])ノ?|号室?|ノ(?=[0-9])|-)+")
_HAS_NUMERAL = re.compile(_NUMERAL)


def kanji_number(text: str) -> int:
    """Return the value of a kanji numeral below one thousand: 二十三, 百五, 二三, 〇."""
    hundreds, has_hundred, rest = text.rpartition("百")
    tens, has_ten, ones = rest.rpartition("十")
    value = _count(hundreds) * 100 if has_hundred else 0
    value += _count(tens) * 10 if has_ten else 0
    return value + (_digits(ones) if ones else 0)


def _count(text: str) -> int:
    return _digits(text) if text else 1


def _digits(text: str) -> int:
    return int("".join(str(_VALUES.get(digit, 1)) for digit in text))


def address_key(address: str) -> str:
    """Return the key of an address: 三丁目２番地５号, 3丁目2-5 and ３ー２ー５ have one key.

    Kanji numerals are read only beside 丁目, 番地, 番, 号, の and hyphens: 三条 and 一番町 stay names. A space between
    two numbers counts as a hyphen, other spaces do not count, nor does 大字; ヶ, ケ, が and の, ノ, 之 are one.
    """
    text = _GAP.sub("-", address.strip())
    text = kanji_key(text).translate(_SPELLINGS).replace("大字", "")
    text = _HYPHEN.sub("-", text)
    if not _HAS_NUMERAL.search(text):
        return _LOOSE_HYPHEN.sub("", _UNIT.sub("-", text))
    text = _UNIT.sub("-", _BEFORE_UNIT.sub(_arabic, text))
    return _LOOSE_HYPHEN.sub("", _AFTER_HYPHEN.sub(_arabic, text))


def _arabic(numeral: re.Match[str]) -> str:
    return str(kanji_number(numeral[0]))
