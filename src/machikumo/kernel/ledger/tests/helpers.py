"""What several tests of the ledger do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connections

from machikumo.kernel.ledger import record
from machikumo.kernel.tenancy.doors import entered, read_as

if TYPE_CHECKING:
    from machikumo.kernel.scope import Scope


def write(scope: Scope, count: int = 1, *, event: str = "person.viewed") -> list[str]:
    """Rows, each in a transaction of its own; their ids."""
    ids = []
    for number in range(count):
        with entered(scope):
            ids.append(str(record(scope, event=event, subject=f"person:{number}")))
    return ids


def rows_of(scope: Scope, columns: str = "canonical") -> list[tuple[Any, ...]]:
    """The organisation's rows as its auditor sees them, oldest first."""
    with read_as("auditor", scope), connections["auditor"].cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM ledger_entry ORDER BY id")
        return list(cursor.fetchall())
