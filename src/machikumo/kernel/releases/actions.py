"""Releasing and withdrawing; two database functions do the crossing (docs/decisions/0003-releases.md)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Max
from django.utils import timezone
from psycopg.types.json import Jsonb

from machikumo.kernel import ledger
from machikumo.kernel.errors import Conflict, NotFound
from machikumo.kernel.releases.domain.envelope import Envelope, ReleaseRefused, content_digest, sign
from machikumo.kernel.releases.keys import signing_key
from machikumo.kernel.releases.models import Release
from machikumo.kernel.tenancy.models import Organisation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from machikumo.kernel.scope import Scope

DAYS_READABLE = 400  # a fiscal year and the time to answer for it


@ledger.action(permission="releases.make")
def release(
    scope: Scope,
    *,
    name: str,
    content: Mapping[str, Any],
    recipients: Iterable[str],
    expires_at: dt.datetime | None = None,
) -> list[Release]:
    """A signed copy of the content for each recipient (codes), as the next version of that name.

    ``content`` is JSON only. Readable for 400 days unless ``expires_at`` says otherwise.
    """
    targets = _recipients(scope, recipients)
    now = timezone.now()
    until = expires_at or now + dt.timedelta(days=DAYS_READABLE)
    if until <= now:
        raise ReleaseRefused("提供の期限が過去です。日付を直してください。", "The release would expire in the past.")
    last = Release.objects.within(scope).filter(name=name).aggregate(last=Max("version"))["last"] or 0
    digest = content_digest(content)
    try:
        with transaction.atomic():
            rows = [
                _deliver(
                    scope,
                    target,
                    Envelope(
                        scope.organisation_code, target.code, name, last + 1, now.isoformat(), until.isoformat(), digest
                    ),
                    content,
                )
                for target in targets
            ]
    except IntegrityError:
        raise Conflict(
            f"「{name}」をほかの人が同時に提供しました。一覧を確認してから、もう一度行ってください。",
            f"Somebody else released {name} at the same time: look at the list and try again.",
        ) from None
    ledger.record(
        scope,
        event="release.made",
        subject=f"release:{name}:{last + 1}",
        details={"recipients": [target.code for target in targets], "digest": digest},
    )
    return rows


@ledger.action(permission="releases.withdraw")
def withdraw(scope: Scope, *, name: str, version: int, reason: str, recipient: str = "") -> int:
    """Take a version back from one recipient (code) or all: unreadable at once, its content erased; gives how many.

    Raises ReleaseRefused without a reason: the recipient reads it in the place of the data.
    """
    if not reason.strip():
        raise ReleaseRefused("取りやめる理由を入力してください。", "Please say why it is taken back.")
    rows = Release.objects.within(scope).filter(name=name, version=version, withdrawn_at__isnull=True)
    if recipient:
        rows = rows.filter(recipient__code=recipient)
    chosen = list(rows.select_for_update().select_related("recipient"))
    if not chosen:
        raise NotFound("取りやめる提供がありません。", "There is no such release to withdraw.")
    with connection.cursor() as cursor:
        for row in chosen:
            cursor.execute(
                "SELECT machikumo_withdraw_release(%s, %s, %s, %s)", [row.recipient_id, name, version, reason]
            )
    rows.update(withdrawn_at=timezone.now(), withdrawn_by=scope.person, withdrawal_reason=reason)
    ledger.record(
        scope,
        event="release.withdrawn",
        subject=f"release:{name}:{version}",
        details={"recipients": [row.recipient.code for row in chosen]},
    )
    return len(chosen)


def _recipients(scope: Scope, codes: Iterable[str]) -> list[Organisation]:
    wanted = set(codes)
    found = list(Organisation.objects.filter(code__in=wanted, is_active=True).exclude(pk=scope.organisation_id))
    if not wanted or len(found) != len(wanted):
        missing = ", ".join(sorted(wanted - {organisation.code for organisation in found}))
        raise ReleaseRefused(
            f"提供先が正しくありません（{missing or '指定なし'}）。利用中の他団体のコードを選んでください。",
            f"Not a recipient: {missing or 'none named'}. Choose codes of other active organisations.",
        )
    return found


def _deliver(scope: Scope, target: Organisation, envelope: Envelope, content: Mapping[str, Any]) -> Release:
    key, fingerprint = signing_key(scope)
    facts: list[Any] = [target.pk, envelope.name, envelope.version, envelope.issued_at, envelope.expires_at]
    facts += [Jsonb(dict(content)), envelope.digest, sign(envelope, key), fingerprint]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT machikumo_deliver_release(%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            facts,
        )
    return Release.objects.add(
        scope,
        name=envelope.name,
        version=envelope.version,
        recipient=target,
        digest=envelope.digest,
        issued_at=envelope.issued_at,
        expires_at=envelope.expires_at,
        made_by=scope.person,
    )
