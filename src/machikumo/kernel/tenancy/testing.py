"""Fixtures for tests with a database: a private database a worker, and fresh organisations for each test.

Nothing is rolled back or truncated: tenants do not see each other, which is what the tests rely on and prove.
Loaded by ``-p machikumo.kernel.tenancy.testing``.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
os.environ["MACHIKUMO_DATABASE"] = f"machikumo_test_{WORKER}"
os.environ.setdefault("MACHIKUMO_HTTPS", "0")
os.environ.setdefault("MACHIKUMO_HOSTS", "localhost,testserver")
SOURCE = Path(__file__).resolve().parents[2]


@pytest.hookimpl(tryfirst=True)  # before the plug-in of Django, which reads the settings here
def pytest_load_initial_conftests() -> None:
    """The server must be up before the settings are read."""
    from machikumo.site import postgres

    postgres.administrator_dsn()


def _schema_fingerprint() -> str:
    digest = hashlib.sha256()
    for pattern in ("**/migrations/*.py", "kernel/tenancy/*.py", "site/setup.py", "site/settings.py"):
        for file in sorted(SOURCE.glob(pattern)):
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


@pytest.fixture(scope="session")
def database(django_db_blocker: Any) -> Iterator[str]:
    """The worker's own database, copied from a template that is made once a schema; gives its name."""
    from django.db import connections
    from psycopg import sql

    from machikumo.site import environment, setup

    name = os.environ["MACHIKUMO_DATABASE"]
    template = f"machikumo_template_{_schema_fingerprint()}"
    with _administrator("postgres") as server:
        server.execute("SELECT pg_advisory_lock(727272)")
        known = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template]).fetchone()
        with django_db_blocker.unblock():
            if not known:
                _make_template(server, template)
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
            server.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER machikumo_migration").format(
                    sql.Identifier(name), sql.Identifier(template)
                )
            )
        server.execute("SELECT pg_advisory_unlock(727272)")
    # the witnesses of the database of that name that was here before know another log
    shutil.rmtree(environment.read().var / f"witness-{name}", ignore_errors=True)
    for alias in connections:
        connections[alias].settings_dict["NAME"] = name
    with _administrator(name) as server:
        from machikumo.kernel.tenancy import roles

        roles.ensure_schemas(server)
        setup.grant_platform_tables(server)
        # the scopes of tests act as accounts 1, 2, …: no account that a test makes may be one of them by chance
        server.execute("SELECT setval(pg_get_serial_sequence('organisations_account', 'id'), 1000)")
    django_db_blocker.unblock()
    yield name
    connections.close_all()


def _make_template(server: Any, template: str) -> None:
    """A freshly migrated database; a half-made one is taken away first."""
    from django.db import connections
    from psycopg import sql

    from machikumo.site import setup

    half = f"{template}_half"
    server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(half)))
    for alias in connections:
        connections[alias].settings_dict["NAME"] = half
    setup.prepare(lambda _line: None, database=half)
    os.environ["MACHIKUMO_DATABASE"] = f"machikumo_test_{WORKER}"
    connections.close_all()
    server.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(half), sql.Identifier(template)))


@pytest.fixture
def make_organisation(database: str) -> Iterator[Callable[..., Organisation]]:
    """Makes a fresh active training organisation; fields may be overridden.

    A live one looks like a training one after the test, as other tests ask whether there is any live one.
    """
    from machikumo.kernel.tenancy.models import Organisation

    live: list[int] = []

    def make(**fields: Any) -> Organisation:
        token = secrets.token_hex(6)
        facts: dict[str, Any] = {
            "code": f"t{token}",
            "kind": "municipality",
            "name": f"試験町{token[:4]}",
            "name_en": "Test Town",
        }
        facts |= {"is_active": True, "mode": "training"} | fields
        made: Organisation = Organisation.objects.using("migration").create(**facts)
        live.extend([made.pk] * (made.mode == "live"))
        return made

    yield make
    if live:
        with _administrator(database) as server:
            server.execute("SET session_replication_role = replica")  # past the trigger that keeps the mode for ever
            server.execute("UPDATE tenancy_organisation SET mode = 'training' WHERE id = ANY(%s)", [live])


def _administrator(name: str) -> Any:
    import psycopg

    from machikumo.site import environment

    target = environment.database(environment.read())
    return psycopg.connect(
        host=target.host, port=target.port, user=target.user, password=target.password, dbname=name, autocommit=True
    )


@pytest.fixture
def quiet_queue(database: str) -> None:  # noqa: ARG001 - it must exist first
    """No job of an earlier test waits: a worker that a test starts takes up that test's work at once."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'cancelled' WHERE status = 'todo'")


@pytest.fixture
def scope_of() -> Callable[..., Scope]:
    """A scope within an organisation; every permission unless ``permissions`` says which."""
    from machikumo.kernel.scope import Scope

    class _Everything(frozenset[str]):
        __slots__ = ()

        def __contains__(self, _permission: object) -> bool:
            return True

    def make(organisation: Organisation, **fields: Any) -> Scope:
        facts: dict[str, Any] = {
            "organisation_id": organisation.pk,
            "organisation_code": organisation.code,
            "person": "account:1",
            "role": "desk_clerk",
            "permissions": _Everything(),
            "training": organisation.mode == "training",
        }
        return Scope(**(facts | fields))

    return make


@pytest.fixture
def town(make_organisation: Callable[..., Organisation]) -> Organisation:
    """A fresh town."""
    return make_organisation()


@pytest.fixture
def other_town(make_organisation: Callable[..., Organisation]) -> Organisation:
    """Another fresh town."""
    return make_organisation()


@pytest.fixture
def scope(town: Organisation, scope_of: Callable[..., Scope]) -> Scope:
    """A scope within the fresh town, with every permission."""
    return scope_of(town)
