"""Writing rows: who may, what they hold, and that they live and die with the business transaction."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.db import connections

from machikumo.kernel.ledger import record
from machikumo.kernel.tenancy.doors import entered, read_as

if TYPE_CHECKING:
    from machikumo.kernel.scope import Scope


def rows_of(scope: Scope, columns: str = "canonical") -> list[tuple[Any, ...]]:
    """The organisation's rows as its auditor sees them, oldest first."""
    with read_as("auditor", scope), connections["auditor"].cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM ledger_entry ORDER BY id")
        return list(cursor.fetchall())


def test_a_row_says_who_did_what_when_why_and_to_whom(scope: Scope) -> None:
    started = datetime.now(UTC)
    with entered(scope):
        row = record(scope, event="person.viewed", subject="person:12", ground="住民基本台帳法第12条")
    facts = json.loads(rows_of(scope)[0][0])
    assert facts["id"] == str(row)
    assert started <= datetime.fromisoformat(facts.pop("recorded_at")) <= datetime.now(UTC)
    assert facts == {
        "version": 1,
        "id": str(row),
        "organisation": scope.organisation_code,
        "actor": "account:1",
        "role": "desk_clerk",
        "purpose": "resident_service",
        "event": "person.viewed",
        "subject": "person:12",
        "ground": "住民基本台帳法第12条",
    }
