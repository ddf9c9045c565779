"""Storing files."""

from __future__ import annotations

import uuid
from pathlib import PurePath
from typing import TYPE_CHECKING

from machikumo.kernel.files import store
from machikumo.kernel.files.models import StoredFile
from machikumo.kernel.ledger import action, record

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from machikumo.kernel.scope import Scope

NAME_LENGTH = 255


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
    row = StoredFile.objects.add(
        scope,
        token=token,
        name=PurePath(name.replace("\\", "/")).name[-NAME_LENGTH:] or "file",
        media_type=media_type,
        size=size,
        sha256=sha256,
        purpose=purpose,
        stored_by=scope.person,
    )
    record(scope, event="file.stored", subject=f"file:{token}", details={"sha256": sha256, "size": size})
    return row


@action(permission="")
def open_file(scope: Scope, *, token: uuid.UUID) -> tuple[StoredFile, Path]:
    """The row and the place of a stored file of this organisation; the reading is recorded."""
    from machikumo.kernel.files.queries import file_of

    row = file_of(scope, token)
    record(scope, event="file.opened", subject=f"file:{token}", details={"sha256": row.sha256})
    return row, store.place_of(scope, row.token)
