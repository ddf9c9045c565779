"""Checking, printing, reading back, releasing: each one transaction, once, or not at all."""

from __future__ import annotations

import base64
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

from django.db.models import F
from django.utils import timezone

from machikumo.certificates import checking, printing, queries, readiness, safekeeping, stepping
from machikumo.certificates.domain.fees import fee_for
from machikumo.certificates.domain.freezing import freeze
from machikumo.certificates.domain.numbering import fiscal_year, written
from machikumo.certificates.domain.options import CertificateType, Options
from machikumo.certificates.domain.requests import Channel
from machikumo.certificates.domain.sheets import paper_of
from machikumo.certificates.domain.states import State
from machikumo.certificates.errors import (
    ReadBackFailed,
)
from machikumo.certificates.models import (
    CertificateCounter,
    CertificateDocument,
    CertificateRequest,
)
from machikumo.kernel.ledger import action
from machikumo.kernel.ledger.recording import record_many
from machikumo.kernel.registries import write_gate

if TYPE_CHECKING:
    from uuid import UUID

    from machikumo.certificates.domain.ports import Numbers
    from machikumo.certificates.domain.records import HouseholdRecord
    from machikumo.kernel.scope import Scope

TOKEN_BYTES = 16


@action(permission="certificates.issue")
def check_request(scope: Scope, *, request_id: UUID, fencing: int) -> CertificateRequest:
    """RECEIVED to CHECKED: freezes what will be printed, and gives it its number.

    Raises:
        HeldBack: another person has to judge.
        NotIssuable, NotFound: the records cannot be certified as they stand.
        MissingGlyph: a character cannot be printed; says whose.
        NotReady, NoIssuer, NoFee: the municipality's settings lack something.
        FencedOut, TimedOut, StepNotAllowed: the request went on without this worker.
    """
    write_gate.ask(scope, "certificates.issue")
    request = stepping.held(scope, request_id, fencing, State.RECEIVED)
    readiness.require_ready(scope, readiness.asked_of(request))
    household = checking.household_unblocked(scope, request)
    today = timezone.localdate()
    token = base64.b32encode(secrets.token_bytes(TOKEN_BYTES)).decode("ascii").rstrip("=").lower()
    snapshot = freeze(
        household,
        tuple(request.person_ids),
        Options.from_json(request.options),
        queries.issuer_of(scope),
        number="",
        issued_on=today,
        verification_url=_verification_url(scope, token),
    )
    printing.check_characters(paper_of(snapshot, {}).to_json())
    fee = fee_for(queries.fees(), CertificateType(request.certificate), Channel(request.channel), today)
    year = fiscal_year(today)
    serial = _next_serial(scope, year)
    snapshot = replace(snapshot, number=written(year, serial))
    stepping.move(
        scope,
        request,
        State.CHECKED,
        snapshot=snapshot.to_json(),
        issue_year=year,
        serial=serial,
        number=snapshot.number,
        issued_on=today,
        token=token,
        fee_yen=fee.yen,
        fee_confirmed=queries.is_fee_confirmed(scope, fee),
    )
    return request


def _verification_url(scope: Scope, token: str) -> str:
    """The public address at which the paper can be checked."""
    return f"{readiness.public_address(scope)}/{scope.organisation_code}/verify/{token}/"


def _next_serial(scope: Scope, year: int) -> int:
    """The next running number; the counter's row stays locked until the end of the transaction."""
    counters = CertificateCounter.objects.within(scope)
    counters.bulk_create([CertificateCounter(organisation_id=scope.organisation_id, year=year)], ignore_conflicts=True)
    counters.filter(year=year).update(last=F("last") + 1)
    return counters.get(year=year).last


@action(permission="certificates.issue")
def render_request(scope: Scope, *, request_id: UUID, fencing: int) -> CertificateRequest:
    """CHECKED to RENDERED: opens the numbers where they were asked for, prints, and keeps the closed paper.

    Raises:
        HeldBack: a block was set meanwhile.
        RecordChanged: a record of the household was changed meanwhile.
        MissingGlyph, TextDoesNotFit, PaperBusy: the paper could not be made.
        FencedOut, TimedOut, StepNotAllowed: the request went on without this worker.
    """
    request = stepping.held(scope, request_id, fencing, State.CHECKED)
    snapshot = queries.snapshot_of(request)
    household = checking.household_unchanged(scope, request, snapshot)
    numbers = _numbers(scope, request, household)
    document = printing.print_certificate(snapshot, numbers, moment=request.received_at)
    sha256 = safekeeping.digest(document)
    stepping.move(scope, request, State.RENDERED, document_sha256=sha256)
    sealed, version = safekeeping.close(scope, request.pk, document)
    CertificateDocument.objects.add(
        scope, request=request, sha256=sha256, sealed=sealed, key_version=version, size=len(document)
    )
    rows = [
        {"subject": f"person:{member.person_key}", "details": {"request": str(request.pk)}}
        for member in household.chosen(tuple(request.person_ids))
    ]
    record_many(scope, rows, event="person.certified", ground=request.kind)
    return request


def _numbers(scope: Scope, request: CertificateRequest, household: HouseholdRecord) -> dict[int, Numbers]:
    options = Options.from_json(request.options)
    if not options.shows_numbers:
        return {}
    people = {member.person_id: member.person_key for member in household.chosen(tuple(request.person_ids))}
    return checking.vault.open_numbers(
        scope,
        people,
        individual=options.individual_number,
        record_code=options.resident_record_code,
        ground=f"certificate:{request.pk}",
    )


@action(permission="certificates.issue")
def verify_request(scope: Scope, *, request_id: UUID, fencing: int) -> CertificateRequest:
    """RENDERED to VERIFIED: the paper's own text, read by another library, is what was asked.

    Raises:
        ReadBackFailed: it is not; nothing is released.
        SealBroken: the kept paper was altered.
        FencedOut, TimedOut, StepNotAllowed: the request went on without this worker.
    """
    request = stepping.held(scope, request_id, fencing, State.RENDERED)
    options = Options.from_json(request.options)
    household = checking.register.household_of(scope, request.person_ids[0]) if options.shows_numbers else None
    numbers = _numbers(scope, request, household) if household else {}
    sheets, mismatches = printing.differences(
        queries.snapshot_of(request), checking.paper_bytes(scope, request), numbers
    )
    if mismatches:
        raise ReadBackFailed(mismatches)
    stepping.move(scope, request, State.VERIFIED, sheets=sheets)
    return request


@action(permission="certificates.release")
def release_request(scope: Scope, *, request_id: UUID, fencing: int) -> CertificateRequest:
    """VERIFIED to RELEASED: once, after which the paper counts as issued and its fee is due.

    Raises:
        HeldBack: a block was set meanwhile.
        RecordChanged: a record of the household was changed meanwhile.
        FencedOut, TimedOut, StepNotAllowed: the request went on without this worker.
    """
    request = stepping.held(scope, request_id, fencing, State.VERIFIED)
    checking.household_unchanged(scope, request, queries.snapshot_of(request))
    stepping.move(scope, request, State.RELEASED)
    return request
