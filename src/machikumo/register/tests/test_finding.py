"""People found in a real database: in every writing of a name, a reading, a place; for those who may; page by page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from machikumo.kernel.errors import Forbidden
from machikumo.register import actions, doors, queries
from machikumo.register.domain import terms
from machikumo.register.domain.terms import Search, Term
from machikumo.register.tests.rows import load, row

if TYPE_CHECKING:
    from collections.abc import Callable

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

SELECTOR = "\U000e0102"


def found(scope: Scope, *asked: tuple[Term, ...]) -> list[queries.Found]:
    return actions.search(scope, terms=Search(tuple(term for several in asked for term in several)))


def names(scope: Scope, *asked: tuple[Term, ...]) -> list[str]:
    return [one.name for one in found(scope, *asked)]


def person(number: int, **items: str) -> dict[str, str]:
    return row(addressee_number=f"{number:015}", **items)


@pytest.mark.parametrize(
    "typed",
    [
        *("水落町一丁目２番５号", "水落町1丁目2番5号", "水落町１－２－５", "水落町1-2-5", "水落町１ー２ー５"),
        *("水落町一ー二ー五", "水落町1丁目2-5", "大字水落町1の2の5", "水落町 1-2-5", "水落町１丁目", "水落町"),
    ],
)
def test_a_place_is_found_in_every_writing_of_its_numbers(scope: Scope, typed: str) -> None:
    load(scope, row(), person(102, name="遠くの　人", address_town="本町", address_number="１番"))
    assert names(scope, terms.address_terms(typed)) == ["藤沢　健一"]


def test_the_first_plot_is_not_taken_for_the_tenth(scope: Scope) -> None:
    load(
        scope,
        person(101, name="一の　人", address_town="本町", address_number="１番地"),
        person(102, name="十の　人", address_town="本町", address_number="１２番地"),
    )
    assert set(names(scope, terms.address_terms("本町1番地"))) >= {"一の　人"}
    assert names(scope, terms.address_terms("本町12番地")) == ["十の　人"]


@pytest.mark.parametrize(
    "typed",
    ["ショウコ", "シヨウコ", "しょうこ", "ｼｮｳｺ", "ショーコ", "オオノ", "オウノ", "ｵｵﾉ ｼｮｳｺ", "おおの　しょうこ"],
)
def test_a_reading_is_found_in_half_width_small_kana_and_long_vowels(scope: Scope, typed: str) -> None:
    load(scope, row(name="大野　翔子", name_kana="オオノ　ショウコ"), person(102, name_kana="ナカジマ　ユウ"))
    assert names(scope, terms.name_terms(typed)) == ["大野　翔子"]


@pytest.mark.parametrize("typed", [f"葛{SELECTOR}城", "葛城", f"葛\U000e0101城{SELECTOR}", "葛城 𠮷之", "吉之"])
def test_a_name_with_selectors_is_found_by_its_base_characters(scope: Scope, typed: str) -> None:
    written = f"葛{SELECTOR}城　𠮷之"
    load(scope, row(name=written), person(102, name="別　人"))
    assert names(scope, terms.name_terms(typed)) == [written]


@pytest.mark.parametrize("typed", ["旧姓", "キュウセイ", "安田", "やすだ", "阮文安", "nguyen", "NGUYEN VAN AN", "An"])
def test_a_former_name_an_alias_and_a_foreign_writing_find_the_person_too(scope: Scope, typed: str) -> None:
    load(
        scope,
        row(
            name="NGUYEN　VAN AN",
            name_kana="",
            name_roman="NGUYEN VAN AN",
            name_foreign_kanji="阮　文安",
            former_name="旧姓",
            former_name_kana="キュウセイ",
            common_name="安田　健",
            common_name_kana="ヤスダ　ケン",
        ),
        person(102, name="別　人", name_kana="ベツ　ジン"),
    )
    assert names(scope, terms.name_terms(typed)) == ["NGUYEN　VAN AN"]


def test_a_name_of_an_earlier_version_finds_the_person_under_the_present_name(scope: Scope) -> None:
    load(scope, row(name="旧の　名", is_latest="0"), row(name="今の　名", history_number="2"))
    assert names(scope, terms.name_terms("旧の")) == ["今の　名"]


def test_the_dead_and_those_who_left_are_found_and_told_apart(scope: Scope) -> None:
    load(scope, row(resident_state="3"), person(102, resident_state="2"), person(103))
    states = {one.addressee_number[-3:]: one.resident_state for one in found(scope, terms.name_terms("藤沢"))}
    assert states == {"101": "3", "102": "2", "103": "1"}


def test_people_of_one_name_are_told_apart_by_birth_date(scope: Scope) -> None:
    load(scope, row(birth_date="1980-02-29"), person(102, birth_date="1999-12-31"))
    one, two = found(scope, terms.name_terms("藤沢健一"))
    assert {one.birth_date, two.birth_date} == {one.birth_date, two.birth_date} - {None}
    assert len(found(scope, terms.name_terms("藤沢健一"), terms.birth_terms(two.birth_date))) == 1


def test_somebody_without_a_sure_birth_date_is_found_by_name_and_not_by_any_day(scope: Scope) -> None:
    load(scope, row(birth_date="", birth_date_uncertain="1", birth_date_text="大正年間不詳"))
    assert [one.birth_date for one in found(scope, terms.name_terms("藤沢"))] == [None]


def test_several_conditions_are_listed_by_reading_and_one_by_its_key(scope: Scope) -> None:
    load(
        scope,
        person(101, name="乙　人", name_kana="ン　ヒト"),
        person(102, name="甲　人", name_kana="ア　ヒト"),
    )
    assert names(scope, terms.name_terms("人"), terms.address_terms("水落町")) == ["甲　人", "乙　人"]


def test_more_people_than_a_page_holds_are_cut_and_the_rest_is_reached_by_another_condition(scope: Scope) -> None:
    load(scope, *(person(number, birth_date=f"19{number % 90 + 10}-01-01") for number in range(101, 171)))
    everybody = found(scope, terms.name_terms("藤沢"))
    assert len(everybody) == 50
    assert len({one.person_id for one in everybody}) == 50
    last = found(scope, terms.number_terms("170"))
    assert [one.addressee_number for one in last] == [f"{170:015}"]


def test_a_number_is_that_very_number_and_no_beginning_of_one(scope: Scope) -> None:
    load(scope, person(1010), person(101))
    assert [one.addressee_number for one in found(scope, terms.number_terms("101"))] == [f"{101:015}"]


def test_nothing_asked_gives_nobody_instead_of_everybody(scope: Scope) -> None:
    load(scope, row())
    assert found(scope) == []


@pytest.mark.parametrize(
    "typed", ["%", "_", "藤%", "' OR '1'='1", "藤沢'; DELETE FROM register_person; --", "\\", "山" * 20_000, "😀", "*"]
)
def test_signs_with_a_meaning_elsewhere_are_only_signs(scope: Scope, typed: str) -> None:
    load(scope, row())
    assert names(scope, terms.name_terms(typed)) == []
    assert names(scope, terms.address_terms(typed)) == []
    assert names(scope, terms.name_terms("藤沢")) == ["藤沢　健一"]


def test_searching_needs_its_own_permission(town: Organisation, scope: Scope, scope_of: Callable[..., Scope]) -> None:
    load(scope, row())
    with pytest.raises(Forbidden):
        found(scope_of(town, permissions=frozenset({"register.view"})), terms.name_terms("藤沢"))


@pytest.mark.parametrize("typed", ["藤沢健一", "水落町1-2-5", "000000000000101", "ﾌｼﾞｻﾜ"])
def test_the_one_box_finds_by_name_reading_place_and_number(scope: Scope, typed: str) -> None:
    load(scope, row())
    (result,) = doors.find_residents(scope, typed)
    assert (result.title_ja, result.detail) == ("藤沢　健一", "福井県鯖江市水落町一丁目２番５号")
    assert result.url.startswith(f"/{scope.organisation_code}/work/residents/")


def test_the_one_box_shows_ten_at_most_and_a_nul_is_no_fault(scope: Scope) -> None:
    load(scope, *(person(number) for number in range(101, 115)))
    assert len(doors.find_residents(scope, "藤\x00沢")) == 10


def test_the_one_box_asks_nothing_for_those_who_may_not_search(
    town: Organisation, scope: Scope, scope_of: Callable[..., Scope]
) -> None:
    load(scope, row())
    assert doors.find_residents(scope_of(town, permissions=frozenset({"register.view"})), "藤沢") == []


def test_an_address_line_has_a_gap_before_the_building_and_none_without(scope: Scope) -> None:
    load(scope, row(), person(102, address_building="まちくも荘２０１"))
    lines = {one.address for one in found(scope, terms.name_terms("藤沢"))}
    assert lines == {"福井県鯖江市水落町一丁目２番５号", "福井県鯖江市水落町一丁目２番５号　まちくも荘２０１"}
