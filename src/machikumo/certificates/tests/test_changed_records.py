"""A record that is corrected while its certificate is made: the request ends, and no paper says what was before."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from machikumo.certificates import actions, issuing, queries, stepping
from machikumo.certificates.domain.options import Extent, Options
from machikumo.certificates.domain.states import State
from machikumo.certificates.errors import RecordChanged
from machikumo.certificates.tests.test_races import at_once, documents_of, received, state_of
from machikumo.kernel.tenancy.doors import entered
from machikumo.register import actions as register_actions
from machikumo.register.queries import present_version_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from machikumo.certificates.tests.conftest import Town
    from machikumo.kernel.tenancy.models import Organisation

STEPS = (actions.check_request, actions.render_request, actions.verify_request, actions.release_request)


def corrected(home: Town, example: int = 2, name: str = "葛城　改名") -> None:
    with entered(home.scope):
        version = present_version_of(home.scope, home.people[example])
    register_actions.correct(
        home.scope,
        person_id=home.people[example],
        expected_version_id=version.pk,
        changes={"name": name},
        ground="notification",
    )


@pytest.mark.parametrize("done", [1, 2, 3])
def test_a_correction_after_any_step_cancels_the_request(home: Town, done: int) -> None:
    request = received(home, "k1")
    for step in STEPS[:done]:
        step(home.scope, request_id=request.pk, fencing=request.fencing)
    corrected(home)
    ended = issuing.carry_on(home.scope, request_id=request.pk, fencing=request.fencing)
    assert (ended.state, ended.end_reason) == (State.CANCELLED.value, "record_changed")
    with pytest.raises(RecordChanged, match="もう一度請求"):
        raise RecordChanged


def test_the_paper_that_was_made_before_is_gone_and_a_new_request_shows_the_new_name(home: Town) -> None:
    request = received(home, "k1")
    for step in STEPS[:3]:
        step(home.scope, request_id=request.pk, fencing=request.fencing)
    corrected(home)
    with pytest.raises(RecordChanged):
        actions.release_request(home.scope, request_id=request.pk, fencing=request.fencing)
    issuing.carry_on(home.scope, request_id=request.pk, fencing=request.fencing)
    again = issuing.issue(home.scope, order=home.order(), idempotency_key="k2")
    assert again.state == State.RELEASED.value
    assert "葛城　改名" in [person.name for person in queries.snapshot_of(again).persons]


def test_a_correction_of_a_member_who_is_not_on_the_paper_cancels_it_too_for_the_head_is_named(home: Town) -> None:
    options = Options(extent=Extent.PART, relationship=True)
    request = actions.receive_request(home.scope, order=home.order(2, options=options), idempotency_key="k1").request
    actions.check_request(home.scope, request_id=request.pk, fencing=request.fencing)
    corrected(home, example=1)
    ended = issuing.carry_on(home.scope, request_id=request.pk, fencing=request.fencing)
    assert ended.end_reason == "record_changed"


def test_a_correction_in_another_household_changes_nothing(home: Town) -> None:
    request = received(home, "k1")
    actions.check_request(home.scope, request_id=request.pk, fencing=request.fencing)
    stranger = next(example for example in home.people if example not in (1, 2, 3, 4, 5))
    corrected(home, example=stranger, name="別の　世帯")
    ended = issuing.carry_on(home.scope, request_id=request.pk, fencing=request.fencing)
    assert ended.state == State.RELEASED.value


def test_a_request_frozen_before_versions_were_kept_is_cancelled_and_not_released(home: Town) -> None:
    request = received(home, "k1")
    actions.check_request(home.scope, request_id=request.pk, fencing=request.fencing)
    with entered(home.scope):
        kept = queries.request_of(home.scope, request.pk)
        old = {key: value for key, value in kept.snapshot.items() if key != "versions"}
        type(kept).objects.within(home.scope).filter(pk=kept.pk).update(snapshot=old)
    ended = issuing.carry_on(home.scope, request_id=request.pk, fencing=request.fencing)
    assert ended.end_reason == "record_changed"


@pytest.mark.parametrize("step", [actions.render_request, actions.release_request])
def test_a_correction_during_a_step_comes_before_it_or_after_it_but_never_between(
    home: Town, monkeypatch: pytest.MonkeyPatch, step: Callable[..., Any]
) -> None:
    """Two connections: whoever corrects waits for a step that has looked already."""
    looked, order_of_events = threading.Event(), []
    real = stepping.move

    def slow_move(*arguments: Any, **facts: Any) -> None:
        looked.set()
        threading.Event().wait(0.5)
        real(*arguments, **facts)
        order_of_events.append("step")

    request = received(home, "k1")
    for earlier in STEPS[: STEPS.index(step)]:
        earlier(home.scope, request_id=request.pk, fencing=request.fencing)
    monkeypatch.setattr(stepping, "move", slow_move)

    def correct() -> None:
        looked.wait(30)
        corrected(home)
        order_of_events.append("corrected")

    done, changed = at_once(lambda: step(home.scope, request_id=request.pk, fencing=request.fencing), correct)
    assert not isinstance(done, Exception)
    assert changed is None
    assert order_of_events == ["step", "corrected"]


def test_corrections_and_requests_at_once_never_give_a_paper_of_the_old_name(home: Town) -> None:
    for turn in range(5):
        request = received(home, f"k{turn}")
        for step in STEPS[:3]:
            step(home.scope, request_id=request.pk, fencing=request.fencing)
        release, correction = at_once(
            lambda r=request: actions.release_request(home.scope, request_id=r.pk, fencing=r.fencing),
            lambda name=f"葛城　第{turn}": corrected(home, name=name),
        )
        assert correction is None
        assert release is None or isinstance(release, RecordChanged) or release.state == State.RELEASED.value
        after = issuing.carry_on(home.scope, request_id=request.pk, fencing=request.fencing)
        assert after.state in {State.RELEASED.value, State.CANCELLED.value}
        assert (after.state == State.CANCELLED.value) == isinstance(release, RecordChanged)
    assert state_of(home, request) is not State.VERIFIED
    assert documents_of(home, request) == 1


def test_the_clerk_reads_why_and_what_to_do(
    client: Client, town: Organisation, home: Town, signed_in: Callable[..., object]
) -> None:
    request = received(home, "k1")
    actions.check_request(home.scope, request_id=request.pk, fencing=request.fencing)
    corrected(home)
    issuing.carry_on(home.scope, request_id=request.pk, fencing=request.fencing)
    signed_in(client, town, "desk_clerk")
    page = client.get(f"/{town.code}/work/certificates/{request.pk}/").content.decode()
    assert "この世帯の記録が変わったため、取り消しました" in page
    assert "最新の記録を確かめて、もう一度請求してください" in page
