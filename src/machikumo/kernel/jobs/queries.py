"""Reading runs and their logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from machikumo.kernel.errors import NotFound
from machikumo.kernel.jobs.models import JobLine, JobRun

if TYPE_CHECKING:
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
