"""Commands of the organisations room: register bodies, make people."""

from __future__ import annotations

import sys
import time
from typing import Any


def register(commands: Any) -> None:
    """Add ``machikumo organisations …``."""
    room = commands.add_parser("organisations", help="register bodies and groups; people who work there")
    verbs = room.add_subparsers(dest="verb", metavar="verb", required=True)
    bodies = verbs.add_parser("register", help="register the ministry, 47 prefectures and 1,741 municipalities")
    bodies.add_argument("--mode", choices=["training", "live"], default="training")
    bodies.set_defaults(run=run_register, needs_django=True)
    activate = verbs.add_parser("activate", help="open one organisation for work")
    activate.add_argument("code")
    activate.set_defaults(run=run_activate, needs_django=True)
    demo = verbs.add_parser("demo", help="make the demonstration's group and one account a role (training only)")
    demo.set_defaults(run=run_demo, needs_django=True)


def run_register(chosen: Any) -> int:
    """Register what is missing and say how many."""
    from machikumo.organisations import registration

    start = time.monotonic()
    count = registration.register_all(mode=chosen.mode)
    seconds = time.monotonic() - start
    sys.stdout.write(f"団体を登録しました: {count} 件（{seconds:.1f} 秒） / {count} organisations registered\n")
    return 0


def run_activate(chosen: Any) -> int:
    """Open the organisation."""
    from machikumo.organisations import queries
    from machikumo.organisations.actions.bodies import activate
    from machikumo.organisations.registration import command_scope

    organisation = activate(command_scope(queries.organisation(chosen.code)))
    sys.stdout.write(f"{organisation.name}（{organisation.code}）を利用できるようにしました / opened\n")
    return 0


def run_demo(_chosen: Any) -> int:
    """Make the demonstration's organisations and people."""
    from machikumo.organisations.demo import make_demo

    sys.stdout.write(f"試用のアカウント: {make_demo()} 件 / demo accounts\n")
    return 0
