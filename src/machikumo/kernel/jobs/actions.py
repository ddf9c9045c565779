"""Starting, pausing, resuming and cancelling long work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from machikumo.kernel.errors import Conflict
from machikumo.kernel.jobs.models import FINISHED, JobRun, RunState
from machikumo.kernel.jobs.registry import kinds
from machikumo.kernel.jobs.tasks import take_up
from machikumo.kernel.ledger import action, record

if TYPE_CHECKING:
    from machikumo.kernel.scope import Scope


@action(permission="")
def start(scope: Scope, *, kind: str, idempotency_key: str, arguments: dict[str, Any] | None = None) -> JobRun:
    """A run of that kind, queued in this transaction; the same key gives the same run and starts nothing anew."""
    kinds.get(kind)
    facts = {
        "kind": kind,
        "arguments": arguments or {},
        "person": scope.person,
        "role": scope.role,
        "purpose": scope.purpose,
        "permissions": sorted(_listed(scope)),
    }
    run, made = JobRun.objects.within(scope).get_or_create(
        organisation_id=scope.organisation_id, idempotency_key=idempotency_key, defaults=facts
    )
    record(
        scope,
        event="job.started" if made else "job.asked_again",
        subject=f"job:{run.pk}",
        details={"kind": kind},
    )
    if made:
        take_up.defer(organisation_id=scope.organisation_id, run_id=run.pk)
    return run


def _listed(scope: Scope) -> list[str]:
    """The permissions that travel with the run; a scope that answers yes to everything carries a star."""
    return list(scope.permissions) or ["*"] * scope.has("*")


@action(permission="jobs.manage")
def pause(scope: Scope, *, run_id: int) -> None:
    """Ask the run to stop at its next safe point; Conflict when it is not running or waiting."""
    _change(scope, run_id, {RunState.RUNNING: RunState.PAUSING, RunState.QUEUED: RunState.PAUSED}, "job.paused")


@action(permission="jobs.manage")
def resume(scope: Scope, *, run_id: int) -> None:
    """Queue a paused or failed run again; it goes on where it stopped."""
    before = {
        RunState.PAUSED: RunState.QUEUED,
        RunState.FAILED: RunState.QUEUED,
        RunState.PAUSING: RunState.RUNNING,
    }
    if _change(scope, run_id, before, "job.resumed") == RunState.QUEUED:
        take_up.defer(organisation_id=scope.organisation_id, run_id=run_id)


@action(permission="jobs.manage")
def cancel(scope: Scope, *, run_id: int) -> None:
    """End the run for good; what it has done stays done."""
    _change(
        scope,
        run_id,
        {state: RunState.CANCELLED for state in RunState if state not in FINISHED},
        "job.cancelled",
    )


def _change(scope: Scope, run_id: int, allowed: dict[RunState, RunState], event: str) -> RunState:
    """Change the state by compare and set; gives the new one, Conflict when the run stands elsewhere."""
    for before, after in allowed.items():
        if JobRun.objects.within(scope).filter(pk=run_id, state=before).update(state=after):
            record(scope, event=event, subject=f"job:{run_id}", details={"from": before.value, "to": after.value})
            return after
    raise Conflict(
        "この処理は今その操作ができません。画面を開き直して状態を確認してください。",
        "This work cannot do that now. Please reload the page and look at its state.",
    )
