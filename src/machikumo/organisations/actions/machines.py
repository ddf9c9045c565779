"""Machines and their tokens: register, issue, rotate, revoke, close."""

from __future__ import annotations

import datetime as dt
import re
import secrets
from typing import TYPE_CHECKING

from django.db.models.functions import Now
from django.utils import timezone

from machikumo.kernel.ledger import action, record
from machikumo.organisations.catalogue import catalogue
from machikumo.organisations.domain.errors import OrganisationsError
from machikumo.organisations.domain.machines import LONGEST_DAYS, TOKEN_BYTES, make_token
from machikumo.organisations.models.machines import Machine, MachineToken
from machikumo.organisations.queries import machines as queries

if TYPE_CHECKING:
    from collections.abc import Collection

    from machikumo.kernel.scope import Scope

KEY = re.compile(r"[a-z][a-z0-9-]{0,39}")
ROLE = "machine"
OVERLAP = dt.timedelta(days=1)  # for so long the token before a new one still opens, when it is rotated


@action(permission="organisations.settings")
def register_machine(
    scope: Scope, *, key: str, name: str, permissions: Collection[str], per_minute: int = 60
) -> Machine:
    """A machine without a token yet. OrganisationsError for a taken key, or a permission that no machine may have."""
    allowed = catalogue().role(ROLE).permissions
    if not KEY.fullmatch(key) or not name.strip() or not permissions or not set(permissions) <= allowed:
        raise OrganisationsError(
            "キー（英小文字・数字・ハイフン）、名称、機械に許せる権限を入れてください。",
            "Give a key (small letters, digits, hyphens), a name, and permissions that a machine may have.",
        )
    if Machine.objects.within(scope).filter(key=key).exists():
        raise OrganisationsError(f"キー「{key}」はもう使われています。", f"The key {key} is taken.")
    facts = {"name": name.strip(), "permissions": sorted(permissions), "per_minute": max(per_minute, 1)}
    machine = Machine.objects.add(scope, key=key, made_by=scope.person, **facts)
    record(scope, event="machine.registered", subject=f"machine:{key}", after=facts)
    return machine


@action(permission="organisations.settings")
def issue_token(scope: Scope, *, machine_id: int, days: int = 180, rotate: bool = False) -> tuple[MachineToken, str]:
    """A new token and its text, which is given now and never again.

    ``rotate``: the tokens before it end in a day, so that the machine can be changed over without a gap.
    """
    machine = queries.machine_of(scope, machine_id)
    if machine.closed_at is not None:
        raise OrganisationsError("この機械アカウントは閉じてあります。", "This machine's account is closed.")
    if not 1 <= days <= LONGEST_DAYS:
        raise OrganisationsError(
            f"有効日数は1日から{LONGEST_DAYS}日までです。", f"A token is valid from 1 to {LONGEST_DAYS} days."
        )
    now = timezone.now()
    if rotate:
        older = MachineToken.objects.within(scope).filter(machine=machine, revoked_at__isnull=True)
        older.filter(expires_at__gt=now + OVERLAP).update(expires_at=now + OVERLAP)
    token = make_token(secrets.token_bytes(TOKEN_BYTES))
    expires = now + dt.timedelta(days=days)
    row = MachineToken.objects.add(
        scope, machine=machine, lookup=token.lookup, digest=token.digest, made_by=scope.person, expires_at=expires
    )
    details = {"token": row.pk, "days": days, "rotated": rotate}
    record(scope, event="machine.token_issued", subject=f"machine:{machine.key}", details=details)
    return row, token.text


@action(permission="organisations.settings")
def revoke_token(scope: Scope, *, machine_id: int, token_id: int) -> None:
    """End a token at once; asking again changes nothing."""
    machine = queries.machine_of(scope, machine_id)
    tokens = MachineToken.objects.within(scope).filter(machine=machine, pk=token_id)
    tokens.filter(revoked_at__isnull=True).update(revoked_at=Now())
    record(scope, event="machine.token_revoked", subject=f"machine:{machine.key}", details={"token": token_id})


@action(permission="organisations.settings")
def close_machine(scope: Scope, *, machine_id: int) -> None:
    """Close a machine's account: none of its tokens opens anything any more."""
    machine = queries.machine_of(scope, machine_id)
    Machine.objects.within(scope).filter(pk=machine.pk, closed_at__isnull=True).update(closed_at=Now())
    record(scope, event="machine.closed", subject=f"machine:{machine.key}")
