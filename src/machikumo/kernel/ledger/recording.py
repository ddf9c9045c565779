"""Writing rows: in the business transaction, by a role that may insert and nothing else, without any lock."""

from __future__ import annotations

import secrets
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from django.db import connections
from django.utils import timezone

from machikumo.kernel.ledger import keys
from machikumo.kernel.ledger.domain.canonical import digest
from machikumo.kernel.ledger.domain.entry import Entry, LedgerError, safe_details, time_ordered_id
from machikumo.kernel.tenancy.models import current_scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from uuid import UUID

    from machikumo.kernel.scope import Scope

INSERT = "INSERT INTO ledger_entry (organisation_id, canonical) VALUES (%s, %s)"
INSERT_MANY = "INSERT INTO ledger_entry (organisation_id, canonical) SELECT %s, unnest(%s::text[])"
ROWS_A_STATEMENT = 5_000

rows_written: ContextVar[int] = ContextVar("machikumo_ledger_rows", default=0)


class OutsideTransaction(LedgerError):
    """A row was to be written outside the transaction of the thing that it tells about: a fault of the program."""


def record(
    scope: Scope,
    *,
    event: str,
    subject: str | None = None,
    ground: str = "",
    before: Any = None,
    after: Any = None,
    details: Mapping[str, Any] | None = None,
) -> UUID:
    """Write one row in the current transaction (within ``doors.entered(scope)``) and give its id.

    ``event`` is dotted (``person.viewed``); ``subject`` a token (``person:123``); ``before`` and ``after`` may be any
    plain data and are kept as digests only; ``details`` are keys, codes and counts: any other text in them is replaced
    by its digest. Raises OutsideTransaction, or RefusedEntry for a malformed event or token.
    """
    _require_transaction(scope)
    facts = {"subject": subject, "ground": ground, "before": before, "after": after, "details": details}
    entry = _entry(scope, event, facts, timezone.now(), 0)
    with connections["default"].cursor() as cursor:
        cursor.execute(INSERT, [scope.organisation_id, entry.canonical().decode()])
    rows_written.set(rows_written.get() + 1)
    return entry.id


def record_many(scope: Scope, rows: Iterable[Mapping[str, Any]], *, event: str, ground: str = "") -> int:
    """Write one row for each mapping (keys as those of ``record``) in the current transaction; gives their number.

    ``event`` and ``ground`` hold where a row has none of its own. For bulk work: a move-in writes one row a person.
    """
    _require_transaction(scope)
    written, batch = 0, []
    instant = timezone.now()
    for row in rows:
        written += 1
        entry = _entry(scope, row.get("event", event), {"ground": ground} | dict(row), instant, written)
        batch.append(entry.canonical().decode())
        if len(batch) == ROWS_A_STATEMENT:
            _insert(scope, batch)
            batch.clear()
    _insert(scope, batch)
    rows_written.set(rows_written.get() + written)
    return written


def digest_of(scope: Scope, value: Any) -> str:
    """The digest that the ledger keeps of ``before`` and ``after``: to compare a present value with a row."""
    return digest(value, keys.digest_key(scope.organisation_code))


def _entry(scope: Scope, event: str, facts: Mapping[str, Any], instant: datetime, step: int) -> Entry:
    before, after, details = (facts.get(name) for name in ("before", "after", "details"))
    return Entry(
        id=time_ordered_id(instant, secrets.randbits(62), step),
        organisation=scope.organisation_code,
        recorded_at=instant,
        actor=scope.person,
        role=scope.role,
        purpose=scope.purpose,
        event=event,
        subject=facts.get("subject") or "",
        ground=facts.get("ground") or "",
        before="" if before is None else digest_of(scope, before),
        after="" if after is None else digest_of(scope, after),
        details=safe_details(details, keys.digest_key(scope.organisation_code)) if details else {},
    )


def _insert(scope: Scope, texts: list[str]) -> None:
    if texts:
        with connections["default"].cursor() as cursor:
            cursor.execute(INSERT_MANY, [scope.organisation_id, texts])


def _require_transaction(scope: Scope) -> None:
    entered = current_scope.get()
    if entered is None or entered.organisation_id != scope.organisation_id:
        raise OutsideTransaction(
            "証跡は、対象の処理と同じトランザクションの中でしか書けません。",
            "A ledger row is written within doors.entered(scope), in the transaction of what it tells about.",
        )
