"""Looking into the ledger is an act too: whoever views, exports or verifies it leaves a row."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from machikumo.kernel.ledger import queries, verifying
from machikumo.kernel.ledger.acting import action
from machikumo.kernel.ledger.recording import record
from machikumo.kernel.tenancy.doors import organisation_of

if TYPE_CHECKING:
    from uuid import UUID

    from machikumo.kernel.ledger.models import Entry
    from machikumo.kernel.ledger.queries import Filters, Place
    from machikumo.kernel.ledger.verifying import Verification
    from machikumo.kernel.scope import Scope

MOST_EXPORTED = 50_000


@action(permission="ledger.view")
def show_entries(
    scope: Scope, *, filters: Filters, before: UUID | None = None, after: UUID | None = None, limit: int = 50
) -> list[Entry]:
    """The rows that the filters choose, newest first."""
    found = queries.entries_of(scope, filters, before=before, after=after, limit=limit)
    record(scope, event=queries.LOOK, details=_asked(filters) | {"shown": len(found)})
    return found


@action(permission="ledger.view")
def show_entry(scope: Scope, *, entry_id: UUID) -> Place:
    """One row and its place under the seals; NotFound outside this organisation."""
    found = queries.place_of(scope, entry_id)
    record(scope, event=queries.LOOK, details={"entry": entry_id})
    return found


@action(permission="ledger.view")
def show_access_record(scope: Scope, *, subject: str, before: UUID | None = None, limit: int = 50) -> list[Entry]:
    """Who viewed or changed what concerns the subject; this look will stand in that record too."""
    found = queries.access_record_of(scope, subject, before=before, limit=limit)
    record(scope, event=queries.LOOK, subject=subject, details={"shown": len(found)})
    return found


@action(permission="ledger.view")
def export_entries(scope: Scope, *, filters: Filters) -> list[Entry]:
    """The chosen rows for a file, at most MOST_EXPORTED."""
    found = list(queries.all_entries_of(scope, filters, limit=MOST_EXPORTED))
    record(scope, event="ledger.exported", details=_asked(filters) | {"rows": len(found)})
    return found


@action(permission="ledger.verify")
def verify_log(scope: Scope) -> Verification:
    """The whole log verified, as the auditor's own database role reads it."""
    result = verifying.verify(organisation_of(scope), alias=queries.AUDITOR)
    record(
        scope,
        event="ledger.verified",
        details={"rows": result.size, "is_right": result.is_right, "findings": len(result.findings)},
    )
    return result


def _asked(filters: Filters) -> dict[str, object]:
    return {name: value for name, value in asdict(filters).items() if value}
