"""A removed record names the head of the household at the removal: never the removed person, never by a guess."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from machikumo.certificates.domain.freezing import NotIssuable
from machikumo.certificates.domain.options import Extent, Layout, Options
from machikumo.certificates.domain.records import HouseholdRecord
from machikumo.certificates.sources import Register
from machikumo.certificates.tests.conftest import move_in
from machikumo.certificates.tests.examples import member, snapshot_of
from machikumo.kernel.tenancy.doors import entered

if TYPE_CHECKING:
    from machikumo.kernel.scope import Scope

ONE = Options(extent=Extent.PART, layout=Layout.INDIVIDUAL, relationship=True)
GONE = {"resident_state": "2", "event_date": "2026-03-31", "removed_on": "2026-03-31"}
CHILD = {"name": "葛城　葵", "relationship_text": "子", "relationship_1": "20"}
HEAD = {"name": "葛城　太郎", "relationship_1": "02"}


def head_of(scope: Scope, child: int, *members: tuple[int, dict[str, str]]) -> str:
    household = HouseholdRecord(7, tuple(member(number, **values) for number, values in members), head_name="x")
    town = move_in(scope, household)
    with entered(scope):
        found = Register().household_of(scope, town.people[child])
        assert found.person_ids == (town.people[child],)
        return found.head_name


def test_a_child_that_moved_out_has_the_head_that_stayed(scope: Scope) -> None:
    assert head_of(scope, 2, (1, HEAD), (2, CHILD | GONE)) == "葛城　太郎"


def test_a_head_who_is_gone_is_the_head_of_the_own_record(scope: Scope) -> None:
    assert head_of(scope, 1, (1, HEAD | GONE), (2, CHILD)) == "葛城　太郎"


def test_who_became_head_after_the_removal_is_not_named(scope: Scope) -> None:
    former = HEAD | {"resident_state": "3", "removed_on": "2026-06-30"}
    later = {"name": "葛城　次郎", "relationship_1": "02", "event_date": "2026-07-01"}
    assert head_of(scope, 2, (1, former), (2, CHILD | GONE), (3, later)) == "葛城　太郎"


def test_who_had_become_head_before_the_removal_is_named(scope: Scope) -> None:
    former = HEAD | {"resident_state": "3", "removed_on": "2020-01-05"}
    later = {"name": "葛城　次郎", "relationship_1": "02", "event_date": "2020-01-05", "history_number": "2"}
    assert head_of(scope, 2, (1, former), (2, CHILD | GONE), (3, later)) == "葛城　次郎"


def test_a_head_that_the_register_does_not_tell_is_not_made_up(scope: Scope) -> None:
    assert head_of(scope, 2, (2, CHILD | GONE)) == ""


def test_without_a_known_head_the_paper_is_made_only_without_head_and_relationship() -> None:
    gone = HouseholdRecord(9, (member(2, **CHILD, **GONE),))
    with pytest.raises(NotIssuable, match="世帯主が台帳から分かりません"):
        snapshot_of(gone, ONE)
    assert snapshot_of(gone, replace(ONE, relationship=False)).head_name is None
