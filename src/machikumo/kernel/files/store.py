"""The bytes of stored files: written beside their place, synced, then named; so a broken upload leaves nothing."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from django.conf import settings

from machikumo.kernel.errors import MachikumoError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from machikumo.kernel.scope import Scope

NAME_LENGTH = 255
UNSHOWN = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # categories of signs that no name of a file needs and that headers break at
SAFE_CODE = re.compile(r"[a-z0-9-]{1,40}")


class BrokenUpload(MachikumoError):
    """The upload ended before its end; nothing was kept."""


def safe_name(name: str) -> str:
    """The last part of the name without unseen signs and outer dots, its end of at most 255; "file" where none is left.

    Letters of every script, selectors and gaiji stay.
    """
    last = PurePath(name.replace("\\", "/")).name
    shown = "".join(sign for sign in last if unicodedata.category(sign) not in UNSHOWN)
    return shown.strip(". \u3000")[-NAME_LENGTH:] or "file"


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


def remove(scope: Scope, token: UUID) -> None:
    """Take the bytes of that token away: of a file whose row could not be written."""
    place_of(scope, token).unlink(missing_ok=True)


def is_whole(place: Path, size: int) -> bool:
    """Whether the bytes are there, as many as were stored."""
    return place.is_file() and place.stat().st_size == size
