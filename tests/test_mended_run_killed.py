"""kill -9 of the worker while mended rows are taken in: another one goes on, every row stands where it should, once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from machikumo.kernel.jobs import actions as jobs
from machikumo.kernel.jobs.models import RunState
from machikumo.kernel.jobs.queries import run_of
from machikumo.kernel.jobs.running import perform
from machikumo.kernel.tenancy.doors import entered
from machikumo.layouts import actions, mending_alike, taking_in
from machikumo.layouts.mending_alike import Way
from machikumo.layouts.models import HeldRow, Mending, MoveIn, MoveInBlock, MoveInState
from machikumo.layouts.queries.held import account_of
from machikumo.layouts.queries.move_ins import move_in_of
from machikumo.layouts.tests.makers import KASUMI, file_of, kasumi_row
from machikumo.register.models import PersonVersion

if TYPE_CHECKING:
    from collections.abc import Callable

    from machikumo.kernel.scope import Scope

ROWS, EVERY, BLOCK_SIZE = 240, 8, 4_000
BAD = ROWS // EVERY


def worker(database: str) -> subprocess.Popen[bytes]:
    environment = dict(os.environ) | {"MACHIKUMO_DATABASE": database}
    return subprocess.Popen([sys.executable, "-m", "machikumo", "worker"], env=environment)


def wait_until(holds: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.02)


def mended_run(scope: Scope) -> tuple[MoveIn, MoveIn]:
    """A move-in with every eighth row set aside, all of them mended together, and the run that takes them in."""
    rows = [kasumi_row(number, **({"sei_cd": "男"} if number % EVERY == 0 else {})) for number in range(1, ROWS + 1)]
    one = actions.receive(
        scope, name="town.csv", chunks=[file_of(KASUMI.source, rows)], mapping_key="kasumi-to-standard"
    )
    started = actions.start(scope, move_in_id=one.pk)
    perform(scope.organisation_id, started.job_run_id or 0)
    mending_alike.mend_alike(
        scope, move_in_id=one.pk, rule="cell.code", item="sei_cd", way=Way(mending_alike.PROPOSAL), expected=BAD,
        reason="ラベルをコードに直す",
    )  # fmt: skip
    return one, taking_in.take_in(scope, move_in_id=one.pk)


@pytest.mark.usefixtures("quiet_queue")
def test_a_worker_killed_while_it_takes_mended_rows_in_neither_loses_nor_doubles_one(
    scope: Scope, database: str
) -> None:
    one, mended = mended_run(scope)
    with entered(scope):
        jobs.cancel(scope, run_id=mended.job_run_id or 0)  # in small blocks instead, so that there is a middle
    arguments: dict[str, Any] = {"move_in_id": mended.pk, "block_size": BLOCK_SIZE}
    run = jobs.start(scope, kind="layouts.move_in", idempotency_key=f"killed:{mended.pk}", arguments=arguments)

    def blocks() -> int:
        with entered(scope):
            return MoveInBlock.objects.within(scope).filter(move_in_id=mended.pk).count()

    def state() -> str:
        with entered(scope):
            return run_of(scope, run.pk).state

    first = worker(database)
    try:
        wait_until(lambda: blocks() >= 2, seconds=240)
    finally:
        first.send_signal(signal.SIGKILL)
        first.wait()
    assert state() == RunState.RUNNING
    begun = blocks()
    second = worker(database)
    try:
        wait_until(lambda: state() not in {RunState.QUEUED, RunState.RUNNING}, seconds=480)
    finally:
        second.kill()
        second.wait()
    assert state() == RunState.SUCCEEDED
    assert begun < blocks()
    with entered(scope):
        found, run_again = account_of(scope, move_in_of(scope, one.pk)), move_in_of(scope, mended.pk)
        assert (found.accepted, found.mended, found.held) == (ROWS - BAD, BAD, 0)
        assert found.is_settled
        assert PersonVersion.objects.within(scope).count() == ROWS
        assert HeldRow.objects.within(scope).filter(state="taken_in", revision=2).count() == BAD
        assert Mending.objects.within(scope).count() == BAD
    assert (run_again.state, run_again.accepted) == (MoveInState.RECONCILED, ROWS)
    assert run_again.reconciliation["holds"]
