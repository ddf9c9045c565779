"""Reading runs and their logs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from machikumo.kernel import registries
from machikumo.kernel.errors import NotFound
from machikumo.kernel.jobs.domain.periods import is_late
from machikumo.kernel.jobs.models import JobLine, JobRun, PeriodicRun

if TYPE_CHECKING:
    import datetime as dt

    from django.db.models import QuerySet

    from machikumo.kernel.scope import Scope


def runs(scope: Scope) -> QuerySet[JobRun]:
    """All runs of the organisation, newest first."""
    return JobRun.objects.within(scope).order_by("-created_at", "-pk")


def run_of(scope: Scope, run_id: int) -> JobRun:
    """One run; NotFound for any other organisation's."""
    run = JobRun.objects.within(scope).filter(pk=run_id).first()
    if run is None:
        raise NotFound
    return run


def log_of(scope: Scope, run: JobRun) -> QuerySet[JobLine]:
    """The lines of a run in order."""
    return JobLine.objects.within(scope).filter(run_id=run.pk)


@dataclass(frozen=True, slots=True)
class PeriodicWork:
    """One kind of work that runs by itself, as it stands in an organisation; ``last`` is None before its first run."""

    key: str
    title: tuple[str, str]
    every: dt.timedelta
    last: PeriodicRun | None
    is_late: bool


def periodic_works(scope: Scope, now: dt.datetime) -> list[PeriodicWork]:
    """Every kind of work that runs by itself, with its last run here, in order of registration."""
    last = {row.key: row for row in PeriodicRun.objects.within(scope)}
    return [
        PeriodicWork(
            key=key,
            title=(work.title_ja, work.title_en),
            every=work.every,
            last=last.get(key),
            is_late=is_late(last[key].started_at if key in last else None, now, work.every),
        )
        for key, work in registries.periodic.items()
    ]
