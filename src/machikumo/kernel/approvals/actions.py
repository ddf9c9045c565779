"""Asking, approving, rejecting, withdrawing; each in one transaction with its effect and its ledger row."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from machikumo.kernel import ledger
from machikumo.kernel.approvals import queries
from machikumo.kernel.approvals.domain.rules import (
    AlreadyDecided,
    ApprovalState,
    digest_of,
    refuse_changed,
    refuse_decided,
    refuse_same_person,
)
from machikumo.kernel.approvals.kinds import approval_kinds
from machikumo.kernel.approvals.models import Approval
from machikumo.kernel.errors import Forbidden

if TYPE_CHECKING:
    from collections.abc import Mapping

    from machikumo.kernel.scope import Scope


@ledger.action(permission="work.enter")
def request(
    scope: Scope,
    *,
    kind: str,
    subject: str,
    payload: Mapping[str, Any],
    title_ja: str,
    title_en: str = "",
) -> Approval:
    """A new request that another person has to decide; AlreadyDecided when one for the subject is open.

    ``payload`` is everything that the effect will use, JSON only; it is sealed by its digest.
    """
    chosen = approval_kinds.get(kind)
    scope.require(chosen.ask_permission)
    now = timezone.now()
    try:
        with transaction.atomic():
            row = Approval.objects.add(
                scope,
                kind=kind,
                subject=subject,
                title_ja=title_ja,
                title_en=title_en,
                payload=dict(payload),
                digest=digest_of(payload),
                requested_by=scope.person,
                requested_at=now,
                expires_at=now + dt.timedelta(days=chosen.days_open),
            )
    except IntegrityError as error:
        if "approval_open_once" not in str(error):
            raise
        raise AlreadyDecided(
            "同じ内容の承認依頼がすでに出ています。承認の一覧を確認してください。",
            "A request for this is already open: see the list of approvals.",
        ) from None
    ledger.record(
        scope, event="approval.requested", subject=f"approval:{row.pk}", details={"kind": kind, "digest": row.digest}
    )
    return row


@ledger.action(permission="work.enter")
def approve(scope: Scope, *, approval_id: int, note: str = "") -> Approval:
    """Say yes, and do what the kind does, in one transaction; SamePerson, AlreadyDecided or FactsChanged otherwise."""
    row = _decidable(scope, approval_id)
    kind = approval_kinds.get(row.kind)
    refuse_changed(row.payload, row.digest)
    _move(scope, row, ApprovalState.APPROVED, note)
    kind.on_approved(scope, subject=row.subject, payload=row.payload, requested_by=row.requested_by)
    return row


@ledger.action(permission="work.enter")
def reject(scope: Scope, *, approval_id: int, note: str) -> Approval:
    """Say no, with the reason that the other person will read."""
    row = _decidable(scope, approval_id)
    _move(scope, row, ApprovalState.REJECTED, note)
    _tell_refused(scope, row)
    return row


@ledger.action(permission="work.enter")
def withdraw(scope: Scope, *, approval_id: int) -> Approval:
    """Take back one's own request."""
    row = queries.approval(scope, approval_id)
    if row.requested_by != scope.person:
        raise Forbidden("依頼した人だけが取り下げられます。", "Only the person who asked can withdraw.")
    refuse_decided(row.facts, timezone.now())
    _move(scope, row, ApprovalState.WITHDRAWN, "")
    _tell_refused(scope, row)
    return row


@ledger.action(permission="work.enter")
def expire_due(scope: Scope) -> int:
    """Close the requests whose time has run out; gives how many."""
    rows = list(queries.run_out(scope, timezone.now()))
    for row in rows:
        _move(scope, row, ApprovalState.EXPIRED, "")
        _tell_refused(scope, row)
    if not rows:
        ledger.record(scope, event="approval.none_expired")
    return len(rows)


def _decidable(scope: Scope, approval_id: int) -> Approval:
    row = queries.approval(scope, approval_id)
    scope.require(approval_kinds.get(row.kind).decide_permission)
    refuse_same_person(row.requested_by, scope.person)
    refuse_decided(row.facts, timezone.now())
    return row


def _move(scope: Scope, row: Approval, state: ApprovalState, note: str) -> None:
    """Compare and set: of two people who decide at once, the second gets AlreadyDecided."""
    now = timezone.now()
    changed = (
        Approval.objects.within(scope)
        .filter(pk=row.pk, state="requested")
        .update(state=state, decided_by=scope.person, decided_at=now, note=note)
    )
    if not changed:
        raise AlreadyDecided(
            "ほかの人が先に処理しました。一覧で最新の状態を確認してください。",
            "Somebody else was first: see the list for the present state.",
        )
    row.state, row.decided_by, row.decided_at, row.note = state, scope.person, now, note
    ledger.record(
        scope,
        event=f"approval.{state.value}",
        subject=f"approval:{row.pk}",
        details={"kind": row.kind, "digest": row.digest},
    )


def _tell_refused(scope: Scope, row: Approval) -> None:
    kind = approval_kinds.get(row.kind)
    kind.on_refused(scope, subject=row.subject, payload=row.payload, requested_by=row.requested_by)
