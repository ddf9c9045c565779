"""Showing requests: whoever reads the book of certificates leaves a row on the record of each person in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from machikumo.certificates import queries, stepping
from machikumo.certificates.sources import Register
from machikumo.kernel.errors import NotFound
from machikumo.kernel.ledger import action, record, record_many

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from machikumo.certificates.models import CertificateRequest
    from machikumo.kernel.scope import Scope

VIEWED = "certificate.viewed"
REGISTER = Register()


@action(permission="certificates.view")
def show_requests(scope: Scope, *, requests: Iterable[CertificateRequest]) -> None:
    """Record that a list of requests was shown: one row for the look, and one for each person of each request."""
    shown = list(requests)
    record(scope, event=VIEWED, details={"shown": len(shown)})
    stepping.tell_people(scope, shown, event=VIEWED)


@action()
def compose_rows(scope: Scope, *, person_ids: Sequence[int], ground: str) -> dict[int, tuple[dict[str, str], str]]:
    """What a certificate of each of these people would be made from, without issuing one: the row, and the head's name.

    By person id; who is not in the register is left out. Each is a row of the person in the ledger. Needs
    register.view, certificates.issue or layouts.move_in.
    """
    scope.require("register.view", "certificates.issue", "layouts.move_in")
    found: dict[int, tuple[dict[str, str], str]] = {}
    keys: dict[int, str] = {}
    for person_id in person_ids:
        try:
            household = REGISTER.household_of(scope, person_id)
        except NotFound:
            continue
        (member,) = household.chosen((person_id,))
        found[person_id], keys[person_id] = (dict(member.row), household.head_name), member.person_key
    record(scope, event="certificate.composed", ground=ground, details={"people": len(found)})
    rows = ({"subject": f"person:{key}"} for key in keys.values())
    record_many(scope, rows, event="certificate.composed", ground=ground)
    return found


@action(permission="certificates.view")
def show_request(scope: Scope, *, request_id: UUID) -> CertificateRequest:
    """The request, with its names; the look is a row of the request and of each person in it."""
    request = queries.request_of(scope, request_id)
    record(scope, event=VIEWED, subject=f"certificate:{request.pk}", ground=request.kind)
    stepping.tell_people(scope, [request], event=VIEWED)
    return request
