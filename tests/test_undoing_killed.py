"""kill -9 of the worker in the middle of undoing a load: another one goes on, and the town is as it was before."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from machikumo.cutover import asking
from machikumo.cutover.models import Load, LoadChange
from machikumo.cutover.queries import loads
from machikumo.cutover.tests.making import approved, every_row, exported, received
from machikumo.kernel.jobs import actions as jobs
from machikumo.kernel.jobs.models import RunState
from machikumo.kernel.jobs.queries import run_of
from machikumo.kernel.jobs.running import perform
from machikumo.kernel.ledger.tests.helpers import rows_of
from machikumo.kernel.tenancy.doors import entered

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

PEOPLE, BLOCK_SIZE = 400, 4_000  # some forty blocks


def worker(database: str) -> subprocess.Popen[bytes]:
    environment = dict(os.environ) | {"MACHIKUMO_DATABASE": database}
    return subprocess.Popen([sys.executable, "-m", "machikumo", "worker"], env=environment)


def wait_until(holds: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.01)


def notes_of(scope: Scope) -> int:
    with entered(scope):
        return LoadChange.objects.within(scope).count()


def state_of(scope: Scope, run_id: int) -> str:
    with entered(scope):
        return run_of(scope, run_id).state


def loaded(scope: Scope, data: bytes) -> Load:
    """The load of the file, which was read in small blocks."""
    one = received(scope, data)
    jobs.cancel(scope, run_id=one.job_run_id or 0)
    arguments: dict[str, Any] = {"move_in_id": one.pk, "block_size": BLOCK_SIZE}
    run = jobs.start(scope, kind="layouts.move_in", idempotency_key=f"small:{one.pk}", arguments=arguments)
    perform(scope.organisation_id, run.pk)
    with entered(scope):
        assert run_of(scope, run.pk).state == RunState.SUCCEEDED
        return Load.objects.within(scope).get(source=f"move_in:{one.pk}")


@pytest.mark.usefixtures("quiet_queue")
def test_a_worker_killed_while_it_undoes_leaves_nothing_behind_and_nothing_undone_twice(
    town: Organisation, scope_of: Callable[..., Scope], database: str, tmp_path: Path
) -> None:
    officer, head = scope_of(town, person="account:1"), scope_of(town, person="account:2")
    before = every_row(officer)
    load = loaded(officer, exported(tmp_path, PEOPLE, 0.01))
    assert load.blocks >= 10
    notes = notes_of(officer)
    approved(head, asking.ask_to_undo(officer, load_id=load.pk, reason="取り直し"))
    with entered(officer):
        run_id = loads.load_of(officer, load.pk).undo_run_id or 0

    first = worker(database)
    try:
        wait_until(lambda: 0 < notes_of(officer) < notes, seconds=240)
    finally:
        first.send_signal(signal.SIGKILL)
        first.wait()
    left = notes_of(officer)
    assert 0 < left < notes
    assert state_of(officer, run_id) == RunState.RUNNING

    second = worker(database)
    try:
        wait_until(lambda: state_of(officer, run_id) not in {RunState.QUEUED, RunState.RUNNING}, seconds=480)
    finally:
        second.kill()
        second.wait()

    with entered(officer):
        run, done = run_of(officer, run_id), loads.load_of(officer, load.pk)
    assert (run.state, run.attempt, run.result["holds"]) == (RunState.SUCCEEDED, 2, True)
    assert done.after == done.before
    assert every_row(officer) == before
    undone = [event for (event,) in rows_of(officer, "event") if event == "load.block_undone"]
    assert len(undone) == load.blocks, "each block was undone once"
