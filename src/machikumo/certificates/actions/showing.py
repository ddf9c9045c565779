"""Showing requests: whoever reads the book of certificates leaves a row on the record of each person in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from machikumo.certificates import queries, stepping
from machikumo.kernel.ledger import action, record

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from machikumo.certificates.models import CertificateRequest
    from machikumo.kernel.scope import Scope

VIEWED = "certificate.viewed"


@action(permission="certificates.view")
def show_requests(scope: Scope, *, requests: Iterable[CertificateRequest]) -> None:
    """Record that a list of requests was shown: one row for the look, and one for each person of each request."""
    shown = list(requests)
    record(scope, event=VIEWED, details={"shown": len(shown)})
    stepping.tell_people(scope, shown, event=VIEWED)


@action(permission="certificates.view")
def show_request(scope: Scope, *, request_id: UUID) -> CertificateRequest:
    """The request, with its names; the look is a row of the request and of each person in it."""
    request = queries.request_of(scope, request_id)
    record(scope, event=VIEWED, subject=f"certificate:{request.pk}", ground=request.kind)
    stepping.tell_people(scope, [request], event=VIEWED)
    return request
