"""Storing files."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from machikumo.kernel.errors import NotFound
from machikumo.kernel.files import store
from machikumo.kernel.files.models import StoredFile
from machikumo.kernel.ledger import action, record

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

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
    """The stored file; BrokenUpload when fewer bytes came than ``expected``."""
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
def open_file(scope: Scope, *, token: uuid.UUID) -> tuple[StoredFile, Path]:
    """The row and the place of a stored file of this organisation; the reading is recorded.

    NotFound in words when its bytes are gone or cut short, as after a database was restored without its files.
    """
    from machikumo.kernel.files.queries import file_of

    row = file_of(scope, token)
    place = store.place_of(scope, row.token)
    if not store.is_whole(place, row.size):
        raise NotFound(
            f"ファイル「{row.name}」の中身が保管場所にないか、欠けています。運用担当に連絡してください。",
            f"The contents of the file {row.name} are missing or cut short: please tell operations.",
        )
    record(scope, event="file.opened", subject=f"file:{token}", details={"sha256": row.sha256})
    return row, place
