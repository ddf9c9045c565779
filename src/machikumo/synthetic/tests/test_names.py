from random import Random

import pytest

from machikumo.layouts.domain.rules import visible_length
from machikumo.synthetic.domain.chance import Dice
from machikumo.synthetic.domain.names import Names, Written, full_name
from machikumo.synthetic.tables import name_tables

NAMES = Names(name_tables())


def test_the_tables_hold_hundreds_of_names_of_every_kind() -> None:
    tables = name_tables()
    assert len(tables.family) > 200
    assert len(tables.given) > 300
    assert {line.kind for line in tables.family} == {
        "common",
        "old_form",
        "ivs",
        "ibm_extension",
        "compatibility",
        "beyond_cp932",
    }
    assert len({line.nationality_code for line in tables.foreign}) == 8


def test_every_kana_is_full_width_katakana() -> None:
    tables = name_tables()
    kana = [line.written.kana for line in (*tables.family, *tables.given)]
    kana += [line.kana.replace("　", "") for line in tables.foreign]
    assert all("ァ" <= sign <= "ヶ" or sign == "ー" for word in kana for sign in word)


def test_a_name_stands_once_in_its_table() -> None:
    tables = name_tables()
    family = [line.written for line in tables.family]
    given = [(line.written, line.sex) for line in tables.given]
    assert len(set(family)) == len(family)
    assert len(set(given)) == len(given)


def test_selectors_stand_only_after_a_kanji_and_do_not_count_as_characters() -> None:
    marked = [line.written.text for line in name_tables().family if line.kind == "ivs"]
    assert len(marked) > 20
    for text in marked:
        places = [place for place, sign in enumerate(text) if "\U000e0100" <= sign <= "\U000e01ef"]
        assert places
        assert all("一" <= text[place - 1] <= "\u9fff" for place in places)
        assert visible_length(text) == len(text) - len(places)


def test_compatibility_ideographs_are_kept_as_they_are() -> None:
    texts = {line.written.text for line in name_tables().family if line.kind == "compatibility"}
    assert "\ufa19山" in texts
    assert "\u795e山" not in texts


@pytest.mark.parametrize(("year", "given", "never"), [(1925, "千代", "陽葵"), (2015, "陽葵", "千代")])
def test_given_names_are_those_of_the_birth_year(year: int, given: str, never: str) -> None:
    dice = Dice(Random(1))
    names = {NAMES.given(dice, "2", year).text for _ in range(2_000)}
    assert given in names
    assert never not in names


def test_men_and_women_bear_different_names() -> None:
    dice = Dice(Random(1))
    men = {NAMES.given(dice, "1", 1980) for _ in range(1_000)}
    women = {NAMES.given(dice, "2", 1980) for _ in range(1_000)}
    assert not men & women


def test_somebody_born_before_the_first_name_of_the_table_gets_an_old_name() -> None:
    assert NAMES.given(Dice(Random(1)), "1", 1870).text


def test_frequent_family_names_come_more_often() -> None:
    dice = Dice(Random(2))
    drawn = [NAMES.family(dice).text for _ in range(5_000)]
    assert drawn.count("佐藤") > drawn.count("窪田")


def test_rare_names_need_a_selector_or_lie_beyond_cp932() -> None:
    dice = Dice(Random(3))
    for _ in range(200):
        with pytest.raises(UnicodeEncodeError):
            NAMES.rare_family(dice).text.encode("cp932")


def test_family_and_given_name_are_separated_by_one_full_width_space() -> None:
    assert full_name(Written("東", "アズマ"), Written("京子", "キョウコ")) == ("東　京子", "アズマ　キョウコ")
