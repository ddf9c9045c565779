"""The room's long work: counting a round and comparing it with the one before."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from machikumo.kernel.jobs import Run, job
from machikumo.kernel.registries import Periodic
from machikumo.rehearsals import actions, measuring, queries

if TYPE_CHECKING:
    from machikumo.kernel.scope import Scope


def register_all() -> None:
    """Importing this module registered the job."""


@job("rehearsals.measure")
def measure(scope: Scope, run: Run, round_id: int, files: list[int] | None = None) -> dict[str, Any]:
    """Count a round's files and compare them with the round before; ``files`` only tells one run from another."""
    del files
    details = measuring.measure(scope, run, round_id)
    run.log(
        f"{details['rows']:,} 行を集計し、前回と比べました。", f"{details['rows']:,} rows were counted and compared."
    )
    return details


def measure_due(scope: Scope) -> int:
    """Queue the counting of every round whose files are all moved in and were not counted yet; gives how many."""
    due = [one for one in queries.open_rounds(scope) if _is_due(scope, one)]
    for one in due:
        actions.start_measuring(scope, round_id=one.pk)
    return len(due)


def _is_due(scope: Scope, one: Any) -> bool:
    files = queries.files_of(scope, one)
    facts = queries.facts_of(scope, one, files)
    kept = all(row.file.removed_at is None for row in files)
    return facts.all_reconciled and kept and not facts.measured and not queries.is_being_measured(scope, one, files)


MEASURING = Periodic(
    "移行リハーサルの結果を集計する",
    "Count what a rehearsal brought",
    dt.timedelta(minutes=1),
    measure_due,
    frozenset({"layouts.view", "layouts.move_in"}),
)
