"""Registering bodies and groups: done once, from the machine, before there is any organisation to act in."""

from __future__ import annotations

import getpass
from dataclasses import asdict
from typing import TYPE_CHECKING

from django.utils import timezone

from machikumo.kernel.scope import Scope
from machikumo.kernel.tenancy.doors import entered
from machikumo.kernel.tenancy.models import Organisation, OrganisationKind
from machikumo.organisations import queries
from machikumo.organisations.actions import people
from machikumo.organisations.actions.bodies import activate, register_bodies
from machikumo.organisations.catalogue import catalogue
from machikumo.organisations.domain.bodies import COLOURS, MINISTRY
from machikumo.organisations.domain.errors import OrganisationsError
from machikumo.organisations.models.bodies import ensure_organisation
from machikumo.organisations.passwords import first_password

if TYPE_CHECKING:
    from machikumo.organisations.models import StaffMember


def command_scope(organisation: Organisation, *, purpose: str = "administration") -> Scope:
    """The scope of whoever runs a command on the machine: every permission in one organisation."""
    return Scope(
        organisation_id=organisation.pk,
        organisation_code=organisation.code,
        person=f"command:{getpass.getuser()}",
        role="command",
        purpose=purpose,
        permissions=frozenset(catalogue().permissions),
        training=organisation.is_training,
    )


def register_all(*, mode: str = "training") -> int:
    """Register the ministry, 47 prefectures and 1,741 municipalities, those that are not there yet; gives how many.

    Safe to repeat. The ministry's ledger says what was registered.
    """
    facts = asdict(MINISTRY) | {"mode": mode, "colour": MINISTRY.colour}
    ministry, new = ensure_organisation(**facts)
    return register_bodies(command_scope(ministry), mode=mode) + new


def town_that_arrives(code: str, **facts: str) -> Organisation:
    """The organisation of that code, registered with these facts (kind, name, mode …) when it is not here yet."""
    town, _new = ensure_organisation(code, **facts)
    return town


def make_group(
    *, code: str, name: str, name_en: str = "", prefecture_code: str = "", mode: str = "training"
) -> Organisation:
    """The cloud group of that code (a slug), registered and active; the one that exists when there is one."""
    if not code.replace("-", "").isalnum() or not code.isascii() or code.isdigit():
        raise OrganisationsError(
            f"グループのコード「{code}」は、英小文字と数字とハイフンで付けてください（数字だけは不可）。",
            f"'{code}' is not a code for a group: use letters, digits and hyphens, not digits alone.",
        )
    group, _new = ensure_organisation(
        code,
        kind=OrganisationKind.GROUP,
        name=name,
        name_en=name_en,
        mode=mode,
        prefecture_code=prefecture_code,
        colour=COLOURS[sum(code.encode("ascii")) % len(COLOURS)],
    )
    return activate(command_scope(group))


def first_officer(
    code: str, *, employee_number: str, name: str, username: str, role: str = "information_officer"
) -> tuple[StaffMember, str]:
    """Open an organisation and appoint the first person, who then appoints the others; gives a password to be changed.

    Raises OrganisationsError when somebody holds that role there already: then people appoint each other.
    """
    scope = command_scope(queries.organisation(code))
    activate(scope)
    with entered(scope):
        held = queries.holders_of(scope, role, timezone.localdate())
    if held:
        raise OrganisationsError(
            f"この団体には「{catalogue().role(role).title.ja}」がすでにいます。画面から任命してください。",
            f"There is a {catalogue().role(role).title.en} already: appoint people on the pages.",
        )
    password = first_password()
    staff = people.add_staff(scope, employee_number=employee_number, name=name, username=username)
    people.set_first_password(scope, staff_id=staff.pk, password=password)
    people.appoint(
        scope, staff_id=staff.pk, role=role, starts_on=timezone.localdate(), reason="最初の任命 / first appointment"
    )
    return staff, password
