"""How a request moves: by compare-and-set on state, fencing number and lease, in one statement."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models.functions import Now

from machikumo.certificates import queries
from machikumo.certificates.domain.states import OPEN, State, StepNotAllowed, check_step
from machikumo.certificates.errors import FencedOut, TimedOut
from machikumo.certificates.models import CertificateDocument, CertificateRequest, CertificateStep
from machikumo.kernel.ledger import record, record_many
from machikumo.register.queries import subjects_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from machikumo.kernel.scope import Scope

LEASE_SECONDS = 60.0
UNDER_LEASE = frozenset({State.CHECKED, State.RENDERED, State.VERIFIED, State.RELEASED})


def lease() -> timedelta:
    """How long a request may take from reception to release."""
    return timedelta(seconds=getattr(settings, "CERTIFICATE_LEASE_SECONDS", LEASE_SECONDS))


def held(scope: Scope, request_id: UUID, fencing: int, state: State) -> CertificateRequest:
    """The request as this worker holds it; FencedOut when it has changed hands, StepNotAllowed in another state."""
    request = queries.request_of(scope, request_id)
    if request.fencing != fencing:
        raise FencedOut
    if request.state != state.value:
        raise StepNotAllowed(State(request.state), state)
    return request


def move(scope: Scope, request: CertificateRequest, after: State, **facts: Any) -> None:
    """Take the request to its next state, once: a worker that lost it or came too late changes nothing.

    Raises FencedOut, TimedOut or StepNotAllowed; the caller's transaction goes with it.
    """
    check_step(State(request.state), after)
    mine = CertificateRequest.objects.within(scope).filter(pk=request.pk, state=request.state, fencing=request.fencing)
    if after in UNDER_LEASE:
        mine = mine.filter(lease_until__gt=Now())
    if not mine.update(state=after.value, **facts):
        raise _why(scope, request, after)
    write_step(scope, request, after)
    for name, value in facts.items():
        setattr(request, name, value)
    request.state = after.value


def write_step(scope: Scope, request: CertificateRequest, state: State) -> None:
    """The step's row and its ledger row, in the transaction of the step."""
    CertificateStep.objects.add(scope, request=request, state=state.value, by=scope.person, fencing=request.fencing)
    record(
        scope,
        event=f"certificate.{state.value}",
        subject=f"certificate:{request.pk}",
        ground=request.kind,
        details={"number": request.number, "channel": request.channel, "fencing": request.fencing},
    )


def tell_people(scope: Scope, requests: Sequence[CertificateRequest], *, event: str) -> None:
    """One ledger row for each person of each request, so that it stands in the person's own access record."""
    subjects = subjects_of(scope, {person_id for request in requests for person_id in request.person_ids})
    rows = (
        {"subject": subjects[person_id], "ground": request.kind, "details": {"request": request.pk}}
        for request in requests
        for person_id in request.person_ids
        if person_id in subjects
    )
    record_many(scope, rows, event=event)


def end(scope: Scope, request: CertificateRequest, after: State, reason: str) -> None:
    """Cancel or refuse the whole request: the paper that nobody has seen is destroyed with it."""
    move(scope, request, after, end_reason=reason, fencing=request.fencing + 1)
    CertificateDocument.objects.within(scope).filter(request_id=request.pk).delete()


def _why(scope: Scope, request: CertificateRequest, after: State) -> Exception:
    now = queries.request_of(scope, request.pk)
    if now.fencing != request.fencing:
        return FencedOut()
    if now.state == request.state and State(now.state) in OPEN and queries.is_overdue(scope, request.pk):
        return TimedOut()
    return StepNotAllowed(State(now.state), after)
