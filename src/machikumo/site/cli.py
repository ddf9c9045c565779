"""Commands of the whole installation: migrate, doctor, serve, demo."""

from __future__ import annotations

from typing import Any


def register(commands: Any) -> None:
    """Add the commands of the installation."""
    migrate = commands.add_parser("migrate", help="prepare or update the database (roles, tables, rights)")
    migrate.set_defaults(run=run_migrate)


def run_migrate(_chosen: Any) -> int:
    """Start the embedded server where there is no DATABASE_URL, and prepare the database."""
    from machikumo.site import postgres, setup

    postgres.administrator_dsn()
    setup.prepare()
    return 0
