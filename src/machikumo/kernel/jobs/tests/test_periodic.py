"""Work that runs by itself: due, done once whatever the number of workers, failures kept apart."""

from __future__ import annotations

import datetime as dt
import secrets
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from django.db import close_old_connections, connection, connections
from django.utils import timezone

from machikumo.kernel import registries
from machikumo.kernel.errors import Conflict, NotPermitted
from machikumo.kernel.jobs import periodic, queries, worker
from machikumo.kernel.jobs.models import PeriodicRun
from machikumo.kernel.ledger.tests.helpers import rows_of
from machikumo.kernel.registries import Periodic
from machikumo.kernel.tenancy.doors import entered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def add_work(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., str]]:
    """Registers one kind of work, the only one during the test; gives its key."""
    only: registries.Registry[Periodic] = registries.Registry("periodic work")
    monkeypatch.setattr(registries, "periodic", only)

    def add(
        do: Callable[[Scope], int], *, every: dt.timedelta = MINUTE, permissions: frozenset[str] = frozenset()
    ) -> str:
        key = f"trial.{secrets.token_hex(3)}"
        only.register(key, Periodic("試し", "Trial", every, do, permissions))
        return key

    return add


def last_run(scope: Scope, key: str) -> PeriodicRun | None:
    with entered(scope):
        return PeriodicRun.objects.within(scope).filter(key=key).first()


def events(scope: Scope) -> list[str]:
    return [event for (event,) in rows_of(scope, "event")]


def let_pass(scope: Scope, key: str, passed: dt.timedelta) -> None:
    with entered(scope):
        PeriodicRun.objects.within(scope).filter(key=key).update(started_at=timezone.now() - passed)


def test_due_work_is_done_once_and_again_when_its_time_has_come(
    town: Organisation, scope: Scope, add_work: Callable[..., str]
) -> None:
    done: list[str] = []

    def work(one: Scope) -> int:
        done.append(one.organisation_code)
        return 0

    key = add_work(work)
    assert periodic.run_due([town]) == 1
    assert periodic.run_due([town]) == 0
    let_pass(scope, key, MINUTE)
    assert periodic.run_due([town]) == 1
    assert done == [town.code, town.code]


def test_a_run_is_written_down_and_the_ledger_is_told_only_of_what_was_dealt_with(
    town: Organisation, scope: Scope, add_work: Callable[..., str]
) -> None:
    results = [0, 3]
    key = add_work(lambda _scope: results.pop(0))
    periodic.run_due([town])
    run = last_run(scope, key)
    assert run is not None
    assert (run.state, run.count) == ("succeeded", 0)
    assert "periodic.done" not in events(scope)
    let_pass(scope, key, MINUTE)
    periodic.run_due([town])
    run = last_run(scope, key)
    assert run is not None
    assert run.count == 3
    assert events(scope).count("periodic.done") == 1


def test_every_active_organisation_has_its_turn_in_its_own_scope_and_a_closed_one_has_none(
    town: Organisation,
    other_town: Organisation,
    make_organisation: Callable[..., Organisation],
    add_work: Callable[..., str],
) -> None:
    closed = make_organisation(is_active=False)
    seen: dict[str, Scope] = {}

    def work(one: Scope) -> int:
        seen[one.organisation_code] = one
        return 0

    key = add_work(work, permissions=frozenset({"work.enter"}))
    periodic.run_due()
    assert {town.code, other_town.code} <= set(seen)
    assert closed.code not in seen
    assert seen[town.code].organisation_id == town.pk
    assert seen[town.code].person == f"periodic:{key}"
    assert seen[town.code].has("work.enter")
    assert not seen[town.code].has("register.view")


def test_a_failure_undoes_its_work_is_told_and_stops_neither_other_work_nor_other_towns(
    town: Organisation, other_town: Organisation, scope: Scope, add_work: Callable[..., str]
) -> None:
    def broken(one: Scope) -> int:
        if one.organisation_id == town.pk:
            PeriodicRun.objects.add(
                one, key="half.done", started_at=timezone.now(), finished_at=timezone.now(), state="succeeded"
            )
            raise RuntimeError("名簿 inner detail")
        return 0

    first = add_work(broken)
    second = add_work(lambda _scope: 0)
    assert periodic.run_due([town, other_town]) == 4
    failed = last_run(scope, first)
    assert failed is not None
    assert failed.state == "failed"
    assert "inner detail" not in failed.note_ja + failed.note_en
    assert last_run(scope, "half.done") is None
    fine = last_run(scope, second)
    assert fine is not None
    assert fine.state == "succeeded"


def test_a_failure_that_lasts_is_told_to_the_ledger_when_it_begins_and_shown_until_it_ends(
    town: Organisation, scope: Scope, add_work: Callable[..., str]
) -> None:
    faults = [Conflict("今はできません。", "Not now."), Conflict("今はできません。", "Not now."), None]

    def work(_scope: Scope) -> int:
        fault = faults.pop(0)
        if fault:
            raise fault
        return 0

    key = add_work(work)
    for _ in range(2):
        periodic.run_due([town])
        run = last_run(scope, key)
        assert run is not None
        assert (run.state, run.note_ja) == ("failed", "今はできません。")
        let_pass(scope, key, MINUTE)
    assert events(scope).count("periodic.failed") == 1
    periodic.run_due([town])
    run = last_run(scope, key)
    assert run is not None
    assert (run.state, run.note_ja) == ("succeeded", "")


def test_work_has_only_the_permissions_that_it_says_it_needs(
    town: Organisation, scope: Scope, add_work: Callable[..., str]
) -> None:
    refused: list[NotPermitted] = []

    def work(one: Scope) -> int:
        with pytest.raises(NotPermitted) as refusal:
            one.require("number.open")
        refused.append(refusal.value)
        return 0

    key = add_work(work)
    periodic.run_due([town])
    assert len(refused) == 1
    assert last_run(scope, key) is not None


def test_eight_workers_at_once_do_the_work_once(town: Organisation, scope: Scope, add_work: Callable[..., str]) -> None:
    done: list[int] = []
    begin = threading.Barrier(8)

    def work(_scope: Scope) -> int:
        done.append(1)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.2)")
        return 1

    key = add_work(work)

    def worker_of_its_own() -> None:
        begin.wait()
        periodic.run_one(town, key)
        close_old_connections()
        connection.close()

    threads = [threading.Thread(target=worker_of_its_own) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done == [1]
    assert events(scope).count("periodic.done") == 1


def test_locks_of_different_works_differ_and_fit_the_database(add_work: Callable[..., str]) -> None:
    keys = [add_work(lambda _scope: 0) for _ in range(20)]
    locks = {periodic.lock_of(key) for key in keys}
    assert len(locks) == len(keys)
    assert all(-(2**31) <= lock < 2**31 for lock in locks)


def test_a_worker_that_ends_when_nothing_is_left_does_what_is_due_first(
    monkeypatch: pytest.MonkeyPatch, quiet_queue: None
) -> None:
    assert quiet_queue is None
    rounds: list[int] = []
    monkeypatch.setattr(worker.periodic, "run_due", lambda: rounds.append(1))
    # in a thread of its own: a browser that other tests have open keeps the main one's event loop
    with ThreadPoolExecutor(1) as pool:
        pool.submit(worker.work, wait=False).result()
        pool.submit(connections.close_all).result()
    assert rounds == [1]


def test_the_list_names_every_work_and_says_which_are_late(
    town: Organisation, scope: Scope, add_work: Callable[..., str]
) -> None:
    ran, never = add_work(lambda _scope: 2), add_work(lambda _scope: 0)
    periodic.run_one(town, ran)
    with entered(scope):
        works = {work.key: work for work in queries.periodic_works(scope, timezone.now())}
    assert works[ran].last is not None
    assert works[ran].last.count == 2
    assert not works[ran].is_late
    assert works[never].last is None
    assert works[never].is_late
    assert works[never].title == ("試し", "Trial")
