"""The bytes of stored files: written beside their place, synced, then named; so a broken upload leaves nothing."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from machikumo.kernel.errors import MachikumoError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from machikumo.kernel.scope import Scope

SAFE_CODE = re.compile(r"[a-z0-9-]{1,40}")


class BrokenUpload(MachikumoError):
    """The upload ended before its end; nothing was kept."""


def place_of(scope: Scope, token: UUID) -> Path:
    """Where the bytes of that token lie for the scope's organisation."""
    if not SAFE_CODE.fullmatch(scope.organisation_code):
        raise MachikumoError("団体コードが正しくありません。", "The organisation's code is not valid.")
    return Path(settings.VAR) / "files" / scope.organisation_code / str(token)


def write(scope: Scope, token: UUID, chunks: Iterable[bytes], *, expected: int | None = None) -> tuple[int, str]:
    """Write the chunks whole; gives size and SHA-256, or raises BrokenUpload when fewer bytes came than announced."""
    place = place_of(scope, token)
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = place.with_suffix(".part")
    digest = hashlib.sha256()
    size = 0
    try:
        with part.open("wb") as out:
            for chunk in chunks:
                out.write(chunk)
                digest.update(chunk)
                size += len(chunk)
            out.flush()
            os.fsync(out.fileno())
        if expected is not None and size != expected:
            raise BrokenUpload(
                f"受信が途中で切れました（{expected:,} バイト中 {size:,} バイト）。もう一度送ってください。",
                f"The upload broke off ({size:,} of {expected:,} bytes). Please send it again.",
            )
        part.rename(place)
    finally:
        part.unlink(missing_ok=True)
    return size, digest.hexdigest()
