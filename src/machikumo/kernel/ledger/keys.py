"""Keys of the ledger, outside the database: every organisation's own, derived from two files of the installation.

``var/secrets/ledger-signing`` is needed by the sealer only, ``var/secrets/ledger-digest`` by whatever writes rows.
"""

from __future__ import annotations

import base64
import hmac
import os
import re
import secrets
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from machikumo.kernel.ledger.domain import checkpoint
from machikumo.kernel.ledger.domain.entry import LedgerError

KEY_BYTES = 32
CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


def signing_key(code: str) -> Ed25519PrivateKey:
    """The key that signs the organisation's checkpoints."""
    return Ed25519PrivateKey.from_private_bytes(_derived("ledger-signing", code))


def verifier_key(code: str) -> str:
    """The public line with which anybody verifies the organisation's checkpoints."""
    return checkpoint.verifier_key(code, signing_key(code).public_key())


def digest_key(code: str) -> bytes:
    """The key of the organisation's digests (before and after)."""
    return _derived("ledger-digest", code)


def safe_code(code: str) -> str:
    """The code, when it may be part of a file's name; LedgerError otherwise."""
    if not CODE.fullmatch(code):
        raise LedgerError(f"団体コード {code!r} は使えません。", f"{code!r} is no organisation's code.")
    return code


def _derived(name: str, code: str) -> bytes:
    return hmac.new(_secret(Path(settings.VAR) / "secrets", name), code.encode(), sha256).digest()


@lru_cache(maxsize=64)
def _secret(folder: Path, name: str) -> bytes:
    """The secret in the file; made at first use, whole under another name first, so that nobody reads half of it."""
    file = folder / name
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = folder / f"{name}.{secrets.token_hex(8)}"
        fresh.touch(mode=0o600, exist_ok=False)
        fresh.write_bytes(base64.b64encode(secrets.token_bytes(KEY_BYTES)))
        try:
            os.link(fresh, file)
        except FileExistsError:
            pass  # another process was first: its key holds
        finally:
            fresh.unlink()
    return base64.b64decode(file.read_bytes(), validate=True)
