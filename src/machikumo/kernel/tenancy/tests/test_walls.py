"""The two walls: what the database lets through and what the code lets through."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import DataError, IntegrityError, ProgrammingError, connection, connections, transaction

from machikumo.kernel.tenancy.doors import entered
from machikumo.kernel.tenancy.models import ScopeMismatch, UnscopedRead
from machikumo.kernel.tenancy.roles import ROLES
from machikumo.register.models import Household, Person, PersonVersion

if TYPE_CHECKING:
    from collections.abc import Callable

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation


PLATFORM_TABLES = {
    "organisations_workplace",  # where an account works: asked at sign-in, before any organisation is known
    "releases_signingkey",  # public keys, which everybody may check a release with
}


def test_a_read_outside_every_scope_fails(database: str) -> None:
    assert database
    with pytest.raises(UnscopedRead):
        Person.objects.count()


def test_a_tenant_sees_its_own_rows_and_no_others(
    scope: Scope, other_town: Organisation, scope_of: Callable[..., Scope]
) -> None:
    with entered(scope):
        mine = Person.objects.add(scope, addressee_number="1")
    with entered(scope_of(other_town)) as other:
        assert not Person.objects.within(other).exists()
        assert not Person._base_manager.filter(pk=mine.pk).exists()
    with entered(scope):
        assert list(Person.objects.within(scope)) == [mine]


def test_raw_sql_without_an_organisation_gives_no_rows(scope: Scope) -> None:
    with entered(scope):
        Person.objects.add(scope, addressee_number="1")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM register_person")
        assert cursor.fetchone() == (0,)


def test_the_organisation_is_forgotten_at_the_end_of_the_transaction(scope: Scope) -> None:
    with entered(scope):
        pass
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('machikumo.organisation_id', true)")
        assert cursor.fetchone() in {("",), (None,)}


def test_a_row_cannot_be_written_for_another_organisation(scope: Scope, other_town: Organisation) -> None:
    with pytest.raises(ProgrammingError, match="row-level security"), entered(scope):
        Person(organisation_id=other_town.pk, addressee_number="1").save()


def test_a_reference_to_another_tenants_row_is_refused(
    scope: Scope, other_town: Organisation, scope_of: Callable[..., Scope]
) -> None:
    with entered(scope_of(other_town)) as other:
        foreign = Person.objects.add(other, addressee_number="9")
    with entered(scope):
        household = Household.objects.add(scope, number="1")
    with pytest.raises(IntegrityError), entered(scope):
        PersonVersion.objects.add(scope, person_id=foreign.pk, household=household, history_number=1, history_branch=0)


def test_another_organisation_inside_an_open_scope_is_refused(
    scope: Scope, other_town: Organisation, scope_of: Callable[..., Scope]
) -> None:
    with entered(scope), pytest.raises(ScopeMismatch), entered(scope_of(other_town)):
        pass


def test_a_scope_cannot_be_entered_inside_a_strange_transaction(scope: Scope) -> None:
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"), entered(scope):
        pass


@pytest.mark.parametrize(
    ("alias", "role"),
    [
        (alias, role)
        for alias in ("default", "auditor", "sealer", "publisher", "public")
        for role in (*ROLES.values(), "machikumo_administrator")
        if role != ROLES[alias]
    ],
)
def test_no_role_can_become_another(database: str, alias: str, role: str) -> None:
    assert database
    with (
        pytest.raises((ProgrammingError, DataError), match=r"permission denied|does not exist"),
        connections[alias].cursor() as cursor,
    ):
        cursor.execute(f'SET ROLE "{role}"')


def test_the_public_reader_cannot_read_a_tenants_table(database: str) -> None:
    assert database
    with pytest.raises(ProgrammingError, match="permission denied"), connections["public"].cursor() as cursor:
        cursor.execute("SELECT 1 FROM register_person")


def test_every_reference_between_tenant_tables_carries_the_organisation(database: str) -> None:
    assert database
    with connections["migration"].cursor() as cursor:
        cursor.execute(
            """
            SELECT c.conrelid::regclass::text, c.conname
            FROM pg_constraint c
            JOIN pg_class own ON own.oid = c.conrelid AND own.relrowsecurity
            JOIN pg_class other ON other.oid = c.confrelid AND other.relrowsecurity
            WHERE c.contype = 'f' AND NOT EXISTS (
                SELECT 1 FROM pg_attribute a
                WHERE a.attrelid = c.conrelid AND a.attnum = c.conkey[1] AND a.attname = 'organisation_id'
                  AND array_length(c.conkey, 1) = 2
            )
            """
        )
        assert cursor.fetchall() == []


def test_every_table_with_an_organisation_is_behind_forced_row_security(database: str) -> None:
    assert database
    with connections["migration"].cursor() as cursor:
        cursor.execute(
            """
            SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
            JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
            WHERE c.relkind IN ('r', 'p') AND a.attname = 'organisation_id' AND NOT a.attisdropped
              AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
            """
        )
        assert {row[0] for row in cursor.fetchall()} == PLATFORM_TABLES


def test_every_unique_rule_of_a_tenant_table_begins_with_the_organisation(database: str) -> None:
    assert database
    with connections["migration"].cursor() as cursor:
        cursor.execute(
            """
            SELECT i.indexrelid::regclass::text FROM pg_index i
            JOIN pg_class c ON c.oid = i.indrelid AND c.relrowsecurity
            JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
            WHERE i.indisunique AND NOT i.indisprimary AND a.attname <> 'organisation_id'
            """
        )
        assert cursor.fetchall() == []
