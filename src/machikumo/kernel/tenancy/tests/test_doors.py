"""The doors into a tenant: what is entered, what is left again, and what a stranger learns at the edge."""

from __future__ import annotations

import threading
from dataclasses import FrozenInstanceError, replace
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from django.db import InternalError, ProgrammingError, connection, connections
from django.http import Http404, HttpResponse
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from machikumo.kernel.errors import Forbidden
from machikumo.kernel.scope import Scope
from machikumo.kernel.tenancy.caching import tenant_key
from machikumo.kernel.tenancy.doors import entered, organisation_of, read_as
from machikumo.kernel.tenancy.edge import organisation_or_404, public_page, visitor_scope
from machikumo.kernel.tenancy.models import ScopeMismatch, UnscopedRead, current_scope
from machikumo.register.models import Household

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.test import Client

    from machikumo.kernel.tenancy.models import Organisation

WORK_PAGES = ["work/", "work/residents/", "work/jobs/", "work/ledger/", "work/operations/", "work/move/"]
IDS = st.integers(1, 10**12)
KEYS = st.text(max_size=300)


def numbers(scope: Scope) -> list[str]:
    with entered(scope):
        return list(Household.objects.within(scope).order_by("number").values_list("number", flat=True))


def set_organisation_now() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('machikumo.organisation_id', true), '')")
        value: str = cursor.fetchone()[0]
    return value


def keyed(organisation_id: int | None, key: str) -> str:
    if organisation_id is None:
        return tenant_key(key, "", 1)
    token = current_scope.set(Scope(organisation_id, "t", "account:1", "desk_clerk"))
    try:
        return tenant_key(key, "", 1)
    finally:
        current_scope.reset(token)


@given(IDS, IDS, KEYS, KEYS)
def test_no_two_towns_ever_share_a_key_of_the_cache(one: int, other: int, key: str, other_key: str) -> None:
    if one != other:
        assert keyed(one, key) != keyed(other, other_key)
    assert keyed(None, key) != keyed(one, other_key)
    assert (keyed(one, key) == keyed(one, other_key)) == (key == other_key)


@given(IDS, KEYS)
def test_a_key_is_never_longer_than_the_caches_column(organisation_id: int, key: str) -> None:
    assert len(keyed(organisation_id, key)) <= 255


def test_what_one_town_puts_into_the_cache_another_does_not_find(
    scope: Scope, other_town: Organisation, scope_of: Callable[..., Scope]
) -> None:
    with entered(scope):
        cache.set("count", 7)
    with entered(scope_of(other_town)):
        assert cache.get("count") is None
    assert cache.get("count") is None
    with entered(scope):
        assert cache.get("count") == 7


def test_an_inner_door_joins_the_transaction_and_a_fault_within_undoes_both(scope: Scope) -> None:
    def twice() -> None:
        with entered(scope):
            Household.objects.add(scope, number="outer")
            with entered(scope):
                Household.objects.add(scope, number="inner")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        twice()
    assert numbers(scope) == []


def test_a_fault_that_is_caught_within_undoes_the_inner_part_only(scope: Scope) -> None:
    def fall() -> None:
        with entered(scope):
            Household.objects.add(scope, number="inner")
            raise ZeroDivisionError

    with entered(scope):
        Household.objects.add(scope, number="outer")
        with pytest.raises(ZeroDivisionError):
            fall()
    assert numbers(scope) == ["outer"]


def test_after_a_fault_nobody_is_within_any_longer(scope: Scope) -> None:
    def fall() -> None:
        with entered(scope):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fall()
    assert current_scope.get() is None
    assert set_organisation_now() == ""
    with pytest.raises(UnscopedRead):
        Household.objects.count()


def test_an_inner_scope_of_less_rights_ends_with_its_door(scope: Scope) -> None:
    less = replace(scope, role="visitor", permissions=frozenset())
    with entered(scope):
        with entered(less):
            assert current_scope.get() is less
        assert current_scope.get() is scope


def test_another_thread_is_not_within(scope: Scope) -> None:
    seen: list[Any] = []

    def look() -> None:
        seen.append(current_scope.get())
        try:
            Household.objects.count()
        except UnscopedRead as refused:
            seen.append(refused.status)
        finally:
            connections.close_all()

    with entered(scope):
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
    assert seen == [None, 500]


def test_rows_of_one_town_are_not_asked_for_within_another(
    scope: Scope, other_town: Organisation, scope_of: Callable[..., Scope]
) -> None:
    other = scope_of(other_town)
    with entered(scope), pytest.raises(ScopeMismatch):
        Household.objects.within(other)
    with entered(scope), pytest.raises(ProgrammingError, match="row-level security"):
        Household.objects.add(other, number="1")


def test_every_query_of_a_manager_names_the_organisation_too(scope: Scope) -> None:
    with entered(scope):
        statement = str(Household.objects.within(scope).filter(number="1").query)
    assert f'"organisation_id" = {scope.organisation_id}' in statement


def test_an_update_or_a_deletion_without_a_condition_stays_within_the_town(
    scope: Scope, other_town: Organisation, scope_of: Callable[..., Scope]
) -> None:
    other = scope_of(other_town)
    for one in (scope, other):
        with entered(one):
            Household.objects.add(one, number="1")
    with entered(scope), connection.cursor() as cursor:
        cursor.execute("UPDATE register_household SET number = 'x'")
        assert cursor.rowcount == 1
        cursor.execute("DELETE FROM register_household")
        assert cursor.rowcount == 1
    assert numbers(other) == ["1"]


def test_a_row_cannot_be_moved_to_another_town(scope: Scope, other_town: Organisation) -> None:
    with entered(scope):
        Household.objects.add(scope, number="1")
    with (
        entered(scope),
        pytest.raises(ProgrammingError, match="row-level security"),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE register_household SET organisation_id = %s", [other_town.pk])


def test_a_reader_of_another_role_reads_only_and_only_this_town(scope: Scope) -> None:
    with (
        pytest.raises((InternalError, ProgrammingError), match=r"read-only|permission denied"),
        read_as("auditor", scope),
        connections["auditor"].cursor() as cursor,
    ):
        cursor.execute("DELETE FROM ledger_entry")
    with connections["auditor"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_entry")
        assert cursor.fetchone() == (0,)


def test_the_organisation_of_a_scope_is_found_within_and_outside(scope: Scope, town: Organisation) -> None:
    assert organisation_of(scope) == town
    with entered(scope):
        assert organisation_of(scope) == town


def test_a_scope_cannot_be_changed_once_it_is_made(scope: Scope) -> None:
    with pytest.raises(FrozenInstanceError):
        scope.organisation_id = 1  # type: ignore[misc]  # that is what is refused
    other = scope.for_purpose("tax")
    assert (other.purpose, other.person, other.organisation_id) == ("tax", scope.person, scope.organisation_id)


def test_one_of_several_permissions_is_enough_and_none_is_not() -> None:
    clerk = Scope(1, "t", "account:1", "desk_clerk", permissions=frozenset({"register.view"}))
    clerk.require("register.edit", "register.view")
    for asked in (("register.edit",), ("register",), ("",), ("*",), ()):
        with pytest.raises(Forbidden):
            clerk.require(*asked)


def test_a_visitor_has_no_right_at_all(town: Organisation) -> None:
    visitor = visitor_scope(town)
    assert (visitor.permissions, visitor.role, visitor.training) == (frozenset(), "visitor", True)
    with pytest.raises(Forbidden):
        visitor.require("register.view")


@pytest.mark.parametrize("code", ["none", "", "999999", "a" * 5_000, "' OR 1=1 --", "%", "182079 "])
def test_a_code_that_is_none_is_not_found(database: str, code: str) -> None:
    assert database
    with pytest.raises(Http404):
        organisation_or_404(code)


def test_a_town_that_is_not_a_customer_is_not_found_and_its_public_page_neither(
    client: Client, make_organisation: Callable[..., Organisation]
) -> None:
    asleep = make_organisation(is_active=False)
    with pytest.raises(Http404):
        organisation_or_404(asleep.code)
    assert client.get(f"/{asleep.code}/").status_code == 404


@pytest.mark.parametrize("page", WORK_PAGES)
def test_a_wrong_town_a_sleeping_town_and_another_town_answer_alike(
    client: Client,
    make_organisation: Callable[..., Organisation],
    town: Organisation,
    other_town: Organisation,
    signed_in: Callable[..., Any],
    page: str,
) -> None:
    signed_in(client, town, "information_officer", "desk_clerk", "auditor")
    codes = {"asleep": make_organisation(is_active=False).code, "other": other_town.code, "none": "t000000000000"}
    answers = {name: client.get(f"/{code}/{page}") for name, code in codes.items()}
    assert {answer.status_code for answer in answers.values()} == {404}
    bodies = {answer.content.decode().replace(codes[name], "CODE") for name, answer in answers.items()}
    assert all(other_town.name not in body for body in bodies)


@pytest.mark.parametrize("page", WORK_PAGES)
def test_somebody_who_has_not_signed_in_learns_not_even_whether_a_town_is_there(
    client: Client, town: Organisation, page: str
) -> None:
    there, not_there = (client.get(f"/{code}/{page}") for code in (town.code, "t000000000000"))
    assert there.status_code == not_there.status_code == 302
    assert there["Location"].replace(town.code, "CODE") == not_there["Location"].replace("t000000000000", "CODE")


def test_a_public_page_is_rendered_within_the_towns_door_and_leaves_it(town: Organisation) -> None:
    seen: list[Scope] = []

    @public_page(purpose="opening_hours")
    def page(_request: HttpRequest, scope: Scope) -> HttpResponse:
        entered_now = current_scope.get()
        assert entered_now is not None
        seen.append(entered_now)
        return HttpResponse(scope.organisation_code)

    answer = page(RequestFactory().get("/"), town.code)
    assert answer.content.decode() == town.code
    assert (seen[0].purpose, seen[0].organisation_id) == ("opening_hours", town.pk)
    assert current_scope.get() is None
