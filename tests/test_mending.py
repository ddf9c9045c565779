"""Rows that a move-in set aside are mended, undone, left out and taken in; every row that was read is accounted for."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from machikumo.kernel.errors import Conflict, NotFound
from machikumo.kernel.jobs.models import RunState
from machikumo.kernel.jobs.queries import run_of
from machikumo.kernel.jobs.running import perform
from machikumo.kernel.ledger.queries import Filters, entries_of
from machikumo.kernel.registries import listeners
from machikumo.kernel.tenancy.doors import entered
from machikumo.layouts import acceptance, actions, mending, mending_alike, taking_in
from machikumo.layouts.domain.errors import LayoutError
from machikumo.layouts.held import original_of
from machikumo.layouts.mending_alike import Way
from machikumo.layouts.models import HeldRow, HeldState, Mending, MendingBatch, MendingKind, MoveIn, MoveInState
from machikumo.layouts.queries.held import Account, account_of
from machikumo.layouts.queries.move_ins import move_in_of, move_ins
from machikumo.layouts.tests.makers import KASUMI, file_of, kasumi_row
from machikumo.register.models import PersonVersion

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

MAPPING = "kasumi-to-standard"
LAYOUT = KASUMI.source
BROKEN = b"0000000099,0000000099,1\r\n"


def bad_rows() -> dict[int, tuple[str, ...]]:
    """By row number: an era that had ended, a label for a code, a missing household, a width; all else is sound."""
    return {
        2: kasumi_row(2, ido_ymd="4310501"),
        4: kasumi_row(4, sei_cd="男"),
        5: kasumi_row(5, setai_code=""),
        7: kasumi_row(7, kana_shimei="ワタナベ タロウ"),
        8: kasumi_row(8, ido_ymd="4310502"),
    }


def town_file() -> bytes:
    rows = [bad_rows().get(number) or kasumi_row(number) for number in range(1, 10)]
    return file_of(LAYOUT, rows) + BROKEN


def moved_in(scope: Scope, data: bytes, limits: dict[str, int] | None = None) -> MoveIn:
    one = actions.receive(scope, name="town.csv", chunks=[data], mapping_key=MAPPING, limits=limits)
    started = actions.start(scope, move_in_id=one.pk)
    perform(scope.organisation_id, started.job_run_id or 0)
    with entered(scope):
        return move_in_of(scope, one.pk)


def held(scope: Scope, one: MoveIn) -> dict[int, HeldRow]:
    with entered(scope):
        return {row.row: row for row in HeldRow.objects.within(scope).filter(move_in_id=one.pk)}


def taken_in(scope: Scope, one: MoveIn) -> MoveIn:
    started = taking_in.take_in(scope, move_in_id=one.pk)
    perform(scope.organisation_id, started.job_run_id or 0)
    with entered(scope):
        return move_in_of(scope, started.pk)


def account(scope: Scope, one: MoveIn) -> Account:
    with entered(scope):
        return account_of(scope, move_in_of(scope, one.pk))


@pytest.fixture
def one(scope: Scope) -> MoveIn:
    return moved_in(scope, town_file())


def test_every_row_that_was_set_aside_is_listed_with_its_rule_and_its_bytes_as_they_came(
    scope: Scope, one: MoveIn
) -> None:
    assert (one.rows, one.accepted, one.quarantined) == (10, 4, 6)
    rows = held(scope, one)
    assert {number: row.defects[0]["rule"] for number, row in rows.items()} == {
        2: "cell.wareki", 4: "cell.code", 5: "cell.required", 7: "cell.width", 8: "cell.wareki",
        10: "structure.columns_few",
    }  # fmt: skip
    with entered(scope):
        assert original_of(scope, rows[10]) == BROKEN
        assert original_of(scope, rows[4]) == file_of(LAYOUT, [bad_rows()[4]]).split(b"\r\n", 1)[1]
    assert b"0000000099" not in bytes(rows[10].original), "closed with the organisation's key"


def test_five_rows_are_mended_one_is_undone_and_the_rest_come_in(scope: Scope, one: MoveIn) -> None:
    rows = held(scope, one)
    for number, item, value in (
        (2, "ido_ymd", "5010501"), (4, "sei_cd", "1"), (5, "setai_code", "0000000005"),
        (7, "kana_shimei", "ﾜﾀﾅﾍﾞ ﾀﾛｳ"), (8, "ido_ymd", "5010502"),
    ):  # fmt: skip
        done = mending.mend(scope, held_row_id=rows[number].pk, revision=0, values={item: value}, reason="届出書で確認")
        assert (done.state, done.defects, done.revision) == (HeldState.MENDED, [], 1)
    with entered(scope):
        step = Mending.objects.within(scope).get(held_row_id=rows[8].pk)
    undone = mending.undo(scope, held_row_id=rows[8].pk, revision=1, mending_id=step.pk, reason="別の届出だった")
    assert (undone.state, undone.defects) == (HeldState.HELD, rows[8].first_defects)
    left = mending.leave_out(scope, held_row_id=rows[10].pk, revision=0, reason="試験用の行")
    assert left.state == HeldState.LEFT_OUT
    assert account(scope, one) == Account(10, 4, 6, 0, 1, 4, 6)

    second = taken_in(scope, one)
    assert (second.state, second.rows, second.accepted, second.quarantined) == (MoveInState.RECONCILED, 9, 8, 1)
    assert second.reconciliation["holds"], second.reconciliation
    assert second.reconciliation["already"] == 4
    found = account(scope, one)
    assert (found.read, found.accepted, found.mended, found.left_out, found.held) == (10, 4, 4, 1, 1)
    assert found.adds_up
    assert not found.is_settled
    assert {number: row.state for number, row in held(scope, one).items()} == {
        2: "taken_in", 4: "taken_in", 5: "taken_in", 7: "taken_in", 8: "held", 10: "left_out",
    }  # fmt: skip
    with entered(scope):
        assert PersonVersion.objects.within(scope).count() == 8
        events = [str(row.event_date) for row in PersonVersion.objects.within(scope).order_by("pk")]
        assert events.count("2019-05-01") == 1

    mending.mend(scope, held_row_id=rows[8].pk, revision=2, values={"ido_ymd": "5010502"}, reason="再確認")
    third = taken_in(scope, one)
    assert (third.accepted, third.reconciliation["already"], third.reconciliation["holds"]) == (9, 8, True)
    final = account(scope, one)
    assert final.accepted + final.mended + final.left_out == final.read == 10
    assert final.is_settled
    assert [row.rehearsal for row in (one, second, third)] == [1, 1, 1], "a run of mended rows is no rehearsal"


def test_the_history_of_a_row_tells_who_did_what_and_an_undone_step_stays_in_it(scope: Scope, one: MoveIn) -> None:
    row = held(scope, one)[2]
    other = replace(scope, person="account:2")
    mending.mend(scope, held_row_id=row.pk, revision=0, values={"ido_ymd": "5010501"}, reason="新元号")
    mending.mend(other, held_row_id=row.pk, revision=1, values={"sei_cd": "2"}, reason="届出書")
    with entered(scope):
        first, _ = Mending.objects.within(scope).filter(held_row_id=row.pk).order_by("number")
    mending.undo(other, held_row_id=row.pk, revision=2, mending_id=first.pk, reason="やり直し")
    with entered(scope):
        fresh = mending.row_of(scope, row.pk)
        seen = mending.opened(scope, fresh, mending.plan_of(scope, one))
    assert [(step.kind, step.made_by, step.reason) for step in seen.steps] == [
        ("cells", "account:1", "新元号"), ("cells", "account:2", "届出書"), ("undone", "account:2", "やり直し"),
    ]  # fmt: skip
    assert seen.undone == {first.pk}
    assert seen.cells[LAYOUT.index["ido_ymd"]] == "4310501"
    assert seen.cells[LAYOUT.index["sei_cd"]] == "2", "the later step stands"
    with pytest.raises(Conflict, match="すでに取り消"):
        mending.undo(scope, held_row_id=row.pk, revision=3, mending_id=first.pk, reason="もう一度")


def test_a_second_person_at_the_same_row_is_told_who_was_first(scope: Scope, one: MoveIn) -> None:
    row = held(scope, one)[2]
    second = replace(scope, person="account:2")
    mending.mend(scope, held_row_id=row.pk, revision=0, values={"ido_ymd": "5010501"}, reason="新元号")
    with pytest.raises(Conflict, match="account:1さんが先に変更"):
        mending.mend(second, held_row_id=row.pk, revision=0, values={"ido_ymd": "5010601"}, reason="新元号")
    assert held(scope, one)[2].revision == 1


def test_a_mending_that_leaves_an_error_keeps_the_row_set_aside_with_what_is_left(scope: Scope, one: MoveIn) -> None:
    row = held(scope, one)[2]
    done = mending.mend(scope, held_row_id=row.pk, revision=0, values={"ido_ymd": "5019901"}, reason="確認")
    assert (done.state, done.defects[0]["rule"]) == (HeldState.HELD, "cell.wareki")
    with pytest.raises(Conflict, match="修正済みの行がありません"):
        taking_in.take_in(scope, move_in_id=one.pk)


@pytest.mark.parametrize(
    ("values", "reason", "told"),
    [
        ({"ido_ymd": "4310501"}, "理由", "変わっていません"),
        ({"ido_ymd": "5010501"}, "  ", "理由を入力"),
        ({"ido_ymd": "501\x07501"}, "理由", "制御文字"),
        ({"nothing": "1"}, "理由", "項目「nothing」はありません"),
    ],
)
def test_what_is_no_mending_is_refused_in_words(
    scope: Scope, one: MoveIn, values: dict[str, str], reason: str, told: str
) -> None:
    row = held(scope, one)[2]
    with pytest.raises(LayoutError, match=told):
        mending.mend(scope, held_row_id=row.pk, revision=0, values=values, reason=reason)
    assert held(scope, one)[2].revision == 0


def test_rows_with_the_same_defect_are_mended_together_by_their_proposals_and_undone_as_one(
    scope: Scope, one: MoveIn
) -> None:
    asked = {"move_in_id": one.pk, "rule": "cell.wareki", "item": "ido_ymd", "way": Way(mending_alike.PROPOSAL)}
    with entered(scope):
        shown = mending_alike.preview(scope, **asked)  # type: ignore[arg-type]
    assert (shown.rows, shown.changed, shown.passing, shown.untouched) == (2, 2, 2, 0)
    assert [(line.row.row, line.before, line.after) for line in shown.lines] == [
        (2, "9999999", "9999999"), (8, "9999999", "9999999"),
    ], "masked as the item asks"  # fmt: skip
    with pytest.raises(Conflict, match="2行に変わりました"):
        mending_alike.mend_alike(scope, expected=3, reason="新元号", **asked)  # type: ignore[arg-type]
    batch = mending_alike.mend_alike(scope, expected=2, reason="新元号", **asked)  # type: ignore[arg-type]
    assert {held(scope, one)[number].state for number in (2, 8)} == {HeldState.MENDED}
    assert mending_alike.undo_batch(scope, batch_id=batch.pk, reason="取りやめ") == 2
    assert {held(scope, one)[number].state for number in (2, 8)} == {HeldState.HELD}
    with pytest.raises(Conflict, match="すでに取り消"):
        mending_alike.undo_batch(scope, batch_id=batch.pk, reason="取りやめ")


@pytest.mark.parametrize(
    ("way", "changed"),
    [
        (Way(mending_alike.VALUE, "5010501"), 2),
        (Way(mending_alike.REPLACE, "5010", "4310"), 2),
        (Way(mending_alike.REPLACE, "5010", "9999"), 0),
        (Way(mending_alike.LEAVE_OUT), 2),
    ],
)
def test_the_ways_of_a_bulk_mending_change_what_they_say(scope: Scope, one: MoveIn, way: Way, changed: int) -> None:
    with entered(scope):
        shown = mending_alike.preview(scope, move_in_id=one.pk, rule="cell.wareki", item="ido_ymd", way=way)
    assert (shown.changed, shown.passing) == (changed, changed)


def test_a_mended_row_that_the_whole_files_rules_refuse_waits_again_and_says_why(scope: Scope, one: MoveIn) -> None:
    row = held(scope, one)[5]
    values = {"setai_code": "0000000005", "atena_code": "0000000001"}  # the key of the first row
    done = mending.mend(scope, held_row_id=row.pk, revision=0, values=values, reason="届出書")
    assert done.state == HeldState.MENDED, "by itself the row is sound"
    second = taken_in(scope, one)
    assert second.quarantined == 6
    again = held(scope, one)[5]
    assert (again.state, again.defects[0]["rule"]) == (HeldState.HELD, "set.unique")
    with entered(scope):
        last = Mending.objects.within(scope).filter(held_row_id=row.pk).latest("number")
    assert (last.kind, "主キー" in last.reason) == (MendingKind.RETURNED, True)
    assert account(scope, one).mended == 0


def test_a_row_without_its_columns_is_mended_cell_by_cell(scope: Scope, one: MoveIn) -> None:
    row = held(scope, one)[10]
    wanted = dict(zip(LAYOUT.keys, kasumi_row(99), strict=True))
    done = mending.mend(scope, held_row_id=row.pk, revision=0, values=wanted, reason="移行元の画面で確認")
    assert done.state == HeldState.MENDED
    second = taken_in(scope, one)
    assert second.accepted == one.accepted + 1
    with entered(scope):
        _, place = mending_file(scope, second)
    assert place.endswith(file_of(LAYOUT, [kasumi_row(99)]).split(b"\r\n", 1)[1])


def mending_file(scope: Scope, one: MoveIn) -> tuple[str, bytes]:
    from machikumo.kernel.files.actions import open_file

    stored, place = open_file(scope, token=one.file.token)
    return stored.name, place.read_bytes()


def test_a_row_in_the_register_and_a_settled_move_in_are_closed(
    scope: Scope, one: MoveIn, scope_of: Callable[..., Scope], town: Organisation
) -> None:
    row = held(scope, one)[4]
    mending.mend(scope, held_row_id=row.pk, revision=0, values={"sei_cd": "1"}, reason="届出書")
    taken_in(scope, one)
    with pytest.raises(Conflict, match="取り込み済み"):
        mending.mend(scope, held_row_id=row.pk, revision=2, values={"sei_cd": "2"}, reason="届出書")
    asked = acceptance.sign(scope, move_in_id=one.pk)
    from machikumo.kernel.approvals import actions as approvals

    approvals.approve(scope_of(town, person="account:2", role="section_head"), approval_id=asked.pk, note="確認")
    with pytest.raises(Conflict, match="確認済み"):
        mending.leave_out(scope, held_row_id=held(scope, one)[2].pk, revision=0, reason="不要")


def test_opening_a_row_is_written_down_with_its_ground_and_another_town_finds_nothing(
    scope: Scope, one: MoveIn, scope_of: Callable[..., Scope], other_town: Organisation
) -> None:
    row = held(scope, one)[4]
    mending.open_row(scope, held_row_id=row.pk, ground="notification")
    told = entries_of(scope, Filters(event="held_row.opened"))
    assert [(entry.subject, entry.facts["ground"]) for entry in told] == [(f"held_row:{row.pk}", "notification")]
    other = scope_of(other_town)
    with pytest.raises(NotFound):
        mending.open_row(other, held_row_id=row.pk, ground="notification")
    with pytest.raises(NotFound):
        mending.mend(other, held_row_id=row.pk, revision=0, values={"sei_cd": "1"}, reason="届出書")


def test_limits_stop_a_run_before_it_loads_and_somebodys_decision_lets_it_go_on(scope: Scope) -> None:
    stopped = moved_in(scope, town_file(), limits={"total": 5, "cell.wareki": 1, "*": 3})
    assert stopped.state == MoveInState.STOPPED
    assert stopped.stops == [
        {"rule": "total", "count": 6, "limit": 5}, {"rule": "cell.wareki", "count": 2, "limit": 1},
    ]  # fmt: skip
    with entered(scope):
        run = run_of(scope, stopped.job_run_id or 0)
        assert PersonVersion.objects.within(scope).count() == 0
    assert run.state == RunState.FAILED
    assert "上限5行" in run.note_ja
    assert {finding["count"] for finding in stopped.findings if finding["rule"] == "cell.wareki"} == {2}
    with pytest.raises(LayoutError, match="理由"):
        taking_in.go_on(scope, move_in_id=stopped.pk, reason="")
    going = taking_in.go_on(scope, move_in_id=stopped.pk, reason="既知の誤りのため続ける")
    perform(scope.organisation_id, going.job_run_id or 0)
    with entered(scope):
        done = move_in_of(scope, stopped.pk)
    assert (done.state, done.accepted, done.went_on_by) == (MoveInState.RECONCILED, 4, "account:1")
    with pytest.raises(Conflict, match="上限では止まっていません"):
        taking_in.go_on(scope, move_in_id=stopped.pk, reason="もう一度")


def test_more_rows_than_a_page_lists_are_all_counted_and_listed_by_and_by(
    scope: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("machikumo.layouts.held.LISTED_A_RULE", 3)
    monkeypatch.setattr("machikumo.layouts.more_held.LISTED_A_RULE", 4)
    rows = [kasumi_row(number, sei_cd="男") for number in range(1, 13)]
    one = moved_in(scope, file_of(LAYOUT, rows))
    found = account(scope, one)
    assert (found.read, found.listed, found.unlisted, found.held) == (12, 3, 9, 12)
    assert [finding["count"] for finding in one.findings if finding["rule"] == "cell.code"] == [12]
    assert [taking_in.list_more(scope, move_in_id=one.pk) for _ in range(4)] == [4, 4, 1, 0]
    listed = held(scope, one)
    assert sorted(listed) == list(range(1, 13))
    with entered(scope):
        read = next(csv.reader(io.StringIO(original_of(scope, listed[12]).decode("cp932"))))
    assert tuple(read) == rows[11]
    assert listed[12].defects[0]["message_ja"] == listed[1].defects[0]["message_ja"]


def test_doing_the_load_again_after_a_death_writes_no_row_and_no_step_twice(
    scope: Scope, one: MoveIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = held(scope, one)[4]
    mending.mend(scope, held_row_id=row.pk, revision=0, values={"sei_cd": "1"}, reason="届出書")
    started = taking_in.take_in(scope, move_in_id=one.pk)
    with pytest.raises(Conflict, match="取り込んでいる最中"):
        mending.leave_out(scope, held_row_id=held(scope, one)[2].pk, revision=0, reason="不要")

    class Died(BaseException):
        """As kill -9 between the load and the proof."""

    def die(*_arguments: object) -> None:
        raise Died

    with monkeypatch.context() as patch:
        patch.setattr("machikumo.layouts.moving.Mover.prove", die)
        with pytest.raises(Died):
            perform(scope.organisation_id, started.job_run_id or 0)
    assert held(scope, one)[4].state == HeldState.TAKEN_IN
    perform(scope.organisation_id, started.job_run_id or 0)
    with entered(scope):
        assert move_in_of(scope, started.pk).state == MoveInState.RECONCILED
        assert Mending.objects.within(scope).count() == 1
        assert move_ins(scope).count() == 2
    assert account(scope, one).mended == 1
    assert held(scope, one)[4].revision == 2


@pytest.fixture
def officer(client: Client, town: Organisation, signed_in: Callable[..., object]) -> Client:
    signed_in(client, town, "information_officer")
    return client


def test_the_list_filters_by_rule_and_item_masks_values_and_counts_every_row(
    officer: Client, town: Organisation, one: MoveIn
) -> None:
    root = f"/{town.code}/work/move/{one.pk}/held/"
    page = officer.get(root).content.decode()
    assert "2 行目" in page
    assert "4310501" not in page
    assert "9999999" in page
    narrowed = officer.get(root, {"rule": "cell.code", "item": "sei_cd"}).content.decode()
    assert ("4 行目" in narrowed, "8 行目" in narrowed) == (True, False)
    assert "ありません" in officer.get(root, {"state": "left_out"}).content.decode()
    for path in ("", "report/"):
        assert "直して取り込んだ行" in officer.get(f"/{town.code}/work/move/{one.pk}/{path}").content.decode()


def test_a_row_is_opened_tried_proposed_saved_and_undone_in_its_page(
    officer: Client, town: Organisation, scope: Scope, one: MoveIn
) -> None:
    row = held(scope, one)[2]
    path = f"/{town.code}/work/move/held/{row.pk}/"
    page = officer.get(path).content.decode()
    assert "4310501" not in page
    assert "値を開くと直せます" in page
    assert officer.post(f"{path}open/", {"ground": "curiosity"}).status_code == 302
    assert "4310501" not in officer.get(path).content.decode()
    officer.post(f"{path}open/", {"ground": "data_migration"})
    opened = officer.get(path).content.decode()
    assert "4310501" in opened
    assert "同じ日を、その日の元号で書きます" in opened
    assert kasumi_row(2)[LAYOUT.index["kojin_no"]] not in opened, "a number is shown to nobody"

    live = officer.post(path, {"do": "check", "value:ido_ymd": "4320501"}, headers={"HX-Request": "true"})
    assert "この値では取り込めません" in live.content.decode()
    assert "<h1" not in live.content.decode()
    tried = officer.post(path, {"propose": "ido_ymd:0"}).content.decode()
    assert 'value="5010501"' in tried
    assert "この値なら検査に通ります" in tried
    assert held(scope, one)[2].revision == 0, "a proposal is never applied by itself"

    refused = officer.post(path, {"do": "save", "revision": 0, "value:ido_ymd": "5010501", "reason": ""})
    assert "理由を入力してください" in refused.content.decode()
    officer.post(path, {"do": "save", "revision": 0, "value:ido_ymd": "5010501", "reason": "届出書"})
    assert held(scope, one)[2].state == HeldState.MENDED
    second = officer.post(path, {"do": "save", "revision": 0, "value:ido_ymd": "5010601", "reason": "届出書"})
    assert "先に変更しました" in second.content.decode()
    assert 'value="5010601"' in second.content.decode(), "what the second person typed is not lost"
    with entered(scope):
        step = Mending.objects.within(scope).get(held_row_id=row.pk)
    officer.post(f"{path}undo/{step.pk}/", {"revision": 1, "reason": "別人"})
    assert held(scope, one)[2].state == HeldState.HELD
    assert "取消し済み" in officer.get(path).content.decode()
    officer.post(path, {"do": "leave_out", "revision": 2, "reason": "重複"})
    assert held(scope, one)[2].state == HeldState.LEFT_OUT


def test_rows_alike_are_looked_at_mended_and_undone_in_their_page(
    officer: Client, town: Organisation, scope: Scope, one: MoveIn
) -> None:
    root = f"/{town.code}/work/move/{one.pk}/held/"
    path = f"{root}alike/?rule=cell.wareki&item=ido_ymd"
    assert "一覧にある 2 行" in officer.get(path).content.decode()
    asked = {"way": "proposal", "find": "", "value": "", "reason": "新元号"}
    shown = officer.post(path, asked | {"do": "preview"}).content.decode()
    assert "2 行をまとめて処理する" in shown
    stale = officer.post(path, asked | {"do": "mend", "expected": 5}).content.decode()
    assert "もう一度確かめてください" in stale
    assert officer.post(path, asked | {"do": "mend", "expected": 2}).status_code == 302
    with entered(scope):
        batch = MendingBatch.objects.within(scope).get()
    assert "まとめて取り消す" in officer.get(root).content.decode()
    officer.post(f"{root}batches/{batch.pk}/undo/", {"reason": "取りやめ"})
    assert held(scope, one)[8].state == HeldState.HELD
    assert "この誤りの行はありません" in officer.get(f"{root}alike/?rule=cell.date&item=nothing").content.decode()
    assert officer.post(f"{root}take-in/").status_code == 302, "nothing is mended, which is said on the list"
    with entered(scope):
        assert move_ins(scope).count() == 1


def test_limits_are_set_when_the_file_is_handed_over_and_the_decision_is_taken_in_the_page(
    officer: Client, town: Organisation, scope: Scope
) -> None:
    asked = {"mapping": MAPPING, "most_held": "3", "most_a_rule": "", "single_rules": "cell.code = 50"}
    wrong = officer.post(
        f"/{town.code}/work/move/new/",
        asked | {"single_rules": "cell.nothing = 1", "file": SimpleUploadedFile("a.csv", town_file())},
    )
    assert "「cell.nothing = 1」は読めません" in wrong.content.decode()
    answer = officer.post(f"/{town.code}/work/move/new/", asked | {"file": SimpleUploadedFile("a.csv", town_file())})
    assert answer.status_code == 302
    with entered(scope):
        one = move_ins(scope).get()
    assert one.limits == {"total": 3, "cell.code": 50}
    perform(scope.organisation_id, one.job_run_id or 0)
    path = f"/{town.code}/work/move/{one.pk}/"
    assert "6 行（上限 3 行）" in officer.get(path).content.decode()
    officer.post(f"{path}go-on/", {"reason": ""})
    with entered(scope):
        assert move_in_of(scope, one.pk).state == MoveInState.STOPPED
    officer.post(f"{path}go-on/", {"reason": "既知の誤り"})
    with entered(scope):
        going = move_in_of(scope, one.pk)
    perform(scope.organisation_id, going.job_run_id or 0)
    assert "既知の誤り" in officer.get(path).content.decode()


def test_who_may_only_look_sees_masked_values_and_changes_nothing(
    client: Client, town: Organisation, scope: Scope, signed_in: Callable[..., object], one: MoveIn
) -> None:
    signed_in(client, town, "vendor_engineer")
    row = held(scope, one)[4]
    path = f"/{town.code}/work/move/held/{row.pk}/"
    page = client.get(path).content.decode()
    assert "修正を保存する" not in page
    assert client.post(path, {"do": "save", "revision": 0, "value:sei_cd": "1", "reason": "x"}).status_code == 403
    assert client.post(f"{path}open/", {"ground": "data_migration"}).status_code == 403
    assert client.get(f"/{town.code}/work/move/{one.pk}/held/").status_code == 200


def test_rows_wait_again_when_the_load_that_took_them_in_is_undone(scope: Scope, one: MoveIn) -> None:
    rows = held(scope, one)
    mending.mend(scope, held_row_id=rows[4].pk, revision=0, values={"sei_cd": "1"}, reason="届出書")
    second = taken_in(scope, one)
    assert account(scope, one).mended == 1
    with entered(scope):
        listeners.tell("load.undone", scope, source=f"move_in:{second.pk}")
        assert move_in_of(scope, second.pk).state == MoveInState.UNDONE
    again = held(scope, one)[4]
    assert (again.state, again.taken_in_by_id) == (HeldState.MENDED, None)
    assert account(scope, one).waiting == 1
    third = taken_in(scope, one)
    assert (third.accepted, account(scope, one).mended) == (5, 1)
