"""The run sheet with times from the work, go or no-go by name, the difference since the last rehearsal, the release."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from machikumo.cutover import actions, asking
from machikumo.cutover.catalogue import items
from machikumo.cutover.domain.decisions import Verdict
from machikumo.cutover.domain.errors import CutoverError, NotReleasable
from machikumo.cutover.domain.sheet import Work
from machikumo.cutover.queries import plans, work
from machikumo.cutover.tests.making import approved, exported, moved_in
from machikumo.cutover.tests.test_freezing import planned
from machikumo.kernel.approvals.blockers import Blocker
from machikumo.kernel.errors import Conflict, NotFound
from machikumo.kernel.ledger.tests.helpers import rows_of as ledger_rows
from machikumo.kernel.registries import signature_blockers
from machikumo.kernel.tenancy.doors import entered
from machikumo.layouts import acceptance

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from machikumo.cutover.models import Plan
    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation
    from machikumo.layouts.models import MoveIn


def all_go(scope: Scope, plan: Plan) -> None:
    for item in items():
        actions.answer(scope, plan_id=plan.pk, item=item.key, verdict=Verdict.GO)


def signed(officer: Scope, head: Scope, one: MoveIn) -> None:
    approved(head, acceptance.sign(officer, move_in_id=one.pk))


def read(scope: Scope, plan: Plan) -> Plan:
    with entered(scope):
        return plans.plan_of(scope, plan.pk)


def test_a_plan_begins_with_a_sheet_that_shows_the_point_of_no_return(officer: Scope) -> None:
    plan = planned(officer)
    with entered(officer):
        steps = plans.steps_of(officer, plan)
    assert [step.number for step in steps] == list(range(1, len(steps) + 1))
    assert {step.work for step in steps if step.work} == {one.value for one in Work}
    assert [step.number for step in steps if step.is_point_of_no_return] == [len(steps)]
    assert steps[1].planned_end == plan.freeze_starts_at + dt.timedelta(hours=4)


def test_times_of_a_step_are_typed_where_the_work_does_not_tell(officer: Scope) -> None:
    plan = planned(officer)
    with entered(officer):
        by_work = {step.work: step for step in plans.steps_of(officer, plan)}
    typed, told = by_work[""], by_work["loaded"]
    with pytest.raises(Conflict, match="始まっていない"):
        actions.end_step(officer, plan_id=plan.pk, step_id=typed.pk)
    actions.start_step(officer, plan_id=plan.pk, step_id=typed.pk)
    with pytest.raises(Conflict, match="すでに始まっています"):
        actions.start_step(officer, plan_id=plan.pk, step_id=typed.pk)
    actions.end_step(officer, plan_id=plan.pk, step_id=typed.pk)
    with entered(officer):
        row = plans.step_of(officer, plan.pk, typed.pk)
    assert row.started_at is not None
    assert row.ended_at is not None
    assert row.started_at <= row.ended_at
    with pytest.raises(Conflict, match="自動で記録"):
        actions.start_step(officer, plan_id=plan.pk, step_id=told.pk)


def test_owner_and_planned_times_can_be_changed_in_order_only(officer: Scope) -> None:
    plan, now = planned(officer), timezone.now()
    with entered(officer):
        step = plans.steps_of(officer, plan)[1]
    facts: dict[str, Any] = {"plan_id": plan.pk, "step_id": step.pk, "owner": " 山田 "}
    actions.change_step(officer, **facts, planned_start=now, planned_end=now + dt.timedelta(hours=1))
    with entered(officer):
        assert plans.step_of(officer, plan.pk, step.pk).owner == "山田"
    with pytest.raises(CutoverError, match="後にしてください"):
        actions.change_step(officer, **facts, planned_start=now, planned_end=now - dt.timedelta(hours=1))


def test_the_work_tells_when_it_was_received_loaded_reconciled_and_signed(
    officer: Scope, head: Scope, small_file: bytes
) -> None:
    plan = planned(officer)
    with entered(officer):
        assert work.spans(officer, plan)[Work.RECEIVED].began is None
    one = moved_in(officer, small_file)
    actions.link_files(officer, plan_id=plan.pk, move_in_ids=[one.pk])
    with entered(officer):
        spans = work.spans(officer, read(officer, plan))
    assert spans[Work.RECEIVED].ended == one.created_at
    assert spans[Work.RECONCILED].ended == one.finished_at
    times = [spans[kind].ended for kind in (Work.RECEIVED, Work.CHECKED, Work.LOADED, Work.RECONCILED)]
    assert None not in times
    assert times == sorted(moment for moment in times if moment is not None)
    assert spans[Work.SIGNED].ended is None
    signed(officer, head, one)
    with entered(officer):
        span = work.spans(officer, read(officer, plan))[Work.SIGNED]
    assert span.began is not None
    assert span.ended is not None


def test_only_files_of_this_town_can_be_the_real_load(
    officer: Scope, other_town: Organisation, scope_of: Callable[..., Scope], small_file: bytes
) -> None:
    theirs = moved_in(scope_of(other_town), small_file)
    plan = planned(officer)
    with pytest.raises(NotFound):
        actions.link_files(officer, plan_id=plan.pk, move_in_ids=[theirs.pk])
    with pytest.raises(NotFound):
        actions.answer(scope_of(other_town), plan_id=plan.pk, item="counts", verdict=Verdict.GO)


def test_the_difference_since_the_last_rehearsal_names_what_changed(officer: Scope, tmp_path: Path) -> None:
    first = moved_in(officer, exported(tmp_path / "a", people=60, defects=0.05))
    second = moved_in(officer, exported(tmp_path / "b", people=60, defects=0.0))
    with entered(officer):
        assert work.since_last_rehearsal(officer, first) is None
        since = work.since_last_rehearsal(officer, second)
    assert since is not None
    before, changed = since
    assert before.pk == first.pk
    counts = {figure.key: figure.by for figure in changed if figure.group == "count"}
    assert counts["quarantined"] == second.quarantined - first.quarantined < 0
    findings = {figure.key: (figure.before, figure.now) for figure in changed if figure.group == "finding"}
    assert any(now == 0 < count for count, now in findings.values()), "a finding that is gone is told"


def test_an_item_is_answered_by_name_and_role_and_former_answers_stay(officer: Scope, head: Scope) -> None:
    plan = planned(officer)
    with pytest.raises(CutoverError, match="理由"):
        actions.answer(head, plan_id=plan.pk, item="counts", verdict=Verdict.NO_GO)
    actions.answer(head, plan_id=plan.pk, item="counts", verdict=Verdict.NO_GO, note="3件合わない")
    actions.answer(officer, plan_id=plan.pk, item="counts", verdict=Verdict.GO, note="原因が分かった")
    with entered(officer):
        latest = plans.latest_answers(officer, plan)["counts"]
        assert [one.verdict for one in plans.answers_of(officer, plan)] == ["go", "no_go"]
    assert (latest.person, latest.role, latest.verdict) == ("account:1", "information_officer", "go")
    with pytest.raises(NotFound):
        actions.answer(officer, plan_id=plan.pk, item="nothing", verdict=Verdict.GO)


def test_unanswered_and_no_go_refuse_the_release_by_name(officer: Scope, head: Scope, small_file: bytes) -> None:
    plan = planned(officer)
    with pytest.raises(NotReleasable, match="結び付いていません"):
        asking.ask_for_release(officer, plan_id=plan.pk)
    one = moved_in(officer, small_file)
    actions.link_files(officer, plan_id=plan.pk, move_in_ids=[one.pk])
    all_go(officer, plan)
    with pytest.raises(NotReleasable, match="二人の署名がそろっていない取込: 1件"):
        asking.ask_for_release(officer, plan_id=plan.pk)
    signed(officer, head, one)
    actions.answer(head, plan_id=plan.pk, item="desks", verdict=Verdict.NO_GO, note="プリンターが未着")
    with pytest.raises(NotReleasable, match="否「窓口・端末") as refused:
        asking.ask_for_release(officer, plan_id=plan.pk)
    assert len(refused.value.reasons) == 1


def test_what_another_room_names_as_open_refuses_the_release(
    officer: Scope, head: Scope, small_file: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    def open_question(_scope: Scope, signing: Any) -> list[Blocker]:
        asked.append(signing)
        return [Blocker("未回答の照会 2件", "2 open questions", count=2)]

    plan, one = planned(officer), moved_in(officer, small_file)
    actions.link_files(officer, plan_id=plan.pk, move_in_ids=[one.pk])
    signed_go(officer, head, plan, one)
    monkeypatch.setattr(signature_blockers, "_items", {"questions": open_question})
    with pytest.raises(NotReleasable, match="未回答の照会 2件"):
        asking.ask_for_release(officer, plan_id=plan.pk)
    assert (asked[-1].subject, asked[-1].move_in_ids, asked[-1].is_real) == (f"cutover:{plan.pk}", (one.pk,), True)


def signed_go(officer: Scope, head: Scope, plan: Plan, one: MoveIn) -> None:
    signed(officer, head, one)
    all_go(officer, plan)


def test_the_release_by_two_people_ends_the_freeze(officer: Scope, head: Scope, small_file: bytes) -> None:
    plan, one = planned(officer), moved_in(officer, small_file)
    actions.link_files(officer, plan_id=plan.pk, move_in_ids=[one.pk])
    signed_go(officer, head, plan, one)
    approved(head, asking.ask_for_release(officer, plan_id=plan.pk))
    after = read(officer, plan)
    assert after.released_by == "account:2"
    assert not plans.freeze_of(after).holds_at(timezone.now())
    assert "cutover.released" in [event for (event,) in ledger_rows(officer, "event")]
    with pytest.raises(Conflict, match="確定済み"):
        actions.answer(officer, plan_id=plan.pk, item="counts", verdict=Verdict.GO)
    with pytest.raises(Conflict, match="確定済み"):
        asking.ask_for_release(officer, plan_id=plan.pk)
    with pytest.raises(Conflict, match="確定済み"):
        actions.link_files(officer, plan_id=plan.pk, move_in_ids=[])


def test_a_no_go_between_the_two_signatures_refuses_the_second(officer: Scope, head: Scope, small_file: bytes) -> None:
    plan, one = planned(officer), moved_in(officer, small_file)
    actions.link_files(officer, plan_id=plan.pk, move_in_ids=[one.pk])
    signed_go(officer, head, plan, one)
    asked = asking.ask_for_release(officer, plan_id=plan.pk)
    actions.answer(head, plan_id=plan.pk, item="counts", verdict=Verdict.NO_GO, note="見つかった差")
    with pytest.raises(NotReleasable, match="否「件数表"):
        approved(head, asked)
    assert read(officer, plan).released_at is None
