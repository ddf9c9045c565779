"""People, their sections and roles: appointing, ending, standing in, narrowing."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone

from machikumo.kernel import ledger
from machikumo.kernel.tenancy.doors import organisation_of
from machikumo.organisations import queries
from machikumo.organisations.catalogue import catalogue
from machikumo.organisations.domain.appointments import Holding, refuse_incompatible
from machikumo.organisations.domain.errors import OrganisationsError, PeriodError, ProtectedPermission
from machikumo.organisations.models import (
    Account,
    Appointment,
    RoleNarrowing,
    Section,
    StaffMember,
    Workplace,
)

if TYPE_CHECKING:
    from machikumo.kernel.scope import Scope

FIRST_PASSWORD_DAYS = dt.timedelta(days=7)


@ledger.action(permission="organisations.manage_people")
def add_section(scope: Scope, *, code: str, name: str, name_en: str = "") -> Section:
    """The section (課) of that code: a new one, or the one that exists with its names brought up to date."""
    section, _new = Section.objects.within(scope).update_or_create(
        organisation_id=scope.organisation_id, code=code, defaults={"name": name, "name_en": name_en, "is_active": True}
    )
    ledger.record(scope, event="section.saved", subject=f"section:{section.pk}", after={"code": code, "name": name})
    return section


@ledger.action(permission="organisations.manage_people")
def add_staff(
    scope: Scope, *, employee_number: str, name: str, kana: str = "", section_id: int | None = None, username: str = ""
) -> StaffMember:
    """Somebody new who works here; with ``username`` an account to sign in with (the one that exists, or a new one).

    A new account has no password: the person gets a first one by ``set_first_password``.
    """
    account = _account(username) if username else None
    try:
        with transaction.atomic():
            staff = StaffMember.objects.add(
                scope, account=account, employee_number=employee_number, name=name, kana=kana, section_id=section_id
            )
    except IntegrityError:
        raise OrganisationsError(
            f"職員番号「{employee_number}」またはサインイン名「{username}」はすでに登録されています。",
            f"The employee number {employee_number} or the sign-in name {username} is taken here.",
        ) from None
    if account is not None:
        Workplace.objects.get_or_create(account=account, organisation_id=scope.organisation_id)
    ledger.record(scope, event="staff.added", subject=f"staff:{staff.pk}", after=_facts(staff))
    return staff


@ledger.action(permission="organisations.manage_people")
def make_demo_account(scope: Scope, *, username: str) -> Account:
    """The demo account of that name, without a password; it works only while no organisation at all is live."""
    account, new = Account.objects.get_or_create(username=username, defaults={"is_demo": True})
    if new:
        account.set_unusable_password()
        account.save(update_fields=["password"])
    ledger.record(scope, event="account.demo_made", subject=account.person)
    return account


@ledger.action(permission="organisations.manage_people")
def change_staff(
    scope: Scope, *, staff_id: int, name: str, kana: str, section_id: int | None, is_active: bool = True
) -> StaffMember:
    """Correct a person's name or section, or say that the person has left (``is_active`` False: no role counts)."""
    staff = queries.staff_member(scope, staff_id)
    before = _facts(staff)
    staff.name, staff.kana, staff.section_id, staff.is_active = name, kana, section_id, is_active
    staff.save(update_fields=["name", "kana", "section", "is_active"])
    ledger.record(scope, event="staff.changed", subject=f"staff:{staff.pk}", before=before, after=_facts(staff))
    return staff


@ledger.action(permission="organisations.manage_people")
def set_first_password(scope: Scope, *, staff_id: int, password: str) -> Account:
    """Give a person a first password, refused for oneself and for who works elsewhere too.

    It opens nothing but the page where the person chooses another one, and that for FIRST_PASSWORD_DAYS.
    """
    staff = queries.staff_member(scope, staff_id)
    account = staff.account
    _refuse_self(scope, staff)
    if (
        account is None
        or Workplace.objects.filter(account=account).exclude(organisation=scope.organisation_id).exists()
    ):
        raise OrganisationsError(
            "この人のパスワードはここでは設定できません（アカウントがないか、ほかの団体でも使われています）。",
            "The password cannot be set here: there is no account, or another organisation uses it too.",
        )
    account.set_password(password)
    account.first_password_until = timezone.now() + FIRST_PASSWORD_DAYS
    account.save(update_fields=["password", "first_password_until"])
    details = {"staff": staff.pk, "until": account.first_password_until.isoformat()}
    ledger.record(scope, event="account.password_set", subject=account.person, details=details)
    return account


@ledger.action(permission="organisations.manage_people")
def appoint(
    scope: Scope,
    *,
    staff_id: int,
    role: str,
    starts_on: dt.date,
    ends_on: dt.date | None = None,
    section_id: int | None = None,
    stand_in_for: int | None = None,
    reason: str = "",
) -> Appointment:
    """Give a person a role from a day to a day (both included; open without an end).

    Raises IncompatibleRoles when the person would hold two roles that must lie with two people, RoleNotHere when this
    kind of organisation does not give it, and PeriodError for dates that do not fit. Nobody appoints themselves.
    """
    staff = queries.staff_member(scope, staff_id)
    _refuse_self(scope, staff)
    catalogue().role_for(role, organisation_of(scope).kind)
    _lock(scope, staff)
    held = [_holding(row) for row in queries.appointments_of(scope, staff)]
    refuse_incompatible(catalogue(), held, Holding(role, starts_on, ends_on))
    row = Appointment.objects.add(
        scope,
        staff_member=staff,
        role=role,
        section_id=section_id,
        starts_on=starts_on,
        ends_on=ends_on,
        stand_in_for_id=stand_in_for,
        reason=reason,
    )
    ledger.record(
        scope,
        event="appointment.made",
        subject=f"staff:{staff.pk}",
        details={"role": role, "starts_on": starts_on.isoformat(), "ends_on": str(ends_on or "open")},
    )
    return row


@ledger.action(permission="organisations.manage_people")
def end_appointment(scope: Scope, *, appointment_id: int, ends_on: dt.date, reason: str = "") -> Appointment:
    """Let an appointment end on a day (its last); PeriodError when that is outside the appointment."""
    row = queries.appointment(scope, appointment_id)
    if ends_on < row.starts_on or (row.ends_on is not None and ends_on > row.ends_on):
        raise PeriodError(
            f"終了日{ends_on}は任用期間（{row.starts_on}〜{row.ends_on or ''}）の外です。日付を直してください。",
            f"The last day {ends_on} lies outside the appointment ({row.starts_on} to {row.ends_on or 'open'}).",
        )
    row.ends_on, row.end_reason = ends_on, reason
    row.save(update_fields=["ends_on", "end_reason"])
    ledger.record(
        scope,
        event="appointment.ended",
        subject=f"staff:{row.staff_member_id}",
        details={"role": row.role, "ends_on": ends_on.isoformat()},
    )
    return row


@ledger.action(permission="organisations.review_access")
def end_reviewed(scope: Scope, *, appointment_id: int, ends_on: dt.date) -> Appointment:
    """End an appointment because the access review said so; one that has ended before stays as it is."""
    row = queries.appointment(scope, appointment_id)
    if row.ends_on is None or row.ends_on > ends_on:
        row.ends_on, row.end_reason = max(ends_on, row.starts_on), "年次点検 / access review"
        row.save(update_fields=["ends_on", "end_reason"])
    ledger.record(scope, event="appointment.ended_by_review", subject=f"staff:{row.staff_member_id}")
    return row


@ledger.action(permission="organisations.manage_people")
def stand_in(
    scope: Scope,
    *,
    appointment_id: int,
    staff_id: int,
    starts_on: dt.date,
    ends_on: dt.date,
    reason: str = "",
) -> Appointment:
    """Let somebody stand in for another's appointment, with the same role and section, for some days within it."""
    covered = queries.appointment(scope, appointment_id)
    if covered.staff_member_id == staff_id:
        raise OrganisationsError("本人は自分の代理になれません。", "Nobody stands in for themselves.")
    if starts_on < covered.starts_on or (covered.ends_on is not None and ends_on > covered.ends_on):
        raise PeriodError(
            f"代理の期間は元の任用期間（{covered.starts_on}〜{covered.ends_on or ''}）の中にしてください。",
            "A stand-in lies within the appointment that it covers.",
        )
    return appoint(
        scope,
        staff_id=staff_id,
        role=covered.role,
        starts_on=starts_on,
        ends_on=ends_on,
        section_id=covered.section_id,
        stand_in_for=covered.pk,
        reason=reason,
    )


@ledger.action(permission="organisations.narrow_roles")
def narrow_role(scope: Scope, *, role: str, permission: str, reason: str) -> RoleNarrowing:
    """Take a permission away from a role in this organisation; it works from the next request on.

    Raises ProtectedPermission for one that every organisation leaves to the role, such as the auditor's look.
    """
    chosen = catalogue().role(role)
    if permission in chosen.protected:
        raise ProtectedPermission
    if permission not in chosen.permissions:
        raise OrganisationsError(
            "この役割には、その権限がもともとありません。", "The role does not carry that by itself."
        )
    row, _new = RoleNarrowing.objects.within(scope).get_or_create(
        organisation_id=scope.organisation_id, role=role, permission=permission, defaults={"reason": reason}
    )
    ledger.record(scope, event="role.narrowed", subject=f"role:{role}", details={"permission": permission})
    return row


@ledger.action(permission="organisations.narrow_roles")
def restore_role(scope: Scope, *, role: str, permission: str) -> None:
    """Give a permission back that had been taken away; never more than the role carries by itself."""
    RoleNarrowing.objects.within(scope).filter(role=role, permission=permission).delete()
    ledger.record(scope, event="role.restored", subject=f"role:{role}", details={"permission": permission})


def _account(username: str) -> Account:
    account = Account.objects.filter(username=username).first()
    return account or Account.objects.create_user(username)


def _refuse_self(scope: Scope, staff: StaffMember) -> None:
    """Nobody gives themselves a role or a password."""
    if staff.account is not None and staff.account.person == scope.person:
        raise OrganisationsError(
            "自分自身の役割やパスワードはここで変えられません。ほかの管理者に依頼してください。",
            "You cannot change your own roles or password here: ask another administrator.",
        )


def _lock(scope: Scope, staff: StaffMember) -> None:
    """Two who appoint one person at once stand in line, so that the pair rule sees both."""
    list(StaffMember.objects.within(scope).filter(pk=staff.pk).select_for_update().values_list("pk", flat=True))


def _holding(row: Appointment) -> Holding:
    return Holding(row.role, row.starts_on, row.ends_on)


def _facts(staff: StaffMember) -> dict[str, object]:
    return {
        "employee_number": staff.employee_number,
        "name": staff.name,
        "kana": staff.kana,
        "section": staff.section_id,
        "is_active": staff.is_active,
    }
