"""Reading requests, papers and stops."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import TYPE_CHECKING, Any

from django.db.models import Count
from django.db.models.functions import Now
from django.utils import timezone

from machikumo.certificates.domain.fees import Fee, fees_from
from machikumo.certificates.domain.snapshot import CERTIFICATION, Issuer, Snapshot
from machikumo.certificates.domain.statements import CHANNEL, Asked, Statement, bearing, key_of_fee, statements_from
from machikumo.certificates.domain.states import ISSUED, OPEN, State
from machikumo.certificates.errors import NoIssuer
from machikumo.certificates.models import (
    CertificateConfirmation,
    CertificateDocument,
    CertificateIssuer,
    CertificateRequest,
    CertificateStep,
    CertificateStop,
)
from machikumo.kernel.errors import NotFound
from machikumo.kernel.official import data_folder
from machikumo.kernel.tenancy.doors import organisation_of

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from machikumo.certificates.domain.requests import Channel
    from machikumo.kernel.scope import Scope

PLACEHOLDER = "見本　太郎"


def request_of(scope: Scope, request_id: UUID) -> CertificateRequest:
    """The request; NotFound outside this municipality."""
    row = CertificateRequest.objects.within(scope).filter(pk=request_id).first()
    if row is None:
        raise NotFound
    return row


def released_of(scope: Scope, request_id: UUID) -> CertificateRequest:
    """The request whose paper is issued; NotFound for any other."""
    issued = [state.value for state in ISSUED]
    row = CertificateRequest.objects.within(scope).filter(pk=request_id, state__in=issued).first()
    if row is None:
        raise NotFound
    return row


def snapshot_of(request: CertificateRequest) -> Snapshot:
    """The frozen facts of a request; NotFound before its check."""
    if request.snapshot is None:
        raise NotFound
    return Snapshot.from_json(request.snapshot)


def request_by_key(scope: Scope, idempotency_key: str) -> CertificateRequest | None:
    """The one request that came with that key."""
    return CertificateRequest.objects.within(scope).filter(idempotency_key=idempotency_key).first()


def request_by_token(scope: Scope, token: str) -> CertificateRequest | None:
    """The issued paper with that verification token."""
    issued = [state.value for state in ISSUED]
    return CertificateRequest.objects.within(scope).filter(token=token, state__in=issued).first()


def requests_since(scope: Scope, moment: datetime) -> QuerySet[CertificateRequest]:
    """Requests received since then, newest first."""
    return CertificateRequest.objects.within(scope).filter(received_at__gte=moment).order_by("-received_at", "id")


def all_requests(scope: Scope) -> list[CertificateRequest]:
    """Every request of the municipality, oldest first: for the soak, which judges them all."""
    return list(CertificateRequest.objects.within(scope).order_by("received_at", "id"))


def releases_by_request(scope: Scope) -> dict[UUID, int]:
    """How many times each request was released: one, or the database is broken."""
    released = CertificateStep.objects.within(scope).filter(state=State.RELEASED.value)
    return dict(released.values_list("request_id").annotate(times=Count("id")))


def steps_of(scope: Scope, request_id: UUID) -> list[CertificateStep]:
    """The steps that the request took, in order."""
    return list(CertificateStep.objects.within(scope).filter(request_id=request_id).order_by("at", "id"))


def document_of(scope: Scope, request_id: UUID) -> CertificateDocument:
    """The closed paper of the request; NotFound when there is none."""
    row = CertificateDocument.objects.within(scope).filter(request_id=request_id).first()
    if row is None:
        raise NotFound
    return row


def waiting(scope: Scope, *, approved: bool) -> list[CertificateRequest]:
    """Requests that were held back: those that a second person still has to judge, or has let go on."""
    held = CertificateRequest.objects.within(scope).filter(state=State.RECEIVED.value, needs_approval=True)
    chosen = held.exclude(approved_by="") if approved else held.filter(approved_by="")
    return list(chosen.order_by("received_at", "id"))


def overdue(scope: Scope) -> QuerySet[CertificateRequest]:
    """Open requests whose time has run out; those that wait for an approval have no such time."""
    return (
        CertificateRequest.objects.within(scope)
        .filter(state__in=[state.value for state in OPEN], lease_until__lte=Now())
        .exclude(state=State.RECEIVED.value, needs_approval=True, approved_by="")
    )


def is_overdue(scope: Scope, request_id: UUID) -> bool:
    """Whether the request's time has run out, by the database's clock."""
    return overdue(scope).filter(pk=request_id).exists()


def open_stops(scope: Scope) -> list[CertificateStop]:
    """Channels at which issuing is stopped."""
    return list(CertificateStop.objects.within(scope).filter(reopened_at__isnull=True).order_by("stopped_at"))


def is_stopped(scope: Scope, channel: Channel) -> bool:
    """Whether issuing by that channel is stopped."""
    return CertificateStop.objects.within(scope).filter(channel=channel.value, reopened_at__isnull=True).exists()


def issuer_in_force(scope: Scope, on: date) -> CertificateIssuer | None:
    """What the municipality has set about who certifies on that day."""
    return CertificateIssuer.objects.within(scope).filter(valid_from__lte=on).first()


def issuers(scope: Scope) -> list[CertificateIssuer]:
    """Everything that was ever set about who certifies, the latest day first."""
    return list(CertificateIssuer.objects.within(scope).all())


def issuer_of(scope: Scope) -> Issuer:
    """Who certifies today; in a training organisation a placeholder stands in where nothing is set.

    Raises:
        NoIssuer: a live municipality has not said it.
    """
    organisation = organisation_of(scope)
    row = issuer_in_force(scope, timezone.localdate())
    if row is None and not organisation.is_training:
        raise NoIssuer
    return Issuer(
        code=organisation.code,
        name=organisation.name,
        mayor_title=row.mayor_title if row else f"{organisation.name}長",
        mayor_name=row.mayor_name if row else PLACEHOLDER,
        training=organisation.is_training,
        certification=row.certification if row else CERTIFICATION,
    )


@cache
def fees() -> tuple[Fee, ...]:
    """The fee table as shipped."""
    with (data_folder() / "certificates" / "fees.toml").open("rb") as file:
        return fees_from(tomllib.load(file)["fee"])


@cache
def statements() -> tuple[Statement, ...]:
    """What issuing rests on and a municipality has to confirm, as shipped."""
    with (data_folder() / "certificates" / "statements.toml").open("rb") as file:
        return statements_from(tomllib.load(file), fees(), residence_codes())


@cache
def residence_codes() -> dict[str, Any]:
    """Words for the codes of foreign residents' items, as shipped."""
    with (data_folder() / "certificates" / "residence_codes.toml").open("rb") as file:
        return tomllib.load(file)


def confirmations(scope: Scope) -> dict[str, CertificateConfirmation]:
    """What the municipality has confirmed and not taken back, by the statement's key; only for its present text."""
    texts = {statement.key: statement.digest for statement in statements()}
    rows = CertificateConfirmation.objects.within(scope).filter(withdrawn_at__isnull=True)
    return {row.key: row for row in rows if texts.get(row.key) == row.digest}


def unconfirmed(scope: Scope, asked: Asked) -> list[Statement]:
    """The statements on which that request rests and that nobody has confirmed."""
    known = confirmations(scope)
    return [one for one in bearing(statements(), asked) if not one.confirmed and one.key not in known]


def unconfirmed_at(scope: Scope, channel: Channel) -> list[Statement]:
    """Everything unconfirmed on which some request by that channel may rest."""
    known, here = confirmations(scope), f"{CHANNEL}{channel.value}"
    possible = [one for one in statements() if not one.when.startswith(CHANNEL) or one.when == here]
    return [one for one in possible if not one.confirmed and one.key not in known]


def is_confirmed(scope: Scope, key: str) -> bool:
    """Whether the data or the municipality confirm the statement of that key."""
    return key in confirmations(scope) or any(one.key == key and one.confirmed for one in statements())


def is_fee_confirmed(scope: Scope, fee: Fee) -> bool:
    """Whether the data or the municipality confirm that fee."""
    return is_confirmed(scope, key_of_fee(fee))


def statement_of(key: str) -> Statement:
    """The statement of that key; NotFound otherwise."""
    found = next((statement for statement in statements() if statement.key == key), None)
    if found is None:
        raise NotFound
    return found
