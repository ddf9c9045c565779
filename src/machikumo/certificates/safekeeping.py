"""Finished papers at rest: closed with the organisation's own key, because a paper may show an individual number."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from machikumo.certificates.errors import CertificateError
from machikumo.kernel.numbers.keys import key_store
from machikumo.kernel.numbers.storing import ready_keys

if TYPE_CHECKING:
    from uuid import UUID

    from machikumo.kernel.scope import Scope

NONCE_BYTES, KEY_BYTES = 12, 32
USE = b"machikumo.certificates.document"


class SealBroken(CertificateError):
    """A stored paper was altered or moved, or its key is gone."""

    status = 500

    def __init__(self) -> None:
        super().__init__(
            "保管した証明書を開けません。保管データか鍵が壊れています。システム管理者に連絡してください。",
            "The stored paper does not open: its row or the key is damaged. Tell the system administrator.",
        )


def close(scope: Scope, request_id: UUID, document: bytes) -> tuple[bytes, int]:
    """The closed document and the version of the key."""
    store = ready_keys(scope)
    version = store.versions()[-1]
    nonce = os.urandom(NONCE_BYTES)
    cipher = AESGCM(_key(store.encryption(version)))
    return nonce + cipher.encrypt(nonce, document, _place(scope, request_id)), version


def unclose(scope: Scope, request_id: UUID, sealed: bytes, version: int) -> bytes:
    """The document; SealBroken when it was altered or is another request's."""
    cipher = AESGCM(_key(key_store(scope.organisation_code).encryption(version)))
    try:
        return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _place(scope, request_id))
    except InvalidTag:
        raise SealBroken from None


def digest(document: bytes) -> str:
    """The name of a document by its content."""
    return hashlib.sha256(document).hexdigest()


def _key(key: bytes) -> bytes:
    return HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=USE).derive(key)


def _place(scope: Scope, request_id: UUID) -> bytes:
    return b"\x1f".join((USE, str(scope.organisation_id).encode(), str(request_id).encode()))
