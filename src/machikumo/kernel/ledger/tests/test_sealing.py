"""The sealer: nothing skipped, nothing twice, whatever commits when."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections, transaction

from machikumo.kernel.ledger import keys, record_many, sealing
from machikumo.kernel.ledger import seal as seal_all
from machikumo.kernel.ledger.domain import checkpoint as notes
from machikumo.kernel.ledger.domain.merkle import leaf_hash, root_of
from machikumo.kernel.ledger.domain.witness import WitnessRefusal
from machikumo.kernel.ledger.sealing import BrokenLog, Sealed
from machikumo.kernel.ledger.tests.helpers import rows_of, write
from machikumo.kernel.ledger.verifying import verify
from machikumo.kernel.ledger.witnesses import FolderWitness, folder
from machikumo.kernel.tenancy.doors import entered, read_as, set_organisation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation


def seal(scope: Scope, **options: Any) -> list[Sealed]:
    return seal_all(organisations=[scope.organisation_code], **options)


def log_of(scope: Scope) -> list[tuple[int, bytes, str]]:
    """Place, hash and text of every sealed row."""
    with read_as("auditor", scope), connections["auditor"].cursor() as cursor:
        cursor.execute(
            "SELECT leaf_index, leaf_hash, canonical FROM ledger_leaf l "
            "JOIN ledger_entry e ON e.organisation_id = l.organisation_id AND e.id = l.entry_id ORDER BY 1"
        )
        return [(index, bytes(stored), text) for index, stored, text in cursor.fetchall()]


def checkpoints_of(scope: Scope) -> list[notes.Checkpoint]:
    """Every checkpoint, its signature verified."""
    with read_as("auditor", scope), connections["auditor"].cursor() as cursor:
        cursor.execute("SELECT note FROM ledger_checkpoint ORDER BY tree_size")
        return [notes.verified(row[0], keys.verifier_key(scope.organisation_code)) for row in cursor.fetchall()]


@contextmanager
def open_transaction(scope: Scope) -> Iterator[Any]:
    """A second session of the application in an open transaction of the town; the test ends it."""
    other = connections.create_connection("default")
    other.settings_dict = connections["default"].settings_dict
    with other.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT set_config('machikumo.organisation_id', %s, true)", [str(scope.organisation_id)])
        try:
            yield cursor
        finally:
            cursor.execute("ROLLBACK")
            other.close()


def insert(cursor: Any, scope: Scope, number: int) -> None:
    from django.utils import timezone

    from machikumo.kernel.ledger.domain.entry import Entry, time_ordered_id

    now = timezone.now()
    made = Entry(
        time_ordered_id(now, number),
        scope.organisation_code,
        now,
        "account:9",
        "desk_clerk",
        "resident_service",
        "person.viewed",
        f"person:{number}",
    )
    statement = "INSERT INTO ledger_entry (organisation_id, canonical) VALUES (%s, %s)"
    cursor.execute(statement, [scope.organisation_id, made.canonical().decode()])


def test_committed_rows_are_sealed_in_order_under_a_signed_root(scope: Scope) -> None:
    write(scope, 5)
    assert seal(scope) == [Sealed(scope.organisation_code, 5, 5)]
    log = log_of(scope)
    assert [text for _index, _hash, text in log] == [row[0] for row in rows_of(scope)]
    assert [(index, stored) for index, stored, _text in log] == [
        (place, leaf_hash(text.encode())) for place, (_index, _hash, text) in enumerate(log)
    ]
    (checkpoint,) = checkpoints_of(scope)
    assert (checkpoint.size, checkpoint.root) == (5, root_of([stored for _index, stored, _text in log]))
    assert checkpoint.log == scope.organisation_code


def test_nothing_is_sealed_twice_and_nothing_new_makes_no_checkpoint(scope: Scope) -> None:
    write(scope, 2)
    seal(scope)
    assert seal(scope) == []
    assert seal(scope, whole=True) == []
    write(scope, 3)
    assert seal(scope) == [Sealed(scope.organisation_code, 3, 5)]
    assert [checkpoint.size for checkpoint in checkpoints_of(scope)] == [2, 5]


def test_a_transaction_that_commits_late_is_sealed_when_it_does(scope: Scope, town: Organisation) -> None:
    with open_transaction(scope) as late:
        insert(late, scope, 1)
        with open_transaction(scope) as never:
            insert(never, scope, 2)
            write(scope, 3)
            assert seal(scope)[0].rows == 3
            insert(late, scope, 3)
            write(scope, 1)
            assert seal(scope)[0].size == 4
            assert seal(scope) == []
        late.execute("COMMIT")
    assert seal(scope) == [Sealed(scope.organisation_code, 2, 6)]
    assert seal(scope) == []
    assert verify(town).is_right
    assert len(log_of(scope)) == len(rows_of(scope)) == 6


def test_a_long_transaction_holds_nobody_up_and_loses_nothing(scope: Scope) -> None:
    with open_transaction(scope) as late:
        insert(late, scope, 0)
        for number in range(1, 20):
            write(scope, 1)
            assert seal(scope)[0].size == number
        late.execute("COMMIT")
    assert seal(scope)[0] == Sealed(scope.organisation_code, 1, 20)


def test_many_writers_and_a_busy_sealer_lose_and_double_nothing(scope: Scope, town: Organisation) -> None:
    writers, each = 4, 30
    ends = threading.Barrier(writers + 1)
    failures: list[BaseException] = []

    def work(writer: int) -> None:
        try:
            with open_transaction(scope) as cursor:
                cursor.execute("ROLLBACK")
                for number in range(each):
                    cursor.execute("BEGIN")
                    cursor.execute(
                        "SELECT set_config('machikumo.organisation_id', %s, true)", [str(scope.organisation_id)]
                    )
                    insert(cursor, scope, writer * 1000 + number)
                    cursor.execute("SELECT pg_sleep(%s)", [0.004 * (number % 3)])
                    cursor.execute("COMMIT" if number % 5 else "ROLLBACK")
        except BaseException as error:  # noqa: BLE001 - handed to the test
            failures.append(error)
        finally:
            ends.wait()

    threads = [threading.Thread(target=work, args=(writer,)) for writer in range(writers)]
    for thread in threads:
        thread.start()
    while ends.n_waiting < writers:
        seal(scope)
    ends.wait()
    for thread in threads:
        thread.join()
    seal(scope)
    assert not failures
    log = log_of(scope)
    assert len(log) == writers * (each - each // 5)
    assert sorted(text for _index, _hash, text in log) == sorted(row[0] for row in rows_of(scope))
    assert verify(town).is_right


def test_two_sealers_do_not_disturb_each_other(scope: Scope) -> None:
    write(scope, 2)
    with transaction.atomic(using="sealer"), connections["sealer"].cursor() as cursor:
        cursor.execute("SELECT 1")
        other = connections.create_connection("sealer")
        other.settings_dict = connections["sealer"].settings_dict
        with other.cursor() as holder:
            holder.execute("BEGIN")
            holder.execute("SELECT pg_advisory_xact_lock(%s)", [sealing.LOCK + scope.organisation_id])
            assert connections["sealer"].in_atomic_block
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [sealing.LOCK + scope.organisation_id])
            assert cursor.fetchone() == (False,)
            holder.execute("ROLLBACK")
        other.close()
    assert seal(scope)[0].rows == 2


def test_a_log_held_by_another_sealer_is_left_for_the_next_time(scope: Scope) -> None:
    write(scope)
    other = connections.create_connection("sealer")
    other.settings_dict = connections["sealer"].settings_dict
    with other.cursor() as holder:
        holder.execute("SELECT pg_advisory_lock(%s)", [sealing.LOCK + scope.organisation_id])
        assert seal(scope) == []
        holder.execute("SELECT pg_advisory_unlock(%s)", [sealing.LOCK + scope.organisation_id])
    other.close()
    assert seal(scope)[0].rows == 1


def test_every_organisation_has_a_log_of_its_own(
    scope: Scope, other_town: Organisation, scope_of: Callable[..., Scope]
) -> None:
    other = scope_of(other_town)
    write(scope, 2)
    write(other, 3)
    done = seal_all(organisations=[scope.organisation_code, other.organisation_code])
    assert done == [Sealed(scope.organisation_code, 2, 2), Sealed(other.organisation_code, 3, 3)]
    assert {checkpoint.log for checkpoint in checkpoints_of(other)} == {other.organisation_code}


def test_a_bulk_of_rows_is_sealed_in_one_go(scope: Scope, town: Organisation) -> None:
    with entered(scope):
        record_many(scope, ({"subject": f"person:{number}"} for number in range(12_000)), event="person.loaded")
    assert seal(scope) == [Sealed(scope.organisation_code, 12_000, 12_000)]
    assert verify(town).is_right


def test_hashes_are_read_in_portions(scope: Scope, town: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "HASHES_A_CHUNK", 4)
    for count in (3, 9, 4):
        write(scope, count)
        seal(scope)
    assert verify(town).is_right
    assert checkpoints_of(scope)[-1].root == root_of([stored for _index, stored, _text in log_of(scope)])


def test_after_a_move_to_another_server_nothing_is_overlooked(
    scope: Scope, town: Organisation, as_superuser: Callable[[], Any]
) -> None:
    """Transaction numbers of another server mean nothing: the sealer then looks at every row."""
    write(scope, 3)
    seal(scope)
    write(scope, 2)
    with as_superuser() as attacker:
        attacker.execute("UPDATE ledger_entry SET transaction_number = '5' WHERE organisation_id = %s", [town.pk])
        attacker.execute("UPDATE ledger_checkpoint SET server_identity = 1 WHERE organisation_id = %s", [town.pk])
    assert seal(scope) == [Sealed(scope.organisation_code, 2, 5)]
    assert verify(town).is_right


@pytest.mark.parametrize(
    "damage",
    [
        "frontier = decode(repeat('00', 64), 'hex')",
        "frontier = ''::bytea",
        "note = 'nothing'",
        "tree_size = 4, frontier = substr(frontier, 1, 32)",
    ],
)
def test_nothing_is_sealed_on_top_of_a_checkpoint_that_was_not_signed(
    scope: Scope, town: Organisation, as_superuser: Callable[[], Any], damage: str
) -> None:
    write(scope, 3)
    seal(scope)
    with as_superuser() as attacker:
        attacker.execute(f"UPDATE ledger_checkpoint SET {damage} WHERE organisation_id = %s", [town.pk])
    write(scope)
    with pytest.raises(BrokenLog, match=scope.organisation_code):
        seal(scope)
    heard: list[Any] = []
    assert seal(scope, complain=heard.append) == []
    assert isinstance(heard[0], BrokenLog)


def test_a_broken_log_does_not_keep_others_from_being_sealed(
    scope: Scope, town: Organisation, other_town: Organisation, scope_of: Callable[..., Scope],
    as_superuser: Callable[[], Any],
) -> None:  # fmt: skip
    write(scope)
    seal(scope)
    with as_superuser() as attacker:
        attacker.execute("UPDATE ledger_checkpoint SET note = '' WHERE organisation_id = %s", [town.pk])
    write(scope)
    write(scope_of(other_town), 2)
    with pytest.raises(BrokenLog):
        seal_all(organisations=[town.code, other_town.code])
    assert len(log_of(scope_of(other_town))) == 2


def test_witnesses_hear_of_every_checkpoint(scope: Scope, town: Organisation) -> None:
    write(scope, 3)
    seal(scope)
    write(scope, 4)
    seal(scope)
    witness = FolderWitness("operator", folder())
    sizes = [notes.read(note).size for note in witness.history(town.code)]
    assert sizes == [3, 7]
    assert witness.verifier_key(town.code) == keys.verifier_key(town.code)


def test_a_witness_that_was_away_is_told_later_with_a_proof(scope: Scope, town: Organisation, var: Path) -> None:
    write(scope, 3)
    seal(scope)
    for count in (1, 4):
        write(scope, count)
        seal(scope, witness_folder=var / "elsewhere")
    sealing.tell_witnesses(town)
    history = FolderWitness("operator", folder()).history(town.code)
    assert [notes.read(note).size for note in history] == [3, 8]
    sealing.tell_witnesses(town)
    assert len(FolderWitness("operator", folder()).history(town.code)) == 2


def test_a_witness_refuses_a_log_that_was_restored_to_yesterday(
    scope: Scope, town: Organisation, as_superuser: Callable[[], Any]
) -> None:
    write(scope, 3)
    seal(scope)
    yesterday = len(rows_of(scope))
    write(scope, 4)
    seal(scope)
    restore(as_superuser, town, yesterday)
    with pytest.raises(WitnessRefusal, match="戻って"):
        sealing.tell_witnesses(town)
    write(scope, 9)
    with pytest.raises(WitnessRefusal, match="異なります"):
        seal(scope)


def restore(as_superuser: Callable[[], Any], town: Organisation, size: int) -> None:
    """What a restored backup leaves: everything as it was at that size."""
    with as_superuser() as attacker:
        attacker.execute(
            "DELETE FROM ledger_entry WHERE organisation_id = %s AND id IN "
            "(SELECT entry_id FROM ledger_leaf WHERE organisation_id = %s AND leaf_index >= %s)",
            [town.pk, town.pk, size],
        )
        attacker.execute("DELETE FROM ledger_leaf WHERE organisation_id = %s AND leaf_index >= %s", [town.pk, size])
        attacker.execute("DELETE FROM ledger_checkpoint WHERE organisation_id = %s AND tree_size > %s", [town.pk, size])


def test_telling_witnesses_of_an_empty_log_says_nothing(town: Organisation) -> None:
    sealing.tell_witnesses(town)
    assert not (folder()).exists()


def test_finding_what_waits_reads_no_table_from_end_to_end(scope: Scope) -> None:
    write(scope, 3)
    with transaction.atomic(using="sealer"), connections["sealer"].cursor() as cursor:
        set_organisation(scope.organisation_id, using="sealer")
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN " + sealing.WAITING,
            {"server": 1, "whole": False, "codes": [scope.organisation_code], "all": False},
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "ledger_entry_unsealed" in plan
    assert "Seq Scan on ledger" not in plan
