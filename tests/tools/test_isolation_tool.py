"""The proof of isolation looks at every table, sets only the sealer aside, and keeps passwords to itself."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from machikumo.site import postgres

if TYPE_CHECKING:
    from collections.abc import Iterator

# by its place, since tests/isolation has the same name
_FOUND = importlib.util.spec_from_file_location(
    "isolation_tool", Path(__file__).resolve().parents[2] / "tools" / "isolation.py"
)
assert _FOUND is not None
assert _FOUND.loader is not None
isolation: Any = importlib.util.module_from_spec(_FOUND)
sys.modules["isolation_tool"] = isolation
_FOUND.loader.exec_module(isolation)

# a name of its own for each process: the test server is shared
NAME = f"machikumo_isolation_tool_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
ROLE = f"{NAME}_role"
WALL = "ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY"


@pytest.fixture(scope="module")
def dsn() -> Iterator[str]:
    """A database of its own with one table behind its wall."""
    server = postgres.administrator_dsn()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {NAME}")
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone():
            connection.execute(f"CREATE ROLE {ROLE}")
    place = psycopg.conninfo.make_conninfo(server, dbname=NAME)
    isolation.run(place, "CREATE TABLE people (id int, organisation_id bigint)")
    isolation.run(place, f"ALTER TABLE people {WALL}")
    yield place
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {NAME} WITH (FORCE)")
        connection.execute(f"DROP ROLE {ROLE}")


def test_a_table_behind_its_wall_is_in_order(dsn: str) -> None:
    assert isolation.catalogue(dsn) == []


@pytest.mark.parametrize("hole", ["DISABLE ROW LEVEL SECURITY", "NO FORCE ROW LEVEL SECURITY"])
def test_a_table_without_a_forced_wall_is_found(dsn: str, hole: str) -> None:
    isolation.run(dsn, f"ALTER TABLE people {hole}")
    try:
        assert isolation.catalogue(dsn) == ["people has no forced row security"]
    finally:
        isolation.run(dsn, f"ALTER TABLE people {WALL}")


def test_a_right_without_a_policy_is_found(dsn: str) -> None:
    isolation.run(dsn, f"GRANT SELECT ON people TO {ROLE}")
    try:
        assert isolation.catalogue(dsn) == [f"people ({ROLE}) has rights and no policy"]
        isolation.run(dsn, f"CREATE POLICY mine ON people TO {ROLE} USING (organisation_id = 1)")
        assert isolation.catalogue(dsn) == []
    finally:
        isolation.run(dsn, f"REVOKE ALL ON people FROM {ROLE}")
        isolation.run(dsn, "DROP POLICY IF EXISTS mine ON people")


def test_only_the_sealer_s_open_policies_on_the_ledger_are_set_aside(dsn: str) -> None:
    isolation.run(dsn, f"CREATE POLICY open ON people TO {ROLE} USING (true)")
    isolation.set_sealer_aside(dsn)
    try:
        assert [row[:2] for row in isolation.rows(dsn, isolation.OPEN)] == [("people", "open")]
    finally:
        isolation.run(dsn, "DROP POLICY open ON people")


def test_every_hole_belongs_to_a_proof_and_there_is_one_without_any_policy() -> None:
    assert {proof for _name, proof, _statement in isolation.HOLES} <= {*isolation.MODES, "catalogue"}
    assert any(statement.startswith("DROP POLICY") for _name, _proof, statement in isolation.HOLES)


@pytest.mark.parametrize(("code", "said"), [(0, ""), (1, "public.people  LEAK  id = 1")])
def test_the_proof_s_output_is_what_was_not_proven(monkeypatch: pytest.MonkeyPatch, code: int, said: str) -> None:
    seen: dict[str, Any] = {}

    def run(command: list[str], *, env: dict[str, str], **_more: Any) -> subprocess.CompletedProcess[str]:
        seen.update(command=command, env=env)
        return subprocess.CompletedProcess(command, code, "public.a  PROVEN  -\npublic.people  LEAK  id = 1", "")

    monkeypatch.setattr("subprocess.run", run)
    assert isolation.disproof("postgresql://x:secret@y/z", "write") == said
    assert "--strict" in seen["command"]
    assert "--mode=write" in seen["command"]
    assert not any("secret" in word for word in seen["command"])
    assert "secret" in seen["env"]["DATABASE_URL"]
