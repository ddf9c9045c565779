"""Finding stored files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from machikumo.kernel.errors import NotFound
from machikumo.kernel.files.models import StoredFile

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from machikumo.kernel.scope import Scope


def hashes_kept(scope: Scope) -> dict[UUID, str]:
    """The SHA-256 of every file whose bytes must stay, by token."""
    kept = StoredFile.objects.within(scope).filter(removed_at__isnull=True)
    return dict(kept.values_list("token", "sha256"))


def file_of(scope: Scope, token: UUID) -> StoredFile:
    """The stored file of this organisation; NotFound for any other."""
    row = StoredFile.objects.within(scope).filter(token=token).first()
    if row is None:
        raise NotFound
    return row


def files_of(scope: Scope, purpose: str) -> QuerySet[StoredFile]:
    """The stored files of a purpose, newest first."""
    return StoredFile.objects.within(scope).filter(purpose=purpose).order_by("-stored_at", "-pk")


def every_file(scope: Scope) -> QuerySet[StoredFile]:
    """Every stored file of the organisation, oldest first."""
    return StoredFile.objects.within(scope).order_by("pk")
