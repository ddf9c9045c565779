"""Tokens of machines: made of chance, kept as a hash only, valid for a time, used so often a minute."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

PREFIX = "mk1"
LOOKUP_BYTES, SECRET_BYTES = 6, 32
TOKEN_BYTES = LOOKUP_BYTES + SECRET_BYTES
LONGEST_DAYS = 400
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Token:
    """The two halves of a token: by which it is found, and which proves it."""

    lookup: str
    secret: str

    @property
    def text(self) -> str:
        """The token as it is given to the machine, once."""
        return f"{PREFIX}_{self.lookup}_{self.secret}"

    @property
    def digest(self) -> str:
        """What is kept of it. The secret has 256 bits of chance, so one round of SHA-256 is enough."""
        return hashlib.sha256(self.secret.encode("ascii")).hexdigest()


def make_token(chance: bytes) -> Token:
    """The token of 38 random bytes; ValueError for fewer."""
    if len(chance) != TOKEN_BYTES:
        raise ValueError(f"a token is made of {TOKEN_BYTES} bytes")
    secret = urlsafe_b64encode(chance[LOOKUP_BYTES:]).decode("ascii").rstrip("=").replace("_", ".")
    return Token(chance[:LOOKUP_BYTES].hex(), secret)


def read_token(text: str) -> Token | None:
    """The halves of a token; None for any other text."""
    parts = text.split("_")
    well_made = len(parts) == 3 and parts[0] == PREFIX and text.isascii()  # noqa: PLR2004 - prefix, lookup, secret
    if not well_made or len(parts[1]) != 2 * LOOKUP_BYTES or not parts[2]:
        return None
    return Token(parts[1], parts[2])


class Standing(StrEnum):
    """Whether a token may be used now."""

    VALID = "valid"
    WRONG = "wrong"
    EXPIRED = "expired"
    REVOKED = "revoked"
    CLOSED = "closed"
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a token and its machine; ``uses`` within the minute that began at ``minute``."""

    digest: str
    expires_at: datetime
    revoked_at: datetime | None
    is_open: bool
    per_minute: int
    minute: datetime | None
    uses: int


def standing_of(kept: Kept, token: Token, now: datetime) -> Standing:
    """Whether the token is the one that is kept and may be used at this moment."""
    if not hmac.compare_digest(kept.digest, token.digest):
        return Standing.WRONG
    if not kept.is_open:
        return Standing.CLOSED
    if kept.revoked_at is not None and kept.revoked_at <= now:
        return Standing.REVOKED
    if kept.expires_at <= now:
        return Standing.EXPIRED
    return Standing.TOO_MANY if uses_in(kept, now) >= kept.per_minute else Standing.VALID


def uses_in(kept: Kept, now: datetime) -> int:
    """How often it was used in the minute that is running."""
    return kept.uses if kept.minute is not None and now - kept.minute < MINUTE else 0
