"""Giving roles that two people have to give: the officer asks, somebody else says yes, then it is done as asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from machikumo.kernel import ledger
from machikumo.kernel.approvals import actions as approvals
from machikumo.organisations import queries
from machikumo.organisations.actions import people, transfers
from machikumo.organisations.catalogue import catalogue
from machikumo.organisations.domain.transfers import gives
from machikumo.organisations.queries import previews

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from machikumo.kernel.approvals.models import Approval
    from machikumo.kernel.scope import Scope
    from machikumo.organisations.models import Appointment, TransferBatch

APPOINTMENT, STAND_IN, FILE = "organisations.appointment", "organisations.stand_in", "organisations.transfers"


@ledger.action(permission="organisations.manage_people")
def grant(
    scope: Scope,
    *,
    staff_id: int,
    role: str,
    starts_on: dt.date,
    ends_on: dt.date | None = None,
    section_id: int | None = None,
    reason: str = "",
) -> Appointment | Approval:
    """The appointment; for a role that two people have to give, the request that somebody else has to approve.

    Raises what ``people.appoint`` raises, before anybody is asked.
    """
    facts: dict[str, Any] = {"starts_on": starts_on, "ends_on": ends_on, "section_id": section_id, "reason": reason}
    facts |= {"staff_id": staff_id, "role": role}

    def appoint() -> Appointment:
        return people.appoint(scope, **facts)

    if not catalogue().role(role).two_people:
        return appoint()
    name = queries.staff_member(scope, staff_id).name
    _try(appoint)
    subject = f"staff:{staff_id}:{role}"
    return _ask(scope, kind=APPOINTMENT, subject=subject, payload=_written(facts), titles=_titles(name, role))


@ledger.action(permission="organisations.manage_people")
def grant_stand_in(
    scope: Scope, *, appointment_id: int, staff_id: int, starts_on: dt.date, ends_on: dt.date, reason: str = ""
) -> Appointment | Approval:
    """The stand-in's appointment, or the request for one, as ``grant``."""
    role = queries.appointment(scope, appointment_id).role
    facts: dict[str, Any] = {"starts_on": starts_on, "ends_on": ends_on, "reason": reason}
    facts |= {"appointment_id": appointment_id, "staff_id": staff_id}

    def stand_in() -> Appointment:
        return people.stand_in(scope, **facts)

    if not catalogue().role(role).two_people:
        return stand_in()
    name = queries.staff_member(scope, staff_id).name
    payload = _written(facts) | {"role": role}
    _try(stand_in)
    subject = f"staff:{staff_id}:{role}"
    return _ask(scope, kind=STAND_IN, subject=subject, payload=payload, titles=_titles(name, role))


@ledger.action(permission="organisations.manage_people")
def apply_file(scope: Scope, *, batch_id: int) -> TransferBatch | Approval:
    """The applied file of personnel changes, or the request for it where two people have to give a role in it."""

    def apply() -> TransferBatch:
        return transfers.apply(scope, batch_id=batch_id)

    batch = queries.transfer_batch(scope, batch_id)
    changes = [line.change for line in previews.preview(scope, batch) if line.change is not None]
    given = [(change, held.role) for change in changes if (held := gives(change)) is not None]
    grave = [f"{one.employee_number} {_title(role)}" for one, role in given if catalogue().role(role).two_people]
    if not grave:
        return apply()
    payload = {"batch_id": batch_id, "digest": batch.digest, "lines": len(batch.lines), "grave": grave}
    titles = (f"人事異動「{batch.file_name}」の反映", f"Apply the personnel changes {batch.file_name}")
    _try(apply)
    return _ask(scope, kind=FILE, subject=f"transfers:{batch_id}", payload=payload, titles=titles)


def _try(act: Callable[[], object]) -> None:
    """Do it and undo it: what cannot be done is refused now, not when somebody has approved it."""
    with transaction.atomic():
        act()
        transaction.set_rollback(True)


def _ask(scope: Scope, *, kind: str, subject: str, payload: dict[str, Any], titles: tuple[str, str]) -> Approval:
    return approvals.request(
        scope, kind=kind, subject=subject, payload=payload, title_ja=titles[0][:200], title_en=titles[1][:300]
    )


def _written(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in facts.items()}


def _title(role: str) -> str:
    return catalogue().role(role).title.ja


def _titles(name: str, role: str) -> tuple[str, str]:
    return f"{name}さんを「{_title(role)}」に任命", f"Appoint {name} as {catalogue().role(role).title.en}"
