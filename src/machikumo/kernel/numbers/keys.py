"""The vault's keys, in files outside the database: one folder an organisation, readable by the owner only.

``encryption-1``, ``encryption-2`` … are the versions of the key that closes numbers, ``lookup`` is the key of their
hashes. They are made at first use. Whoever holds the database alone, or the folder alone, holds no number; a backup
must keep them in two places.
"""

from __future__ import annotations

import base64
import os
import re
import secrets
import stat
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from machikumo.kernel.numbers.domain.digits import NumberError
from machikumo.kernel.numbers.domain.sealing import KEY_BYTES

CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
VERSIONED = re.compile(r"encryption-([1-9][0-9]{0,5})")
OTHERS = stat.S_IRWXG | stat.S_IRWXO


class KeyFault(NumberError):
    """A key is missing, damaged or readable by others."""

    status = 500


@dataclass(frozen=True, slots=True)
class KeyStore:
    """The keys of one organisation."""

    folder: Path

    def versions(self) -> list[int]:
        """Return the versions of the encryption key, oldest first; none before the first use."""
        if not self.folder.is_dir():
            return []
        found = (VERSIONED.fullmatch(file.name) for file in self.folder.iterdir())
        return sorted(int(match[1]) for match in found if match)

    def encryption(self, version: int) -> bytes:
        """Return a version of the encryption key.

        Raises:
            KeyFault: it is missing, damaged or readable by others.
        """
        return _read(self.folder / f"encryption-{version}")

    def lookup(self) -> bytes:
        """Return the key of the hashes.

        Raises:
            KeyFault: as ``encryption``.
        """
        return _read(self.folder / "lookup")

    def make_first(self) -> None:
        """Make the lookup key and version 1, once; a process that comes second keeps what the first made."""
        _make(self.folder / "lookup")
        _make(self.folder / "encryption-1")

    def make_next(self) -> int:
        """Make the next version of the encryption key and return its number."""
        version = max(self.versions(), default=0) + 1
        _make(self.folder / f"encryption-{version}")
        return version


def key_store(organisation_code: str) -> KeyStore:
    """Return the key store of an organisation: ``settings.MACHIKUMO_KEYS`` with its code.

    Raises:
        KeyFault: the code cannot be a folder's name.
    """
    if not CODE.fullmatch(organisation_code):
        raise KeyFault(
            "団体コードに使えない文字があります。", "The organisation's code cannot be the name of a folder."
        )
    return KeyStore(Path(settings.MACHIKUMO_KEYS) / organisation_code)


def _make(file: Path) -> None:
    """Make a key, whole under another name first, so that no process reads half of it."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(base64.b64encode(secrets.token_bytes(KEY_BYTES)))
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(fresh, file)
    except FileExistsError:
        return
    finally:
        fresh.unlink()


@lru_cache(maxsize=8192)
def _read(file: Path) -> bytes:
    try:
        mode = file.stat().st_mode
        key = base64.b64decode(file.read_bytes(), validate=True)
    except (OSError, ValueError):
        raise _fault(file, "がないか、壊れています", "is missing or damaged") from None
    if mode & OTHERS:
        raise _fault(file, "を他の利用者が読めます (chmod 600 にしてください)", "is readable by others (chmod 600)")
    if len(key) != KEY_BYTES:
        raise _fault(file, "の長さが正しくありません", "has a wrong length")
    return key


def _fault(file: Path, words_ja: str, words_en: str) -> KeyFault:
    name = f"{file.parent.name}/{file.name}"
    return KeyFault(
        f"番号保管庫の鍵 {name} {words_ja}。鍵の保管場所から戻してください。新しい鍵では既存の番号は開けません。",
        f"The vault's key {name} {words_en}: restore it from where keys are kept. A new key opens no old number.",
    )
