"""What people decide: cancelling, refusing, approving, stopping a channel and opening it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models.functions import Now

from machikumo.certificates import queries, stepping
from machikumo.certificates.domain.states import State
from machikumo.certificates.errors import (
    SamePersonApproves,
)
from machikumo.certificates.models import (
    CertificateRequest,
    CertificateStop,
)
from machikumo.kernel.errors import Conflict
from machikumo.kernel.ledger import action, record

if TYPE_CHECKING:
    from uuid import UUID

    from machikumo.certificates.domain.requests import Channel
    from machikumo.kernel.scope import Scope


@action(permission="certificates.issue")
def cancel_request(scope: Scope, *, request_id: UUID, fencing: int, reason: str) -> CertificateRequest:
    """Cancel the whole request before its release; whoever still works on it cannot write any more."""
    request = queries.request_of(scope, request_id)
    request.fencing = fencing
    stepping.end(scope, request, State.CANCELLED, reason)
    return request


@action(permission="certificates.issue")
def refuse_request(scope: Scope, *, request_id: UUID, fencing: int, reason: str) -> CertificateRequest:
    """Refuse the request; ``reason`` is a key that tells nothing about blocks."""
    request = queries.request_of(scope, request_id)
    request.fencing = fencing
    stepping.end(scope, request, State.REFUSED, reason)
    return request


@action(permission="register.view_protected")
def approve_request(scope: Scope, *, request_id: UUID, fencing: int) -> CertificateRequest:
    """A second person's approval of a request that was held back; its time begins anew, in new hands."""
    request = stepping.held(scope, request_id, fencing, State.RECEIVED)
    if request.received_by == scope.person:
        raise SamePersonApproves
    changed = (
        CertificateRequest.objects.within(scope)
        .filter(pk=request.pk, state=request.state, fencing=fencing, needs_approval=True, approved_by="")
        .update(approved_by=scope.person, fencing=fencing + 1, lease_until=Now() + stepping.lease())
    )
    if not changed:
        raise Conflict("この請求は承認待ちではありません。", "This request does not wait for an approval.")
    record(scope, event="certificate.approved", subject=f"certificate:{request.pk}", ground=request.kind)
    return queries.request_of(scope, request_id)


@action(permission="certificates.issue")
def stop_channel(scope: Scope, *, channel: Channel, reason: str, request_id: UUID | None = None) -> None:
    """Stop issuing by a channel at once; only a person opens it again."""
    CertificateStop.objects.within(scope).bulk_create(
        [
            CertificateStop(
                organisation_id=scope.organisation_id, channel=channel.value, reason=reason, request_id=request_id
            )
        ],
        ignore_conflicts=True,
    )
    record(scope, event="certificate.channel_stopped", details={"channel": channel.value, "reason": reason})


@action(permission="certificates.cancel")
def reopen_channel(scope: Scope, *, stop_id: int) -> None:
    """Open a stopped channel again, after a person looked at what had happened."""
    changed = (
        CertificateStop.objects.within(scope)
        .filter(pk=stop_id, reopened_at__isnull=True)
        .update(reopened_at=Now(), reopened_by=scope.person)
    )
    if not changed:
        raise Conflict("この停止はすでに解除されています。", "This stop is lifted already.")
    record(scope, event="certificate.channel_reopened", subject=f"stop:{stop_id}")
