"""The vault against the outside: other tenants, other roles, the log, and two at once."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Any

import pytest
from django.db import ProgrammingError, connection, connections, transaction

from machikumo.kernel.errors import Conflict
from machikumo.kernel.numbers import actions
from machikumo.kernel.numbers.domain import NumberKind, training_number
from machikumo.kernel.numbers.keys import KeyStore
from machikumo.kernel.tenancy.doors import entered, read_as

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

KIND = NumberKind.INDIVIDUAL
FIRST = training_number(KIND, 1)
COUNT = "SELECT count(*) FROM numbers_numberrecord"


@pytest.fixture(autouse=True)
def key_folder(settings: Any, tmp_path: Path) -> Path:
    settings.MACHIKUMO_KEYS = tmp_path / "keys"
    return tmp_path / "keys"


def counted() -> int:
    with connection.cursor() as cursor:
        cursor.execute(COUNT)
        return int(cursor.fetchone()[0])


def test_raw_sql_sees_the_rows_of_the_entered_organisation_only(
    scope: Scope, other_town: Organisation, scope_of: Callable[..., Scope]
) -> None:
    actions.store_number(scope, kind=KIND, subject="p1", number=FIRST)
    with entered(scope):
        assert counted() == 1
    with entered(scope_of(other_town)):
        assert counted() == 0
    with transaction.atomic():
        assert counted() == 0


def test_raw_sql_cannot_write_a_row_into_another_organisation(scope: Scope, other_town: Organisation) -> None:
    statement = (
        "INSERT INTO numbers_numberrecord (organisation_id, kind, subject, ciphertext, keyed_hash, key_version)"
        " VALUES (%s, 'individual_number', 'p1', '', '', 1)"
    )
    with pytest.raises(ProgrammingError, match="row-level security"), entered(scope):
        connection.cursor().execute(statement, [other_town.pk])
    with entered(scope):
        assert counted() == 0


def test_the_auditor_who_reads_the_ledger_cannot_read_the_vault(scope: Scope) -> None:
    actions.store_number(scope, kind=KIND, subject="p1", number=FIRST)
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        read_as("auditor", scope),
        connections["auditor"].cursor() as cursor,
    ):
        cursor.execute(COUNT)


def test_not_even_a_log_of_every_statement_holds_a_number(scope: Scope, caplog: pytest.LogCaptureFixture) -> None:
    connection.force_debug_cursor = True
    try:
        with caplog.at_level(logging.DEBUG):
            actions.store_number(scope, kind=KIND, subject="p1", number=FIRST)
            actions.open_number(scope, kind=KIND, subject="p1", purpose="linkage", ground="突合")
            assert actions.find_by_number(scope, kind=KIND, number=FIRST, ground="突合") == "p1"
    finally:
        connection.force_debug_cursor = False
    told = caplog.text + "".join(query["sql"] for query in connection.queries_log)
    assert "numbers_numberrecord" in told
    assert FIRST not in told


def test_of_two_who_store_one_number_at_once_one_wins_and_the_other_is_told(scope: Scope) -> None:
    start = threading.Barrier(2)
    ended: dict[str, str] = {}

    def store(subject: str) -> None:
        start.wait()
        try:
            actions.store_number(scope, kind=KIND, subject=subject, number=FIRST)
            ended[subject] = "stored"
        except Conflict as refusal:
            ended[subject] = refusal.message_ja
        finally:
            connections.close_all()

    threads = [threading.Thread(target=store, args=(subject,)) for subject in ("p1", "p2")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (winner,) = (subject for subject, how in ended.items() if how == "stored")
    (refusal,) = (how for how in ended.values() if how != "stored")
    assert "同じ番号" in refusal
    assert FIRST not in refusal
    assert actions.find_by_number(scope, kind=KIND, number=FIRST, ground="確認") == winner


def test_many_who_use_a_vault_for_the_first_time_at_once_get_the_same_keys(tmp_path: Path) -> None:
    store = KeyStore(tmp_path / "182079")
    start = threading.Barrier(8)
    seen: list[tuple[bytes, bytes]] = []

    def use() -> None:
        start.wait()
        store.make_first()
        seen.append((store.encryption(1), store.lookup()))

    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 8
    assert len(set(seen)) == 1
    assert sorted(file.name for file in store.folder.iterdir()) == ["encryption-1", "lookup"]


def test_what_fails_after_an_opening_takes_the_opening_back_too(scope: Scope) -> None:
    actions.store_number(scope, kind=KIND, subject="p1", number=FIRST)

    def printing_fails() -> None:
        actions.open_number(scope, kind=KIND, subject="p1", purpose="certificate", ground="請求")
        raise RuntimeError("the printer burns")

    with pytest.raises(RuntimeError, match="burns"), entered(scope):
        printing_fails()
    with read_as("auditor", scope), connections["auditor"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_entry WHERE event = 'number.opened'")
        assert cursor.fetchone() == (0,)
