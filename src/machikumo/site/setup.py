"""Prepares a database: roles, database, schemas, tables and the rights on platform tables. Safe to repeat."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import psycopg

from machikumo.kernel.tenancy import roles
from machikumo.site import environment

if TYPE_CHECKING:
    from collections.abc import Callable

SUPPORTED = range(15, 19)
PLATFORM_TABLES = {
    # tables of libraries, which belong to no tenant; sessions, sign-in and the queue come before any tenant is known
    "django_session": "SELECT, INSERT, UPDATE, DELETE",
    "django_content_type": "SELECT",
    "auth_permission": "SELECT",
    "account_emailaddress": "SELECT, INSERT, UPDATE, DELETE",
    "account_emailconfirmation": "SELECT, INSERT, UPDATE, DELETE",
    "mfa_authenticator": "SELECT, INSERT, UPDATE, DELETE",
    "socialaccount_socialaccount": "SELECT, INSERT, UPDATE, DELETE",
    "socialaccount_socialapp": "SELECT",
    "socialaccount_socialtoken": "SELECT",
    "procrastinate_jobs": "SELECT, INSERT, UPDATE, DELETE",
    "procrastinate_periodic_defers": "SELECT, INSERT, UPDATE, DELETE",
    "procrastinate_events": "SELECT, INSERT, UPDATE, DELETE",
    "procrastinate_workers": "SELECT, INSERT, UPDATE, DELETE",
    "django_migrations": "SELECT",
}


class UnsupportedServer(RuntimeError):
    """The PostgreSQL server is of a version that we have not proved."""


def prepare(say: Callable[[str], None] = print, *, database: str = "") -> None:
    """Make roles, database, schemas, tables and grants; ``database`` overrides the name of the settings."""
    if database:
        os.environ["MACHIKUMO_DATABASE"] = database
    settings = environment.read()
    target = environment.database(settings)
    passwords = {role: environment.secret(settings, f"database-{role}") for role in roles.ROLES.values()}
    with _administrator(target, "postgres") as server:
        version = server.info.server_version // 10_000
        if version not in SUPPORTED:
            raise UnsupportedServer(
                f"PostgreSQL {version} には対応していません（15〜18 を使ってください）。"
                f" PostgreSQL {version} is not supported; use 15 to 18."
            )
        roles.ensure_roles(server, passwords)
        made = roles.ensure_database(server, target.name)
        if made:
            say(f"データベース {target.name} を作りました / database made")
    with _administrator(target, target.name) as server:
        roles.ensure_schemas(server)
    migrate()
    with _administrator(target, target.name) as server:
        grant_platform_tables(server)
    if made:
        tell_of_old_witnesses(say)


def tell_of_old_witnesses(say: Callable[[str], None]) -> bool:
    """Whether witnesses remember logs that a database made just now cannot have; says at once what to do."""
    from machikumo.kernel.ledger import witnesses
    from machikumo.kernel.ledger.domain.witness import REMEDY_EN, REMEDY_JA

    folder = witnesses.folder()
    logs = sorted({file.stem for file in folder.glob("*/*.jsonl") if file.stat().st_size})
    if not logs:
        return False
    say(f"データベースは新しいのに、証人の控え {folder} に {len(logs)} 団体の記録が残っています。{REMEDY_JA}")
    say(f"The database is new, but the witnesses in {folder} remember {len(logs)} logs. {REMEDY_EN}")
    return True


def migrate() -> None:
    """Bring the tables to the present state, as the role that owns them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "machikumo.site.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", database="migration", verbosity=0, interactive=False)


def grant_platform_tables(server: psycopg.Connection) -> None:
    """The application's rights on the tables of libraries, and on their sequences."""
    role = roles.ROLES["default"]
    for table, rights in PLATFORM_TABLES.items():
        known = server.execute("SELECT to_regclass(%s)", [f"public.{table}"]).fetchone()
        if not known or known[0] is None:
            continue
        server.execute(f'GRANT {rights} ON public."{table}" TO {role}')
        sequence = server.execute(
            "SELECT pg_get_serial_sequence(%s, 'id') WHERE EXISTS (SELECT 1 FROM information_schema.columns "
            "WHERE table_schema = 'public' AND table_name = %s AND column_name = 'id')",
            [f"public.{table}", table],
        ).fetchone()
        if sequence and sequence[0] and "INSERT" in rights:
            server.execute(f"GRANT USAGE ON SEQUENCE {sequence[0]} TO {role}")


def _administrator(target: environment.Database, name: str) -> psycopg.Connection:
    return psycopg.connect(
        host=target.host,
        port=target.port,
        user=target.user,
        password=target.password,
        dbname=name,
        autocommit=True,
    )


def start_django() -> None:
    """Make Django ready in a command; the embedded server is started where there is no DATABASE_URL."""
    from machikumo.site import postgres

    postgres.administrator_dsn()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "machikumo.site.settings")
    import django

    django.setup()
