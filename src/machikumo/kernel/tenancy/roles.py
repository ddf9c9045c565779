"""The database roles: who may touch what, made once per server by its administrator.

None bypasses row security, none is a member of another, so ``SET ROLE`` leads nowhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Mapping

    import psycopg

ROLES = {
    "default": "machikumo_app",
    "auditor": "machikumo_auditor",
    "sealer": "machikumo_sealer",
    "publisher": "machikumo_publisher",
    "public": "machikumo_public_reader",
    "migration": "machikumo_migration",
    "backup": "machikumo_backup",
}
# the transaction's organisation; NULL, and so no rows, where none was set
ORGANISATION_FUNCTION = """
CREATE OR REPLACE FUNCTION public.machikumo_organisation() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT nullif(pg_catalog.current_setting('machikumo.organisation_id', true), '')::bigint $$
"""
ATTRIBUTES = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT NOBYPASSRLS"


def ensure_roles(connection: psycopg.Connection, passwords: Mapping[str, str]) -> None:
    """Make every role with its password; ``passwords`` is keyed by role name. Safe to repeat."""
    for role in ROLES.values():
        known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
        verb = "ALTER" if known else "CREATE"
        extra = " REPLICATION" if role == ROLES["backup"] else " NOREPLICATION"
        connection.execute(
            sql.SQL("{verb} ROLE {role} " + ATTRIBUTES + extra + " PASSWORD {password}").format(
                verb=sql.SQL(verb), role=sql.Identifier(role), password=sql.Literal(passwords[role])
            )
        )


def ensure_database(connection: psycopg.Connection, name: str) -> bool:
    """Make the database, owned by the migration role; True when it was new. The connection must autocommit."""
    if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
        return False
    owner = sql.Identifier(ROLES["migration"])
    connection.execute(
        sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'").format(
            sql.Identifier(name), owner
        )
    )
    return True


def ensure_schemas(connection: psycopg.Connection) -> None:
    """The schemas and who may use them, in the database that the connection is in."""
    names = {role: sql.Identifier(role) for role in ROLES.values()}
    readers = [ROLES[key] for key in ("default", "auditor", "sealer", "publisher", "public")]
    connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
    connection.execute(sql.SQL("GRANT ALL ON SCHEMA public TO {}").format(names[ROLES["migration"]]))
    connection.execute(
        sql.SQL("CREATE SCHEMA IF NOT EXISTS published AUTHORIZATION {}").format(names[ROLES["migration"]])
    )
    for schema in ("public", "published"):
        for role in readers:
            connection.execute(sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(sql.Identifier(schema), names[role]))
    connection.execute(ORGANISATION_FUNCTION)
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(_database(connection)))
    for role in ROLES.values():
        connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(_database(connection), names[role]))
    connection.execute(
        sql.SQL("GRANT TEMPORARY ON DATABASE {} TO {}, {}").format(
            _database(connection), names[ROLES["default"]], names[ROLES["migration"]]
        )
    )


def _database(connection: psycopg.Connection) -> sql.Identifier:
    return sql.Identifier(connection.info.dbname)
