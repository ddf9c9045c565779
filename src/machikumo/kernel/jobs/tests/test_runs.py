"""A run among workers that die, people who change their mind, arguments that are wrong, and other towns."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.db import DataError, connection, connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from machikumo.kernel.errors import Conflict, Forbidden, MachikumoError, NotFound
from machikumo.kernel.jobs import actions, queries, registry
from machikumo.kernel.jobs.models import JobRun, RunState
from machikumo.kernel.jobs.running import MOST_DEATHS, Handle, perform
from machikumo.kernel.ledger import queries as ledger
from machikumo.kernel.ledger import record
from machikumo.kernel.tenancy.doors import entered
from machikumo.kernel.tenancy.models import Organisation, ScopeMismatch
from machikumo.register.models import Household

if TYPE_CHECKING:
    from collections.abc import Callable

    from machikumo.kernel.scope import Scope

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text(st.characters(blacklist_categories=["Cs"]))
    # PostgreSQL's JSON holds no NUL
    .filter(lambda text: "\x00" not in text),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=3),
    max_leaves=6,
)


@pytest.fixture
def make_kind() -> Callable[[Callable[..., Any]], str]:
    """Registers a function as a kind of work under a name of its own."""

    def make(work: Callable[..., Any]) -> str:
        name = f"test.{uuid4().hex}"
        registry.kinds.register(name, work)
        return name

    return make


def nothing(_scope: Scope, _run: registry.Run) -> None:
    """Work that does nothing."""


def now(scope: Scope, run: JobRun) -> JobRun:
    with entered(scope):
        return queries.run_of(scope, run.pk)


def log(scope: Scope, run: JobRun) -> list[str]:
    with entered(scope):
        return [line.message_ja for line in queries.log_of(scope, run)]


def in_the_queue(run: JobRun) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE (args->>'run_id')::bigint = %s AND status = 'todo'", [run.pk]
        )
        count: int = cursor.fetchone()[0]
    return count


def started(scope: Scope, kind: str, **arguments: Any) -> JobRun:
    return actions.start(scope, kind=kind, idempotency_key=uuid4().hex, arguments=arguments)


def in_threads(*works: Callable[[], Any]) -> None:
    def closed(work: Callable[[], Any]) -> None:
        try:
            work()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=closed, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_one_key_asked_for_at_the_same_moment_gives_one_run(scope: Scope, make_kind: Callable[..., str]) -> None:
    kind = make_kind(nothing)
    barrier = threading.Barrier(4)
    runs: list[int] = []

    def ask() -> None:
        barrier.wait()
        runs.append(actions.start(scope, kind=kind, idempotency_key="one").pk)

    in_threads(ask, ask, ask, ask)
    assert len(runs) == 4
    assert len(set(runs)) == 1


def test_one_key_in_two_towns_is_two_runs(
    scope: Scope, other_town: Organisation, scope_of: Callable[..., Scope], make_kind: Callable[..., str]
) -> None:
    kind, other = make_kind(nothing), scope_of(other_town)
    mine = actions.start(scope, kind=kind, idempotency_key="one")
    theirs = actions.start(other, kind=kind, idempotency_key="one")
    perform(scope.organisation_id, mine.pk)
    assert (now(scope, mine).state, now(other, theirs).state) == (RunState.SUCCEEDED, RunState.QUEUED)


def test_a_start_that_is_undone_leaves_neither_run_nor_place_in_the_queue(
    scope: Scope, make_kind: Callable[..., str]
) -> None:
    begun: list[JobRun] = []

    def start_and_fall() -> None:
        with entered(scope):
            begun.append(started(scope, make_kind(nothing)))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        start_and_fall()
    with entered(scope):
        assert not queries.runs(scope).exists()
    assert in_the_queue(begun[0]) == 0


def test_two_workers_at_one_run_do_its_effect_once(scope: Scope, make_kind: Callable[..., str]) -> None:
    both_there = threading.Barrier(2)
    reached: list[str] = []

    def work(_scope: Scope, run: registry.Run) -> dict[str, str]:
        both_there.wait(30)
        run.progress(1, 2)
        reached.append(run.token)
        return {"by": "one"}

    run = started(scope, make_kind(work))

    def take() -> None:
        perform(scope.organisation_id, run.pk)

    in_threads(take, take)
    assert reached == [f"job:{run.pk}"]
    done = now(scope, run)
    assert (done.state, done.attempt) == (RunState.SUCCEEDED, 2)
    ends = ledger.entries_of(scope, ledger.Filters(subject=f"job:{run.pk}", event="job.succeeded"))
    assert len(ends) == 1


def test_a_worker_that_lost_its_run_gives_no_result_even_without_another_safe_point(
    scope: Scope, make_kind: Callable[..., str]
) -> None:
    run = started(scope, make_kind(nothing))
    late, second = Handle(scope, run.pk, 0), Handle(scope, run.pk, 0)
    late.begin()
    second.begin()
    late.finish(RunState.SUCCEEDED, {"by": "late"})
    assert now(scope, run).state == RunState.RUNNING
    second.finish(RunState.SUCCEEDED, {"by": "second"})
    assert now(scope, run).result == {"by": "second"}


def test_a_run_whose_worker_died_goes_on_and_says_so(scope: Scope, make_kind: Callable[..., str]) -> None:
    run = started(scope, make_kind(nothing))
    Handle(scope, run.pk, 0).begin()
    perform(scope.organisation_id, run.pk)
    assert now(scope, run).state == RunState.SUCCEEDED
    assert any("途中で止まったため" in line for line in log(scope, run))


def test_a_run_that_kills_every_worker_is_given_up_and_people_may_try_again(
    scope: Scope, make_kind: Callable[..., str]
) -> None:
    run = started(scope, make_kind(nothing))
    begun = [Handle(scope, run.pk, 0).begin() for _ in range(MOST_DEATHS + 1)]
    assert [one is None for one in begun] == [False] * MOST_DEATHS + [True]
    failed = now(scope, run)
    assert failed.state == RunState.FAILED
    assert "やり直してください" in failed.note_ja
    actions.resume(scope, run_id=run.pk)
    Handle(scope, run.pk, 0).begin()
    assert Handle(scope, run.pk, 0).begin() is not None


def test_a_run_that_was_to_pause_when_its_worker_died_is_paused(scope: Scope, make_kind: Callable[..., str]) -> None:
    run = started(scope, make_kind(nothing))
    Handle(scope, run.pk, 0).begin()
    actions.pause(scope, run_id=run.pk)
    perform(scope.organisation_id, run.pk)
    assert now(scope, run).state == RunState.PAUSED
    actions.resume(scope, run_id=run.pk)
    perform(scope.organisation_id, run.pk)
    assert now(scope, run).state == RunState.SUCCEEDED


def test_a_run_that_goes_on_shows_neither_the_old_end_nor_the_old_fault(
    scope: Scope, make_kind: Callable[..., str]
) -> None:
    faults = ["一行目が読めません。"]

    def work(_scope: Scope, _run: registry.Run) -> None:
        if faults:
            raise MachikumoError(faults.pop())

    run = started(scope, make_kind(work))
    perform(scope.organisation_id, run.pk)
    assert now(scope, run).note_ja == "一行目が読めません。"
    actions.resume(scope, run_id=run.pk)
    Handle(scope, run.pk, 0).begin()
    going = now(scope, run)
    assert (going.state, going.finished_at, going.note_ja) == (RunState.RUNNING, None, "")


def test_a_run_that_is_cancelled_while_it_works_stops_at_its_next_safe_point_and_stays_cancelled(
    scope: Scope, make_kind: Callable[..., str]
) -> None:
    reached: list[int] = []

    def work(own: Scope, run: registry.Run) -> None:
        for number in range(3):
            run.progress(number, 3)
            reached.append(number)
            actions.cancel(own, run_id=int(run.token.removeprefix("job:")))

    run = started(scope, make_kind(work))
    perform(scope.organisation_id, run.pk)
    assert reached == [0]
    assert now(scope, run).state == RunState.CANCELLED
    perform(scope.organisation_id, run.pk)
    assert reached == [0]


@pytest.mark.parametrize("act", [actions.pause, actions.resume, actions.cancel])
@pytest.mark.parametrize("state", [RunState.SUCCEEDED, RunState.CANCELLED])
def test_a_run_that_is_over_takes_no_order_any_more(
    scope: Scope, make_kind: Callable[..., str], act: Callable[..., None], state: RunState
) -> None:
    run = started(scope, make_kind(nothing))
    if state == RunState.CANCELLED:
        actions.cancel(scope, run_id=run.pk)
    else:
        perform(scope.organisation_id, run.pk)
    with pytest.raises(Conflict):
        act(scope, run_id=run.pk)
    assert now(scope, run).state == state


def test_a_paused_run_waits_outside_the_queue_and_comes_back_into_it_once(
    scope: Scope, make_kind: Callable[..., str]
) -> None:
    run = started(scope, make_kind(nothing))
    actions.pause(scope, run_id=run.pk)
    perform(scope.organisation_id, run.pk)
    assert now(scope, run).state == RunState.PAUSED
    before = in_the_queue(run)
    actions.resume(scope, run_id=run.pk)
    assert in_the_queue(run) == before + 1
    with pytest.raises(Conflict):
        actions.resume(scope, run_id=run.pk)


def test_the_work_acts_as_the_person_who_began_it_and_with_no_more_rights(
    town: Organisation, scope_of: Callable[..., Scope], make_kind: Callable[..., str]
) -> None:
    seen: list[Scope] = []
    clerk = scope_of(
        town, person="account:77", role="desk_clerk", purpose="tax", permissions=frozenset({"register.view"})
    )

    def work(scope: Scope, _run: registry.Run) -> None:
        seen.append(scope)
        scope.require("register.protect")

    run = started(clerk, make_kind(work))
    perform(clerk.organisation_id, run.pk)
    (own,) = seen
    assert (own.person, own.role, own.purpose, own.permissions) == (
        "account:77",
        "desk_clerk",
        "tax",
        frozenset({"register.view"}),
    )
    assert now(clerk, run).state == RunState.FAILED


def test_a_run_of_another_town_is_not_done_by_its_number(
    scope: Scope, other_town: Organisation, scope_of: Callable[..., Scope], make_kind: Callable[..., str]
) -> None:
    run = started(scope, make_kind(nothing))
    perform(other_town.pk, run.pk)
    assert now(scope, run).state == RunState.QUEUED
    other = scope_of(other_town)
    for act in (actions.pause, actions.resume, actions.cancel):
        with pytest.raises(Conflict):
            act(other, run_id=run.pk)
    with entered(other):
        assert not queries.runs(other).exists()
        with pytest.raises(NotFound):
            queries.run_of(other, run.pk)


def test_work_that_reaches_for_another_town_fails_and_writes_nothing_there(
    scope: Scope, other_town: Organisation, scope_of: Callable[..., Scope], make_kind: Callable[..., str]
) -> None:
    other = scope_of(other_town)

    def work(own: Scope, _run: registry.Run) -> None:
        with entered(own):
            Household.objects.add(own, number="mine")
            with entered(other):
                Household.objects.add(other, number="theirs")

    run = started(scope, make_kind(work))
    perform(scope.organisation_id, run.pk)
    assert now(scope, run).state == RunState.FAILED
    for one in (scope, other):
        with entered(one):
            assert not Household.objects.within(one).exists()
    assert issubclass(ScopeMismatch, MachikumoError)


@pytest.mark.parametrize(
    "arguments", [{"unknown": 1}, {"total": "x"}, {}, {"total": None}, {"scope": "x", "run": "y", "total": 1}]
)
def test_wrong_arguments_end_in_a_failed_run_without_a_trace_of_the_program(
    scope: Scope, make_kind: Callable[..., str], arguments: dict[str, Any]
) -> None:
    def count(_scope: Scope, run: registry.Run, total: int) -> None:
        run.progress(0, total + 1)

    run = actions.start(scope, kind=make_kind(count), idempotency_key="k", arguments=arguments)
    perform(scope.organisation_id, run.pk)
    failed = now(scope, run)
    assert failed.state == RunState.FAILED
    assert "Error" not in failed.note_en + "".join(log(scope, run))


@given(arguments=st.dictionaries(st.text("abcdef", min_size=1, max_size=6), JSON, max_size=3))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_arguments_reach_the_work_as_they_were_given(
    scope: Scope, make_kind: Callable[..., str], arguments: dict[str, Any]
) -> None:
    seen: list[dict[str, Any]] = []

    def work(_scope: Scope, _run: registry.Run, **given_arguments: Any) -> None:
        seen.append(given_arguments)

    run = started(scope, make_kind(work), **arguments)
    perform(scope.organisation_id, run.pk)
    assert seen == [arguments]


def test_an_argument_that_the_database_cannot_hold_starts_nothing(scope: Scope, make_kind: Callable[..., str]) -> None:
    with pytest.raises(DataError):
        started(scope, make_kind(nothing), name="a\x00b")
    with entered(scope):
        assert not queries.runs(scope).exists()


def test_a_kind_that_a_newer_release_no_longer_knows_fails_in_words(
    scope: Scope, make_kind: Callable[..., str]
) -> None:
    run = started(scope, make_kind(nothing))
    with entered(scope):
        JobRun.objects.within(scope).filter(pk=run.pk).update(kind="test.gone")
    perform(scope.organisation_id, run.pk)
    assert now(scope, run).state == RunState.FAILED
    assert log(scope, run)


def test_an_effect_of_a_step_that_fails_is_undone_and_earlier_steps_are_kept(
    scope: Scope, make_kind: Callable[..., str]
) -> None:
    def work(own: Scope, _run: registry.Run) -> None:
        for number in ("1", "2"):
            with entered(own):
                Household.objects.add(own, number=number)
                if number == "2":
                    raise MachikumoError("二つ目が読めません。")

    run = started(scope, make_kind(work))
    perform(scope.organisation_id, run.pk)
    with entered(scope):
        assert [one.number for one in Household.objects.within(scope)] == ["1"]
    assert log(scope, run) == ["二つ目が読めません。"]


@pytest.mark.parametrize(
    ("done", "total", "percent"), [(0, 0, 0), (5, 0, 0), (0, 3, 0), (1, 3, 33), (3, 3, 100), (7, 3, 100)]
)
def test_the_percentage_is_whole_and_never_over_a_hundred(done: int, total: int, percent: int) -> None:
    assert JobRun(done=done, total=total).percent == percent


def test_each_step_of_a_run_stands_in_the_ledger(scope: Scope, make_kind: Callable[..., str]) -> None:
    def work(own: Scope, run: registry.Run) -> None:
        with entered(own):
            record(own, event="household.confirmed", subject=run.token)

    kind = make_kind(work)
    run = actions.start(scope, kind=kind, idempotency_key="k")
    actions.start(scope, kind=kind, idempotency_key="k")
    actions.pause(scope, run_id=run.pk)
    actions.resume(scope, run_id=run.pk)
    perform(scope.organisation_id, run.pk)
    events = [entry.event for entry in ledger.entries_of(scope, ledger.Filters(subject=f"job:{run.pk}"))]
    assert events[::-1] == [
        *("job.started", "job.asked_again", "job.paused", "job.resumed", "household.confirmed", "job.succeeded")
    ]


@pytest.mark.parametrize("act", [actions.pause, actions.resume, actions.cancel])
def test_no_order_is_taken_without_the_permission(
    town: Organisation,
    scope: Scope,
    scope_of: Callable[..., Scope],
    make_kind: Callable[..., str],
    act: Callable[..., None],
) -> None:
    run = started(scope, make_kind(nothing))
    with pytest.raises(Forbidden):
        act(scope_of(town, permissions=frozenset({"jobs.view"})), run_id=run.pk)


@pytest.mark.usefixtures("quiet_queue")
def test_a_run_that_no_program_knows_does_not_keep_the_next_one_waiting(scope: Scope, database: str) -> None:
    poison = started(scope, "jobs.count", total="many", seconds=0)
    orphan = started(scope, "jobs.count", total=1, seconds=0)
    with entered(scope):
        JobRun.objects.within(scope).filter(pk=orphan.pk).delete()
    good = started(scope, "jobs.count", total=2, seconds=0)
    done = subprocess.run(
        [sys.executable, "-m", "machikumo", "worker", "--once"],
        env=dict(os.environ) | {"MACHIKUMO_DATABASE": database},
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert now(scope, poison).state == RunState.FAILED
    assert now(scope, good).result == {"counted": 2}
