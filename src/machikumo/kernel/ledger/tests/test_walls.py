"""Who may do what to the ledger's tables, tried as each role of the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import DatabaseError, connections, transaction

from machikumo.kernel.ledger import seal
from machikumo.kernel.ledger.domain.entry import LedgerError
from machikumo.kernel.ledger.models import Checkpoint, Entry, Leaf
from machikumo.kernel.ledger.tests.helpers import rows_of, write
from machikumo.kernel.tenancy.doors import entered, set_organisation

if TYPE_CHECKING:
    from collections.abc import Callable

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

TABLES = ("ledger_entry", "ledger_leaf", "ledger_checkpoint")
ALIASES = ("default", "auditor", "sealer", "publisher", "public", "migration")
READERS = {(alias, table) for alias in ("auditor", "sealer") for table in TABLES}


def run(alias: str, scope: Scope, statement: str) -> list[tuple[object, ...]]:
    """One statement as that role, with the organisation set."""
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        set_organisation(scope.organisation_id, using=alias)
        cursor.execute(statement)
        return list(cursor.fetchall()) if cursor.description else []


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("alias", ALIASES)
def test_only_auditor_and_sealer_read(scope: Scope, alias: str, table: str) -> None:
    write(scope)
    seal(organisations=[scope.organisation_code])
    if (alias, table) in READERS:
        assert run(alias, scope, f"SELECT * FROM {table}")
        return
    if alias == "migration":
        assert run(alias, scope, f"SELECT * FROM {table}") == [], "the owner has no policy, so it sees nothing"
        return
    with pytest.raises(DatabaseError, match="permission denied"):
        run(alias, scope, f"SELECT * FROM {table}")


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("alias", ALIASES)
def test_nobody_changes_or_deletes(scope: Scope, alias: str, table: str) -> None:
    write(scope)
    seal(organisations=[scope.organisation_code])
    for statement in (
        f"UPDATE {table} SET organisation_id = organisation_id",
        f"DELETE FROM {table}",
        f"TRUNCATE {table}",
    ):
        with pytest.raises(DatabaseError, match=r"permission denied|only grows"):
            run(alias, scope, statement)
    assert len(rows_of(scope)) == 1


@pytest.mark.parametrize("table", TABLES)
def test_even_the_owner_who_takes_the_right_is_stopped(scope: Scope, table: str) -> None:
    with pytest.raises(DatabaseError, match="only grows"):
        run(
            "migration",
            scope,
            f"GRANT UPDATE, DELETE, TRUNCATE ON {table} TO machikumo_migration; DELETE FROM {table}",
        )
    assert run("sealer", scope, "SELECT 1") == [(1,)]


def test_the_application_writes_rows_and_nothing_beside_them(scope: Scope) -> None:
    write(scope)
    for statement in (
        "INSERT INTO ledger_leaf VALUES (1, 0, gen_random_uuid(), decode(repeat('00', 32), 'hex'))",
        "INSERT INTO ledger_entry (organisation_id, canonical, transaction_number) VALUES (1, '{}', '1')",
        "INSERT INTO ledger_entry (organisation_id, canonical) VALUES (1, '{}') RETURNING id",
    ):
        with pytest.raises(DatabaseError, match="permission denied"):
            run("default", scope, statement)
    assert len(rows_of(scope)) == 1


def test_the_application_writes_for_its_own_organisation_only(scope: Scope, other_town: Organisation) -> None:
    write(scope)
    text = rows_of(scope)[0][0]
    with pytest.raises(DatabaseError, match="row-level security"):
        run(
            "default",
            scope,
            f"INSERT INTO ledger_entry (organisation_id, canonical) VALUES ({other_town.pk}, '{text}')",
        )
    assert len(rows_of(scope)) == 1


def test_a_row_without_its_facts_is_refused(scope: Scope) -> None:
    for text in ("{}", "[]", "no json", '{"id":"not an id"}'):
        with pytest.raises(DatabaseError):
            run(
                "default",
                scope,
                f"INSERT INTO ledger_entry (organisation_id, canonical) VALUES ({scope.organisation_id}, '{text}')",
            )
    assert rows_of(scope) == []


def test_the_auditor_sees_its_own_organisation_only(
    scope: Scope, other_town: Organisation, scope_of: Callable[..., Scope]
) -> None:
    write(scope, 2)
    write(scope_of(other_town), 3)
    seal(organisations=[scope.organisation_code, other_town.code])
    assert len(rows_of(scope)) == 2
    assert len(rows_of(scope_of(other_town))) == 3
    for table in TABLES:
        with transaction.atomic(using="auditor"), connections["auditor"].cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone() == (0,)


def test_the_sealer_may_not_write_business_rows(scope: Scope) -> None:
    with pytest.raises(DatabaseError, match="permission denied"):
        run("sealer", scope, "INSERT INTO ledger_entry (organisation_id, canonical) VALUES (1, '{}')")
    assert rows_of(scope) == []


@pytest.mark.parametrize("model", [Entry, Leaf, Checkpoint])
def test_django_writes_none_of_the_tables(scope: Scope, model: type[Entry]) -> None:
    row = model(organisation_id=scope.organisation_id)
    with entered(scope), pytest.raises(LedgerError, match="変更できません"):
        row.save()
    with entered(scope), pytest.raises(LedgerError, match="変更できません"):
        row.delete()


def test_every_key_and_index_begins_with_the_organisation(scope: Scope) -> None:
    found = run(
        "sealer",
        scope,
        "SELECT indexrelid::regclass::text, a.attname FROM pg_index i "
        "JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0] "
        "WHERE indrelid::regclass::text IN ('ledger_entry', 'ledger_leaf', 'ledger_checkpoint')",
    )
    assert len(found) == 8
    assert {column for _index, column in found} == {"organisation_id"}
