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
    officer = verbs.add_parser("officer", help="open an organisation and appoint its first person")
    officer.add_argument("code")
    officer.add_argument("--number", required=True, help="employee number")
    officer.add_argument("--name", required=True)
    officer.add_argument("--username", required=True, help="name to sign in with")
    officer.add_argument("--role", default="information_officer")
    officer.set_defaults(run=run_officer, needs_django=True)
    host = verbs.add_parser("host", help="let an organisation answer at a host of its own")
    host.add_argument("code")
    host.add_argument("host_name", metavar="name", help="such as town.example.jp; '' takes it away")
    host.set_defaults(run=run_host, needs_django=True)
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


def run_officer(chosen: Any) -> int:
    """Appoint the first person and print the password once."""
    from machikumo.kernel.errors import MachikumoError
    from machikumo.organisations.registration import first_officer

    facts = {"employee_number": chosen.number, "name": chosen.name, "username": chosen.username, "role": chosen.role}
    try:
        staff, password = first_officer(chosen.code, **facts)
    except MachikumoError as error:
        sys.stderr.write(f"{error.message_ja}\n{error.message_en}\n")
        return 1
    sys.stdout.write(f"{staff.name} を任命しました / appointed. 最初のパスワード / first password: {password}\n")
    return 0


def run_host(chosen: Any) -> int:
    """Give the organisation its host and say what else is needed."""
    from machikumo.kernel.errors import MachikumoError
    from machikumo.organisations import queries
    from machikumo.organisations.actions.bodies import give_host
    from machikumo.organisations.registration import command_scope

    try:
        town = give_host(command_scope(queries.organisation(chosen.code)), host_name=chosen.host_name)
    except MachikumoError as error:
        sys.stderr.write(f"{error.message_ja}\n{error.message_en}\n")
        return 1
    sys.stdout.write(
        f"{town.name}: {town.host_name or '—'}\nMACHIKUMO_HOSTS にも書いてください / add it to MACHIKUMO_HOSTS\n"
    )
    return 0


def run_demo(_chosen: Any) -> int:
    """Make the demonstration's organisations and people."""
    from machikumo.organisations.demo import make_demo

    sys.stdout.write(f"試用のアカウント: {make_demo()} 件 / demo accounts\n")
    return 0
