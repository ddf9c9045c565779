"""A file that comes again with other contents under the same keys: counted, named, never written, never silent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from machikumo.kernel.tenancy.doors import entered
from machikumo.register import actions, comparing, queries
from machikumo.register.domain import columns as own
from machikumo.register.models import Person, PersonVersion
from machikumo.register.tests.rows import load, row

if TYPE_CHECKING:
    from machikumo.kernel.scope import Scope

OTHER = "000000000000102"
FULL = (
    {name: f"{name}　値" for name in own.TEXT_COLUMNS}
    | dict.fromkeys(own.DATE_COLUMNS, "2024-02-29")
    | dict.fromkeys(own.FLAG_COLUMNS, "1")
)


def names(scope: Scope) -> set[str]:
    with entered(scope):
        return set(PersonVersion.objects.within(scope).values_list("name", flat=True))


def test_a_changed_name_under_the_same_key_is_differing_and_not_already_there(scope: Scope) -> None:
    load(scope, row(), row(addressee_number=OTHER))
    counts = load(scope, row(name="別の　名"), row(addressee_number=OTHER))
    assert (counts.versions, counts.already, counts.differing) == (0, 1, 1)
    assert [(one.addressee_number, one.history_number, one.items) for one in counts.differing_rows] == [
        ("000000000000101", 1, ("name",))
    ]
    assert names(scope) == {"藤沢　健一"}


@pytest.mark.parametrize("item", [name for name in FULL if name != "is_latest"])
def test_every_item_of_a_row_is_compared(scope: Scope, item: str) -> None:
    load(scope, row(**FULL))
    changed = {"1": "0", "2024-02-29": "2024-03-01"}.get(FULL[item], "変　更")
    for value in (changed, ""):
        counts = load(scope, row(**FULL | {item: value}))
        assert [one.items for one in counts.differing_rows] == [(item,)], value
    assert load(scope, row(**FULL)).already == 1


def test_the_household_and_the_items_without_a_column_are_compared(scope: Scope) -> None:
    load(scope, row(previous_address_town="本町", local_district_1="A"))
    moved = load(scope, row(household_number="000000000000999", previous_address_town="西町", local_district_2="B"))
    assert [set(one.items) for one in moved.differing_rows] == [
        {"household_number", "previous_address_town", "local_district_1", "local_district_2"}
    ]


def test_two_rows_of_one_block_with_one_key_are_not_taken_for_one(scope: Scope) -> None:
    counts = load(scope, row(), row(name="別の　名"))
    assert (counts.versions, counts.already, counts.differing) == (1, 0, 1)


def test_the_mark_of_the_present_row_may_move_on_without_a_difference(scope: Scope) -> None:
    load(scope, row())
    newer = [row(is_latest="0"), row(history_number="2")]
    assert load(scope, *newer).differing == 0
    assert load(scope, *newer).differing == 0
    assert load(scope, row()).differing == 0  # the first file once more: its row is a past one now


def test_a_present_row_that_the_file_calls_past_is_differing(scope: Scope) -> None:
    load(scope, row())
    assert [one.items for one in load(scope, row(is_latest="0")).differing_rows] == [("is_latest",)]
    load(scope, row(addressee_number=OTHER, is_latest="0"))
    assert [one.items for one in load(scope, row(addressee_number=OTHER)).differing_rows] == [("is_latest",)]


def test_an_older_row_that_comes_later_is_kept_as_a_past_one(scope: Scope) -> None:
    load(scope, row(history_number="5", name="藤沢　健五"))
    counts = load(scope, row(history_number="4", name="藤沢　健四"))
    assert (counts.versions, counts.already, counts.differing) == (1, 0, 0)
    with entered(scope):
        person = Person.objects.within(scope).get()
        assert queries.present_version_of(scope, person.pk).name == "藤沢　健五"
        assert [one.name for one in queries.history_of(scope, person.pk)] == ["藤沢　健五", "藤沢　健四"]


def test_a_row_that_a_clerk_corrected_is_compared_with_what_was_loaded(scope: Scope) -> None:
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
    assert (load(scope, row()).already, load(scope, row(name="藤沢　健二")).differing) == (1, 1)
    clash = load(scope, row(is_latest="0"), row(history_branch="1", name="旧システムの　修正"))
    assert [(one.history_branch, one.items) for one in clash.differing_rows] == [(1, ("name",))]
    assert names(scope) == {"藤沢　健一", "藤澤　健一"}


def test_all_differing_rows_are_counted_and_the_first_of_them_named(
    scope: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparing, "NAMED", 2)
    people = [f"{number:015d}" for number in range(7)]
    load(scope, *[row(addressee_number=number) for number in people])
    counts = load(scope, *[row(addressee_number=number, name="変　更") for number in people])
    assert (counts.differing, [one.addressee_number for one in counts.differing_rows]) == (7, people[:2])
