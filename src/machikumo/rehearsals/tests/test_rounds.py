"""Rounds of a move: planned, fed with files, counted, compared, explained, signed by two people."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from machikumo.kernel.approvals import actions as approvals
from machikumo.kernel.approvals.blockers import Blocked, Blocker
from machikumo.kernel.approvals.domain.rules import FactsChanged, SamePerson
from machikumo.kernel.errors import Conflict, NotFound, NotPermitted
from machikumo.kernel.ledger.tests.helpers import rows_of
from machikumo.kernel.registries import signature_blockers
from machikumo.kernel.tenancy.doors import entered
from machikumo.rehearsals import actions, jobs, queries, signing
from machikumo.rehearsals.domain.steps import State, Step, steps_of
from machikumo.rehearsals.models import Round
from machikumo.rehearsals.opening import FigureAsked, open_clear, open_rows
from machikumo.rehearsals.tests.conftest import again, facts, measure
from machikumo.rehearsals.tests.makers import kasumi_row
from machikumo.rehearsals.waiting import waiting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from machikumo.kernel.scope import Scope
    from machikumo.rehearsals.models import Move

BAD = {"seinen_ymd": "3409999"}
PEOPLE = [kasumi_row(number) for number in range(1, 6)]
WITH_A_BAD_ONE = [*PEOPLE[:4], kasumi_row(5, **BAD)]
TOLD = {"people_japanese": (5, ""), "people_foreign": (0, ""), "households": (5, ""), "history_rows": (5, "")}
ONE_HELD = {key: (count, "1行が保留" if count else "") for key, (count, _why) in TOLD.items()}

pytestmark = pytest.mark.usefixtures("quiet_queue")


def ready(scope: Scope, one: Round, told: dict[str, tuple[int | None, str]]) -> None:
    actions.tell_counts(scope, round_id=one.pk, told=told)


def told_of(scope: Scope, event: str) -> list[dict[str, Any]]:
    """The details of the ledger's rows of an event."""
    entries = [json.loads(canonical) for (canonical,) in rows_of(scope)]
    return [entry["details"] | {"ground": entry.get("ground")} for entry in entries if entry["event"] == event]


def titles(scope: Scope, one: Round) -> list[str]:
    with entered(scope):
        return [found.title_ja for found in signing.open_blockers(scope, queries.round_of(scope, one.pk))]


def test_a_move_has_its_rehearsals_and_one_real_round(rounds: list[Round]) -> None:
    assert [(one.number, one.kind) for one in rounds] == [(1, "rehearsal"), (2, "rehearsal"), (3, "real")]


def test_a_business_system_moves_once_and_is_rehearsed_two_to_five_times(officer: Scope, move: Move) -> None:
    assert move.system == "resident_record"
    given = {"old_vendor": "甲", "new_vendor": "乙"}
    with pytest.raises(Conflict, match="すでにあります"):
        actions.plan_move(officer, system="resident_record", rehearsals=2, **given)
    for count in (1, 6):
        with pytest.raises(Conflict, match="2〜5"):
            actions.plan_move(officer, system="child_allowance", rehearsals=count, **given)


def test_every_state_comes_from_the_work(officer: Scope, rounds: list[Round], brought: Callable[..., None]) -> None:
    first = rounds[0]
    assert set(steps_of(facts(officer, first)).values()) <= {State.WAITING, State.NOT_NEEDED}
    brought(first, WITH_A_BAD_ONE, measured=False)
    states = steps_of(facts(officer, first))
    assert (states[Step.RECEIVED], states[Step.LOADED], states[Step.RECONCILED]) == (State.DONE,) * 3
    assert (states[Step.PROFILED], states[Step.MENDED]) == (State.WORKING, State.ATTENTION)
    measure(officer, first)
    states = steps_of(facts(officer, first))
    assert (states[Step.PROFILED], states[Step.COMPARED]) == (State.DONE, State.NOT_NEEDED)
    assert (states[Step.SIGNED], states[Step.REPORTED]) == (State.WORKING, State.WAITING)


def test_the_second_rehearsal_is_compared_with_the_first(
    officer: Scope, rounds: list[Round], brought: Callable[..., None]
) -> None:
    brought(rounds[0], WITH_A_BAD_ONE)
    brought(rounds[1], PEOPLE)
    found = again(officer, rounds[1]).difference
    part = found["layouts"]["resident-standard"]
    assert (found["with"], part["same"], part["kinds"]) == (1, 4, {"mended": 1})
    assert part["held"]["mended"] == 1
    assert [line["gone"] for line in part["defects"]] == [1]
    assert again(officer, rounds[0]).difference == {}


def test_a_round_that_gets_another_file_is_to_be_counted_again(
    officer: Scope, rounds: list[Round], brought: Callable[..., None]
) -> None:
    brought(rounds[0], WITH_A_BAD_ONE)
    assert facts(officer, rounds[0]).held_open == 1
    brought(rounds[0], [PEOPLE[4]], name="mended.csv", measured=False)
    assert not facts(officer, rounds[0]).measured
    measure(officer, rounds[0])
    found = facts(officer, rounds[0])
    assert (found.measured, found.held_open, len(found.files)) == (True, 0, 2)
    assert again(officer, rounds[0]).measured["sheet"]["history_rows"] == 5


def test_rows_mended_in_the_pages_count_for_their_round(
    officer: Scope, rounds: list[Round], brought: Callable[..., None]
) -> None:
    from machikumo.kernel.jobs.running import perform
    from machikumo.layouts import mending, taking_in
    from machikumo.layouts.models import HeldRow

    brought(rounds[0], WITH_A_BAD_ONE)
    with entered(officer):
        first = queries.first_files_of(officer, rounds[0])[0]
        row = HeldRow.objects.within(officer).get(move_in_id=first.pk)
    mending.mend(officer, held_row_id=row.pk, revision=row.revision, values={"seinen_ymd": "3400430"}, reason="原本")
    run = taking_in.take_in(officer, move_in_id=first.pk)
    assert not facts(officer, rounds[0]).all_reconciled
    perform(officer.organisation_id, run.job_run_id or 0)
    measure(officer, rounds[0])
    found = facts(officer, rounds[0])
    assert (found.measured, found.held_open, found.files[0].accepted) == (True, 0, 5)


def test_the_worker_counts_by_itself_what_is_moved_in_and_only_once(
    officer: Scope, rounds: list[Round], brought: Callable[..., None]
) -> None:
    brought(rounds[0], PEOPLE, measured=False)
    with entered(officer):
        assert jobs.measure_due(officer) == 1
        assert jobs.measure_due(officer) == 0
        run = queries.round_of(officer, rounds[0].pk).job_run_id
    from machikumo.kernel.jobs.running import perform

    perform(officer.organisation_id, run or 0)
    assert facts(officer, rounds[0]).measured
    with entered(officer):
        assert jobs.measure_due(officer) == 0


def test_nobody_signs_while_anything_is_open_and_each_is_named(
    officer: Scope, rounds: list[Round], brought: Callable[..., None]
) -> None:
    first = rounds[0]
    assert titles(officer, first) == ["この回のファイルがありません"]
    brought(first, PEOPLE, measured=False)
    assert "集計がまだです" in titles(officer, first)
    measure(officer, first)
    assert titles(officer, first) == ["件数表に、未記入か説明のない行が4件"]
    with pytest.raises(Blocked, match="件数表に"):
        signing.sign(officer, round_id=first.pk)
    ready(officer, first, TOLD | {"households": (7, "")})
    assert titles(officer, first) == ["件数表に、未記入か説明のない行が1件"]
    ready(officer, first, {"households": (7, "旧システムは消除済みの2世帯を含む")})
    assert titles(officer, first) == []
    assert signing.sign(officer, round_id=first.pk).state == "requested"


def test_two_people_sign_and_what_they_signed_stays_as_it_is(
    officer: Scope, head: Scope, rounds: list[Round], brought: Callable[..., None]
) -> None:
    first = rounds[0]
    brought(first, WITH_A_BAD_ONE)
    ready(officer, first, ONE_HELD)
    asked = signing.sign(officer, round_id=first.pk)
    with pytest.raises((SamePerson, NotPermitted)):
        approvals.approve(officer, approval_id=asked.pk)
    for act in (lambda: ready(officer, first, TOLD), lambda: brought(first, PEOPLE)):
        with pytest.raises(Conflict, match="署名された回"):
            act()
    approvals.approve(head, approval_id=asked.pk)
    with entered(officer):
        signed = signing.signatures(officer, queries.round_of(officer, first.pk))
    assert (signed.by_officer, signed.by_head) == ("account:1", "account:2")
    assert [details["signed_by"] for details in told_of(officer, "rehearsal.accepted")] == ["account:1"]
    with pytest.raises(Conflict, match="確認済み"):
        signing.sign(officer, round_id=first.pk)
    assert steps_of(facts(officer, first))[Step.COUNTERSIGNED] is State.DONE


def test_a_blocker_of_another_room_stands_against_both_signatures(
    officer: Scope, head: Scope, rounds: list[Round], brought: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    open_questions: list[str] = ["回答のない質問"]

    def questions(_scope: Scope, signing_of: Any) -> Iterator[Blocker]:
        assert (signing_of.system, signing_of.round_number, signing_of.is_real) == ("resident_record", 1, False)
        assert signing_of.mapping_keys == ("kasumi-to-standard",)
        yield from (Blocker(title, "open question") for title in open_questions)

    monkeypatch.setitem(signature_blockers._items, "asked_in_a_test", questions)
    brought(rounds[0], WITH_A_BAD_ONE)
    ready(officer, rounds[0], ONE_HELD)
    with pytest.raises(Blocked, match="回答のない質問"):
        signing.sign(officer, round_id=rounds[0].pk)
    open_questions.clear()
    asked = signing.sign(officer, round_id=rounds[0].pk)
    open_questions.append("新しい質問")
    with pytest.raises(Blocked, match="新しい質問"):
        approvals.approve(head, approval_id=asked.pk)
    open_questions.clear()
    approvals.approve(head, approval_id=asked.pk)


def test_the_second_signature_is_refused_when_the_results_changed_since_the_first(
    officer: Scope, head: Scope, rounds: list[Round], brought: Callable[..., None]
) -> None:
    brought(rounds[0], WITH_A_BAD_ONE)
    ready(officer, rounds[0], ONE_HELD)
    asked = signing.sign(officer, round_id=rounds[0].pk)
    with entered(officer):
        measured = again(officer, rounds[0]).measured | {"changed_definitions": {"a.csv": "b"}}
        Round.objects.within(officer).filter(pk=rounds[0].pk).update(measured=measured)
    with pytest.raises(FactsChanged):
        approvals.approve(head, approval_id=asked.pk)


def test_a_rehearsal_whose_register_differs_needs_a_reason_and_the_real_move_takes_none(
    officer: Scope, rounds: list[Round], brought: Callable[..., None]
) -> None:
    brought(rounds[0], PEOPLE)
    moved = [*PEOPLE[:4], kasumi_row(5, yubin_no="916-0009")]
    for one in rounds[1:]:
        brought(one, moved)
        ready(officer, one, TOLD)
        assert "照合に差異があるファイルが1件" in titles(officer, one)
    number = facts(officer, rounds[1]).files[0].move_in_id
    actions.explain_file(officer, round_id=rounds[1].pk, move_in_id=number, text="前回の取込が残っている")
    assert titles(officer, rounds[1]) == []
    real = facts(officer, rounds[2]).files[0].move_in_id
    with pytest.raises(Conflict, match="本番"):
        actions.explain_file(officer, round_id=rounds[2].pk, move_in_id=real, text="何か")
    with pytest.raises(Conflict, match="この回のファイルではありません"):
        actions.explain_file(officer, round_id=rounds[1].pk, move_in_id=real, text="何か")


def test_rows_set_aside_block_the_real_move_only(
    officer: Scope, rounds: list[Round], brought: Callable[..., None]
) -> None:
    for one in (rounds[0], rounds[2]):
        brought(one, WITH_A_BAD_ONE)
        ready(officer, one, ONE_HELD)
    assert titles(officer, rounds[0]) == []
    assert titles(officer, rounds[2]) == ["保留のままの行が1件"]


def test_figures_open_to_masked_rows_and_in_the_clear_only_on_a_ground(
    officer: Scope, rounds: list[Round], brought: Callable[..., None]
) -> None:
    brought(rounds[0], PEOPLE)
    brought(rounds[1], [*PEOPLE[:4], kasumi_row(5, kanji_shimei="渡\ue000　花子")])
    figure = FigureAsked("resident-standard", "column", "name")
    masked = open_rows(officer, round_id=rounds[1].pk, figure=figure)
    cell = masked.rows[0].cells[0]
    assert (cell.name, cell.before, cell.after) == ("氏名", "＊＊＊　＊＊", "＊＊＊　＊＊")
    assert masked.rows[0].key.startswith("＊＊＊")
    with pytest.raises(Conflict, match="理由"):
        open_clear(officer, round_id=rounds[1].pk, figure=figure, ground=" ")
    clear = open_clear(officer, round_id=rounds[1].pk, figure=figure, ground="vendor_inquiry")
    assert clear.rows[0].cells[0].after.endswith("花子")
    (opened,) = told_of(officer, "rehearsal.rows_unmasked")
    assert opened["ground"] == "vendor_inquiry"
    assert opened["addressees"] == ["000000000000005"]
    assert "花子" not in str(opened)
    assert len(told_of(officer, "rehearsal.rows_opened")) == 1


def test_another_towns_round_is_not_there(
    rounds: list[Round], make_organisation: Callable[..., Any], scope_of: Callable[..., Scope]
) -> None:
    other = scope_of(make_organisation())
    with entered(other), pytest.raises(NotFound):
        queries.round_of(other, rounds[0].pk)


def test_tasks_tell_who_waits_for_whom(
    officer: Scope, head: Scope, rounds: list[Round], brought: Callable[..., None]
) -> None:
    def told(scope: Scope) -> list[str]:
        with entered(scope):
            return [task.title_ja for task in waiting(scope)]

    assert told(officer) == ["住民記録 リハーサル第1回: 旧事業者のファイルを待っています"]
    assert told(head) == []
    brought(rounds[0], WITH_A_BAD_ONE)
    assert told(officer) == ["住民記録 リハーサル第1回: 件数表に、未記入か説明のない行が4件"]
    ready(officer, rounds[0], ONE_HELD)
    assert told(officer) == ["住民記録 リハーサル第1回: 署名できます"]
    asked = signing.sign(officer, round_id=rounds[0].pk)
    approvals.approve(head, approval_id=asked.pk)
    assert told(officer) == ["住民記録 リハーサル第2回: 旧事業者のファイルを待っています"]


def test_only_who_may_move_data_plans_or_signs(
    head: Scope, rounds: list[Round], town: Any, scope_of: Callable[..., Scope]
) -> None:
    reader = scope_of(town, person="account:3", permissions=frozenset({"work.enter", "layouts.view"}))
    for scope in (head, reader):
        with pytest.raises(NotPermitted):
            actions.start_measuring(scope, round_id=rounds[0].pk)
