"""After the release: opening, handing over, withdrawing, and the public check."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.db.models import F
from django.db.models.functions import Now

from machikumo.certificates import checking, queries, stepping
from machikumo.certificates.domain.numbering import plain_number
from machikumo.certificates.domain.states import ISSUED, State
from machikumo.certificates.models import (
    CertificateRequest,
)
from machikumo.kernel.errors import Conflict
from machikumo.kernel.ledger import action, record

if TYPE_CHECKING:
    from uuid import UUID

    from machikumo.kernel.scope import Scope

ALLOWED_FAILED_CHECKS = 10


@action(permission="certificates.release")
def open_document(scope: Scope, *, request_id: UUID) -> tuple[CertificateRequest, bytes]:
    """The released paper of that very request; every opening is recorded.

    Raises:
        NotFound: there is no such request here, or it is not released.
        SealBroken: the kept paper was altered.
    """
    request = queries.released_of(scope, request_id)
    document = checking.paper_bytes(scope, request)
    record(
        scope,
        event="certificate.opened",
        subject=f"certificate:{request.pk}",
        ground=request.kind,
        details={"sha256": request.document_sha256, "number": request.number},
    )
    stepping.tell_people(scope, [request], event="certificate.opened")
    return request, document


@action(permission="certificates.release")
def deliver_request(scope: Scope, *, request_id: UUID, fencing: int) -> CertificateRequest:
    """RELEASED to DELIVERED: handed over, and the fee taken."""
    request = stepping.held(scope, request_id, fencing, State.RELEASED)
    stepping.move(scope, request, State.DELIVERED)
    return request


@action(permission="certificates.cancel")
def withdraw_certificate(scope: Scope, *, request_id: UUID, reason: str) -> None:
    """Declare an issued paper void (spoilt, or handed over by mistake); the public check says so from now on."""
    issued = [state.value for state in ISSUED]
    changed = (
        CertificateRequest.objects.within(scope)
        .filter(pk=request_id, state__in=issued, withdrawn_at__isnull=True)
        .update(withdrawn_at=Now(), withdrawn_reason=reason)
    )
    if not changed:
        raise Conflict("この証明書は無効にできる状態ではありません。", "This paper cannot be withdrawn as it stands.")
    record(scope, event="certificate.withdrawn", subject=f"certificate:{request_id}", ground=reason)


@action()
def check_paper(scope: Scope, *, token: str, number: str, birth_date: str) -> bool | None:
    """Whether number and a birth date (ISO) are those on the issued paper; None after too many wrong answers.

    The answer tells nothing else, and a failed try counts even when its page is closed at once.
    """
    request = queries.request_by_token(scope, token)
    right = request is not None and _matches(request, number, birth_date)
    subject = f"certificate:{request.pk}" if request else None
    locked = request is not None and request.failed_checks >= ALLOWED_FAILED_CHECKS
    if request is not None and not right and not locked:
        CertificateRequest.objects.within(scope).filter(pk=request.pk).update(
            failed_checks=F("failed_checks") + 1, last_failed_check=Now()
        )
    record(scope, event="certificate.checked", subject=subject, details={"matched": right, "locked": locked})
    return None if locked else right


def _matches(request: CertificateRequest, number: str, birth_date: str) -> bool:
    births = {person.birth_date_iso for person in queries.snapshot_of(request).persons} - {""}
    same_number = secrets.compare_digest(plain_number(number).encode(), request.number.encode())
    return same_number and birth_date in births
