"""The signing key of an organisation: the private half in MACHIKUMO_KEYS/<code>/, the public half in the database."""

from __future__ import annotations

import contextlib
import hashlib
import os
import threading
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.utils import timezone

from machikumo.kernel.releases.models import SigningKey

if TYPE_CHECKING:
    from pathlib import Path

    from machikumo.kernel.scope import Scope

KEY_BYTES = 32


def signing_key(scope: Scope) -> tuple[Ed25519PrivateKey, str]:
    """The organisation's private key and its fingerprint; made at first use and told to the platform."""
    key = Ed25519PrivateKey.from_private_bytes(_seed(settings.MACHIKUMO_KEYS / scope.organisation_code))
    public = key.public_key().public_bytes_raw()
    fingerprint = hashlib.sha256(public).hexdigest()
    SigningKey.objects.get_or_create(
        fingerprint=fingerprint,
        defaults={"organisation_id": scope.organisation_id, "public_key": public, "made_at": timezone.now()},
    )
    return key, fingerprint


def _seed(folder: Path) -> bytes:
    """The 32 bytes of the private key; two processes that start at once end with the same file."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = folder / "release.ed25519"
    if not file.exists():
        own = folder / f".release.{os.getpid()}.{threading.get_ident()}"
        descriptor = os.open(own, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as out:
            out.write(os.urandom(KEY_BYTES).hex())
        with contextlib.suppress(FileExistsError):
            os.link(own, file)  # whole or not at all, and the first of several wins
        own.unlink()
    return bytes.fromhex(file.read_text(encoding="ascii"))
