"""Commands of the whole installation: migrate, doctor, serve, demo."""

from __future__ import annotations

import sys
from typing import Any


def register(commands: Any) -> None:
    """Add the commands of the installation."""
    migrate = commands.add_parser("migrate", help="prepare or update the database (roles, tables, rights)")
    migrate.set_defaults(run=run_migrate)
    demo = commands.add_parser("demo", help="set up, move two towns in, serve; --check drives it and ends")
    demo.add_argument("--check", action="store_true", help="drive it through a browser; exit 0 or 1")
    demo.add_argument("--people", type=int, default=1_000, help="people in each town")
    demo.add_argument("--port", type=int, default=8000)
    demo.set_defaults(run=run_demo)
    serve = commands.add_parser("serve", help="the web server and the worker, supervised")
    serve.add_argument("--port", type=int, default=8000)
    serve.set_defaults(run=run_serve, needs_django=True)
    doctor = commands.add_parser("doctor", help="tell what this machine lacks and how to get it")
    doctor.set_defaults(run=run_doctor)
    secrets = commands.add_parser("secrets", help="make the passwords of the database's roles, for roles.sql")
    secrets.set_defaults(run=run_secrets)
    fonts = commands.add_parser("fonts", help="fetch the font for names where it is missing")
    fonts.set_defaults(run=run_fonts)


def run_migrate(_chosen: Any) -> int:
    """Start the embedded server where there is no DATABASE_URL, and prepare the database."""
    from machikumo.site import postgres, setup

    postgres.administrator_dsn()
    setup.prepare()
    return 0


def run_secrets(_chosen: Any) -> int:
    """Make the password of each database role where it is missing, and say where they are; prints none of them."""
    from machikumo.kernel.tenancy.roles import ROLES
    from machikumo.site import environment

    settings = environment.read()
    for role in ROLES.values():
        environment.secret(settings, f"database-{role}")
    print(settings.var / "secrets")  # noqa: T201 - the answer of a command
    return 0


def run_doctor(_chosen: Any) -> int:
    """Print what is here and what is missing; 1 when something needed is missing."""
    from machikumo.site import doctor

    return doctor.run()


def run_fonts(_chosen: Any) -> int:
    """Fetch IPAmj Mincho where it is missing and print where it is; 1 with advice when that fails."""
    from machikumo.site import environment, fonts

    try:
        print(fonts.ensure_name_font(environment.read().var))  # noqa: T201 - the answer of a command
    except fonts.FontMissing as missing:
        print(f"{missing.message_ja}\n{missing.message_en}", file=sys.stderr)  # noqa: T201 - the answer of a command
        return 1
    return 0


def run_demo(chosen: Any) -> int:
    """Make the demonstration."""
    from machikumo.site.demo.run import run

    return run(check=chosen.check, people=chosen.people, port=chosen.port)


def run_serve(chosen: Any) -> int:
    """Serve until stopped."""
    from machikumo.site import serve

    return serve.run(port=chosen.port)
