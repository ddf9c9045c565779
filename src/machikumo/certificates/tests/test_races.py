"""Two connections at once: every race has one winner, and the loser's work leaves nothing."""

from __future__ import annotations

import threading
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections

from machikumo.certificates import actions, issuing, printing, queries
from machikumo.certificates.domain.states import State, StepNotAllowed
from machikumo.certificates.errors import FencedOut, InProgress, TimedOut
from machikumo.kernel.errors import MachikumoError
from machikumo.kernel.tenancy.doors import entered
from machikumo.register import actions as register_actions
from machikumo.register.domain.blocks import BlockLevel

if TYPE_CHECKING:
    from collections.abc import Callable

    from machikumo.certificates.models import CertificateRequest
    from machikumo.certificates.tests.conftest import Town

ROUNDS = 5


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """What each work gave, or the error that it raised; all begin at the same moment, each with its own connection."""
    results: list[Any] = [None] * len(works)
    gate = threading.Barrier(len(works))

    def run(place: int, work: Callable[[], Any]) -> None:
        gate.wait()
        try:
            results[place] = work()
        except Exception as error:  # noqa: BLE001 - it is the result
            results[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def received(home: Town, key: str) -> CertificateRequest:
    return actions.receive_request(home.scope, order=home.order(), idempotency_key=key).request


def state_of(home: Town, request: CertificateRequest) -> State:
    with entered(home.scope):
        return State(queries.request_of(home.scope, request.pk).state)


def documents_of(home: Town, request: CertificateRequest) -> int:
    with entered(home.scope):
        return sum(1 for one in queries.steps_of(home.scope, request.pk) if one.state == "rendered")


def test_two_clients_with_the_same_key_get_one_request(home: Town) -> None:
    for turn in range(ROUNDS):
        order = home.order()

        def ask(key: str = f"k{turn}", order: Any = order) -> Any:
            return issuing.issue(home.scope, order=order, idempotency_key=key)

        results = at_once(ask, ask)
        issued = [one for one in results if not isinstance(one, Exception)]
        assert all(isinstance(one, InProgress) for one in results if isinstance(one, Exception))
        assert issued
        assert len({one.pk for one in issued}) == 1
        assert issuing.issue(home.scope, order=order, idempotency_key=f"k{turn}").state == State.RELEASED.value


def test_two_clients_with_different_keys_get_their_own_papers_and_numbers(home: Town) -> None:
    works = [
        lambda key=f"k{number}": issuing.issue(home.scope, order=home.order(), idempotency_key=key)
        for number in range(6)
    ]
    results = at_once(*works)
    assert [one.state for one in results] == [State.RELEASED.value] * 6
    assert sorted(one.serial for one in results) == [1, 2, 3, 4, 5, 6]
    assert len({one.token for one in results}) == 6


@pytest.mark.parametrize("action", [actions.check_request, actions.render_request, actions.release_request])
def test_two_workers_at_one_step_take_it_once(home: Town, action: Callable[..., Any]) -> None:
    way = [actions.check_request, actions.render_request, actions.verify_request, actions.release_request]
    for turn in range(ROUNDS):
        request = received(home, f"k{turn}")
        for step in way[: way.index(action)]:
            step(home.scope, request_id=request.pk, fencing=request.fencing)
        results = at_once(*[lambda r=request: action(home.scope, request_id=r.pk, fencing=r.fencing)] * 2)
        lost = [one for one in results if isinstance(one, Exception)]
        assert len(lost) == 1
        assert isinstance(lost[0], StepNotAllowed | FencedOut)
        assert documents_of(home, request) == (0 if action is actions.check_request else 1)


def test_cancelling_and_releasing_at_once_have_one_winner(home: Town) -> None:
    seen = set()
    for turn in range(ROUNDS * 2):
        request = received(home, f"k{turn}")
        for step in (actions.check_request, actions.render_request, actions.verify_request):
            step(home.scope, request_id=request.pk, fencing=request.fencing)
        release, cancel = at_once(
            lambda r=request: actions.release_request(home.scope, request_id=r.pk, fencing=r.fencing),
            lambda r=request: actions.cancel_request(home.scope, request_id=r.pk, fencing=r.fencing, reason="race"),
        )
        assert isinstance(release, Exception) != isinstance(cancel, Exception)
        state = state_of(home, request)
        assert state is (State.CANCELLED if isinstance(release, Exception) else State.RELEASED)
        seen.add(state)
    assert seen


def test_a_worker_that_sleeps_through_its_lease_writes_nothing(home: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fault of 2023: a wait ran over its limit. Here the request ends as a whole and the sleeper is refused."""
    printing_now, go_on = threading.Event(), threading.Event()
    real = printing.print_certificate

    def slow(*arguments: Any, **facts: Any) -> bytes:
        printing_now.set()
        go_on.wait(30)
        return real(*arguments, **facts)

    request = received(home, "k1")
    actions.check_request(home.scope, request_id=request.pk, fencing=request.fencing)
    monkeypatch.setattr(printing, "print_certificate", slow)

    def sleeper() -> Any:
        return actions.render_request(home.scope, request_id=request.pk, fencing=request.fencing)

    def canceller() -> Any:
        printing_now.wait(30)
        done = actions.cancel_request(home.scope, request_id=request.pk, fencing=request.fencing, reason="timed_out")
        go_on.set()
        return done

    late, cancelled = at_once(sleeper, canceller)
    assert isinstance(late, FencedOut | StepNotAllowed | TimedOut)
    assert not isinstance(cancelled, Exception)
    assert state_of(home, request) is State.CANCELLED
    assert documents_of(home, request) == 0


def test_a_block_that_is_set_during_the_release_comes_before_it_or_after_it_but_never_between(
    home: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever sets a block waits for a release that has looked already; the next release sees the block."""
    from machikumo.certificates import stepping

    looked, order_of_events = threading.Event(), []
    real = stepping.move

    def slow_move(*arguments: Any, **facts: Any) -> None:
        looked.set()
        threading.Event().wait(0.5)
        real(*arguments, **facts)
        order_of_events.append("released")

    request = received(home, "k1")
    for step in (actions.check_request, actions.render_request, actions.verify_request):
        step(home.scope, request_id=request.pk, fencing=request.fencing)
    monkeypatch.setattr(stepping, "move", slow_move)

    def set_block() -> None:
        looked.wait(30)
        register_actions.add_block(
            home.scope,
            person_id=home.people[2],
            level=BlockLevel.REFUSE,
            starts_on=date(2026, 1, 1),
            ends_on=None,
        )
        order_of_events.append("blocked")

    released, blocked = at_once(
        lambda: actions.release_request(home.scope, request_id=request.pk, fencing=request.fencing), set_block
    )
    assert not isinstance(released, MachikumoError)
    assert blocked is None
    assert order_of_events == ["released", "blocked"]
    assert issuing.issue(home.scope, order=home.order(), idempotency_key="k2").state == State.REFUSED.value
