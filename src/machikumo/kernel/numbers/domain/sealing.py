"""Closing and opening one number, and the keyed hash that finds it: keys, nonces and numbers come as arguments.

AES-256-GCM with the place (organisation, kind, subject) as associated data: a ciphertext that somebody copies to
another person's row does not open. HMAC-SHA-256 under another key, bound to the kind.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from machikumo.kernel.numbers.domain.digits import NumberError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

KEY_BYTES = 32
NONCE_BYTES = 12


class SealBroken(NumberError):
    """A row's ciphertext does not open with its key in its place: altered, moved, or the wrong key."""

    status = 500

    def __init__(self, subject: str) -> None:
        super().__init__(
            f"{subject} の番号を復号できません。保管データか鍵が壊れています。システム管理者に連絡してください。",
            f"The number of {subject} does not open: its row or the key is damaged. Tell the system administrator.",
        )


def place_of(organisation_id: int, kind: str, subject: str) -> bytes:
    """Return the associated data that binds a ciphertext to its row."""
    return f"machikumo-number\x1f{organisation_id}\x1f{kind}\x1f{subject}".encode()


def seal(key: bytes, nonce: bytes, number: str, place: bytes) -> bytes:
    """Return nonce and ciphertext of a number; a nonce serves once only."""
    return nonce + AESGCM(key).encrypt(nonce, number.encode(), place)


def unseal(key: bytes, sealed: bytes, place: bytes, subject: str) -> str:
    """Return the number.

    Raises:
        SealBroken: the row was altered or moved, or the key is another; ``subject`` is for the message.
    """
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place).decode()
    except (InvalidTag, ValueError):
        raise SealBroken(subject) from None


def keyed_hash(key: bytes, kind: str, number: str) -> bytes:
    """Return the 32 bytes under which a number of a kind is found."""
    return hmac.digest(key, f"{kind}\x1f{number}".encode(), "sha256")


def seal_all(
    pairs: Iterable[tuple[str, str]], *, key: bytes, lookup: bytes, nonces: bytes, place: bytes, kind: str
) -> Iterator[tuple[str, bytes, bytes]]:
    """Yield subject, ciphertext and keyed hash of many pairs of subject and number.

    ``place`` is that of an empty subject; ``nonces`` holds 12 fresh random bytes for each pair.
    """
    encrypt = AESGCM(key).encrypt
    prefix = f"{kind}\x1f".encode()
    for start, (subject, number) in enumerate(pairs):
        nonce = nonces[start * NONCE_BYTES : (start + 1) * NONCE_BYTES]
        plain = number.encode()
        yield (
            subject,
            nonce + encrypt(nonce, plain, place + subject.encode()),
            hmac.digest(lookup, prefix + plain, "sha256"),
        )
