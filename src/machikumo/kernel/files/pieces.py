"""Small pieces of text or bytes that lie in a table and not in a folder, closed in the same way as stored files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from machikumo.kernel.files.domain.sealing import (
    HEADER,
    PIECE,
    SALT,
    FileDamaged,
    Header,
    binding_of,
    cipher_of,
    close_all,
    header_of,
)
from machikumo.kernel.numbers.keys import key_store
from machikumo.kernel.numbers.storing import ready_keys

if TYPE_CHECKING:
    from machikumo.kernel.scope import Scope


def close_piece(scope: Scope, name: str, data: bytes) -> bytes:
    """The bytes (at most 256 KiB), closed with the organisation's key and bound to their name; within its scope."""
    if len(data) > PIECE:
        raise ValueError("a piece is at most 256 KiB")
    keys = ready_keys(scope)
    header = Header(keys.versions()[-1], os.urandom(SALT))
    cipher = cipher_of(keys.encryption(header.version), header.salt, binding_of(scope.organisation_id, name))
    return header.to_bytes() + b"".join(close_all([data], cipher))


def open_piece(scope: Scope, name: str, closed: bytes) -> bytes:
    """The bytes in the clear; FileDamaged when they were altered or closed under another name or organisation."""
    whole = bytes(closed)
    if len(whole) < HEADER:
        raise FileDamaged
    header = header_of(whole[:HEADER])
    key = key_store(scope.organisation_code).encryption(header.version)
    cipher = cipher_of(key, header.salt, binding_of(scope.organisation_id, name))
    return cipher.open(0, whole[HEADER:], last=True)
