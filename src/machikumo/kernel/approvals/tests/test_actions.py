"""Asking and deciding, with the database's own refusal behind the rule's."""

from __future__ import annotations

import datetime as dt
import threading
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from machikumo.kernel.approvals import actions, queries
from machikumo.kernel.approvals.domain.rules import AlreadyDecided, FactsChanged, SamePerson
from machikumo.kernel.approvals.kinds import ApprovalKind, approval_kinds
from machikumo.kernel.approvals.models import Approval
from machikumo.kernel.errors import Forbidden, NotFound
from machikumo.kernel.jobs import periodic
from machikumo.kernel.tenancy.doors import entered

if TYPE_CHECKING:
    from collections.abc import Callable

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

EXPIRING = "approvals.expire_due"
DONE: list[tuple[str, dict[str, Any], str]] = []
REFUSED: list[str] = []


class Broken(Exception):
    """The effect could not be had."""


def do_it(_scope: Scope, *, subject: str, payload: dict[str, Any], requested_by: str) -> None:
    if payload.get("break"):
        raise Broken
    DONE.append((subject, payload, requested_by))


def undo_it(_scope: Scope, *, subject: str, **_facts: Any) -> None:
    REFUSED.append(subject)


KIND = ApprovalKind("試験", "Test", on_approved=do_it, on_refused=undo_it, decide_permission="approvals.decide")
approval_kinds.register("test.thing", KIND)


@pytest.fixture
def two(town: Organisation, scope_of: Callable[..., Scope]) -> tuple[Scope, Scope]:
    """Somebody who asks and somebody who decides."""
    DONE.clear()
    REFUSED.clear()
    return scope_of(town, person="account:1"), scope_of(town, person="account:2")


def ask(scope: Scope, subject: str = "thing:1", **payload: Any) -> Approval:
    return actions.request(
        scope, kind="test.thing", subject=subject, payload=payload, title_ja="試験の依頼", title_en="A test"
    )


def state_of(scope: Scope, row: Approval) -> str:
    with entered(scope):
        return queries.approval(scope, row.pk).state


def test_the_effect_happens_when_another_person_approves(two: tuple[Scope, Scope]) -> None:
    asker, decider = two
    row = ask(asker, amount=3)
    actions.approve(decider, approval_id=row.pk, note="確認しました")
    assert DONE == [("thing:1", {"amount": 3}, "account:1")]
    with entered(asker):
        kept = queries.approval(asker, row.pk)
        assert (kept.state, kept.decided_by, kept.note) == ("approved", "account:2", "確認しました")


def test_the_person_who_asked_can_do_neither(two: tuple[Scope, Scope]) -> None:
    asker, _decider = two
    row = ask(asker)
    with pytest.raises(SamePerson):
        actions.approve(asker, approval_id=row.pk)
    with pytest.raises(SamePerson):
        actions.reject(asker, approval_id=row.pk, note="")
    assert state_of(asker, row) == "requested"
    assert DONE == []


@pytest.mark.parametrize("state", ["approved", "rejected"])
@pytest.mark.parametrize("decider", ["account:1", ""])
def test_the_database_refuses_a_decision_by_the_same_person_or_nobody(
    two: tuple[Scope, Scope], state: str, decider: str
) -> None:
    asker, _decider = two
    row = ask(asker)
    with pytest.raises(IntegrityError, match="approval_four_eyes"), entered(asker), transaction.atomic():
        Approval.objects.within(asker).filter(pk=row.pk).update(
            state=state, decided_by=decider, decided_at=timezone.now()
        )
    assert state_of(asker, row) == "requested"


def test_the_database_refuses_a_decided_row_without_a_time(two: tuple[Scope, Scope]) -> None:
    asker, _decider = two
    row = ask(asker)
    with pytest.raises(IntegrityError, match="approval_decided_at"), entered(asker), transaction.atomic():
        Approval.objects.within(asker).filter(pk=row.pk).update(state="withdrawn")
    assert state_of(asker, row) == "requested"


def test_an_error_in_the_effect_undoes_the_approval(two: tuple[Scope, Scope]) -> None:
    asker, decider = two
    row = ask(asker, **{"break": True})
    with pytest.raises(Broken):
        actions.approve(decider, approval_id=row.pk)
    assert state_of(asker, row) == "requested"


def test_facts_changed_behind_the_programs_back_are_not_approved(two: tuple[Scope, Scope]) -> None:
    asker, decider = two
    row = ask(asker, amount=3)
    with entered(asker):
        Approval.objects.within(asker).filter(pk=row.pk).update(payload={"amount": 3_000_000})
    with pytest.raises(FactsChanged):
        actions.approve(decider, approval_id=row.pk)
    assert DONE == []


def test_a_rejection_tells_the_reason_and_the_room(two: tuple[Scope, Scope]) -> None:
    asker, decider = two
    row = ask(asker)
    actions.reject(decider, approval_id=row.pk, note="書類が足りません")
    with entered(asker):
        assert queries.approval(asker, row.pk).note == "書類が足りません"
    assert REFUSED == ["thing:1"]
    assert DONE == []


def test_only_the_person_who_asked_withdraws(two: tuple[Scope, Scope]) -> None:
    asker, decider = two
    row = ask(asker)
    with pytest.raises(Forbidden):
        actions.withdraw(decider, approval_id=row.pk)
    actions.withdraw(asker, approval_id=row.pk)
    assert state_of(asker, row) == "withdrawn"
    with pytest.raises(AlreadyDecided, match="取下げ"):
        actions.approve(decider, approval_id=row.pk)


def test_one_open_request_a_subject_and_a_new_one_after_it_is_closed(two: tuple[Scope, Scope]) -> None:
    asker, decider = two
    row = ask(asker)
    with pytest.raises(AlreadyDecided, match="すでに出ています"):
        ask(asker)
    actions.reject(decider, approval_id=row.pk, note="")
    assert ask(asker).pk != row.pk


def test_after_its_days_a_request_expires_and_cannot_be_approved(two: tuple[Scope, Scope]) -> None:
    asker, decider = two
    row = ask(asker)
    later = timezone.now() + dt.timedelta(days=15)
    with time_machine.travel(later, tick=False):
        with pytest.raises(AlreadyDecided, match="期限切れ"):
            actions.approve(decider, approval_id=row.pk)
        assert actions.expire_due(decider) == 1
        assert actions.expire_due(decider) == 0
    assert state_of(asker, row) == "expired"
    assert REFUSED == ["thing:1"]


def test_a_role_without_the_kinds_permission_cannot_decide(town: Organisation, scope_of: Callable[..., Scope]) -> None:
    row = ask(scope_of(town, person="account:1"))
    clerk = scope_of(town, person="account:3", permissions=frozenset({"work.enter"}))
    with pytest.raises(Forbidden, match="承認・差戻しをする"):
        actions.approve(clerk, approval_id=row.pk)
    with entered(clerk):
        assert list(queries.waiting_for(clerk, timezone.now())) == []


def test_the_list_shows_what_others_asked_and_not_ones_own(two: tuple[Scope, Scope]) -> None:
    asker, decider = two
    row = ask(asker)
    with entered(decider):
        assert [found.pk for found in queries.waiting_for(decider, timezone.now())] == [row.pk]
        assert list(queries.asked_by(decider)) == []
    with entered(asker):
        assert list(queries.waiting_for(asker, timezone.now())) == []
        assert [found.pk for found in queries.asked_by(asker)] == [row.pk]
        found = queries.open_for(asker, "test.thing", "thing:1")
        assert found is not None
        assert found.pk == row.pk


def test_another_towns_request_is_not_found(two: tuple[Scope, Scope], other_town: Organisation, scope_of: Any) -> None:
    row = ask(two[0])
    with pytest.raises(NotFound):
        actions.approve(scope_of(other_town, person="account:9"), approval_id=row.pk)
    assert state_of(two[0], row) == "requested"


def test_of_two_who_decide_at_once_one_is_told_that_the_other_was_first(town: Organisation, scope_of: Any) -> None:
    DONE.clear()
    row = ask(scope_of(town, person="account:1"))
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def decide(person: str) -> None:
        start.wait()
        try:
            actions.approve(scope_of(town, person=person), approval_id=row.pk)
            outcomes.append("approved")
        except AlreadyDecided:
            outcomes.append("too late")
        finally:
            connection.close()

    threads = [threading.Thread(target=decide, args=[f"account:{number}"]) for number in (2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["approved", "too late"]
    assert len(DONE) == 1


def test_the_worker_closes_what_ran_out_by_itself_once_an_hour(town: Organisation, two: tuple[Scope, Scope]) -> None:
    asker, _decider = two
    row = ask(asker)
    periodic.run_one(town, EXPIRING)
    assert state_of(asker, row) == "requested"
    with time_machine.travel(timezone.now() + dt.timedelta(days=KIND.days_open, hours=1), tick=False):
        assert periodic.run_one(town, EXPIRING)
        assert not periodic.run_one(town, EXPIRING)
    assert state_of(asker, row) == "expired"
    assert REFUSED == ["thing:1"]
    with entered(asker):
        assert queries.approval(asker, row.pk).decided_by == f"periodic:{EXPIRING}"
