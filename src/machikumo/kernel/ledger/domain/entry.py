"""One row of the ledger: who did what, when, for which organisation, purpose and ground, to whom."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from machikumo.kernel.errors import MachikumoError
from machikumo.kernel.ledger.domain.canonical import Json, canonical_of_plain, digest, instant_text

if TYPE_CHECKING:
    from collections.abc import Mapping

VERSION = 1
LONGEST_TEXT = 200
LONGEST_KEY = 120
EVENT = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+")
TOKEN = re.compile(r"[!-~]{1,120}")
PLAIN_TEXT = re.compile(r"[ -~]{0,120}")
OFFICIAL_NUMBER = re.compile(r"\D*(?:\d[ -]?){11,12}\D*")  # 住民票コード has 11 digits, 個人番号 12


class LedgerError(MachikumoError):
    """A row that may not go into the ledger, or a ledger that cannot be written or read."""

    status = 500


class RefusedEntry(LedgerError):
    """The row has no proper event, subject, person or purpose: a fault of the program."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the ledger; ``before`` and ``after`` are digests, ``details`` hold no personal value."""

    id: UUID
    organisation: str
    recorded_at: datetime
    actor: str
    role: str
    purpose: str
    event: str
    subject: str = ""
    ground: str = ""
    before: str = ""
    after: str = ""
    details: Mapping[str, Json] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _require(EVENT, self.event, "event")
        for name in ("organisation", "actor", "role", "purpose"):
            _require(TOKEN, getattr(self, name), name)
        if self.subject:
            _require(TOKEN, self.subject, "subject")
        if len(self.ground) > LONGEST_TEXT:
            raise _refused("ground", self.ground[:LONGEST_KEY])

    def canonical(self) -> bytes:
        """The row's text, which is what the log seals; empty facts are left out."""
        facts: dict[str, Any] = {
            "version": VERSION,
            "id": str(self.id),
            "organisation": self.organisation,
            "recorded_at": instant_text(self.recorded_at),
            "actor": self.actor,
            "role": self.role,
            "purpose": self.purpose,
            "event": self.event,
        }
        for name in ("subject", "ground", "before", "after", "details"):
            if value := getattr(self, name):
                facts[name] = value
        return canonical_of_plain(facts)


def safe_details(details: Mapping[str, Any], key: bytes) -> dict[str, Json]:
    """The details as the ledger may hold them: keys, codes, counts, dates, flags, and lists of those.

    Any other text (a name, an address, free words, a number of 11 or 12 digits) is replaced by its digest: it can
    still be compared, never read. TypeError for what has no canonical form.
    """
    return {name: _safe(value, key) for name, value in details.items()}


def time_ordered_id(instant: datetime, random_bits: int, step: int = 0) -> UUID:
    """A UUID of version 7 (RFC 9562, 5.7 with method 3): ids sort by time, then by ``step`` within one call.

    ``random_bits`` are 62 fresh random bits, of which the lower 32 are used beside a step.
    """
    microseconds = int(instant.timestamp()) * 1_000_000 + instant.microsecond
    milliseconds, rest = divmod(microseconds, 1000)
    tail = step << 32 | random_bits & 0xFFFFFFFF if step else random_bits
    value = (milliseconds & (1 << 48) - 1) << 80 | 7 << 76 | (rest * 4096 // 1000) << 64 | 2 << 62
    return UUID(int=value | tail & (1 << 62) - 1)


def earliest_id(instant: datetime) -> UUID:
    """The lowest id that a row of that time or later can have."""
    return time_ordered_id(instant, 0)


def _require(pattern: re.Pattern[str], value: str, name: str) -> None:
    if not pattern.fullmatch(value):
        raise _refused(name, value)


def _refused(name: str, value: str) -> RefusedEntry:
    return RefusedEntry(
        f"証跡の {name} が正しくありません: {value!r}",
        f"The ledger refuses the {name} {value!r}: see machikumo.kernel.ledger.domain.entry.",
    )


def _safe(value: Any, key: bytes) -> Json:
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, dict):
        return {str(name): _safe(part, key) for name, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_safe(part, key) for part in value]
    return _safe_text(value, key)


def _safe_text(value: Any, key: bytes) -> Json:
    """An official number is refused as a number too, not only as a text."""
    text = instant_text(value) if isinstance(value, datetime) else str(value)
    known = isinstance(value, int | date | UUID) or PLAIN_TEXT.fullmatch(text)
    if not known or (isinstance(value, int | str) and OFFICIAL_NUMBER.fullmatch(text)):
        return digest(value, key)
    return value if isinstance(value, int) else text
