"""The envelope of a release: what is signed, and how anybody with the public key checks it.

Source: RFC 8785 (canonical JSON), RFC 8032 (Ed25519).
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from machikumo.kernel.errors import MachikumoError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SIGNED_AS = "machikumo-release-1"
FEWEST_COMPARED = 5


class ReleaseRefused(MachikumoError):
    """Base of what this part refuses."""


class SignatureInvalid(ReleaseRefused):
    """The content is not what the source signed."""

    status = 409


class TooFewCompared(ReleaseRefused):
    """So few towns would stand side by side that one could be read from the other's."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the source signs; times are ISO 8601 in UTC, ``digest`` is the SHA-256 of the canonical content."""

    source: str
    recipient: str
    name: str
    version: int
    issued_at: str
    expires_at: str
    digest: str

    def to_sign(self) -> bytes:
        """The bytes under the signature."""
        return rfc8785.dumps({"signed_as": SIGNED_AS} | asdict(self))


def content_digest(content: Mapping[str, Any]) -> str:
    """The SHA-256 of the content's canonical form, in hexadecimal."""
    return hashlib.sha256(rfc8785.dumps(dict(content))).hexdigest()


def sign(envelope: Envelope, key: Ed25519PrivateKey) -> str:
    """The signature, in hexadecimal."""
    return key.sign(envelope.to_sign()).hex()


def check(envelope: Envelope, content: Mapping[str, Any], signature: str, public_key: bytes) -> None:
    """Raise SignatureInvalid unless the content fits the envelope and the envelope was signed by the key's owner."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(bytes.fromhex(signature), envelope.to_sign())
    except (InvalidSignature, ValueError):
        raise _invalid(envelope) from None
    if content_digest(content) != envelope.digest:
        raise _invalid(envelope)


def comparable(towns: Iterable[str], fewest: int = FEWEST_COMPARED) -> list[str]:
    """The towns, when there are enough to compare; TooFewCompared below that (default five)."""
    chosen = sorted(set(towns))
    if len(chosen) < fewest:
        raise TooFewCompared(
            f"比較は{fewest}団体以上で表示します（現在{len(chosen)}団体）。提供する団体が増えるのをお待ちください。",
            f"Comparisons are shown from {fewest} towns up (now {len(chosen)}): wait until more towns release.",
        )
    return chosen


def _invalid(envelope: Envelope) -> SignatureInvalid:
    return SignatureInvalid(
        f"「{envelope.name}」第{envelope.version}版（{envelope.source}）の署名が合いません。提供元に確認してください。",
        f"The signature of {envelope.name} v{envelope.version} from {envelope.source} does not fit: ask the source.",
    )
