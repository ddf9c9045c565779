"""Performing a run: each step in its own short transaction, guarded by the run's fencing number."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from django.db import close_old_connections
from django.db.models import F
from django.db.models.functions import Now

from machikumo.kernel.errors import MachikumoError
from machikumo.kernel.jobs.models import JobLine, JobRun, RunState
from machikumo.kernel.jobs.registry import JobPaused, run_of_kind
from machikumo.kernel.ledger import record
from machikumo.kernel.scope import Scope
from machikumo.kernel.tenancy.doors import entered
from machikumo.kernel.tenancy.models import Organisation

logger = logging.getLogger(__name__)
MAY_BEGIN = (RunState.QUEUED, RunState.RUNNING, RunState.PAUSING)  # running, pausing: its worker died
MOST_DEATHS = 10  # a run that kills every worker would keep all others waiting for ever
WORKER_DIED = (
    "処理していたプログラムが途中で止まったため、続きから始めます。",
    "The worker stopped in the middle of it; another goes on from there.",
)
TOO_MANY_DEATHS = (
    f"処理していたプログラムが{MOST_DEATHS}回続けて止まりました。メモリーの不足などを運用担当に確認してから、やり直してください。",
    f"{MOST_DEATHS} workers have died over it. Ask operations (too little memory, perhaps), then go on.",
)


class EveryPermission(frozenset[str]):
    """The permissions of a run that the platform itself started."""

    __slots__ = ()

    def __contains__(self, permission: object) -> bool:
        """Yes."""
        return isinstance(permission, str)


@dataclass(slots=True)
class Handle:
    """The running job's own handle; see registry.Run."""

    scope: Scope
    run_id: int
    attempt: int

    @property
    def token(self) -> str:
        """A name for the run that other stores may hold."""
        return f"job:{self.run_id}"

    def progress(self, done: int, total: int, note_ja: str = "", note_en: str = "") -> None:
        """Write how far it is; raises JobPaused when asked to pause, cancelled, or overtaken by another worker."""
        with entered(self.scope):
            held = self._mine(RunState.RUNNING).update(
                done=done, total=total, note_ja=note_ja, note_en=note_en, heartbeat_at=Now()
            )
        if not held:
            raise JobPaused

    def log(self, message_ja: str, message_en: str = "", *, level: str = "info") -> None:
        """Add a line to the log."""
        with entered(self.scope):
            JobLine.objects.add(
                self.scope, run_id=self.run_id, message_ja=message_ja, message_en=message_en, level=level
            )

    def _mine(self, *states: RunState) -> Any:
        return JobRun.objects.within(self.scope).filter(pk=self.run_id, attempt=self.attempt, state__in=states)

    def begin(self) -> JobRun | None:
        """Take the run with the next fencing number; None when there is nothing to do.

        A run whose worker died goes on, but for one that was asked to pause and one that has killed too many workers.
        """
        with entered(self.scope):
            runs = JobRun.objects.within(self.scope)
            run = runs.select_for_update().filter(pk=self.run_id, state__in=MAY_BEGIN).first()
            if run is None:
                return None
            self.attempt = run.attempt
            if run.state == RunState.PAUSING:
                self._mine(RunState.PAUSING).update(state=RunState.PAUSED)
                return None
            if run.state == RunState.RUNNING and self._deaths() >= MOST_DEATHS:
                self.log(*TOO_MANY_DEATHS, level="error")
                self.finish(RunState.FAILED, {}, *TOO_MANY_DEATHS)
                return None
            fresh = {"finished_at": None, "note_ja": "", "note_en": "", "started_at": Now(), "heartbeat_at": Now()}
            runs.filter(pk=run.pk).update(attempt=F("attempt") + 1, state=RunState.RUNNING, **fresh)
            run = runs.get(pk=self.run_id)
        self.attempt = run.attempt
        return run

    def _deaths(self) -> int:
        """How many workers have died over the run since it was last begun anew, this one too; told in its log."""
        self.log(*WORKER_DIED, level="restart")
        lines = JobLine.objects.within(self.scope).filter(run_id=self.run_id)
        last_end = lines.filter(level="error").order_by("-pk").values_list("pk", flat=True).first() or 0
        return lines.filter(level="restart", pk__gt=last_end).count()

    def pause(self) -> bool:
        """Leave the run where it stands; True when somebody has resumed it: it is in the queue."""
        with entered(self.scope):
            self._mine(RunState.PAUSING).update(state=RunState.PAUSED)
            return bool(self._mine(RunState.RUNNING).update(state=RunState.QUEUED))

    def finish(self, state: RunState, result: dict[str, Any], note_ja: str = "", note_en: str = "") -> None:
        """Close the run if it is still ours; a paused or cancelled one keeps that state."""
        with entered(self.scope):
            facts: dict[str, Any] = {"state": state, "finished_at": Now(), "result": result}
            if note_ja:
                facts |= {"note_ja": note_ja, "note_en": note_en}
            if self._mine(RunState.RUNNING, RunState.PAUSING).update(**facts):
                record(self.scope, event=f"job.{state.value}", subject=self.token)


def perform(organisation_id: int, run_id: int) -> None:
    """Do one run from where it stands; errors end in its log in words, never in another tenant's."""
    while _leaves_in_the_queue(organisation_id, run_id):
        continue  # paused and resumed before it had left: it goes on at once


def _leaves_in_the_queue(organisation_id: int, run_id: int) -> bool:
    close_old_connections()
    platform = _scope(organisation_id, "job", "platform", "operations", EveryPermission())
    handle = Handle(platform, run_id, 0)
    run = handle.begin()
    if run is None:
        return False
    permissions = EveryPermission() if run.permissions == ["*"] else frozenset(run.permissions)
    handle.scope = _scope(organisation_id, run.person, run.role, run.purpose, permissions)
    try:
        result = run_of_kind(run.kind, handle.scope, handle, run.arguments)
    except JobPaused:
        return handle.pause()
    except MachikumoError as problem:
        handle.log(problem.message_ja, problem.message_en, level="error")
        handle.finish(RunState.FAILED, {}, problem.message_ja, problem.message_en)
    except Exception:
        logger.exception("run %s of organisation %s failed", run_id, organisation_id)
        handle.log(
            "プログラムの誤りで止まりました。運用担当に番号を伝えてください。",
            "Stopped by a fault of the program.",
            level="error",
        )
        handle.finish(RunState.FAILED, {}, "プログラムの誤りで止まりました。", "Stopped by a fault of the program.")
    else:
        handle.finish(RunState.SUCCEEDED, result)
    return False


def _scope(organisation_id: int, person: str, role: str, purpose: str, permissions: frozenset[str]) -> Scope:
    organisation = Organisation.objects.get(pk=organisation_id)
    return Scope(
        organisation_id=organisation.pk,
        organisation_code=organisation.code,
        person=person,
        role=role,
        purpose=purpose,
        permissions=permissions,
        training=organisation.is_training,
    )
