"""Command of this room: ``machikumo soak certificates``."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Any


def register(commands: Any) -> None:
    """Add ``soak certificates``."""
    soak = commands.add_parser("soak", help="prove under load and faults that nothing goes to the wrong person")
    kinds = soak.add_subparsers(dest="kind", metavar="kind", required=True)
    certificates = kinds.add_parser("certificates", help="pairs of clients at the same moment, servers killed")
    certificates.add_argument("--pairs", type=int, default=1_000)
    certificates.add_argument("--servers", type=int, default=3)
    certificates.add_argument("--lanes", type=int, default=2, help="pairs at work at the same time")
    certificates.add_argument("--seed", type=int, default=1)
    certificates.add_argument("--kill-every", type=float, default=5.0, help="seconds, on average")
    certificates.set_defaults(run=run_soak)


def run_soak(chosen: Any) -> int:
    """Run the soak on a database of its own and print what it found as JSON; 0 when nothing went wrong."""
    from machikumo.certificates.soak import harness, town

    plan = harness.Plan(
        pairs=chosen.pairs,
        servers=chosen.servers,
        lanes=chosen.lanes,
        seed=chosen.seed,
        kill_every=chosen.kill_every,
    )
    town.prepare()
    scopes, homes = town.people(seed=1)
    result = harness.run(plan, scopes, homes, lambda line: print(line, file=sys.stderr))  # noqa: T201
    print(json.dumps(asdict(result), ensure_ascii=False, indent=1))  # noqa: T201 - the answer of a command
    return 0 if result.findings.clean and not result.troubles else 1
