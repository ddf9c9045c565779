"""Reads of releases made and received; scope first. The database hides withdrawn and expired copies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from machikumo.kernel.errors import NotFound
from machikumo.kernel.releases.domain.envelope import SignatureInvalid, check
from machikumo.kernel.releases.models import ReceivedRelease, ReceivedWithdrawal, Release, SigningKey

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from machikumo.kernel.scope import Scope


def made(scope: Scope) -> QuerySet[Release]:
    """What this organisation released, withdrawn ones too, newest first."""
    return Release.objects.within(scope).select_related("recipient")


def received(scope: Scope, name: str = "") -> QuerySet[ReceivedRelease]:
    """The readable copies, all versions, newest version of a source first; of one name when given."""
    rows = ReceivedRelease.objects.within(scope)
    return rows.filter(name=name) if name else rows


def latest_of_each(scope: Scope, name: str) -> list[ReceivedRelease]:
    """The newest readable copy of that name from each source, in the order of the sources' codes."""
    return list(received(scope, name).order_by("source_id", "-version").distinct("source_id"))


def received_release(scope: Scope, release_id: int) -> ReceivedRelease:
    """One readable copy; NotFound when it is withdrawn, expired or another organisation's."""
    try:
        return ReceivedRelease.objects.within(scope).get(pk=release_id)
    except ReceivedRelease.DoesNotExist:
        raise NotFound from None


def withdrawals(scope: Scope) -> QuerySet[ReceivedWithdrawal]:
    """What was taken back from this organisation, newest first."""
    return ReceivedWithdrawal.objects.within(scope)


def checked_content(row: ReceivedRelease) -> dict[str, Any]:
    """The content, after its signature was checked with the source's key; SignatureInvalid otherwise."""
    key = SigningKey.objects.filter(organisation_id=row.source_id, fingerprint=row.key_fingerprint).first()
    if key is None:
        raise SignatureInvalid(
            f"提供元（{row.source_code}）の鍵が登録されていません。提供元に確認してください。",
            f"The key of the source ({row.source_code}) is not known: ask the source.",
        )
    check(row.envelope, row.content, row.signature, bytes(key.public_key))
    content: dict[str, Any] = row.content
    return content
