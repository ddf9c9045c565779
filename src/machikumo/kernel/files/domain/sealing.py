"""A file closed in pieces with AES-256-GCM, so that gigabytes pass through little memory and any place can be read.

Layout: magic, version of the organisation's key, salt; then pieces of ``PIECE`` bytes, each with its tag. The key of a
file is derived from the organisation's key and the salt. A piece's nonce is its number and whether it is the last, and
the place (organisation, token) is associated data: so a piece that is altered, moved, left out or another file's does
not open, and neither does a file that was cut off. This is the STREAM construction (Hoang, Reyhanitabar, Rogaway,
Vizár: Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance, 2015).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from machikumo.kernel.errors import MachikumoError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PIECE = 1 << 18
TAG = 16
SALT = 16
MAGIC = b"MKFILE1\n"
HEADER = len(MAGIC) + 4 + SALT
KEY_BYTES = 32
USE = b"machikumo.files"


class FileDamaged(MachikumoError):
    """A stored file was altered, cut off or moved, or its key is gone."""

    status = 500

    def __init__(self) -> None:
        super().__init__(
            "保管したファイルを開けません。ファイルか鍵が壊れています。システム管理者に連絡してください。",
            "The stored file does not open: it or its key is damaged. Tell the system administrator.",
        )


@dataclass(frozen=True, slots=True)
class Header:
    """The beginning of a closed file: which version of the organisation's key, and the file's salt."""

    version: int
    salt: bytes

    def to_bytes(self) -> bytes:
        """As it stands in the file."""
        return MAGIC + self.version.to_bytes(4) + self.salt


def header_of(data: bytes) -> Header:
    """The header of a closed file; FileDamaged for anything else."""
    if len(data) != HEADER or not data.startswith(MAGIC):
        raise FileDamaged
    version = int.from_bytes(data[len(MAGIC) : len(MAGIC) + 4])
    return Header(version, data[-SALT:])


def binding_of(organisation_id: int, token: str) -> bytes:
    """The associated data that binds a file to its organisation and token."""
    return b"\x1f".join((USE, str(organisation_id).encode(), token.encode()))


@dataclass(frozen=True, slots=True)
class Cipher:
    """Closes and opens the pieces of one file."""

    aead: AESGCM
    place: bytes

    def close(self, number: int, data: bytes, *, last: bool) -> bytes:
        """The closed piece of that number."""
        return self.aead.encrypt(_nonce(number, last=last), data, self.place)

    def open(self, number: int, closed: bytes, *, last: bool) -> bytes:
        """The piece; FileDamaged when it was altered or is not the one of that number."""
        try:
            return self.aead.decrypt(_nonce(number, last=last), closed, self.place)
        except InvalidTag:
            raise FileDamaged from None


def cipher_of(key: bytes, salt: bytes, place: bytes) -> Cipher:
    """The cipher of the file with that salt, under a version of the organisation's key."""
    return Cipher(AESGCM(HKDF(hashes.SHA256(), KEY_BYTES, salt=salt, info=USE).derive(key)), place)


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11) + (b"\x01" if last else b"\x00")


def close_all(chunks: Iterable[bytes], cipher: Cipher) -> Iterator[bytes]:
    """The closed pieces of a file that comes in chunks of any size; one empty piece for an empty file."""
    number, pending = 0, bytearray()
    for chunk in chunks:
        pending += chunk
        while len(pending) > PIECE:  # what fills a piece exactly may be the last
            yield cipher.close(number, bytes(pending[:PIECE]), last=False)
            del pending[:PIECE]
            number += 1
    yield cipher.close(number, bytes(pending), last=True)


@dataclass(frozen=True, slots=True)
class Shape:
    """Where the pieces of a closed file lie: their number, and the bytes that it holds in the clear."""

    pieces: int
    size: int

    def span(self, number: int) -> tuple[int, int]:
        """Where the closed piece begins in the file, and how long it is."""
        plain = self.size - number * PIECE if number == self.pieces - 1 else PIECE
        return HEADER + number * (PIECE + TAG), plain + TAG


def shape_of(closed_size: int) -> Shape:
    """The shape of a closed file of so many bytes; FileDamaged when no closed file has them."""
    body = closed_size - HEADER
    pieces = -(-body // (PIECE + TAG))
    size = body - pieces * TAG
    if pieces < 1 or size < 0 or (pieces > 1 and size <= (pieces - 1) * PIECE):
        raise FileDamaged
    return Shape(pieces, size)
