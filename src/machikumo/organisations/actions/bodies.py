"""Registering and opening organisations, their look, joining a group and leaving it."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from machikumo.kernel import ledger
from machikumo.kernel.official import english_names, municipalities, prefectures
from machikumo.kernel.releases import actions as releases
from machikumo.kernel.releases import queries as released
from machikumo.kernel.tenancy.models import Organisation, OrganisationKind
from machikumo.organisations import queries
from machikumo.organisations.domain.bodies import COLOURS, bodies
from machikumo.organisations.domain.errors import OrganisationsError, PeriodError
from machikumo.organisations.models import GroupMembership

if TYPE_CHECKING:
    import datetime as dt

    from machikumo.kernel.scope import Scope

HOST = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
MEMBERS = "group.members"  # name of the release by which each member knows the others


@ledger.action(permission="organisations.settings")
def register_bodies(scope: Scope, *, mode: str) -> int:
    """Register the prefectures and municipalities of the code table that are not there yet; gives how many.

    What exists keeps its mode, colour and state; an empty English name is filled.
    """
    known = set(Organisation.objects.values_list("code", flat=True))
    listed = list(bodies(prefectures(), municipalities(), english_names()))
    new = [Organisation(mode=mode, colour=body.colour, **asdict(body)) for body in listed if body.code not in known]
    Organisation.objects.bulk_create(new, ignore_conflicts=True)
    names = {body.code: body.name_en for body in listed if body.name_en}
    nameless = list(Organisation.objects.filter(name_en="", code__in=names))
    for organisation in nameless:
        organisation.name_en = names[organisation.code]
    Organisation.objects.bulk_update(nameless, ["name_en"], batch_size=500)
    ledger.record(scope, event="organisations.registered", details={"count": len(new), "mode": mode})
    return len(new)


@ledger.action(permission="organisations.settings")
def activate(scope: Scope) -> Organisation:
    """Open the organisation of the scope: people can work there from now on. Safe to repeat."""
    organisation = Organisation.objects.select_for_update().get(pk=scope.organisation_id)
    organisation.is_active = True
    organisation.save(update_fields=["is_active"])
    ledger.record(scope, event="organisation.activated", subject=f"organisation:{organisation.code}")
    return organisation


@ledger.action(permission="organisations.settings")
def change_appearance(scope: Scope, *, colour: str, name_en: str) -> Organisation:
    """Change the colour and the English name by which the organisation's pages are known."""
    if colour not in COLOURS:
        raise OrganisationsError(
            "この色は文字が読みにくくなります。一覧から選んでください。",
            "Choose a colour of the list: others are hard to read.",
        )
    organisation = Organisation.objects.select_for_update().get(pk=scope.organisation_id)
    before = {"colour": organisation.colour, "name_en": organisation.name_en}
    organisation.colour, organisation.name_en = colour, name_en
    organisation.save(update_fields=["colour", "name_en"])
    ledger.record(
        scope,
        event="organisation.changed",
        subject=f"organisation:{organisation.code}",
        before=before,
        after={"colour": colour, "name_en": name_en},
    )
    return organisation


@ledger.action(permission="organisations.settings")
def give_host(scope: Scope, *, host_name: str) -> Organisation:
    """Let the organisation answer at a host of its own, or at none (an empty name).

    Raises OrganisationsError for what is no name of a host, and for another organisation's.
    """
    name = host_name.lower()
    if name and not HOST.fullmatch(name):
        raise OrganisationsError(
            f"「{host_name}」はホスト名ではありません。例: town.example.jp",
            f"{host_name!r} is not the name of a host, such as town.example.jp.",
        )
    organisation = Organisation.objects.select_for_update().get(pk=scope.organisation_id)
    before, organisation.host_name = organisation.host_name, name
    try:
        with transaction.atomic():
            organisation.save(update_fields=["host_name"])
    except IntegrityError:
        raise OrganisationsError(
            f"「{name}」はほかの団体が使っています。", f"{name} belongs to another organisation."
        ) from None
    ledger.record(
        scope,
        event="organisation.changed",
        subject=f"organisation:{organisation.code}",
        before={"host_name": before},
        after={"host_name": name},
    )
    return organisation


@ledger.action(permission="organisations.manage_group")
def join_group(scope: Scope, *, member: str, joined_on: dt.date, reason: str = "") -> GroupMembership:
    """Make a municipality (code) a member of the group of the scope from a day on; late joining (途中参加) is the same.

    A member that is a member already stays as it is. Every member is told by a release who the members are.
    """
    town = _municipality(member)
    _refuse_other_mode(scope, town)
    row = GroupMembership.objects.within(scope).filter(member=town, left_on__isnull=True).first()
    if row is None:
        row = GroupMembership.objects.add(scope, member=town, joined_on=joined_on, reason=reason)
    ledger.record(
        scope, event="group.joined", subject=f"organisation:{town.code}", details={"joined_on": joined_on.isoformat()}
    )
    _tell_members(scope)
    return row


@ledger.action(permission="organisations.manage_group")
def leave_group(scope: Scope, *, member: str, left_on: dt.date, reason: str = "") -> GroupMembership:
    """End a membership on a day (its last); the row stays. What the group released to it as a member is withdrawn."""
    row = GroupMembership.objects.within(scope).filter(member__code=member, left_on__isnull=True).first()
    if row is None:
        raise OrganisationsError(f"{member} は構成団体ではありません。", f"{member} is not a member.")
    if left_on < row.joined_on:
        raise PeriodError("脱退日が参加日より前です。", "The last day is before the day of joining.")
    row.left_on, row.reason = left_on, reason
    row.save(update_fields=["left_on", "reason"])
    ledger.record(scope, event="group.left", subject=f"organisation:{member}", details={"left_on": left_on.isoformat()})
    for release in released.made(scope).filter(name=MEMBERS, recipient=row.member, withdrawn_at__isnull=True):
        releases.withdraw(
            scope, name=MEMBERS, version=release.version, recipient=member, reason="グループからの脱退 / left the group"
        )
    _tell_members(scope)
    return row


def _municipality(code: str) -> Organisation:
    town = Organisation.objects.filter(code=code, kind=OrganisationKind.MUNICIPALITY).first()
    if town is None:
        raise OrganisationsError(
            f"市区町村コード「{code}」の団体は登録されていません。",
            f"No municipality with the code {code} is registered.",
        )
    return town


def _refuse_other_mode(scope: Scope, town: Organisation) -> None:
    if town.is_training != scope.training:
        raise OrganisationsError(
            "本番の団体と練習の団体は同じグループに入れません。",
            "A live and a training organisation cannot share a group.",
        )


def _tell_members(scope: Scope) -> None:
    """Release the present list to every active member."""
    open_rows = queries.memberships(scope).filter(left_on__isnull=True)
    members = [row.member for row in open_rows]
    codes = sorted(member.code for member in members)
    active = sorted(member.code for member in members if member.is_active)
    if active:
        releases.release(scope, name=MEMBERS, content={"members": codes}, recipients=active)
