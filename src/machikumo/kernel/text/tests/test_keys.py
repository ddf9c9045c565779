from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from machikumo.kernel.text import SEARCH_KEY_VERSION, NameKeys, address_key, birth_key, name_keys, romaji_key


def test_a_name_gets_all_its_keys_and_their_version() -> None:
    keys = name_keys("髙﨑　花子", kana="タカサキ　ハナコ", roman="ＴＡＫＡＳＡＫＩ　ＨＡＮＡＫＯ")
    assert keys == NameKeys("高崎花子", "タカサキハナコ", "takasakihanako", SEARCH_KEY_VERSION)


def test_a_kana_name_is_its_own_kana_and_a_latin_name_its_own_romaji() -> None:
    assert name_keys("さくら").kana == "サクラ"
    assert name_keys("ＷＡＮＧ　ＬＩ").romaji == "wangli"
    assert name_keys("佐藤　太郎") == NameKeys("佐藤太郎", "", "")
    assert name_keys("") == NameKeys("", "", "")


@pytest.mark.parametrize(
    "name", ["ＯＮＥＩＬＬ", "O'Neill", "o neill", "O’NEILL", "O-Neill", "ｏ’ｎｅｉｌｌ", "O.Neill"]
)
def test_latin_names_fold_width_case_and_signs(name: str) -> None:
    assert romaji_key(name) == "oneill"


def test_a_certain_birth_date_has_eight_digits_and_an_uncertain_one_what_is_sure() -> None:
    assert birth_key(date(1945, 3, 9)) == "19450309"
    assert birth_key(None, earliest=date(1945, 3, 1), latest=date(1945, 3, 31)) == "194503"
    assert birth_key(None, earliest=date(1945, 1, 1), latest=date(1945, 12, 31)) == "1945"
    assert birth_key(None, earliest=date(1944, 1, 1), latest=date(1945, 12, 31)) == ""
    assert birth_key(None, earliest=date(1945, 3, 9), latest=date(1945, 3, 9)) == "19450309"
    assert birth_key(None) == ""


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(0, 400))
def test_the_key_of_an_uncertain_birth_date_is_a_prefix_of_every_day_it_may_be(day: date, span: int) -> None:
    latest = date.fromordinal(day.toordinal() + span)
    key = birth_key(None, earliest=day, latest=latest)
    assert birth_key(day).startswith(key)
    assert birth_key(latest).startswith(key)


@pytest.mark.parametrize(
    "address",
    [
        "本町三丁目２番地５号",
        "本町3丁目2番5号",
        "本町３丁目２－５",
        "本町３ー２ー５",
        "本町3-2-5",
        "本町 3－2－5",
        "本町三丁目二番地五",
        "本町三-二-五",
        "本町三丁目2の5",
        "大字本町3丁目2番地の5",
        "本町３丁目２番５号　",
        "本町3‐2−5",
    ],
)
def test_one_address_has_one_key_in_every_usual_writing(address: str) -> None:
    assert address_key(address) == "本町3-2-5"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("霞が関二丁目1番2号", "霞ヶ関2-1-2"),
        ("井の頭1-2", "井ノ頭１丁目２番"),
        ("桜町二十三番地", "桜町23"),
        ("桜町百五番地の十", "桜町105-10"),
        ("桜町2番5号コーポ桜１０１号室", "桜町2-5コーポ桜101"),
        ("桜町2-5 101", "桜町2番5号 101"),
        ("澤町1番地", "沢町1"),
        ("桜町一〇五番地", "桜町105番地"),
    ],
)
def test_numerals_spellings_and_rooms_fold(one: str, other: str) -> None:
    assert address_key(one) == address_key(other)


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("三条町五番地", "三条町5"),
        ("一番町2番3号", "一番町2-3"),
        ("四番丁10", "四番丁10"),
        ("八日市場", "八日市場"),
        ("十王町友部", "十王町友部"),
        ("", ""),
    ],
)
def test_numerals_in_the_names_of_towns_stay(address: str, key: str) -> None:
    assert address_key(address) == key


@pytest.mark.parametrize(
    ("one", "other"),
    [("桜町2-5", "桜町25"), ("桜町2-5 101", "桜町2-5101"), ("桜町1丁目2", "桜町12"), ("萩町1", "荻町1")],
)
def test_different_addresses_keep_different_keys(one: str, other: str) -> None:
    assert address_key(one) != address_key(other)


@given(st.text("本町桜三二十百〇1２3-－ー丁目番地号のノ大字ヶが 　"))
def test_any_address_has_a_key_without_spaces(text: str) -> None:
    key = address_key(text)
    assert " " not in key
    assert "　" not in key
