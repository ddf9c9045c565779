"""Proves the tenants' wall on a freshly migrated database, and that the proof would notice a hole.

``python tools/isolation.py``: migrate an empty database, look at the catalogue, let pgrls prove that no row of one
tenant can be read or written by another, then break one thing after the other and see each proof fail.
"""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from bootstrap import ROOT
from psycopg import sql

from machikumo.site import environment, postgres, setup

if TYPE_CHECKING:
    from collections.abc import Iterator

DATABASE = f"machikumo_check_{os.getpid()}"
CONFIGURATION = ROOT / "tools" / "pgrls.toml"
FUNCTION = "machikumo_organisation"
MODES = ("anon", "cross-tenant", "write", "escalation", "reachability")
SEALER = "machikumo_sealer"
SEALED = {"ledger_entry", "ledger_leaf", "ledger_checkpoint"}

UNGUARDED = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'organisation_id' AND NOT a.attisdropped
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
AND c.relname <> ALL (%s) ORDER BY 1"""
POLICYLESS = """
SELECT DISTINCT c.relname || ' (' || g.grantee || ')' FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
JOIN information_schema.role_table_grants g ON g.table_schema = 'public' AND g.table_name = c.relname
WHERE c.relrowsecurity AND g.grantee LIKE 'machikumo%'
AND g.grantee <> pg_get_userbyid(c.relowner) AND NOT EXISTS (
  SELECT 1 FROM pg_policies p WHERE p.schemaname = 'public' AND p.tablename = c.relname
  AND g.grantee = ANY (p.roles)) ORDER BY 1"""
OPEN = """
SELECT tablename, policyname, roles::text[] FROM pg_policies
WHERE schemaname = 'public' AND coalesce(qual, with_check) = 'true' ORDER BY 1, 2"""

# What a mistake would look like, as a change of the policy on one table; each must be noticed by the named proof.
POLICY = "ALTER POLICY register_person_app ON register_person"
MINE = f"organisation_id = (SELECT {FUNCTION}())"
HOLES = (
    ("reads everything", "cross-tenant", f"{POLICY} USING (true)"),
    ("a door for administrators", "cross-tenant", f"{POLICY} USING ({MINE} OR current_setting('a.b', true) = 'on')"),
    ("no tenant, all rows", "anon", f"{POLICY} USING ({MINE} OR (SELECT {FUNCTION}()) IS NULL)"),
    ("one tenant is everybody's", "cross-tenant", f"{POLICY} USING ({MINE} OR organisation_id = 1)"),
    ("writes for anybody", "write", f"{POLICY} WITH CHECK (true)"),
    ("a policy removed", "catalogue", "DROP POLICY register_person_app ON register_person"),
    ("row security off", "catalogue", "ALTER TABLE register_person DISABLE ROW LEVEL SECURITY"),
    ("the owner walks past", "catalogue", "ALTER TABLE register_person NO FORCE ROW LEVEL SECURITY"),
)


def main() -> int:
    """Prove, then break; 0 when everything holds and every hole was noticed."""
    with fresh_database() as dsn:
        set_sealer_aside(dsn)
        faults = [f"catalogue: {fault}" for fault in catalogue(dsn)]
        faults += [f"{mode}: not proven\n{said}" for mode in MODES if (said := disproof(dsn, mode))]
        faults += [f"lint: {said}" for said in [lint(dsn)] if said]
        if not faults:  # a proof that fails already would notice everything
            faults += [f"a hole was not noticed: {name}" for name in unnoticed(dsn)]
    for fault in faults:
        print(f"NG  {fault}")
    if not faults:
        print(f"ok  isolation proven ({', '.join(MODES)}); {len(HOLES)} holes, all noticed")
    return 1 if faults else 0


@contextmanager
def fresh_database() -> Iterator[str]:
    """A freshly migrated database of its own; gives its administrator's connection string and drops it at the end."""
    server = postgres.administrator_dsn()
    setup.prepare(lambda _line: None, database=DATABASE)
    from django.db import connections

    connections.close_all()
    try:
        target = environment.database(environment.read())
        yield psycopg.conninfo.make_conninfo(server, dbname=target.name)
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(DATABASE)))


def rows(dsn: str, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """The rows of a query."""
    with psycopg.connect(dsn) as connection:
        return connection.execute(statement, values or None).fetchall()


def run(dsn: str, statement: str) -> None:
    """Run one statement."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(statement)


def set_sealer_aside(dsn: str) -> None:
    """Drop the sealer's open policies on the ledger's three tables: it seals every tenant's rows, by design.

    Any other open policy stays, and fails the proof.
    """
    for table, policy, roles in rows(dsn, OPEN):
        if roles == [SEALER] and table in SEALED:
            run(dsn, f'DROP POLICY "{policy}" ON "{table}"')


def catalogue(dsn: str) -> list[str]:
    """What the catalogue shows: tables of tenants without a forced wall, and rights without a policy."""
    no_tenant = ["organisations_workplace", "releases_signingkey"]
    unguarded = [f"{name} has no forced row security" for (name,) in rows(dsn, UNGUARDED, no_tenant)]
    policyless = [f"{name} has rights and no policy" for (name,) in rows(dsn, POLICYLESS) if SEALER not in name]
    return unguarded + policyless


def disproof(dsn: str, mode: str) -> str:
    """What pgrls could not prove in a mode, or nothing."""
    names = [f"--auth-function={name}" for name in (FUNCTION, f"public.{FUNCTION}")]
    return pgrls(dsn, "verify", "--schemas=public,published", f"--mode={mode}", "--strict", *names)


def lint(dsn: str) -> str:
    """What pgrls warns of, or nothing."""
    return pgrls(dsn, "lint", "--min-severity=warning")


def pgrls(dsn: str, command: str, *options: str) -> str:
    """The output of a pgrls command that failed, without its proven lines; nothing when it passed."""
    program = str(Path(sys.executable).with_name("pgrls"))
    whole = [program, command, f"--config={CONFIGURATION}", *options]
    quiet = {**os.environ, "DATABASE_URL": dsn}  # not on the command line, where others would see the password
    done = subprocess.run(whole, env=quiet, capture_output=True, text=True, check=False)
    if not done.returncode:
        return ""
    return "\n".join(line for line in (done.stdout + done.stderr).splitlines() if " PROVEN " not in line)


def unnoticed(dsn: str) -> list[str]:
    """The holes that no proof noticed; each is made in the database, looked at, and mended."""
    return [name for name, proof, statement in HOLES if not is_noticed(dsn, proof, statement)]


def is_noticed(dsn: str, proof: str, statement: str) -> bool:
    """Whether the proof fails once the statement was run."""
    run(dsn, statement)
    try:
        return bool(catalogue(dsn) if proof == "catalogue" else disproof(dsn, proof))
    finally:
        mend(dsn)


def mend(dsn: str) -> None:
    """Put the wall of the one table back as it was."""
    run(dsn, "DROP POLICY IF EXISTS register_person_app ON register_person")
    run(
        dsn,
        "CREATE POLICY register_person_app ON register_person FOR ALL TO machikumo_app"
        f" USING ({MINE}) WITH CHECK ({MINE})",
    )
    run(dsn, "ALTER TABLE register_person ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")


if __name__ == "__main__":
    sys.exit(main())
