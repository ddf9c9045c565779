import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from machikumo.kernel.official import OfficialDataError
from machikumo.kernel.text import kanji_form_key, kanji_key, variants
from machikumo.kernel.text.variants import SEARCH_ONLY, read_variants, variant_table

names = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF) | st.sampled_from("々　ｱﾞ髙﨑𠮷齋\U000e0101"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("髙橋", "高橋"),
        ("山﨑", "山崎"),
        ("渡邉", "渡辺"),
        ("渡邊", "渡辺"),
        ("渡邉\U000e010f", "渡辺"),
        ("齋藤", "斉藤"),
        ("齊藤", "斉藤"),
        ("斎藤", "斉藤"),
        ("澤田", "沢田"),
        ("廣瀨", "広瀬"),
        ("國井", "国井"),
        ("櫻井", "桜井"),
        ("濵田", "浜田"),
        ("濱田", "浜田"),
        ("𠮷野", "吉野"),
        ("德永", "徳永"),
        ("葛\U000e0102城", "葛城"),
        ("神\ufe00田", "神田"),
        ("\ufa19田", "神田"),
        ("\ufa1b島", "福島"),
        ("\ufa11", "崎"),
        ("\ufa10本", "塚本"),
        ("佐々木", "佐佐木"),
        ("ＳＭＩＴＨ　ＪＯＨＮ", "smithjohn"),
        ("鈴木　一郎", "鈴木一郎"),
        ("関ヶ原", "関ケ原"),
        ("み\U0001b000".replace("\U0001b000", "ゑ"), "みえ"),
        ("\U0001b002い", "あい"),
        ("ｻｸﾗ", "サクラ"),
        ("ｶﾞ", "ガ"),
        ("か゛", "が"),
    ],
)
def test_forms_of_one_name_have_one_search_key(old: str, new: str) -> None:
    assert kanji_key(old) == kanji_key(new)


def test_the_table_has_more_than_150_entries_and_each_says_whence_it_comes() -> None:
    entries = variants()
    assert len(entries) >= 500
    assert all(entry.source and entry.kind for entry in entries)
    assert {entry.kind for entry in entries} == {"joyo", "jinmei", "unihan", "practice", SEARCH_ONLY}
    assert {entry.kind for entry in entries if not entry.confirmed} == {"practice", SEARCH_ONLY}


def test_every_entry_folds_to_its_common_form_in_both_keys() -> None:
    for entry in variants():
        assert kanji_key(entry.form) == kanji_key(entry.common), entry
        if entry.kind != SEARCH_ONLY:
            assert kanji_form_key(entry.form) == kanji_form_key(entry.common) == entry.common, entry


def test_pairs_that_must_never_fold_stay_apart_in_every_key() -> None:
    pairs = variant_table().never
    assert len(pairs) >= 100
    assert [pair for pair in pairs if kanji_key(pair[0]) == kanji_key(pair[1])] == []
    assert [pair for pair in pairs if kanji_form_key(pair[0]) == kanji_form_key(pair[1])] == []


def test_pairs_that_people_mix_up_are_found_together_and_compared_apart() -> None:
    pairs = variant_table().comparing
    assert "斉斎" in pairs
    assert [pair for pair in pairs if kanji_key(pair[0]) != kanji_key(pair[1])] == []
    assert [pair for pair in pairs if kanji_form_key(pair[0]) == kanji_form_key(pair[1])] == []


def test_every_compatibility_ideograph_unifies_as_unicode_says_or_further() -> None:
    points = [*range(0xF900, 0xFAFF), *range(0x2F800, 0x2FA1E)]
    signs = [chr(point) for point in points if unicodedata.decomposition(chr(point))]
    assert len(signs) > 900
    assert all(kanji_form_key(sign) == kanji_form_key(unicodedata.normalize("NFC", sign)) for sign in signs)


def test_repeated_iteration_marks_repeat_and_a_leading_one_stays() -> None:
    assert kanji_key("奈々々") == "奈奈奈"
    assert kanji_key("々木") == "々木"


@given(names)
def test_the_key_of_a_key_is_itself(text: str) -> None:
    assert kanji_key(kanji_key(text)) == kanji_key(text)
    assert kanji_form_key(kanji_form_key(text)) == kanji_form_key(text)


@given(names, names)
def test_names_that_compare_equal_are_always_found_together(one: str, other: str) -> None:
    assert kanji_key(one) == kanji_key(kanji_form_key(one))
    if kanji_form_key(one) == kanji_form_key(other):
        assert kanji_key(one) == kanji_key(other)


def write(folder: Path, pairs: str) -> Path:
    file = folder / "variants.toml"
    file.write_text(
        f'version="0"\n[[group]]\nkind="joyo"\nsource="x"\nconfirmed=true\npairs={pairs}\n'
        "[distinct]\nnever=[]\ncomparing=[]\n",
        encoding="utf-8",
    )
    return file


def test_a_table_whose_folds_chain_or_repeat_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="folds again"):
        read_variants(write(tmp_path, '["邉邊", "邊辺"]'))
    with pytest.raises(ValueError, match="listed twice"):
        read_variants(write(tmp_path, '["邊辺", "邊返"]'))
    assert read_variants(write(tmp_path, '["邊辺"]')).entries[0].common == "辺"


def test_a_missing_table_says_where_it_should_be(tmp_path: Path) -> None:
    with pytest.raises(OfficialDataError, match="ありません"):
        read_variants(tmp_path / "nothing.toml")
