"""The keys beside another library's conversions and beside the data files as they lie."""

import tomllib
import unicodedata

import jaconv
import pytest
from hypothesis import given
from hypothesis import strategies as st

from machikumo.kernel.official import data_folder
from machikumo.kernel.text import is_narrow, is_wide, kana_key, kanji_key, romaji_key, variants

HALF = "".join(map(chr, range(0xFF66, 0xFFA0)))
half_kana = st.text(HALF)
hiragana = st.text(st.characters(min_codepoint=0x3041, max_codepoint=0x3096))
ascii_text = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E))


@given(half_kana)
def test_half_width_kana_have_the_key_of_jaconvs_full_width_form(text: str) -> None:
    assert kana_key(text) == kana_key(jaconv.h2z(text))


@given(hiragana)
def test_hiragana_have_the_key_of_jaconvs_katakana(text: str) -> None:
    assert kana_key(text) == kana_key(jaconv.hira2kata(text))


@given(ascii_text)
def test_full_width_latin_has_the_key_of_half_width(text: str) -> None:
    wide = jaconv.h2z(text, ascii=True, digit=True, kana=False)
    assert romaji_key(wide) == romaji_key(text)
    assert kanji_key(wide) == kanji_key(text)


@given(st.text(HALF[:-2]) | ascii_text)
def test_widths_are_told_apart_as_jaconv_converts_them(text: str) -> None:
    assert is_narrow(text)
    assert is_wide(jaconv.h2z(text, ascii=True, digit=True))


def test_every_form_of_the_table_is_one_ideograph_and_none_is_a_compatibility_one() -> None:
    for entry in variants():
        assert len(entry.form) == len(entry.common) == 1, entry
        assert unicodedata.category(entry.form) == unicodedata.category(entry.common) == "Lo", entry
        assert unicodedata.normalize("NFC", entry.form) == entry.form, entry


def test_the_table_has_all_pairs_of_the_notice_that_unicode_does_not_unify() -> None:
    notice = [entry for entry in variants() if entry.kind == "joyo"]
    assert len(notice) == 302
    known = {entry.form: entry.common for entry in notice}
    assert {form: known[form] for form in "亞櫻澤邊德濱龍瀧齋齊藝辯瓣辨"} == dict(
        zip("亞櫻澤邊德濱龍瀧齋齊藝辯瓣辨", "亜桜沢辺徳浜竜滝斎斉芸弁弁弁", strict=True)
    )


def test_the_file_of_variants_is_what_the_package_reads() -> None:
    file = data_folder() / "characters" / "variants.toml"
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    assert sum(len(group["pairs"]) for group in data["group"]) == len(variants())
    assert all(len(pair) == 2 for pair in data["distinct"]["never"] + data["distinct"]["comparing"])


@pytest.mark.parametrize("name", ["髙﨑　花子", "渡邉\U000e010f　太郎", "\ufa19田　\U0002000b"])
def test_making_a_key_never_changes_the_name_itself(name: str) -> None:
    before = name.encode()
    kanji_key(name)
    kana_key(name)
    assert name.encode() == before
