"""The one task of the queue: take up a run. The queue knows which run of which organisation, and nothing else."""

from __future__ import annotations

from asgiref.sync import async_to_sync
from procrastinate.contrib.django import app

from machikumo.kernel.jobs import running

DEAD_AFTER_SECONDS = 15.0


@app.task(name="machikumo.take_up")
def take_up(organisation_id: int, run_id: int) -> None:
    """Do the run, or go on with it."""
    running.perform(organisation_id, run_id)


def take_back_from_the_dead() -> int:
    """Queue again what dead workers left in hand; gives how many. Runs when a worker starts and every few seconds."""
    manager = app.job_manager
    stalled = list(async_to_sync(manager.get_stalled_jobs)(seconds_since_heartbeat=DEAD_AFTER_SECONDS))
    for left in stalled:
        async_to_sync(manager.retry_job)(left)
    return len(stalled)
