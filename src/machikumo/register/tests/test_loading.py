"""What a block of rows becomes in the register: repeated, broken up, with gaps, moved in twice, with odd letters."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from machikumo.kernel.errors import Forbidden
from machikumo.kernel.tenancy.doors import entered
from machikumo.register import actions, queries
from machikumo.register.domain import columns as own
from machikumo.register.models import Household, Person, PersonVersion, SearchKey
from machikumo.register.tests.rows import PLAIN, block, load, row

if TYPE_CHECKING:
    from collections.abc import Callable

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

# what a cell of a name may hold: every letter of the plane of names, selectors, signs that formats give a meaning
LETTERS = st.text(
    st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="\x00")
    | st.sampled_from(["\\", '"', "'", ",", "\u3000", "\U000e0100", "𠮷", "・", "{", "}", "%"]),
    min_size=1,
    max_size=30,
)


def recorded(scope: Scope, *names: str) -> list[tuple[Any, ...]]:
    with entered(scope):
        return [
            tuple(row[name] for name in names)
            for row in queries.standard_rows(scope, names or ("history_number", "is_latest"))
        ]


def counted(scope: Scope) -> tuple[int, int, int, int]:
    with entered(scope):
        return (
            Household.objects.within(scope).count(),
            Person.objects.within(scope).count(),
            PersonVersion.objects.within(scope).count(),
            SearchKey.objects.within(scope).count(),
        )


def test_a_block_that_comes_again_leaves_every_table_as_it_was(scope: Scope) -> None:
    rows = [row(history_number="1", is_latest="0"), row(history_number="2", name="藤澤　健一")]
    load(scope, *rows)
    before = counted(scope)
    again = load(scope, *rows)
    assert counted(scope) == before
    assert (again.versions, again.already) == (0, 2)


def test_a_block_that_was_half_there_is_completed(scope: Scope) -> None:
    other = row(addressee_number="000000000000102", name="中野　みき")
    load(scope, row())
    counts = load(scope, row(), other)
    assert (counts.versions, counts.already, counts.persons, counts.households) == (1, 1, 1, 0)


def test_a_row_twice_in_one_block_is_kept_once(scope: Scope) -> None:
    counts = load(scope, row(), row())
    assert (counts.rows, counts.versions, counts.already, counts.persons) == (2, 1, 1, 1)


def test_a_history_with_gaps_and_branches_keeps_its_numbers(scope: Scope) -> None:
    load(
        scope,
        row(history_number="2", is_latest="0"),
        row(history_number="7", history_branch="0", is_latest="0"),
        row(history_number="7", history_branch="3", is_latest="0"),
        row(history_number="40"),
    )
    assert recorded(scope, "history_number", "history_branch", "is_latest") == [
        ("2", "0", "0"),
        ("7", "0", "0"),
        ("7", "3", "0"),
        ("40", "0", "1"),
    ]


def test_the_history_is_shown_newest_first_whatever_the_order_of_the_file(scope: Scope) -> None:
    load(
        scope, row(history_number="10"), row(history_number="2", is_latest="0"), row(history_number="9", is_latest="0")
    )
    with entered(scope):
        person = Person.objects.within(scope).get()
        assert [one.history_number for one in queries.history_of(scope, person.pk)] == [10, 9, 2]


def test_a_person_whose_rows_lie_in_two_blocks_is_one_person(scope: Scope) -> None:
    first = load(scope, row(history_number="1", is_latest="0"))
    second = load(scope, row(history_number="2"))
    assert (first.persons, second.persons) == (1, 0)
    assert first.tokens == second.tokens


def test_a_newer_row_of_a_person_who_was_there_becomes_the_present_one(scope: Scope) -> None:
    load(scope, row(history_number="1"))
    counts = load(scope, row(history_number="2", name="藤沢　健二", event_reason="03"))
    assert (counts.versions, counts.already, counts.renewed) == (1, 0, 1)
    with entered(scope):
        person = Person.objects.within(scope).get()
        assert queries.present_version_of(scope, person.pk).name == "藤沢　健二"
        assert queries.population(scope) == 1
    assert recorded(scope, "history_number", "is_latest") == [("1", "0"), ("2", "1")]


def test_an_older_export_that_comes_later_does_not_turn_the_present_back(scope: Scope) -> None:
    load(scope, row(history_number="5", name="藤沢　健五"))
    counts = load(scope, row(history_number="4", name="藤沢　健四"))
    with entered(scope):
        person = Person.objects.within(scope).get()
        assert queries.present_version_of(scope, person.pk).name == "藤沢　健五"
    assert counts.versions + counts.already == counts.rows


def test_what_a_clerk_corrected_is_not_turned_back_by_the_same_file(scope: Scope) -> None:
    load(scope, row())
    with entered(scope):
        before = PersonVersion.objects.within(scope).get()
    actions.correct(
        scope,
        person_id=before.person_id,
        expected_version_id=before.pk,
        changes={"name": "藤澤　健一"},
        ground="notification",
    )
    assert load(scope, row()).versions == 0
    with entered(scope):
        assert queries.present_version_of(scope, before.person_id).name == "藤澤　健一"


def test_a_person_who_changes_the_household_is_a_member_of_the_new_one_only(scope: Scope) -> None:
    load(scope, row(is_latest="0"), row(history_number="2", household_number="000000000000902"))
    with entered(scope):
        homes = {home.number: home.pk for home in Household.objects.within(scope)}
        assert queries.household_members(scope, homes["000000000000901"]) == []
        assert len(queries.household_members(scope, homes["000000000000902"])) == 1


def test_a_household_of_which_all_are_gone_has_no_members_but_keeps_its_history(scope: Scope) -> None:
    load(
        scope,
        row(resident_state="3", event_reason="05"),
        row(addressee_number="000000000000102", resident_state="2", event_reason="04", relationship_1="12"),
    )
    with entered(scope):
        home = Household.objects.within(scope).get()
        assert queries.household_members(scope, home.pk) == []
        assert queries.population(scope) == 0
        assert PersonVersion.objects.within(scope).filter(household=home).count() == 2


def test_a_household_without_a_head_is_listed_by_age(scope: Scope) -> None:
    load(
        scope,
        row(addressee_number="000000000000103", relationship_1="20", birth_date="2015-05-05", name="末　子"),
        row(addressee_number="000000000000102", relationship_1="20", birth_date="2010-05-05", name="長　子"),
    )
    with entered(scope):
        home = Household.objects.within(scope).get()
        assert [one.name for one in queries.household_members(scope, home.pk)] == ["長　子", "末　子"]


def test_a_birth_date_that_nobody_knows_is_kept_as_it_was_written(scope: Scope) -> None:
    load(scope, row(birth_date="", birth_date_uncertain="1", birth_date_text="昭和２０年３月不詳"))
    with entered(scope):
        version = PersonVersion.objects.within(scope).get()
    assert (version.birth_date, version.birth_date_uncertain) == (None, True)
    assert recorded(scope, "birth_date", "birth_date_uncertain", "birth_date_text") == [("", "1", "昭和２０年３月不詳")]


@pytest.mark.parametrize(("flag", "kept"), [("1", "1"), ("0", "0"), ("", "")])
def test_a_flag_comes_out_as_it_came_in_the_empty_one_too(scope: Scope, flag: str, kept: str) -> None:
    load(scope, row(birth_date_uncertain=flag))
    assert recorded(scope, "birth_date_uncertain") == [(kept,)]


def test_the_items_of_a_foreign_resident_are_all_there(scope: Scope) -> None:
    items = {
        "resident_kind": "2",
        "name": "NGUYEN　VAN AN",
        "name_roman": "NGUYEN VAN AN",
        "name_foreign_kanji": "阮　文安",
        "common_name": "安田　健",
        "common_name_kana": "ヤスダ　ケン",
        "nationality_code": "704",
        "nationality": "ベトナム",
        "article_30_45_category": "01",
        "residence_status_code": "T10",
        "residence_period_years": "03",
        "residence_expires_on": "2028-03-31",
        "residence_card_number": "AB12345678CD",
        "foreign_resident_since": "2024-04-01",
    }
    load(scope, row(**items))
    assert recorded(scope, *items) == [tuple(items.values())]


def test_items_without_a_column_come_back_and_empty_ones_leave_no_trace(scope: Scope) -> None:
    load(
        scope,
        row(previous_address_town="本町", previous_address_number="１－１", local_district_1="A12"),
        row(addressee_number="000000000000102", previous_address_town="", previous_address_number=""),
    )
    assert recorded(scope, "previous_address_town", "local_district_1") == [("本町", "A12"), ("", "")]
    with entered(scope):
        last = PersonVersion.objects.within(scope).order_by("person__addressee_number").last()
    assert last is not None
    assert last.further == {}


def test_a_block_without_the_columns_that_may_be_missing_is_loaded(scope: Scope) -> None:
    few = block(row()).select(list(PLAIN))
    assert actions.load_block(scope, frame=few, source="test").versions == 1
    assert recorded(scope, "name", "remarks") == [("藤沢　健一", "")]


def test_a_block_without_rows_is_nothing_and_no_fault(scope: Scope) -> None:
    counts = actions.load_block(scope, frame=block(row()).head(0), source="test")
    assert (counts.rows, counts.versions, counts.persons, dict(counts.tokens)) == (0, 0, 0, {})


def test_one_cell_that_is_no_date_keeps_the_whole_block_out(scope: Scope) -> None:
    with pytest.raises(Exception, match="date"):
        load(scope, row(), row(addressee_number="000000000000102", birth_date="2026-02-30"))
    assert counted(scope) == (0, 0, 0, 0)


@given(name=LETTERS, number=st.text(st.sampled_from("0123456789ABC\\\t\"',"), min_size=1, max_size=15))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_letter_of_a_name_and_a_number_comes_out_as_it_went_in(scope: Scope, name: str, number: str) -> None:
    counts = load(scope, row(addressee_number=number, name=name, remarks=name))
    assert set(counts.tokens) == {number}
    with entered(scope):
        version = PersonVersion.objects.within(scope).filter(person__addressee_number=number).latest("pk")
        if counts.versions:
            assert (version.name, version.remarks) == (name, name)
        assert SearchKey.objects.within(scope).filter(person_id=version.person_id).exists()


def test_loading_needs_the_permission_to_move_in(town: Organisation, scope_of: Callable[..., Scope]) -> None:
    clerk = scope_of(town, permissions=frozenset({"register.view", "register.search", "register.edit"}))
    with pytest.raises(Forbidden):
        load(clerk, row())


def test_two_towns_may_hold_the_same_number_for_two_people(
    scope: Scope, other_town: Organisation, scope_of: Callable[..., Scope]
) -> None:
    other = scope_of(other_town)
    mine, theirs = load(scope, row()), load(other, row(name="別の　人"))
    assert mine.persons == theirs.persons == 1
    assert set(mine.tokens.values()).isdisjoint(theirs.tokens.values())
    assert recorded(scope, "name") == [("藤沢　健一",)]


def test_a_household_marked_before_its_people_come_keeps_the_mark(scope: Scope) -> None:
    assert actions.mark_incomplete(scope, household_numbers={"000000000000901"}, reason="一行を保留") == 1
    assert load(scope, row()).households == 0
    with entered(scope):
        assert Household.objects.within(scope).get().incomplete_reason == "一行を保留"


def test_the_longest_history_belongs_to_its_own_person(scope: Scope) -> None:
    rows = [row(history_number=str(number), is_latest="0") for number in range(1, 60)]
    load(scope, *rows, row(addressee_number="000000000000102", birth_date="1990-01-01"))
    with entered(scope):
        one = Person.objects.within(scope).get(addressee_number="000000000000102")
        assert [version.birth_date for version in queries.history_of(scope, one.pk)] == [date(1990, 1, 1)]


def test_every_column_of_the_register_comes_out_as_it_went_in(scope: Scope) -> None:
    values = {name: f"{name}　値" for name in own.TEXT_COLUMNS}
    values |= dict.fromkeys(own.DATE_COLUMNS, "2024-02-29") | dict.fromkeys(own.FLAG_COLUMNS, "1")
    load(scope, row(**values))
    assert recorded(scope, *values) == [tuple(values.values())]
