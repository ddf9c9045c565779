"""Receiving an order: a row for every wish, before anything else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from machikumo.certificates import checking, queries, readiness, stepping
from machikumo.certificates.domain.requests import refusals
from machikumo.certificates.domain.states import State
from machikumo.certificates.errors import (
    ChannelStopped,
    KeyUsedOtherwise,
    OrderRefused,
)
from machikumo.certificates.models import (
    CertificateRequest,
)
from machikumo.kernel.ledger import action, record
from machikumo.kernel.registries import write_gate
from machikumo.register.domain.blocks import BlockLevel

if TYPE_CHECKING:
    from machikumo.certificates.domain.orders import Order
    from machikumo.certificates.domain.records import HouseholdRecord
    from machikumo.kernel.scope import Scope


@dataclass(frozen=True, slots=True)
class Received:
    """The request for an order, and whether it was made just now or had been received before with the same key."""

    request: CertificateRequest
    is_new: bool


@action(permission="certificates.issue")
def receive_request(scope: Scope, *, order: Order, idempotency_key: str) -> Received:
    """The one request for this key: new, or the one that was received before.

    Raises:
        OrderRefused: the order asks for what may not be given; no row is made.
        NotReady: the municipality's settings lack something; no row is made.
        ChannelStopped: issuing by this channel is stopped.
        KeyUsedOtherwise: the key came before with another order.
        NotFound: somebody is not of this municipality, or not of this household.
    """
    known = queries.request_by_key(scope, idempotency_key)
    if known is not None:
        return _again(scope, known, order)
    if queries.is_stopped(scope, order.channel):
        raise ChannelStopped
    write_gate.ask(scope, "certificates.issue")
    refused = refusals(order.kind, order.options, ground=order.ground, handover=order.handover)
    if refused:
        raise OrderRefused(refused)
    readiness.require_ready(scope, readiness.asked_by(order))
    household = checking.register.household_of(scope, order.person_ids[0])
    household.chosen(order.person_ids)
    level = checking.block_level(scope, household, order.channel)
    try:
        with transaction.atomic():
            request = _add(scope, order, household, idempotency_key, needs_approval=level is BlockLevel.APPROVE)
    except IntegrityError:
        known = queries.request_by_key(scope, idempotency_key)
        if known is None:
            raise
        return _again(scope, known, order)
    stepping.write_step(scope, request, State.RECEIVED)
    if level is BlockLevel.REFUSE:
        stepping.end(scope, request, State.REFUSED, "held_back")
    return Received(request, is_new=True)


def _again(scope: Scope, known: CertificateRequest, order: Order) -> Received:
    if known.order_digest != order.digest():
        raise KeyUsedOtherwise
    record(scope, event="certificate.asked_again", subject=f"certificate:{known.pk}", details={"state": known.state})
    return Received(known, is_new=False)


def _add(
    scope: Scope, order: Order, household: HouseholdRecord, idempotency_key: str, *, needs_approval: bool
) -> CertificateRequest:
    request = CertificateRequest.objects.add(
        scope,
        idempotency_key=idempotency_key,
        order_digest=order.digest(),
        certificate=order.certificate.value,
        kind=order.kind.value,
        channel=order.channel.value,
        handover=order.handover.value,
        requester_name=order.requester_name,
        identity_check=order.identity_check,
        ground=order.ground,
        household_id=household.household_id,
        person_ids=list(order.person_ids),
        options=order.options.to_json(),
        lease_until=Now() + stepping.lease(),
        received_by=scope.person,
        needs_approval=needs_approval,
    )
    request.refresh_from_db()
    return request
