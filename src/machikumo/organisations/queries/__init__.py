"""Reads of people, roles, sections and membership; scope first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator
from django.db.models import Q
from django.utils import timezone

from machikumo.kernel.errors import NotFound
from machikumo.kernel.releases import queries as releases
from machikumo.kernel.tenancy.models import Organisation, OrganisationMode
from machikumo.organisations.domain.transfers import is_hand_over_due
from machikumo.organisations.models import (
    AccessReview,
    AccessReviewLine,
    Account,
    Appointment,
    GroupMembership,
    RoleNarrowing,
    Section,
    StaffMember,
    TransferBatch,
    Workplace,
)
from machikumo.organisations.models.transfers import BatchState

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from django.db.models import QuerySet

    from machikumo.kernel.scope import Scope

ACCOUNT = "account:"
ORGANISATION_WIDE = {"cio", "ciso"}  # they review where a section has no head, and the heads themselves


def held_on(day: date) -> Q:
    """The condition that an appointment (or whatever has the two dates) is in force on that day."""
    return Q(starts_on__lte=day) & (Q(ends_on__isnull=True) | Q(ends_on__gte=day))


def roles_held(scope: Scope, account_id: int, day: date) -> list[str]:
    """The keys of the roles that the account holds here on that day, oldest appointment first, each once."""
    rows = (
        Appointment.objects.within(scope)
        .filter(held_on(day), staff_member__account_id=account_id, staff_member__is_active=True)
        .values_list("role", flat=True)
    )
    return list(dict.fromkeys(rows))


def holders_of(scope: Scope, role: str, day: date) -> list[StaffMember]:
    """The people who hold the role here on that day."""
    rows = Appointment.objects.within(scope).filter(held_on(day), role=role, staff_member__is_active=True)
    return [row.staff_member for row in rows.select_related("staff_member")]


def roles_of_people(scope: Scope, staff_ids: Iterable[int], day: date) -> dict[int, list[str]]:
    """The roles that each of those people holds on that day, by the person's number; an empty list for none."""
    wanted = list(staff_ids)
    roles: dict[int, list[str]] = {number: [] for number in wanted}
    rows = Appointment.objects.within(scope).filter(held_on(day), staff_member_id__in=wanted)
    for number, role in rows.values_list("staff_member_id", "role"):
        roles[number].append(role)
    return roles


def permissions_taken_away(scope: Scope, role: str) -> frozenset[str]:
    """The permissions that this organisation has taken away from the role."""
    return frozenset(RoleNarrowing.objects.within(scope).filter(role=role).values_list("permission", flat=True))


def narrowings(scope: Scope) -> QuerySet[RoleNarrowing]:
    """Every permission that this organisation has taken away from a role."""
    return RoleNarrowing.objects.within(scope)


def live_organisation_exists() -> bool:
    """Whether any organisation at all is live: then no demo account works anywhere."""
    return Organisation.objects.filter(mode=OrganisationMode.LIVE).exists()


def demo_is_open() -> bool:
    """Whether demo accounts may be used: there are some, and no organisation is live. Asked at each use."""
    return not live_organisation_exists() and Account.objects.filter(is_demo=True, is_active=True).exists()


def demo_accounts() -> list[Account]:
    """The demo accounts, in the order in which they were made."""
    return list(Account.objects.filter(is_demo=True, is_active=True).order_by("pk"))


def account_named(username: str, *, demo: bool = False) -> Account | None:
    """The active account of that sign-in name; a demo account only when ``demo`` says so."""
    accounts = Account.objects.filter(username=username, is_active=True)
    return (accounts.filter(is_demo=True) if demo else accounts).first()


def has_second_factor(account: Account) -> bool:
    """Whether the account has a passkey, a security key or an authenticator app; recovery codes alone do not count."""
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return bool(Authenticator.objects.filter(user_id=account.pk, type__in=kinds).exists())


def organisation(code: str) -> Organisation:
    """The organisation of that code, active or not; NotFound otherwise."""
    found = Organisation.objects.filter(code=code).first()
    if found is None:
        raise NotFound(f"団体「{code}」は登録されていません。", f"No organisation has the code {code}.")
    return found


def code_at_host(host_name: str) -> str:
    """The code of the organisation whose own host this is, or nothing."""
    found = Organisation.objects.filter(host_name=host_name).exclude(host_name="").values_list("code", flat=True)
    return found.first() or ""


def is_organisation(code: str) -> bool:
    """Whether there is an organisation of that code."""
    return Organisation.objects.filter(code=code).exists()


def practice_town_of(code: str) -> Organisation | None:
    """The practice town of the live organisation of that code, where there is one."""
    return Organisation.objects.filter(practice_of=code).first()


def organisations_of(codes: Iterable[str]) -> dict[str, Organisation]:
    """The organisations of those codes, by code."""
    return {found.code: found for found in Organisation.objects.filter(code__in=set(codes))}


def workplace_codes(account: Account) -> set[str]:
    """The codes of every organisation that is a door for the account, active or not."""
    return set(Workplace.objects.filter(account=account).values_list("organisation__code", flat=True))


def workplaces_of(account: Account) -> list[Organisation]:
    """The active organisations whose door the account may try, in the order of their codes."""
    doors = Workplace.objects.filter(account=account, organisation__is_active=True)
    return [door.organisation for door in doors.select_related("organisation").order_by("organisation__code")]


def people_of(scope: Scope, *, words: str = "", section_id: int | None = None) -> QuerySet[StaffMember]:
    """The people who work here, with their section; narrowed by a part of name, kana or number, and by section."""
    people = StaffMember.objects.within(scope).select_related("section")
    if section_id is not None:
        people = people.filter(section_id=section_id)
    for word in words.split():
        people = people.filter(Q(name__contains=word) | Q(kana__contains=word) | Q(employee_number__startswith=word))
    return people


def staff_member(scope: Scope, staff_id: int) -> StaffMember:
    """One person who works here; NotFound for anybody else's."""
    try:
        return StaffMember.objects.within(scope).select_related("section", "account").get(pk=staff_id)
    except StaffMember.DoesNotExist:
        raise NotFound from None


def staff_member_of_account(scope: Scope, account_id: int) -> StaffMember | None:
    """The person behind an account in this organisation, if any."""
    return StaffMember.objects.within(scope).filter(account_id=account_id).first()


def appointments_of(scope: Scope, staff: StaffMember) -> QuerySet[Appointment]:
    """Every appointment of a person, past, present and to come."""
    return Appointment.objects.within(scope).filter(staff_member=staff).select_related("section")


def appointment(scope: Scope, appointment_id: int) -> Appointment:
    """One appointment of this organisation; NotFound for anybody else's."""
    try:
        return Appointment.objects.within(scope).select_related("staff_member", "section").get(pk=appointment_id)
    except Appointment.DoesNotExist:
        raise NotFound from None


def sections_of(scope: Scope) -> QuerySet[Section]:
    """The organisation's sections that are in use."""
    return Section.objects.within(scope).filter(is_active=True)


def review_lines(scope: Scope, review: AccessReview) -> QuerySet[AccessReviewLine]:
    """The roles of a review, with the people who hold them."""
    rows = AccessReviewLine.objects.within(scope).filter(review=review)
    return rows.select_related("appointment__staff_member__account").order_by("appointment__staff_member__kana", "pk")


def reviews(scope: Scope) -> QuerySet[AccessReview]:
    """Every access review of the organisation, newest year first."""
    return AccessReview.objects.within(scope).select_related("section")


def review(scope: Scope, review_id: int) -> AccessReview:
    """One access review; NotFound for anybody else's."""
    try:
        return reviews(scope).get(pk=review_id)
    except AccessReview.DoesNotExist:
        raise NotFound from None


def may_review(scope: Scope, review: AccessReview) -> bool:
    """Whether the person may answer and sign: the head of that section, or the CIO or CISO of the organisation."""
    if scope.role in ORGANISATION_WIDE:
        return True
    mine = Appointment.objects.within(scope).filter(
        held_on(timezone.localdate()), staff_member__account_id=account_of(scope.person) or 0, role=scope.role
    )
    return mine.filter(section_id=review.section_id).exists()


def transfer_batches(scope: Scope) -> QuerySet[TransferBatch]:
    """The files of transfers, newest first."""
    return TransferBatch.objects.within(scope)


def has_hand_over_due(scope: Scope, today: date) -> bool:
    """Whether somebody's open work has to change hands by that day and has not yet."""
    applied = TransferBatch.objects.within(scope).filter(state=BatchState.APPLIED)
    return any(is_hand_over_due(line, today) for batch in applied for line in batch.lines)


def transfer_batch(scope: Scope, batch_id: int) -> TransferBatch:
    """One file of transfers; NotFound for anybody else's."""
    try:
        return TransferBatch.objects.within(scope).get(pk=batch_id)
    except TransferBatch.DoesNotExist:
        raise NotFound from None


def account_of(person: str) -> int | None:
    """The account behind a token such as ``account:12``; None for commands, jobs and machines."""
    return int(person.removeprefix(ACCOUNT)) if _is_account(person) else None


def members_on(scope: Scope, day: date) -> list[Organisation]:
    """The members of the group on that day (the scope is the group's), in the order of their codes."""
    rows = GroupMembership.objects.within(scope).filter(
        Q(joined_on__lte=day) & (Q(left_on__isnull=True) | Q(left_on__gte=day))
    )
    return [row.member for row in rows.select_related("member").order_by("member__code")]


def memberships(scope: Scope) -> QuerySet[GroupMembership]:
    """Every membership of the group, ended ones too."""
    return GroupMembership.objects.within(scope).select_related("member")


def people_names(scope: Scope, persons: Iterable[str]) -> dict[str, str]:
    """The names behind tokens such as ``account:12``, as far as they work here."""
    wanted = {int(person.removeprefix(ACCOUNT)) for person in persons if _is_account(person)}
    rows = StaffMember.objects.within(scope).filter(account_id__in=wanted).values_list("account_id", "name")
    return {f"{ACCOUNT}{account_id}": name for account_id, name in rows}


def _is_account(person: str) -> bool:
    return person.startswith(ACCOUNT) and person.removeprefix(ACCOUNT).isdigit()


def group_fellows(scope: Scope) -> list[str]:
    """The codes of the other members of the groups that the scope's organisation belongs to, as the groups told it."""
    told = releases.latest_of_each(scope, "group.members")
    codes = {code for row in told for code in releases.checked_content(row)["members"]}
    return sorted(codes - {scope.organisation_code})


def groups_of(scope: Scope) -> list[str]:
    """The codes of the groups that the scope's organisation belongs to, as the groups told it."""
    return sorted({row.source_code for row in releases.latest_of_each(scope, "group.members")})
