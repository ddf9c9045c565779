import pytest
from hypothesis import given
from hypothesis import strategies as st

from machikumo.kernel.text import kana_key, unvoiced_kana_key

kana = st.text(
    "アイウエオカキクケコガギグゲゴサシスセソザジズゼゾタチツテトダヂヅデドャュョッーンヴ　ハヒフヘホバパヤユヨ"
)


@pytest.mark.parametrize(
    "spelled",
    ["ショウコ", "シヨウコ", "しょうこ", "ｼｮｳｺ", "ｼﾖｳｺ", "ショーコ", "ショオコ", "ｼｮ-ｺ", "ショウ　コ", "シヨウ コ"],
)
def test_one_name_has_one_key_in_every_usual_spelling(spelled: str) -> None:
    assert kana_key(spelled) == kana_key("ショウコ")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("カヅコ", "カズコ"),
        ("ヂュンコ", "ジユンコ"),
        ("ﾁﾞ", "ジ"),
        ("ﾊﾞﾊﾟ", "バパ"),
        ("か゛", "ガ"),
        ("ハ゜", "パ"),
        ("カ\u3099", "ガ"),
        ("オオノ", "オウノ"),
        ("オーノ", "オオノ"),
        ("ケーコ", "ケイコ"),
        ("サーラ", "サアラ"),
        ("ユーキ", "ユウキ"),
        ("ヱツコ", "エツコ"),
        ("ヰチロウ", "イチロウ"),
        ("ミヲ", "ミオ"),
        ("ヴィクトル", "ビクトル"),
        ("ジャン＝ポール", "ジャン・ポール"),
        ("ﾏﾘｱ ｻﾝﾄｽ", "マリア　サントス"),
        ("Ｓｍｉｔｈ", "smith"),
        ("セキヶ", "セキケ"),
    ],
)
def test_spellings_of_one_sound_have_one_key(one: str, other: str) -> None:
    assert kana_key(one) == kana_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("オノ", "オオノ"), ("ナカシマ", "ナカジマ"), ("ケンイチ", "ケンジ"), ("ユキ", "ユウキ"), ("ハバ", "パバ")],
)
def test_different_names_keep_different_keys(one: str, other: str) -> None:
    assert kana_key(one) != kana_key(other)


@pytest.mark.parametrize(("one", "other"), [("ナカシマ", "ナカジマ"), ("ヤマサキ", "ヤマザキ"), ("ﾊﾏﾍﾞ", "ハマペ")])
def test_the_wider_key_forgets_voicing(one: str, other: str) -> None:
    assert unvoiced_kana_key(one) == unvoiced_kana_key(other)


def test_a_lone_voiced_mark_and_a_lone_long_mark_break_nothing() -> None:
    assert kana_key("゛ア") == "\u3099ア"
    assert kana_key("ーア") == "ア"
    assert kana_key("ンー") == "ン"
    assert kana_key("") == ""


@given(kana)
def test_the_key_of_a_key_is_itself(text: str) -> None:
    assert kana_key(kana_key(text)) == kana_key(text)
    assert unvoiced_kana_key(unvoiced_kana_key(text)) == unvoiced_kana_key(text)


@given(st.text())
def test_any_text_has_a_key_without_spaces_or_selectors(text: str) -> None:
    key = kana_key(text + " 　\ufe00\U000e0101")
    assert not set(key) & set(" 　\ufe00\U000e0101")
