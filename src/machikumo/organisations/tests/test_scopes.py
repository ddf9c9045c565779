"""Who gets which scope, today, in which organisation."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.test import RequestFactory
from django.utils import timezone

from machikumo.kernel.tenancy.doors import entered
from machikumo.kernel.tenancy.edge import visitor_scope
from machikumo.organisations.actions import people
from machikumo.organisations.domain.errors import ProtectedPermission
from machikumo.organisations.models import Account, Appointment, RoleNarrowing, StaffMember
from machikumo.organisations.scopes import ROLES_IN_SESSION, staff_scope

if TYPE_CHECKING:
    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

Make = "Callable[..., StaffMember]"


def scope_for(account: Account, organisation: Organisation, **session: Any) -> Scope | None:
    """What the edge would get for this account."""
    request = RequestFactory().get("/")
    request.user = account
    request.session = SessionStore()
    for key, value in session.items():
        request.session[key] = value
    with entered(visitor_scope(organisation)):
        return staff_scope(request, organisation, "resident_service")


def account_of(staff: StaffMember) -> Account:
    return Account.objects.get(pk=staff.account_id)


def test_an_appointment_of_today_gives_the_role_with_its_permissions(town: Organisation, make_staff: Any) -> None:
    account = account_of(make_staff(town, "desk_clerk"))
    scope = scope_for(account, town)
    assert scope is not None
    assert (scope.role, scope.person, scope.organisation_id) == ("desk_clerk", account.person, town.pk)
    assert scope.has("certificates.issue")
    assert not scope.has("ledger.view")
    assert scope.training


def test_no_role_in_the_other_town_gives_no_scope(
    town: Organisation, other_town: Organisation, make_staff: Any
) -> None:
    account = account_of(make_staff(town, "desk_clerk"))
    assert scope_for(account, other_town) is None


@pytest.mark.parametrize(
    ("starts", "ends", "role"), [(-1, 0, "auditor"), (0, None, "auditor"), (1, None, None), (-9, -1, None)]
)
def test_only_appointments_that_cover_today_count(
    town: Organisation, make_staff: Any, starts: int, ends: int | None, role: str | None
) -> None:
    staff = make_staff(town)
    today = timezone.localdate()
    with entered(visitor_scope(town)) as scope:
        Appointment.objects.add(
            scope,
            staff_member=staff,
            role="auditor",
            starts_on=today + dt.timedelta(days=starts),
            ends_on=None if ends is None else today + dt.timedelta(days=ends),
        )
    found = scope_for(account_of(staff), town)
    assert (found.role if found else None) == role


def test_a_permission_that_the_town_took_away_is_gone_from_the_role(town: Organisation, make_staff: Any) -> None:
    account = account_of(make_staff(town, "desk_clerk"))
    with entered(visitor_scope(town)) as scope:
        RoleNarrowing.objects.add(scope, role="desk_clerk", permission="certificates.release")
        RoleNarrowing.objects.add(scope, role="auditor", permission="certificates.issue")
    narrowed = scope_for(account, town)
    assert narrowed is not None
    assert not narrowed.has("certificates.release")
    assert narrowed.has("certificates.issue")


def test_a_person_with_two_roles_acts_in_the_one_chosen_in_the_session(town: Organisation, make_staff: Any) -> None:
    account = account_of(make_staff(town, "desk_clerk", "open_data_clerk"))
    first = scope_for(account, town)
    chosen = scope_for(account, town, **{ROLES_IN_SESSION: {town.code: "open_data_clerk"}})
    not_held = scope_for(account, town, **{ROLES_IN_SESSION: {town.code: "ciso"}})
    assert [scope.role if scope else None for scope in (first, chosen, not_held)] == [
        "desk_clerk",
        "open_data_clerk",
        "desk_clerk",
    ]


def test_a_role_that_this_kind_of_organisation_cannot_give_opens_nothing(town: Organisation, make_staff: Any) -> None:
    assert scope_for(account_of(make_staff(town, "ministry_officer")), town) is None


def test_somebody_who_left_gets_no_scope(town: Organisation, make_staff: Any) -> None:
    staff = make_staff(town, "desk_clerk")
    with entered(visitor_scope(town)) as scope:
        StaffMember.objects.within(scope).filter(pk=staff.pk).update(is_active=False)
    assert scope_for(account_of(staff), town) is None


@pytest.mark.parametrize("role", ["auditor", "ciso"])
def test_the_information_officer_cannot_take_the_ledger_from_who_audits(
    town: Organisation, scope: Scope, make_staff: Any, role: str
) -> None:
    account = make_staff(town, role).account
    with pytest.raises(ProtectedPermission) as refused:
        people.narrow_role(scope, role=role, permission="ledger.view", reason="邪魔")
    assert "外せません" in refused.value.message_ja
    with entered(scope):  # a row of an older edition
        RoleNarrowing.objects.add(scope, role=role, permission="ledger.view", reason="以前")
    found = scope_for(account, town)
    assert found is not None
    assert found.has("ledger.view")
