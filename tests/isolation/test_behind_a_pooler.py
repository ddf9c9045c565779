"""Behind pgBouncer in transaction mode, where many clients share two connections, nobody sees another town's rows."""

from __future__ import annotations

import threading
from collections import Counter
from typing import TYPE_CHECKING

import psycopg
import pytest
from tests.isolation.pooler import PROGRAM, pooler

from machikumo.kernel.tenancy.doors import entered
from machikumo.kernel.tenancy.roles import ROLES
from machikumo.register.models import Person
from machikumo.site import environment

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

CLIENTS = 6
READS = 200
LOCAL = "SELECT set_config('machikumo.organisation_id', %s, true)"
FOR_THE_SESSION = "SELECT set_config('machikumo.organisation_id', %s, false)"


@pytest.fixture(autouse=True)
def pooler_program() -> None:
    if PROGRAM is None:
        pytest.skip("pgBouncer is missing: apt-get install pgbouncer")


def client(port: int, database: str, organisation: int, statement: str, seen: Counter[str], *, together: bool) -> None:
    """Read again and again; count how often a foreign row came, and how often our own."""
    password = environment.secret(environment.read(), f"database-{ROLES['default']}")
    with psycopg.connect(
        host="127.0.0.1",
        port=port,
        dbname=database,
        user=ROLES["default"],
        password=password,
        prepare_threshold=None,
        autocommit=not together,
    ) as connection:
        for _ in range(READS):
            connection.execute(statement, [str(organisation)])
            rows = connection.execute("SELECT DISTINCT organisation_id FROM register_person").fetchall()
            if together:
                connection.commit()
            seen["foreign"] += any(row[0] != organisation for row in rows)
            seen["own"] += any(row[0] == organisation for row in rows)


def run(port: int, database: str, scopes: list[Scope], statement: str, *, together: bool) -> Counter[str]:
    seen: Counter[str] = Counter()
    threads = [
        threading.Thread(
            target=client,
            args=(port, database, scopes[number % len(scopes)].organisation_id, statement, seen),
            kwargs={"together": together},
        )
        for number in range(CLIENTS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seen


def test_the_transactions_own_setting_never_leaks_and_the_sessions_would(
    database: str,
    make_organisation: Callable[..., Organisation],
    scope_of: Callable[..., Scope],
    tmp_path: Path,
) -> None:
    scopes = [scope_of(make_organisation()) for _ in range(3)]
    for scope in scopes:
        with entered(scope):
            Person.objects.add(scope, addressee_number="1")
    with pooler(tmp_path / "pooler") as port:
        ours = run(port, database, scopes, LOCAL, together=True)
        wrong = run(port, database, scopes, FOR_THE_SESSION, together=False)
    assert (ours["foreign"], ours["own"]) == (0, CLIENTS * READS)
    assert wrong["foreign"] > 0, "the trap that this test is about was not there: the test proves nothing"
