"""Writers for test_kill_nine: people at the desk whose every view is a ledger row; ends when the database is gone.

``python ledger_writers.py WRITERS FILE``: an id goes to FILE as soon as its commit came back, and not before.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from machikumo.site import setup


def main(writers: int, acknowledged: Path) -> int:
    """Write until the server dies."""
    setup.start_django()
    from machikumo.kernel.tenancy.models import Organisation

    facts = {"kind": "municipality", "name": "試験町", "is_active": True, "mode": "training"}
    town, _made = Organisation.objects.using("migration").get_or_create(code="town-under-fire", defaults=facts)
    with acknowledged.open("a", encoding="ascii", buffering=1) as out:
        threads = [threading.Thread(target=write, args=(town, number, out)) for number in range(writers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return 0


def write(town: object, number: int, out: object) -> None:
    """One person's views, one transaction each."""
    from django.db import Error

    from machikumo.kernel.ledger import record
    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.doors import entered

    scope = Scope(town.pk, town.code, f"account:{number}", "desk_clerk", training=True)  # type: ignore[attr-defined]
    try:
        while True:
            with entered(scope):
                row = record(scope, event="person.viewed", subject=f"person:{number}")
            out.write(f"{row}\n")  # type: ignore[attr-defined]  # a text file
    except Error:
        return  # killed: what was not acknowledged may or may not be there


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), Path(sys.argv[2])))
