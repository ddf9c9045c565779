"""Reads of approvals; scope first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from machikumo.kernel.approvals.kinds import approval_kinds
from machikumo.kernel.approvals.models import Approval
from machikumo.kernel.errors import NotFound

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from machikumo.kernel.scope import Scope


def approval(scope: Scope, approval_id: int) -> Approval:
    """One request of this organisation; NotFound for anybody else's."""
    try:
        return Approval.objects.within(scope).get(pk=approval_id)
    except Approval.DoesNotExist:
        raise NotFound from None


def waiting_for(scope: Scope, now: datetime) -> QuerySet[Approval]:
    """What this person may decide now: open, of kinds that the role may decide, not asked for by the person."""
    kinds = [key for key, kind in approval_kinds.items() if scope.has(kind.decide_permission)]
    return (
        Approval.objects.within(scope)
        .filter(state="requested", expires_at__gt=now, kind__in=kinds)
        .exclude(requested_by=scope.person)
        .order_by("expires_at")
    )


def run_out(scope: Scope, now: datetime) -> QuerySet[Approval]:
    """The requests that nobody decided in time."""
    return Approval.objects.within(scope).filter(state="requested", expires_at__lte=now)


def waiting(scope: Scope) -> QuerySet[Approval]:
    """What this person may decide at this moment."""
    return waiting_for(scope, timezone.now())


def asked_by(scope: Scope) -> QuerySet[Approval]:
    """What this person asked for, newest first."""
    return Approval.objects.within(scope).filter(requested_by=scope.person)


def decided(scope: Scope) -> QuerySet[Approval]:
    """What has been decided, withdrawn or run out, newest first."""
    return Approval.objects.within(scope).exclude(state="requested")


def is_request(done: object) -> bool:
    """Whether what an action gave is a request that somebody else has to approve, not the thing itself."""
    return isinstance(done, Approval)


def latest_for(scope: Scope, kind: str, subject: str) -> Approval | None:
    """The latest request of that kind for that subject, whatever became of it."""
    return Approval.objects.within(scope).filter(kind=kind, subject=subject).order_by("-id").first()


def open_for(scope: Scope, kind: str, subject: str) -> Approval | None:
    """The open request of that kind for that subject, if any."""
    return Approval.objects.within(scope).filter(kind=kind, subject=subject, state="requested").first()
