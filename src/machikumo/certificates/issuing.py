"""From an order to the released paper: drives the steps, and turns every fault into one known outcome."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from machikumo.certificates import actions, queries
from machikumo.certificates.domain.blocks import HeldBack
from machikumo.certificates.domain.fees import NoFee
from machikumo.certificates.domain.freezing import NotIssuable
from machikumo.certificates.domain.requests import Channel
from machikumo.certificates.domain.states import OPEN, State, StepNotAllowed
from machikumo.certificates.errors import (
    FencedOut,
    InProgress,
    NoIssuer,
    NotReady,
    ReadBackFailed,
    RecordChanged,
    TimedOut,
)
from machikumo.certificates.safekeeping import SealBroken
from machikumo.kernel.errors import NotFound
from machikumo.kernel.paper import MissingGlyph, TextDoesNotFit
from machikumo.kernel.tenancy.doors import entered
from machikumo.kernel.tenancy.models import current_scope

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from machikumo.certificates.domain.orders import Order
    from machikumo.certificates.models import CertificateRequest
    from machikumo.kernel.scope import Scope

logger = logging.getLogger(__name__)

REASONS: tuple[tuple[type[Exception], str], ...] = (
    (HeldBack, "held_back"),
    (MissingGlyph, "missing_glyph"),
    (TextDoesNotFit, "too_long"),
    (NotIssuable, "not_issuable"),
    (NotFound, "household_changed"),
    (NoIssuer, "no_issuer"),
    (NotReady, "not_ready"),
    (NoFee, "no_fee"),
    (ReadBackFailed, "read_back"),
    (SealBroken, "read_back"),
)
REFUSALS = tuple(kind for kind, _reason in REASONS)
STOPPING = (ReadBackFailed, SealBroken)


class WithinTransaction(RuntimeError):
    """Issuing was called inside a transaction: its steps could not be kept one by one (a fault of the program)."""


def issue(scope: Scope, *, order: Order, idempotency_key: str) -> CertificateRequest:
    """The one request for this key, taken as far as it goes: RELEASED, REFUSED, CANCELLED, or waiting for approval.

    The same key gives the same request for ever, so that a caller who lost the answer asks again.

    Raises:
        InProgress: another worker is at it; ask again with the same key.
        OrderRefused, NotReady, ChannelStopped, KeyUsedOtherwise, NotFound: nothing was begun.
    """
    _require_no_transaction()
    received = actions.receive_request(scope, order=order, idempotency_key=idempotency_key)
    if received.is_new:
        return carry_on(scope, request_id=received.request.pk, fencing=received.request.fencing)
    return settle(scope, received.request)


def settle(scope: Scope, request: CertificateRequest) -> CertificateRequest:
    """The request's known outcome; one whose worker died is cancelled as a whole. InProgress while there is time."""
    if State(request.state) not in OPEN or waits_for_approval(request):
        return request
    with entered(scope):
        late = queries.is_overdue(scope, request.pk)
    if not late:
        raise InProgress
    _give_up(scope, request.pk, request.fencing, "timed_out")
    return _now(scope, request.pk)


def waits_for_approval(request: CertificateRequest) -> bool:
    """Whether a second person has to approve first."""
    return request.state == State.RECEIVED.value and request.needs_approval and not request.approved_by


def carry_on(scope: Scope, *, request_id: UUID, fencing: int) -> CertificateRequest:
    """Take the request through its remaining steps to RELEASED, or to a known end."""
    _require_no_transaction()
    request = _now(scope, request_id)
    while (step := _next_step(request, fencing)) is not None:
        try:
            request = step(scope, request_id=request_id, fencing=fencing)
        except (FencedOut, StepNotAllowed):
            return _now(scope, request_id)
        except TimedOut:
            _give_up(scope, request_id, fencing, "timed_out")
            return _now(scope, request_id)
        except RecordChanged:
            _give_up(scope, request_id, fencing, "record_changed")
            return _now(scope, request_id)
        except REFUSALS as refused:
            _refuse(scope, request_id, fencing, refused)
            return _now(scope, request_id)
        except BaseException:
            _give_up(scope, request_id, fencing, "fault")
            raise
    return request


def cancel_overdue(scope: Scope) -> int:
    """Cancel every request whose time has run out; gives how many."""
    with entered(scope):
        late = list(queries.overdue(scope))
    for request in late:
        _give_up(scope, request.pk, request.fencing, "timed_out")
    return len(late)


def _next_step(request: CertificateRequest, fencing: int) -> Callable[..., CertificateRequest] | None:
    if request.fencing != fencing or waits_for_approval(request):
        return None
    steps: dict[str, Callable[..., CertificateRequest]] = {
        State.RECEIVED.value: actions.check_request,
        State.CHECKED.value: actions.render_request,
        State.RENDERED.value: actions.verify_request,
        State.VERIFIED.value: actions.release_request,
    }
    return steps.get(request.state)


def _refuse(scope: Scope, request_id: UUID, fencing: int, refused: Exception) -> None:
    reason = next(reason for kind, reason in REASONS if isinstance(refused, kind))
    request = _now(scope, request_id)
    if isinstance(refused, STOPPING):
        logger.error("certificate %s did not read back; channel %s is stopped", request_id, request.channel)
        actions.stop_channel(scope, channel=Channel(request.channel), reason=reason, request_id=request_id)
    try:
        actions.refuse_request(scope, request_id=request_id, fencing=fencing, reason=reason)
    except (FencedOut, StepNotAllowed):
        logger.info("certificate %s went on without this worker", request_id)


def _give_up(scope: Scope, request_id: UUID, fencing: int, reason: str) -> None:
    """Cancel the whole request, unless somebody else has decided already."""
    try:
        actions.cancel_request(scope, request_id=request_id, fencing=fencing, reason=reason)
    except (FencedOut, StepNotAllowed):
        logger.info("certificate %s went on without this worker", request_id)


def _now(scope: Scope, request_id: UUID) -> CertificateRequest:
    with entered(scope):
        return queries.request_of(scope, request_id)


def _require_no_transaction() -> None:
    if current_scope.get() is not None:
        raise WithinTransaction("issue() makes one transaction a step and cannot run inside another")
