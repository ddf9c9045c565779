"""Commands of the vault: its state, and changing the key."""

from __future__ import annotations

import getpass
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from machikumo.kernel.scope import Scope


def register(commands: Any) -> None:
    """Add ``machikumo numbers …``."""
    room = commands.add_parser("numbers", help="the number vault: state, change of key (番号保管庫)")
    verbs = room.add_subparsers(dest="verb", metavar="verb", required=True)
    for verb, run, words in (
        ("status", run_status, "how many numbers each version of the key closes"),
        ("rotate", run_rotate, "make a new key and close every number anew with it"),
    ):
        command = verbs.add_parser(verb, help=words)
        command.add_argument("--organisation", required=True, metavar="CODE")
        command.set_defaults(run=run, needs_django=True)


def run_status(chosen: Any) -> int:
    """Print the counts by key version."""
    scope = _scope(chosen.organisation)
    from machikumo.kernel.numbers.queries import count_by_version
    from machikumo.kernel.tenancy.doors import entered

    with entered(scope):
        counts = count_by_version(scope)
    for version, count in counts.items():
        _say(f"鍵の版 {version}: {count} 件 / key version {version}: {count} numbers")
    if not counts:
        _say("番号はありません / no numbers")
    return 0


def run_rotate(chosen: Any) -> int:
    """Make a new key and close all numbers with it; safe to stop and to repeat."""
    scope = _scope(chosen.organisation)
    from machikumo.kernel.numbers.actions import make_new_key, reencrypt_batch

    version = make_new_key(scope)
    done = 0
    while count := reencrypt_batch(scope):
        done += count
        _say(f"{done} 件 / {done} numbers")
    _say(f"鍵の版 {version} に移しました / moved to key version {version}")
    return 0


def _scope(code: str) -> Scope:
    """Whoever typed the command, acting for the organisation."""
    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

    organisation = Organisation.objects.filter(code=code).first()
    if organisation is None:
        sys.stderr.write(f"団体がありません / no such organisation: {code}\n")
        raise SystemExit(2)
    return Scope(
        organisation_id=organisation.pk,
        organisation_code=organisation.code,
        person=f"command:{getpass.getuser()}",
        role="platform_operator",
        purpose="operations",
        permissions=frozenset({"operations.manage"}),
        training=organisation.is_training,
    )


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
