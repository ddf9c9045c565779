"""Long work against a real database: idempotent starts, progress, pause, resume, late workers, dead workers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.db import connection

from machikumo.kernel.errors import Conflict, Forbidden, MachikumoError, NotFound
from machikumo.kernel.jobs import JobPaused, actions, queries, registry
from machikumo.kernel.jobs.models import JobRun, RunState
from machikumo.kernel.jobs.running import Handle, perform
from machikumo.kernel.tenancy.doors import entered

if TYPE_CHECKING:
    from collections.abc import Callable

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation


@pytest.fixture
def kind() -> str:
    """A fresh kind of work that counts to its total, one safe point each, and remembers where it was."""
    name = f"test.{uuid4().hex}"
    reached: list[int] = []

    def count(_scope: Scope, run: registry.Run, total: int = 3, stop_at: int = -1) -> dict[str, Any]:
        for number in range(len(reached), total):
            run.progress(number, total)
            if number == stop_at:
                raise MachikumoError("三行目が読めません。", "Row three cannot be read.")
            reached.append(number)
        return {"reached": list(reached)}

    registry.kinds.register(name, count)
    return name


def state_of(scope: Scope, run: JobRun) -> JobRun:
    with entered(scope):
        return queries.run_of(scope, run.pk)


def test_asking_twice_with_one_key_gives_one_run(scope: Scope, kind: str) -> None:
    first = actions.start(scope, kind=kind, idempotency_key="k")
    second = actions.start(scope, kind=kind, idempotency_key="k")
    assert first.pk == second.pk
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE (args->>'run_id')::bigint = %s", [first.pk])
        assert cursor.fetchone() == (1,)


def test_a_kind_that_nobody_registered_is_refused(scope: Scope) -> None:
    with pytest.raises(KeyError, match="no job"):
        actions.start(scope, kind="test.unknown", idempotency_key="k")


def test_the_queue_holds_no_fact_of_the_tenant(scope: Scope, kind: str) -> None:
    run = actions.start(scope, kind=kind, idempotency_key="k", arguments={"total": 77})
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE (args->>'run_id')::bigint = %s", [run.pk])
        (args,) = cursor.fetchone()
    assert "77" not in str(args).replace(str(run.pk), "").replace(str(scope.organisation_id), "")


def test_a_run_does_its_work_and_keeps_its_result(scope: Scope, kind: str) -> None:
    run = actions.start(scope, kind=kind, idempotency_key="k")
    perform(scope.organisation_id, run.pk)
    done = state_of(scope, run)
    assert (done.state, done.result, done.attempt) == (RunState.SUCCEEDED, {"reached": [0, 1, 2]}, 1)


def test_a_finished_run_is_not_done_again(scope: Scope, kind: str) -> None:
    run = actions.start(scope, kind=kind, idempotency_key="k")
    perform(scope.organisation_id, run.pk)
    perform(scope.organisation_id, run.pk)
    assert state_of(scope, run).attempt == 1


def test_an_error_ends_in_the_log_in_words_and_the_run_can_go_on(scope: Scope, kind: str) -> None:
    run = actions.start(scope, kind=kind, idempotency_key="k", arguments={"stop_at": 1})
    perform(scope.organisation_id, run.pk)
    failed = state_of(scope, run)
    assert (failed.state, failed.note_en) == (RunState.FAILED, "Row three cannot be read.")
    with entered(scope):
        assert [line.message_ja for line in queries.log_of(scope, failed)] == ["三行目が読めません。"]
        JobRun.objects.within(scope).filter(pk=run.pk).update(arguments={})
    actions.resume(scope, run_id=run.pk)
    perform(scope.organisation_id, run.pk)
    assert state_of(scope, run).result == {"reached": [0, 1, 2]}


def test_a_fault_of_the_program_shows_no_trace_to_people(scope: Scope) -> None:
    name = f"test.{uuid4().hex}"

    def broken(_scope: Scope, _run: registry.Run) -> None:
        raise ZeroDivisionError("secret of another tenant")

    registry.kinds.register(name, broken)
    run = actions.start(scope, kind=name, idempotency_key="k")
    perform(scope.organisation_id, run.pk)
    with entered(scope):
        lines = list(queries.log_of(scope, state_of(scope, run)))
    assert state_of(scope, run).state == RunState.FAILED
    assert "secret" not in "".join(line.message_ja + line.message_en for line in lines)


def test_a_run_that_is_resumed_before_it_has_left_goes_on_at_once(scope: Scope) -> None:
    name, begun = f"test.{uuid4().hex}", []

    def hesitating(_scope: Scope, run: registry.Run) -> dict[str, Any]:
        begun.append(run.token)
        if len(begun) == 1:
            actions.pause(scope, run_id=asked.pk)
            try:
                run.progress(1, 2)
            finally:
                actions.resume(scope, run_id=asked.pk)
        return {"begun": len(begun)}

    registry.kinds.register(name, hesitating)
    asked = actions.start(scope, kind=name, idempotency_key="k")
    perform(scope.organisation_id, asked.pk)
    done = state_of(scope, asked)
    assert (done.state, done.result, done.attempt) == (RunState.SUCCEEDED, {"begun": 2}, 2)


def test_a_pause_is_heard_at_the_next_safe_point_and_the_run_goes_on_from_there(scope: Scope, kind: str) -> None:
    run = actions.start(scope, kind=kind, idempotency_key="k")
    handle = Handle(scope, run.pk, 0)
    handle.begin()
    handle.progress(1, 3)
    actions.pause(scope, run_id=run.pk)
    with pytest.raises(JobPaused):
        handle.progress(2, 3)
    handle.finish(RunState.PAUSED, {})
    assert state_of(scope, run).state == RunState.PAUSED
    actions.resume(scope, run_id=run.pk)
    perform(scope.organisation_id, run.pk)
    assert state_of(scope, run).state == RunState.SUCCEEDED


def test_a_late_worker_writes_nothing(scope: Scope, kind: str) -> None:
    run = actions.start(scope, kind=kind, idempotency_key="k")
    late, second = Handle(scope, run.pk, 0), Handle(scope, run.pk, 0)
    late.begin()
    second.begin()
    with pytest.raises(JobPaused):
        late.progress(9, 9)
    late.finish(RunState.FAILED, {})
    assert state_of(scope, run).state == RunState.RUNNING
    second.progress(1, 3)
    assert state_of(scope, run).done == 1


def test_a_run_that_ended_cannot_be_paused(scope: Scope, kind: str) -> None:
    run = actions.start(scope, kind=kind, idempotency_key="k")
    actions.cancel(scope, run_id=run.pk)
    with pytest.raises(Conflict):
        actions.pause(scope, run_id=run.pk)


def test_another_town_neither_sees_nor_stops_a_run(
    scope: Scope, kind: str, other_town: Organisation, scope_of: Callable[..., Scope]
) -> None:
    run = actions.start(scope, kind=kind, idempotency_key="k")
    other = scope_of(other_town)
    with pytest.raises(NotFound), entered(other):
        queries.run_of(other, run.pk)
    with pytest.raises(Conflict):
        actions.cancel(other, run_id=run.pk)
    assert state_of(scope, run).state == RunState.QUEUED


def test_stopping_needs_the_permission(
    scope: Scope, kind: str, town: Organisation, scope_of: Callable[..., Scope]
) -> None:
    run = actions.start(scope, kind=kind, idempotency_key="k")
    with pytest.raises(Forbidden):
        actions.pause(scope_of(town, permissions=frozenset()), run_id=run.pk)


def worker(database: str, *options: str) -> subprocess.Popen[bytes]:
    environment = dict(os.environ) | {"MACHIKUMO_DATABASE": database}
    return subprocess.Popen([sys.executable, "-m", "machikumo", "worker", *options], env=environment)


def wait_for(scope: Scope, run: JobRun, *states: RunState, seconds: float = 180) -> JobRun:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        now = state_of(scope, run)
        if now.state in states:
            return now
        time.sleep(0.2)
    raise AssertionError(f"still {now.state}")


@pytest.mark.usefixtures("quiet_queue")
def test_a_real_worker_takes_up_what_a_killed_one_left(scope: Scope, database: str) -> None:
    run = actions.start(scope, kind="jobs.count", idempotency_key="k", arguments={"total": 40, "seconds": 0.1})
    first = worker(database)
    try:
        wait_for(scope, run, RunState.RUNNING)
    finally:
        first.send_signal(signal.SIGKILL)
        first.wait()
    second = worker(database)
    try:
        done = wait_for(scope, run, RunState.SUCCEEDED)
    finally:
        second.terminate()
        second.wait()
    assert done.attempt == 2
    assert done.result == {"counted": 40}
