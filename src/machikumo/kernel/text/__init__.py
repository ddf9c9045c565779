"""Text of names and addresses: search keys, lengths, widths, masks (住民情報, 番号制度, 指針6).

For every room that finds a person by name in any form, checks a cell's length or shows a name to a wall of eyes.
Keys are made beside the stored text, carry ``SEARCH_KEY_VERSION`` and fold only what a reviewed table allows.
It never changes a stored name: not by NFC, not by NFKC, not by case.
It never decides that two people are one; a key finds, people and evidence rules decide.
"""

from machikumo.kernel.text.addresses import address_key
from machikumo.kernel.text.graphemes import graphemes, strip_selectors, visible_length
from machikumo.kernel.text.kana import kana_key, unvoiced_kana_key
from machikumo.kernel.text.keys import (
    SEARCH_KEY_VERSION,
    NameKeys,
    birth_key,
    name_keys,
    romaji_key,
)
from machikumo.kernel.text.masks import masked
from machikumo.kernel.text.spreadsheets import calm
from machikumo.kernel.text.variants import Variant, kanji_form_key, kanji_key, variants
from machikumo.kernel.text.widths import is_narrow, is_wide

__all__ = [
    "SEARCH_KEY_VERSION",
    "NameKeys",
    "Variant",
    "address_key",
    "birth_key",
    "calm",
    "graphemes",
    "is_narrow",
    "is_wide",
    "kana_key",
    "kanji_form_key",
    "kanji_key",
    "masked",
    "name_keys",
    "romaji_key",
    "strip_selectors",
    "unvoiced_kana_key",
    "variants",
    "visible_length",
]
