"""Undoing a whole load: everything that it made goes, everything else is as it was, and the ledger only grows."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from machikumo.cutover import actions, asking
from machikumo.cutover.domain.errors import BeingUndone, CutoverError, NotUndoable
from machikumo.cutover.domain.undoing import LoadState
from machikumo.cutover.models import Load, LoadChange
from machikumo.cutover.queries import loads
from machikumo.cutover.tests.making import approved, every_row, file_of, moved_in, place_of, received, rows_of
from machikumo.kernel.approvals.domain.rules import SamePerson
from machikumo.kernel.errors import Conflict, NotFound, NotPermitted
from machikumo.kernel.jobs.queries import run_of
from machikumo.kernel.jobs.running import perform
from machikumo.kernel.ledger.tests.helpers import rows_of as ledger_rows
from machikumo.kernel.numbers.models import NumberRecord
from machikumo.kernel.tenancy.doors import entered
from machikumo.layouts.models import MoveInBlock
from machikumo.layouts.queries.move_ins import move_in_of
from machikumo.register import actions as register
from machikumo.register.domain.blocks import BlockLevel
from machikumo.register.models import Household, Person, PersonVersion, SearchKey

if TYPE_CHECKING:
    from collections.abc import Callable

    from machikumo.kernel.scope import Scope
    from machikumo.layouts.models import MoveIn


def load_for(scope: Scope, one: MoveIn) -> Load:
    with entered(scope):
        return Load.objects.within(scope).get(source=f"move_in:{one.pk}")


def undone(officer: Scope, head: Scope, load: Load) -> Load:
    """The load after two people and the worker have undone it."""
    approved(head, asking.ask_to_undo(officer, load_id=load.pk, reason="照合に差異があるため"))
    with entered(officer):
        run_id = loads.load_of(officer, load.pk).undo_run_id or 0
    perform(officer.organisation_id, run_id)
    with entered(officer):
        assert run_of(officer, run_id).state == "succeeded"
        return loads.load_of(officer, load.pk)


def somebody(scope: Scope) -> PersonVersion:
    with entered(scope):
        return PersonVersion.objects.within(scope).filter(is_latest=True).order_by("pk")[0]


def correct(scope: Scope, version: PersonVersion, name: str = "修正　済") -> PersonVersion:
    return register.correct(
        scope,
        person_id=version.person_id,
        expected_version_id=version.pk,
        changes={"name": name},
        ground="notification",
    )


def second_of(data: bytes) -> bytes:
    """A later file: half of the people have a newer version with another name and number, some people are new."""
    header, *rows = rows_of(data)
    person, history, latest, name = (place_of(key) for key in KEYS)
    changed = []
    for row in rows:
        if row[latest] == "1" and int(row[person]) % 2:
            newer = list(row)
            newer[history] = str(int(row[history]) + 1)
            newer[name] = f"{row[name]}乙"
            changed += [[*row[:latest], "0", *row[latest + 1 :]], newer]
        else:
            changed.append(row)
    return file_of([header, *changed])


KEYS = ("atena_code", "rireki_no", "saishin_kbn", "kanji_shimei")


def test_a_first_load_undone_leaves_no_row_of_the_town(officer: Scope, head: Scope, town_file: bytes) -> None:
    before = every_row(officer)
    one = moved_in(officer, town_file)
    assert one.quarantined > 0, "households are marked as incomplete, too"
    loaded = every_row(officer)
    assert all(
        loaded[table]
        for table in (
            "register_household",
            "register_person",
            "register_personversion",
            "register_searchkey",
            "numbers_numberrecord",
        )
    )
    load = undone(officer, head, load_for(officer, one))
    assert every_row(officer) == before
    proof = loads.proof_of(load)
    assert proof is not None
    assert (load.state, proof.holds, proof.others) == (LoadState.UNDONE, True, ())
    assert proof.tables == len(load.before)
    with entered(officer):
        assert not LoadChange.objects.within(officer).exists(), "the notes of the load go with it"


def test_a_second_load_undone_leaves_the_first_exactly_as_it_was(
    officer: Scope, head: Scope, small_file: bytes, town_file: bytes
) -> None:
    first = moved_in(officer, small_file)
    before = every_row(officer)
    second = moved_in(officer, second_of(small_file), "second.csv")
    assert second.reconciliation["already"] > 0
    third = moved_in(officer, town_file, "third.csv")
    assert every_row(officer) != before
    with pytest.raises(NotUndoable, match=f"move_in:{third.pk}"):
        asking.ask_to_undo(officer, load_id=load_for(officer, second).pk, reason="順番の確認")
    undone(officer, head, load_for(officer, third))
    with entered(officer):
        changes = LoadChange.objects.within(officer).filter(load=load_for(officer, second))
        kinds = set(changes.values_list("table", "kind"))
    assert {("register_personversion", "update"), ("register_searchkey", "insert")} <= kinds
    load = undone(officer, head, load_for(officer, second))
    assert every_row(officer) == before
    assert load.after == load.before
    assert load_for(officer, first).state == LoadState.OPEN


def test_a_number_that_a_second_load_changed_is_the_former_one_again(
    officer: Scope, head: Scope, small_file: bytes
) -> None:
    from machikumo.kernel.numbers.domain.digits import NumberKind, complete

    moved_in(officer, small_file)
    before = every_row(officer)
    header, *rows = rows_of(small_file)
    number = place_of("kojin_no")
    used = {row[number] for row in rows}
    for row in rows:
        if row[number]:
            fresh = f"{(int(row[number][:11]) + 7) % 10**11:011d}"
            row[number] = complete(fresh, NumberKind.INDIVIDUAL, training=True)
    assert not used & {row[number] for row in rows if row[number]}
    second = moved_in(officer, file_of([header, *rows]), "numbers.csv")
    with entered(officer):
        changes = LoadChange.objects.within(officer).filter(load=load_for(officer, second), kind="update")
        assert changes.filter(table="numbers_numberrecord").exists()
    undone(officer, head, load_for(officer, second))
    assert every_row(officer) == before


def test_two_people_undo_and_the_ledger_names_both_and_only_grows(
    officer: Scope, head: Scope, small_file: bytes
) -> None:
    one = moved_in(officer, small_file)
    load = load_for(officer, one)
    before = ledger_rows(officer, "canonical")
    asked = asking.ask_to_undo(officer, load_id=load.pk, reason="二人で")
    with pytest.raises(SamePerson):
        approved(officer, asked)
    approved(head, asked)
    with entered(officer):
        load = loads.load_of(officer, load.pk)
    perform(officer.organisation_id, load.undo_run_id or 0)
    after = ledger_rows(officer, "canonical")
    assert set(before) < set(after)
    assert (load.undo_asked_by, load.undo_approved_by) == ("account:1", "account:2")
    events = [event for (event,) in ledger_rows(officer, "event")]
    assert events.count("load.block_undone") == load.blocks
    assert {"load.begun", "load.undoing_begun", "load.undone"} <= set(events)


def test_who_may_not_ask_or_approve_is_refused(
    town: Any, officer: Scope, scope_of: Callable[..., Scope], small_file: bytes
) -> None:
    load = load_for(officer, moved_in(officer, small_file))
    nobody = scope_of(town, person="account:8", permissions=frozenset({"work.enter"}))
    with pytest.raises(NotPermitted):
        asking.ask_to_undo(nobody, load_id=load.pk, reason="理由")
    asked = asking.ask_to_undo(officer, load_id=load.pk, reason="理由")
    with pytest.raises(NotPermitted):
        approved(nobody, asked)
    with pytest.raises(NotPermitted):
        actions.undo_block(nobody, load_id=load.pk)


def test_without_a_reason_or_an_approval_nothing_is_undone(officer: Scope, head: Scope, small_file: bytes) -> None:
    load = load_for(officer, moved_in(officer, small_file))
    with pytest.raises(CutoverError, match="理由"):
        asking.ask_to_undo(officer, load_id=load.pk, reason="  ")
    with pytest.raises(NotUndoable, match="途中ではありません"):
        actions.undo_block(head, load_id=load.pk)
    with pytest.raises(NotUndoable, match="終わっていません"):
        actions.finish_undoing(head, load_id=load.pk)


def change_record(scope: Scope) -> None:
    correct(scope, somebody(scope))


def set_block(scope: Scope) -> None:
    person = somebody(scope).person_id
    register.add_block(scope, person_id=person, level=BlockLevel.REFUSE, starts_on=date(2026, 4, 1), ends_on=None)


def enter_number(scope: Scope) -> None:
    from machikumo.kernel.numbers.actions import remove_number

    with entered(scope):
        subject = NumberRecord.objects.within(scope).filter(kind="individual_number")[0].subject
    remove_number(scope, kind="individual_number", subject=subject, ground="entry")


@pytest.mark.parametrize("change", [change_record, set_block, enter_number])
def test_after_the_first_change_of_work_the_load_stays(
    officer: Scope, head: Scope, clerk: Scope, small_file: bytes, change: Callable[[Scope], None]
) -> None:
    load = load_for(officer, moved_in(officer, small_file))
    asked = asking.ask_to_undo(officer, load_id=load.pk, reason="照合に差異")
    change(clerk)
    loaded = every_row(officer)
    with pytest.raises(NotUndoable, match="後戻りできない点"):
        approved(head, asked)
    with pytest.raises(NotUndoable, match="業務の変更"):
        asking.ask_to_undo(officer, load_id=load.pk, reason="もう一度")
    assert every_row(officer) == loaded
    assert load_for(officer, move_in_of_load(officer, load)).first_change_by == "account:3"


def move_in_of_load(scope: Scope, load: Load) -> MoveIn:
    with entered(scope):
        return move_in_of(scope, int(load.source.removeprefix("move_in:")))


def test_looking_is_no_change(officer: Scope, head: Scope, clerk: Scope, small_file: bytes) -> None:
    from machikumo.register.domain.terms import Search, box_terms

    before = every_row(officer)
    load = load_for(officer, moved_in(officer, small_file))
    version = somebody(clerk)
    register.consult(clerk, person_id=version.person_id, ground="resident_request")
    register.search(clerk, terms=Search(box_terms(version.name)), ground="resident_request")
    undone(officer, head, load)
    assert every_row(officer) == before


def test_a_change_that_failed_is_no_change(officer: Scope, clerk: Scope, small_file: bytes) -> None:
    one = moved_in(officer, small_file)
    version = somebody(clerk)
    with pytest.raises(Conflict):
        register.correct(
            clerk, person_id=version.person_id, expected_version_id=0, changes={"name": "誤"}, ground="notification"
        )
    assert load_for(officer, one).first_change == ""


def test_while_a_load_is_being_undone_nothing_is_written_and_no_load_goes_on(
    officer: Scope, head: Scope, clerk: Scope, small_file: bytes, town_file: bytes
) -> None:
    load = load_for(officer, moved_in(officer, small_file))
    approved(head, asking.ask_to_undo(officer, load_id=load.pk, reason="途中の確認"))
    version = somebody(clerk)
    with pytest.raises(BeingUndone):
        correct(clerk, version)
    other = received(officer, town_file, "other.csv")
    perform(officer.organisation_id, other.job_run_id or 0)
    with entered(officer):
        assert run_of(officer, other.job_run_id or 0).state == "failed"
        assert Load.objects.within(officer).count() == 1
    with pytest.raises(NotUndoable, match="途中"):
        asking.ask_to_undo(officer, load_id=load.pk, reason="二度目")


def test_a_load_broken_off_in_the_middle_can_be_undone_too(officer: Scope, head: Scope, town_file: bytes) -> None:
    from machikumo.kernel.jobs import actions as jobs
    from machikumo.kernel.jobs.registry import kinds

    before = every_row(officer)
    one = received(officer, town_file)
    work = kinds.get("layouts.move_in")
    with pytest.raises(Broken):
        work(officer, BreaksAt(3), move_in_id=one.pk, block_size=8_000)
    with entered(officer):
        assert MoveInBlock.objects.within(officer).filter(move_in_id=one.pk).count() >= 1
    jobs.cancel(officer, run_id=one.job_run_id or 0)
    undone(officer, head, load_for(officer, one))
    assert every_row(officer) == before


class Broken(Exception):
    pass


class BreaksAt:
    """A run whose worker dies at its so-manieth word of progress in the loading."""

    token = "job:0"

    def __init__(self, blocks: int) -> None:
        self.left = blocks

    def progress(self, _done: int, _total: int, note_ja: str = "", _note_en: str = "") -> None:
        self.left -= note_ja.startswith("取込")
        if self.left < 0:
            raise Broken

    def log(self, *_words: str, level: str = "info") -> None:
        assert level


def test_an_undone_move_in_says_so_and_does_not_go_on(officer: Scope, head: Scope, small_file: bytes) -> None:
    one = moved_in(officer, small_file)
    undone(officer, head, load_for(officer, one))
    with entered(officer):
        assert move_in_of(officer, one.pk).state == "undone"
        assert not MoveInBlock.objects.within(officer).filter(move_in_id=one.pk).exists()
    from machikumo.layouts.domain.errors import LayoutError
    from machikumo.layouts.moving import Mover

    with pytest.raises(LayoutError, match="取り消されました"):
        Mover(officer, BreaksAt(99), one.pk)
    again = moved_in(officer, small_file)
    assert again.reconciliation["holds"]
    assert again.loaded == one.accepted


def test_what_is_not_as_the_load_left_it_stops_the_undoing_and_nothing_is_half_done(
    officer: Scope, head: Scope, small_file: bytes
) -> None:
    load = load_for(officer, moved_in(officer, small_file))
    approved(head, asking.ask_to_undo(officer, load_id=load.pk, reason="手が入った"))
    with entered(officer):  # past every gate
        SearchKey.objects.within(officer).all().delete()
        NumberRecord.objects.within(officer).order_by("pk")[:1].get().delete()
    loaded = every_row(officer)
    with pytest.raises(NotUndoable, match="取込のままではありません"):
        actions.undo_block(head, load_id=load.pk)
    assert every_row(officer) == loaded


def test_notes_of_a_load_go_when_work_has_gone_on(officer: Scope, clerk: Scope, small_file: bytes) -> None:
    from machikumo.cutover.jobs import settle_due

    one = moved_in(officer, small_file)
    with entered(officer):
        assert settle_due(officer) == 0
    change_record(clerk)
    with entered(officer):
        assert settle_due(officer) == 1
    load = load_for(officer, one)
    assert load.state == LoadState.SETTLED
    with entered(officer):
        assert not LoadChange.objects.within(officer).exists()
    assert actions.settle_loads(officer) == 0
    with pytest.raises(NotUndoable, match="業務の変更"):
        asking.ask_to_undo(officer, load_id=load.pk, reason="遅い")


def test_another_town_sees_no_load_and_cannot_undo_it(
    officer: Scope, other_town: Any, scope_of: Callable[..., Scope], small_file: bytes
) -> None:
    load = load_for(officer, moved_in(officer, small_file))
    stranger = scope_of(other_town, person="account:1")
    with pytest.raises(NotFound):
        asking.ask_to_undo(stranger, load_id=load.pk, reason="よその町")
    with entered(stranger):
        assert list(loads.loads(stranger)) == []
        assert not LoadChange.objects.within(stranger).exists()
    with pytest.raises(NotFound):
        actions.undo_block(stranger, load_id=load.pk)


def test_another_town_keeps_every_row_while_one_is_undone(
    officer: Scope, head: Scope, other_town: Any, scope_of: Callable[..., Scope], small_file: bytes
) -> None:
    stranger = scope_of(other_town)
    moved_in(stranger, small_file)
    theirs = every_row(stranger)
    undone(officer, head, load_for(officer, moved_in(officer, small_file)))
    assert every_row(stranger) == theirs
    with entered(officer):
        assert not Person.objects.within(officer).exists()
        assert not Household.objects.within(officer).exists()


def test_the_notes_hold_no_name_and_no_address_of_anybody(officer: Scope, small_file: bytes) -> None:
    moved_in(officer, small_file)
    moved_in(officer, second_of(small_file), "second.csv")
    with entered(officer):
        rows = list(LoadChange.objects.within(officer).filter(kind="update").values_list("table", "rows"))
    assert rows
    for table, changed in rows:
        columns = {column for row in changed for column in row["old"]}
        assert columns <= {"is_latest", "incomplete_reason"}, table
