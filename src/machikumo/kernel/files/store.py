"""The bytes of stored files: closed with the organisation's key, written beside their place, synced, then named.

So a broken upload leaves nothing, and whoever reads the folder, a backup or a disk reads no number and no name.
"""

from __future__ import annotations

import hashlib
import os
import re
import time
import unicodedata
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePath
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings

from machikumo.kernel.errors import MachikumoError
from machikumo.kernel.files.domain.sealing import (
    MAGIC,
    PIECE,
    SALT,
    FileDamaged,
    Header,
    binding_of,
    cipher_of,
    close_all,
)
from machikumo.kernel.files.reading import reader_of
from machikumo.kernel.numbers.keys import key_store
from machikumo.kernel.numbers.storing import ready_keys

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from machikumo.kernel.files.reading import ClosedReader
    from machikumo.kernel.scope import Scope

NAME_LENGTH = 255
UNSHOWN = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # categories of signs that no name of a file needs and that headers break at
SAFE_CODE = re.compile(r"[a-z0-9-]{1,40}")
TOKEN = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
PART = ".part"
STALE_SECONDS = 24 * 60 * 60  # no upload and no transaction lasts longer


class BrokenUpload(MachikumoError):
    """The upload ended before its end; nothing was kept."""


class FileGone(MachikumoError):
    """The bytes of a file were taken away, or are not where they were; its row and its hash are kept."""

    status = 410

    def __init__(self) -> None:
        super().__init__(
            "このファイルは保管期限が過ぎたか、担当者が消去しました。必要なときは元のファイルを受け取り直してください。",
            "This file was taken away, by its date or by an officer. Where it is needed, receive the original again.",
        )


def safe_name(name: str) -> str:
    """The last part of the name without unseen signs and outer dots, its end of at most 255; "file" where none is left.

    Letters of every script, selectors and gaiji stay.
    """
    last = PurePath(name.replace("\\", "/")).name
    shown = "".join(sign for sign in last if unicodedata.category(sign) not in UNSHOWN)
    return shown.strip(". \u3000")[-NAME_LENGTH:] or "file"


def folder_of(scope: Scope) -> Path:
    """The folder of the scope's organisation."""
    if not SAFE_CODE.fullmatch(scope.organisation_code):
        raise MachikumoError("団体コードが正しくありません。", "The organisation's code is not valid.")
    return Path(settings.VAR) / "files" / scope.organisation_code


@dataclass(frozen=True, slots=True)
class Place:
    """Where the closed bytes of a token lie, and how they are read in the clear."""

    path: Path
    binding: bytes
    organisation_code: str

    @property
    def parent(self) -> Path:
        """The organisation's folder."""
        return self.path.parent

    def open(self, mode: str = "rb") -> ClosedReader:
        """The bytes in the clear, as a stream that seeks.

        Raises FileDamaged, here or while reading, when the file was altered, and FileGone when it is not there.
        """
        if mode != "rb":
            raise ValueError("a stored file is only read")
        try:
            return reader_of(self.path, key_store(self.organisation_code).encryption, self.binding)
        except FileNotFoundError:
            raise FileGone from None

    def unlink(self) -> None:
        """Take the bytes away; nothing happens when they are gone."""
        self.path.unlink(missing_ok=True)

    def read_bytes(self) -> bytes:
        """The whole of a small file in the clear."""
        with self.open() as stream:
            return stream.read()


def place_of(scope: Scope, token: UUID) -> Place:
    """The place of that token in the scope's organisation."""
    binding = binding_of(scope.organisation_id, str(token))
    return Place(folder_of(scope) / str(token), binding, scope.organisation_code)


def write(scope: Scope, token: UUID, chunks: Iterable[bytes], *, expected: int | None = None) -> tuple[int, str]:
    """Close and write the chunks whole; gives size and SHA-256 of what came.

    Within the entered scope. Raises BrokenUpload when fewer bytes came than announced.
    """
    path = place_of(scope, token).path
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.parent.chmod(0o700)
    part = path.with_suffix(PART)
    came = _Counted(chunks)
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            for block in _closed(scope, token, came):
                out.write(block)
            out.flush()
            os.fsync(out.fileno())
        if expected is not None and came.size != expected:
            raise BrokenUpload(
                f"受信が途中で切れました（{expected:,} バイト中 {came.size:,} バイト）。もう一度送ってください。",
                f"The upload broke off ({came.size:,} of {expected:,} bytes). Please send it again.",
            )
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)
    return came.size, came.digest.hexdigest()


def _closed(scope: Scope, token: UUID, chunks: Iterable[bytes]) -> Iterator[bytes]:
    keys = ready_keys(scope)
    header = Header(keys.versions()[-1], os.urandom(SALT))
    yield header.to_bytes()
    binding = binding_of(scope.organisation_id, str(token))
    yield from close_all(chunks, cipher_of(keys.encryption(header.version), header.salt, binding))


class _Counted:
    """Chunks on their way, counted and hashed."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self.chunks, self.size, self.digest = chunks, 0, hashlib.sha256()

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self.chunks:
            self.digest.update(chunk)
            self.size += len(chunk)
            yield chunk


def remove(scope: Scope, token: UUID) -> None:
    """Take the bytes of that token away; nothing happens when they are gone."""
    place_of(scope, token).unlink()


def is_whole(place: Place, size: int) -> bool:
    """Whether the bytes are there, as many as were stored, and nothing was cut off."""
    try:
        with place.open() as stream:
            return stream.seek(0, os.SEEK_END) == size
    except (FileGone, FileDamaged):
        return False


def close_older(scope: Scope, token: UUID, sha256: str) -> bool:
    """Close a file that was kept in the clear by an older edition; whether it was one.

    Only what has the hash of its row is closed: nothing that was put there since becomes a file of ours.
    """
    path = place_of(scope, token).path
    if not path.is_file():
        return False
    with path.open("rb") as file:
        if file.read(len(MAGIC)) == MAGIC:
            return False
        file.seek(0)
        if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
            raise FileDamaged
        file.seek(0)
        write(scope, token, iter(partial(file.read, PIECE), b""))
    return True


def sweep(scope: Scope, known: Container[UUID], *, older_than: float = STALE_SECONDS) -> int:
    """Take away what no row names and what uploads left half; gives how many files. Young ones may be on their way."""
    folder = folder_of(scope)
    if not folder.is_dir():
        return 0
    latest = time.time() - older_than
    stale = [file for file in folder.iterdir() if _is_orphan(file.name, known) and file.stat().st_mtime <= latest]
    for file in stale:
        file.unlink(missing_ok=True)
    return len(stale)


def _is_orphan(name: str, known: Container[UUID]) -> bool:
    """Whether we wrote that file and nobody names it; what we did not write stays."""
    token = name.removesuffix(PART)
    return TOKEN.fullmatch(token) is not None and (name.endswith(PART) or UUID(token) not in known)
