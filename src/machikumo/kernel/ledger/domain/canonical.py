"""The canonical form of what goes into the ledger, and digests of what must not.

Source: RFC 8785 (JSON Canonicalization Scheme); HMAC-SHA-256 (RFC 2104) for digests.
"""

from __future__ import annotations

import hmac
import json
from dataclasses import asdict, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from hashlib import sha256
from typing import Any, TypeAlias
from uuid import UUID

import rfc8785

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
SCALARS = frozenset({type(None), bool, int, float, str})
LARGEST_INTEGER = 2**53 - 1
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode


def canonical(value: Any) -> bytes:
    """The one spelling of the value as JSON, UTF-8: sorted keys, no blanks, the shortest numbers.

    Dates, times, decimals, UUIDs, enums, sets and dataclasses are first made plain. ValueError for what JSON cannot
    hold exactly (numbers beyond 2**53, NaN, half surrogates) and TypeError for any other type.
    """
    return canonical_of_plain(plain(value))


def canonical_of_plain(value: Json) -> bytes:
    """The same for a value that is in JSON's own types already: the path that every row of the ledger takes."""
    return _encode(value).encode() if _is_simple(value) else rfc8785.dumps(value)


def plain(value: Any) -> Json:
    """The value in JSON's own types; times in UTC."""
    if type(value) in SCALARS:
        return value  # type: ignore[no-any-return]  # its type was just looked at
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, dict):
        return {str(plain(key)): plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, set | frozenset):
        return sorted((plain(part) for part in value), key=rfc8785.dumps)
    return _text_of(value)


def instant_text(instant: datetime) -> str:
    """``2026-11-24T09:00:00.000000Z``: a fixed width, so that texts sort like times. ValueError without a zone."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant} has no time zone")
    return instant.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def digest(value: Any, key: bytes) -> str:
    """``hmac-sha256:`` and 64 hexadecimal digits over the canonical form.

    Keyed, because a birth date or a name has few enough values to be guessed from an open digest.
    """
    return f"hmac-sha256:{hmac.new(key, canonical(value), sha256).hexdigest()}"


def _is_simple(value: Json) -> bool:
    """Whether Python's own encoder, 20 times as fast, spells it the same way: no fractions, no unusual keys."""
    kind = type(value)
    if kind is str:
        return True
    if isinstance(value, dict):
        return all(key.isascii() for key in value) and all(map(_is_simple, value.values()))
    if isinstance(value, list):
        return all(map(_is_simple, value))
    if kind is int:
        return -LARGEST_INTEGER <= value <= LARGEST_INTEGER  # type: ignore[operator]  # an int
    return kind is not float


def _text_of(value: Any) -> str | Json:
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    raise TypeError(f"{type(value).__name__} has no canonical form")
