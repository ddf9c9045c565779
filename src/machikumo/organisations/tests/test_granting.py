"""Roles with which one could approve, open numbers or give roles: two people give them, and nobody their own."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from machikumo.kernel.approvals import actions as approvals
from machikumo.kernel.approvals import queries as waiting
from machikumo.kernel.approvals.domain.rules import SamePerson
from machikumo.kernel.tenancy.doors import entered
from machikumo.organisations import queries
from machikumo.organisations.actions import granting, people, transfers
from machikumo.organisations.catalogue import catalogue
from machikumo.organisations.domain.errors import IncompatibleRoles, OrganisationsError
from machikumo.organisations.domain.roles import CatalogueFault, catalogue_from
from machikumo.organisations.domain.transfer_file import HEADER

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

TODAY = timezone.localdate


@pytest.fixture
def two(town: Organisation, scope_of: Callable[..., Scope]) -> tuple[Scope, Scope]:
    """An officer who asks, and a section head who may approve and nothing of this room's."""
    head = frozenset({"work.enter", "approvals.decide", "approvals.view"})
    return scope_of(town, person="account:1"), scope_of(town, person="account:2", permissions=head)


def roles_of(scope: Scope, staff: Any) -> list[str]:
    with entered(scope):
        return queries.roles_held(scope, staff.account_id, TODAY())


@pytest.mark.parametrize(
    ("role", "grave"),
    [
        ("section_head", True),
        ("cio", True),
        ("auditor", True),
        ("information_officer", True),
        ("platform_operator", True),
        ("linkage_reviewer", True),
        ("desk_clerk", False),
        ("field_worker", False),
        ("open_data_clerk", False),
        ("vendor_engineer", False),
    ],
)
def test_the_file_of_roles_says_which_take_two_people(role: str, *, grave: bool) -> None:
    assert catalogue().role(role).two_people == grave


def test_an_unknown_permission_among_the_grave_ones_is_a_fault_of_the_file() -> None:
    data = {"edition": "x", "permissions": {}, "roles": {}, "two_people": ["no.such"]}
    with pytest.raises(CatalogueFault, match=r"no\.such"):
        catalogue_from(data)


def test_an_everyday_role_is_given_at_once(two: tuple[Scope, Scope], town: Organisation, make_staff: Any) -> None:
    officer, _head = two
    staff = make_staff(town)
    done = granting.grant(officer, staff_id=staff.pk, role="desk_clerk", starts_on=TODAY())
    assert not waiting.is_request(done)
    assert roles_of(officer, staff) == ["desk_clerk"]


def test_a_grave_role_holds_once_somebody_else_has_approved_it(
    two: tuple[Scope, Scope], town: Organisation, make_staff: Any
) -> None:
    officer, head = two
    staff = make_staff(town)
    asked = granting.grant(officer, staff_id=staff.pk, role="section_head", starts_on=TODAY(), reason="昇任")
    assert waiting.is_request(asked)
    assert roles_of(officer, staff) == []
    with entered(head):
        assert [row.pk for row in waiting.waiting(head)] == [asked.pk]
    with pytest.raises(SamePerson):
        approvals.approve(officer, approval_id=asked.pk)
    approvals.approve(head, approval_id=asked.pk)
    assert roles_of(officer, staff) == ["section_head"]


def test_a_rejected_grant_gives_nothing(two: tuple[Scope, Scope], town: Organisation, make_staff: Any) -> None:
    officer, head = two
    staff = make_staff(town)
    asked = granting.grant(officer, staff_id=staff.pk, role="cio", starts_on=TODAY())
    approvals.reject(head, approval_id=asked.pk, note="別の人に")
    assert roles_of(officer, staff) == []


def test_nobody_approves_their_own_role(
    two: tuple[Scope, Scope], town: Organisation, make_staff: Any, scope_of: Callable[..., Scope]
) -> None:
    officer, _head = two
    staff = make_staff(town)
    asked = granting.grant(officer, staff_id=staff.pk, role="section_head", starts_on=TODAY())
    oneself = scope_of(town, person=f"account:{staff.account_id}")
    with pytest.raises(OrganisationsError, match="自分自身"):
        approvals.approve(oneself, approval_id=asked.pk)
    assert roles_of(officer, staff) == []
    with entered(officer):
        assert waiting.approval(officer, asked.pk).state == "requested"


def test_what_cannot_be_is_refused_before_anybody_is_asked(
    two: tuple[Scope, Scope], town: Organisation, make_staff: Any
) -> None:
    officer, head = two
    staff = make_staff(town, "cio")
    with pytest.raises(IncompatibleRoles):
        granting.grant(officer, staff_id=staff.pk, role="ciso", starts_on=TODAY())
    with entered(head):
        assert not waiting.waiting(head)


def test_a_pair_that_became_impossible_meanwhile_is_refused_at_the_approval(
    two: tuple[Scope, Scope], town: Organisation, make_staff: Any
) -> None:
    officer, head = two
    staff = make_staff(town)
    asked = granting.grant(officer, staff_id=staff.pk, role="ciso", starts_on=TODAY())
    people.appoint(officer, staff_id=staff.pk, role="cio", starts_on=TODAY())
    with pytest.raises(IncompatibleRoles):
        approvals.approve(head, approval_id=asked.pk)
    assert roles_of(officer, staff) == ["cio"]


def test_a_stand_in_for_a_grave_role_takes_two_people_too(
    two: tuple[Scope, Scope], town: Organisation, make_staff: Any
) -> None:
    officer, head = two
    covered, other = make_staff(town, "section_head"), make_staff(town)
    with entered(officer):
        row = queries.appointments_of(officer, covered).get()
    facts = {"appointment_id": row.pk, "starts_on": TODAY(), "ends_on": TODAY() + dt.timedelta(days=3)}
    asked = granting.grant_stand_in(officer, staff_id=other.pk, reason="休暇", **facts)
    assert roles_of(officer, other) == []
    approvals.approve(head, approval_id=asked.pk)
    assert roles_of(officer, other) == ["section_head"]


def upload(scope: Scope, *rows: str) -> Any:
    return transfers.upload(scope, file_name="異動.csv", data="\r\n".join([",".join(HEADER), *rows]).encode())


def test_a_file_that_gives_a_grave_role_waits_and_is_then_applied_whole(
    two: tuple[Scope, Scope], town: Organisation, make_staff: Any
) -> None:
    officer, head = two
    clerk = make_staff(town, "desk_clerk", employee_number="1001")
    boss = make_staff(town, employee_number="1002")
    day = TODAY().isoformat()
    cells = dict.fromkeys(HEADER, "")
    lines = [
        cells | {"職員番号": "1001", "異動区分": "異動", "役割": "オープンデータ担当", "発令日": day},
        cells | {"職員番号": "1002", "異動区分": "兼務", "役割": "課長", "発令日": day},
    ]
    batch = upload(officer, *(",".join(line[name] for name in HEADER) for line in lines))
    asked = granting.apply_file(officer, batch_id=batch.pk)
    assert waiting.is_request(asked)
    assert asked.payload["grave"] == ["1002 課長"]
    assert (roles_of(officer, clerk), roles_of(officer, boss)) == (["desk_clerk"], [])
    approvals.approve(head, approval_id=asked.pk)
    assert (roles_of(officer, clerk), roles_of(officer, boss)) == (["open_data_clerk"], ["section_head"])


def test_the_pages_say_that_it_waits_and_the_head_finds_it_among_the_tasks(
    client: Client, town: Organisation, make_staff: Any, signed_in: Any, scope: Scope
) -> None:
    signed_in(client, town, "information_officer")
    staff = make_staff(town)
    today = TODAY()
    parts = {"era": "西暦", "year": today.year, "month": today.month, "day": today.day}
    sent = {"role": "cio", "section": "", "reason": "就任"} | {
        f"starts_on_{name}": str(value) for name, value in parts.items()
    }
    told = client.post(f"/{town.code}/work/people/{staff.pk}/", sent, follow=True).content.decode()
    assert "この役割は二人で決めます" in told
    signed_in(client, town, "section_head")
    title = f"{staff.name}さんを「最高情報統括責任者 (CIO)」に任命"
    assert title in client.get(f"/{town.code}/work/").content.decode()
    listed = client.get(f"/{town.code}/work/approvals/").content.decode()
    assert title in listed
    with entered(scope):
        asked = waiting.waiting(scope).get()
    page = client.get(f"/{town.code}/work/approvals/{asked.pk}/").content.decode()
    assert "就任" in page
    assert "Chief Information Officer" in page
    client.post(f"/{town.code}/work/approvals/{asked.pk}/decide/", {"do": "approve"})
    assert roles_of(scope, staff) == ["cio"]
