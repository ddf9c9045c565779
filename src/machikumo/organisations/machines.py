"""From a machine's token to a Scope, or nothing. Every use, and every refusal of a known token, is in the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from machikumo.kernel.ledger import record
from machikumo.kernel.scope import Scope
from machikumo.kernel.tenancy.doors import entered
from machikumo.kernel.tenancy.edge import visitor_scope
from machikumo.kernel.tenancy.machines import TOO_MANY, UNKNOWN, Admission
from machikumo.organisations.domain.machines import MINUTE, Kept, Standing, read_token, standing_of, uses_in
from machikumo.organisations.models.machines import MachineToken

if TYPE_CHECKING:
    from datetime import datetime

    from machikumo.kernel.tenancy.models import Organisation
    from machikumo.organisations.domain.machines import Token

ROLE = "machine"


def machine_scope(organisation: Organisation, text: str, purpose: str) -> Admission:
    """Whether that token opens the organisation; counted and told in a transaction of its own, before anything is done.

    So a use is told even when what follows fails. Of a token that nobody here knows nothing is kept.
    """
    token = read_token(text)
    if token is None:
        return Admission(None, UNKNOWN)
    visitor = visitor_scope(organisation, purpose)
    with entered(visitor):
        row = _row(visitor, token)
        if row is None:
            return Admission(None, UNKNOWN)
        return _admit(_scope(organisation, row, purpose), row, token, timezone.now())


def _row(visitor: Scope, token: Token) -> MachineToken | None:
    """The token's row, held: uses at the same moment are counted one after the other."""
    rows = MachineToken.objects.within(visitor).select_for_update(of=("self",)).select_related("machine")
    return rows.filter(lookup=token.lookup).first()


def _scope(organisation: Organisation, row: MachineToken, purpose: str) -> Scope:
    return Scope(
        organisation_id=organisation.pk,
        organisation_code=organisation.code,
        person=row.machine.person,
        role=ROLE,
        purpose=purpose,
        permissions=frozenset(row.machine.permissions),
        training=organisation.is_training,
    )


def _admit(scope: Scope, row: MachineToken, token: Token, now: datetime) -> Admission:
    kept = Kept(
        digest=row.digest,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        is_open=row.machine.closed_at is None,
        per_minute=row.machine.per_minute,
        minute=row.minute,
        uses=row.uses,
    )
    standing = standing_of(kept, token, now)
    before = uses_in(kept, now)
    minute = kept.minute if before and kept.minute else now
    uses = before + 1
    MachineToken.objects.within(scope).filter(pk=row.pk).update(minute=minute, uses=uses)
    subject = f"machine:{row.machine.key}"
    if standing is Standing.VALID:
        MachineToken.objects.within(scope).filter(pk=row.pk).update(last_used_at=now)
        record(scope, event="machine.used", subject=subject, details={"token": row.pk})
        return Admission(scope)
    if uses <= kept.per_minute + 1:  # the first refusal beyond the limit is told, not each of a flood
        record(scope, event="machine.refused", subject=subject, details={"token": row.pk, "reason": standing.value})
    if standing is Standing.TOO_MANY:
        return Admission(None, TOO_MANY, int((minute + MINUTE - now).total_seconds()) + 1)
    return Admission(None, UNKNOWN)
