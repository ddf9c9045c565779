"""Storing, opening and taking away files."""

from __future__ import annotations

import uuid
from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from machikumo.kernel.errors import NotFound
from machikumo.kernel.files import store
from machikumo.kernel.files.models import StoredFile
from machikumo.kernel.files.queries import file_of
from machikumo.kernel.ledger import action, record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from machikumo.kernel.files.store import Place
    from machikumo.kernel.scope import Scope


@action(permission="")
def store_file(
    scope: Scope,
    *,
    name: str,
    chunks: Iterable[bytes],
    purpose: str,
    media_type: str = "application/octet-stream",
    expected: int | None = None,
) -> StoredFile:
    """The stored file, closed with the organisation's key; BrokenUpload when fewer bytes came than ``expected``."""
    token = uuid.uuid4()
    size, sha256 = store.write(scope, token, chunks, expected=expected)
    try:
        row = StoredFile.objects.add(
            scope,
            token=token,
            name=store.safe_name(name),
            media_type=media_type,
            size=size,
            sha256=sha256,
            purpose=purpose,
            stored_by=scope.person,
        )
        record(scope, event="file.stored", subject=f"file:{token}", details={"sha256": sha256, "size": size})
    except BaseException:
        store.remove(scope, token)
        raise
    return row


@action(permission="")
def open_file(scope: Scope, *, token: uuid.UUID) -> tuple[StoredFile, Place]:
    """The row and the place of a stored file of this organisation; the reading is recorded.

    FileGone when its bytes were taken away; NotFound in words when they are missing, cut short or altered, as after a
    database was restored without its files.
    """
    row = file_of(scope, token)
    if row.removed_at is not None:
        raise store.FileGone
    place = store.place_of(scope, row.token)
    if not store.is_whole(place, row.size):
        raise NotFound(
            f"ファイル「{row.name}」の中身が保管場所にないか、壊れています。運用担当に連絡してください。",
            f"The contents of the file {row.name} are missing or damaged: please tell operations.",
        )
    record(scope, event="file.opened", subject=f"file:{token}", details={"sha256": row.sha256})
    return row, place


@action(permission="")
def remove_file(scope: Scope, *, token: uuid.UUID, ground: str) -> StoredFile:
    """Take the bytes of a file away once this is committed; row and SHA-256 stay, and asking again is no fault."""
    row = file_of(scope, token)
    if row.removed_at is None:
        row.removed_at = timezone.now()
        row.save(update_fields=["removed_at"])
        transaction.on_commit(partial(store.remove, scope, token))
    record(scope, event="file.removed", subject=f"file:{token}", ground=ground, details={"sha256": row.sha256})
    return row
