"""Personnel changes from a file: stored as read, previewed, applied whole or not at all, open work handed over."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from machikumo.kernel import ledger
from machikumo.kernel.errors import Conflict, NotFound
from machikumo.kernel.tasks.actions import hand_over
from machikumo.organisations import queries
from machikumo.organisations.actions import people
from machikumo.organisations.domain.appointments import Holding
from machikumo.organisations.domain.errors import OrganisationsError
from machikumo.organisations.domain.transfer_file import decode, read_lines
from machikumo.organisations.domain.transfers import (
    Change,
    Kind,
    check,
    ends,
    gives,
    is_hand_over_due,
    last_day_before,
)
from machikumo.organisations.models import Appointment, Section, StaffMember, TransferBatch
from machikumo.organisations.models.transfers import BatchState
from machikumo.organisations.queries import previews

if TYPE_CHECKING:
    from machikumo.kernel.scope import Scope


class TransferRefused(OrganisationsError):
    """The file still has problems, or was dealt with already."""

    status = 409


@dataclass(frozen=True, slots=True)
class HandedOver:
    """How many people's day had come, and how many things of theirs went to their successors."""

    people: int
    things: int


@ledger.action(permission="organisations.manage_people")
def upload(scope: Scope, *, file_name: str, data: bytes) -> TransferBatch:
    """Read and check a file of transfers; nothing is changed yet. FileRefused when it cannot be read at all."""
    text, charset = decode(data)
    lines = read_lines(text)
    problems = sum(bool(line.problems) for line in check(lines, previews.situation(scope)))
    batch = TransferBatch.objects.add(
        scope,
        file_name=file_name[:200],
        digest=hashlib.sha256(data).hexdigest(),
        lines=[asdict(line) for line in lines],
        problem_count=problems,
        uploaded_by=scope.person,
        uploaded_at=timezone.now(),
    )
    details = {"lines": len(lines), "problems": problems, "charset": charset.lower(), "digest": batch.digest}
    ledger.record(scope, event="transfers.uploaded", subject=f"transfers:{batch.pk}", details=details)
    return batch


@ledger.action(permission="organisations.manage_people")
def apply(scope: Scope, *, batch_id: int) -> TransferBatch:
    """Do what every line says, checked once more as things stand now; TransferRefused when a line has a problem."""
    batch = _waiting(scope, batch_id)
    checked = previews.preview(scope, batch)
    if not checked or any(line.problems for line in checked):
        raise TransferRefused(
            "まだ直していない行があります。ファイルを直して、もう一度取り込んでください。",
            "Some lines still have problems: correct the file and upload it again.",
        )
    for line in checked:
        if line.change is not None:
            _follow(scope, line.change)
    _close(scope, batch, BatchState.APPLIED)
    hand_over_due(scope)
    return batch


@ledger.action(permission="organisations.manage_people")
def withdraw(scope: Scope, *, batch_id: int) -> TransferBatch:
    """Put a file aside without applying it."""
    batch = _waiting(scope, batch_id)
    _close(scope, batch, BatchState.WITHDRAWN)
    return batch


@ledger.action(permission="organisations.manage_people")
def hand_over_due(scope: Scope) -> HandedOver:
    """Hand over the open work of those whose day has come, each once; gives how many people and how many things."""
    today = timezone.localdate()
    people_due = things = 0
    for batch in TransferBatch.objects.within(scope).filter(state=BatchState.APPLIED).select_for_update():
        due = [line for line in batch.lines if is_hand_over_due(line, today)]
        for line in due:
            things += _hand_over(scope, line)
            line["handed_over"] = today.isoformat()
        if due:
            batch.save(update_fields=["lines"])
        people_due += len(due)
    ledger.record(scope, event="transfers.handed_over", details={"count": people_due, "things": things})
    return HandedOver(people_due, things)


def _waiting(scope: Scope, batch_id: int) -> TransferBatch:
    batch = TransferBatch.objects.within(scope).select_for_update().filter(pk=batch_id).first()
    if batch is None:
        raise NotFound
    if batch.state != BatchState.PREVIEWED:
        raise Conflict(
            f"この異動はすでに「{batch.get_state_display()}」です。", "This file has been dealt with already."
        )
    return batch


def _close(scope: Scope, batch: TransferBatch, state: BatchState) -> None:
    batch.state, batch.applied_by, batch.applied_at = state, scope.person, timezone.now()
    batch.save(update_fields=["state", "applied_by", "applied_at"])
    ledger.record(
        scope,
        event=f"transfers.{state.value}",
        subject=f"transfers:{batch.pk}",
        details={"lines": len(batch.lines), "digest": batch.digest},
    )


def _follow(scope: Scope, change: Change) -> None:
    section = Section.objects.within(scope).filter(code=change.section).first() if change.section else None
    section_id = section.pk if section else None
    reason = change.remarks or change.kind.value
    if change.kind is Kind.HIRE:
        staff = people.add_staff(
            scope,
            employee_number=change.employee_number,
            name=change.name,
            kana=change.kana,
            section_id=section_id,
        )
    else:
        staff = StaffMember.objects.within(scope).get(employee_number=change.employee_number)
    covered = _covered(scope, change)
    for row in queries.appointments_of(scope, staff):
        if ends(change, Holding(row.role, row.starts_on, row.ends_on)):
            people.end_appointment(scope, appointment_id=row.pk, ends_on=last_day_before(change), reason=reason)
    if gives(change) is not None:
        people.appoint(
            scope,
            staff_id=staff.pk,
            role=change.role,
            starts_on=change.starts_on,
            ends_on=change.ends_on,
            section_id=section_id,
            stand_in_for=covered.pk if covered else None,
            reason=reason,
        )
    if change.kind is Kind.TRANSFER and section_id is not None:
        people.change_staff(scope, staff_id=staff.pk, name=staff.name, kana=staff.kana, section_id=section_id)


def _covered(scope: Scope, change: Change) -> Appointment | None:
    """The appointment that a stand-in covers."""
    if change.kind is not Kind.STAND_IN:
        return None
    rows = Appointment.objects.within(scope).filter(
        staff_member__employee_number=change.counterpart, role=change.role, starts_on__lte=change.starts_on
    )
    return rows.order_by("-starts_on").first()


def _hand_over(scope: Scope, line: dict[str, Any]) -> int:
    """Between the accounts of the two people; gives how many things. Who has no account has no work here."""
    numbers = [line["cells"]["職員番号"], line["cells"]["相手の職員番号"]]
    rows = StaffMember.objects.within(scope).filter(employee_number__in=numbers).select_related("account")
    accounts = {row.employee_number: row.account for row in rows}
    leaving, successor = (accounts.get(number) for number in numbers)
    if leaving is None or successor is None:
        return 0
    return sum(hand_over(scope, leaving=leaving.person, successor=successor.person).values())
