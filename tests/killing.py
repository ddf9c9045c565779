"""A move-in that is killed (kill -9) at random moments until it is in, and all that it left behind, to be compared.

The loading processes are forked from one that has everything imported, so that a moment lies within the load and not
within the start of Python. Each does what a worker does with the run: machikumo.kernel.jobs.running.perform.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db import connection

from machikumo.kernel.jobs import actions as jobs
from machikumo.kernel.jobs.models import JobRun, RunState
from machikumo.kernel.jobs.queries import run_of
from machikumo.kernel.ledger.queries import Filters, all_entries_of
from machikumo.kernel.numbers.models import NumberRecord
from machikumo.kernel.tenancy.doors import entered
from machikumo.layouts import actions
from machikumo.layouts.models import MoveInBlock, MoveInIssue
from machikumo.layouts.queries.catalogue import STANDARD, shipped
from machikumo.layouts.queries.move_ins import move_in_of
from machikumo.register.actions import export_rows
from machikumo.register.models import Household, PersonVersion
from machikumo.synthetic.exports import Order, make_export
from machikumo.synthetic.vendors import Vendor

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType

    from machikumo.kernel.scope import Scope

MAPPING = "kasumi-to-standard"
BLOCK_SIZE = 4_000  # bytes: a town of 120 people is some twelve blocks
DEATHS_IN_A_ROW = 8  # below the ten after which a run is given up
SERVER = """
import os, sys
from machikumo.site.setup import start_django
start_django()
import polars
from django.db import connections
from machikumo.kernel.jobs.running import perform
connections.close_all()
print("ready", flush=True)
for line in sys.stdin:
    organisation, run = map(int, line.split())
    child = os.fork()
    if not child:
        perform(organisation, run)
        os._exit(0)
    print(child, flush=True)
    os.waitpid(child, 0)
    print("gone", flush=True)
"""


class Loaders:
    """Makes processes that load; ``with Loaders(database) as loaders``."""

    def __init__(self, database: str) -> None:
        environment = dict(os.environ) | {"MACHIKUMO_DATABASE": database, "POLARS_MAX_THREADS": "1"}
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", SERVER], env=environment, stdin=pipe, stdout=pipe, text=True
        )

    def __enter__(self) -> Self:
        assert self._line() == "ready"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.kill()
        self.process.wait()

    def _line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def load(self, organisation_id: int, run_id: int, seconds: float | None) -> float:
        """Load in a process of its own, killed after so many seconds; gives how long it lived."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{organisation_id} {run_id}\n")
        self.process.stdin.flush()
        child, began = int(self._line()), time.monotonic()
        if seconds is not None:
            time.sleep(seconds)
            with contextlib.suppress(ProcessLookupError):  # it has ended before
                os.kill(child, signal.SIGKILL)
        assert self._line() == "gone"
        return time.monotonic() - began


@dataclass
class Series:
    """Kills at moments by a seed, over as many loads as it takes."""

    seed: int
    wanted: int
    moments: list[float] = field(default_factory=list)
    loads: int = 0

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)

    @property
    def is_done(self) -> bool:
        """Whether there were as many kills as wanted."""
        return len(self.moments) >= self.wanted


def received(scope: Scope, file: Path) -> tuple[int, int]:
    """The move-in of the file, and its run, which reads in small blocks."""
    one = actions.receive(scope, name=file.name, chunks=[file.read_bytes()], mapping_key=MAPPING)
    arguments: dict[str, Any] = {"move_in_id": one.pk, "block_size": BLOCK_SIZE}
    run = jobs.start(scope, kind="layouts.move_in", idempotency_key=f"killed:{one.pk}", arguments=arguments)
    return one.pk, run.pk


def state_of(scope: Scope, run_id: int) -> str:
    """The state of a run."""
    with entered(scope):
        return str(run_of(scope, run_id).state)


def load_with_kills(loaders: Loaders, scope: Scope, run_id: int, series: Series, lasts: float) -> None:
    """Load until it is in, killed at moments of the series within what an undisturbed load lasts."""
    series.loads += 1
    for _ in range(DEATHS_IN_A_ROW):
        if series.is_done:
            break
        moment = series.dice.uniform(0, lasts)
        loaders.load(scope.organisation_id, run_id, moment)
        if state_of(scope, run_id) == RunState.SUCCEEDED:
            break
        series.moments.append(moment)
    if state_of(scope, run_id) != RunState.SUCCEEDED:
        loaders.load(scope.organisation_id, run_id, None)
    assert state_of(scope, run_id) == RunState.SUCCEEDED


def left_behind(scope: Scope, move_in_id: int) -> dict[str, Any]:
    """All that a move-in left, without keys and times: rows, numbers, gaiji, findings, proof, blocks, files, ledger."""
    keys = shipped().layout(STANDARD).keys
    with entered(scope):
        one = move_in_of(scope, move_in_id)
        own = ("rule", "severity", "row", "item", "value", "message_ja")
        households = Household.objects.within(scope).order_by("number").values_list("number", "incomplete_reason")
        blocks = MoveInBlock.objects.within(scope).filter(move_in=one).order_by("number")
        files = [None if file is None else file.sha256 for file in (one.file, one.quarantine, one.reasons)]
        return {
            "rows": [row for rows in export_rows(scope, keys=keys) for row in rows],  # with numbers, as they came
            "versions": versions_of(scope),
            "numbers": NumberRecord.objects.within(scope).count(),
            "households": list(households),
            "issues": sorted(MoveInIssue.objects.within(scope).filter(move_in=one).values_list(*own)),
            "findings": one.findings,
            "proof": one.reconciliation,
            "counts": (one.rows, one.accepted, one.quarantined, one.loaded),
            "blocks": list(blocks.values_list("number", "rows", "versions", "already", "differing")),
            "files": files,
            "loaded in the ledger": loaded_in_the_ledger(scope),
        }


def versions_of(scope: Scope) -> list[Any]:
    """Every version with all that is in it but keys, and when and by whom it was written."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.addressee_number, h.number, (to_jsonb(v) - ARRAY['id', 'person_id', 'household_id', "
            "'organisation_id', 'recorded_at', 'recorded_by'])::text FROM register_personversion v "
            "JOIN register_person p ON p.organisation_id = v.organisation_id AND p.id = v.person_id "
            "JOIN register_household h ON h.organisation_id = v.organisation_id AND h.id = v.household_id "
            "WHERE v.organisation_id = %s ORDER BY 1, v.history_number, v.history_branch",
            [scope.organisation_id],
        )
        return list(cursor.fetchall())


def loaded_in_the_ledger(scope: Scope) -> int:
    """How many blocks the ledger says were loaded: one row a block, and none of a block that was undone."""
    return len(list(all_entries_of(scope, Filters(event="people.loaded"), limit=10_000)))


def mapped_cells(scope: Scope) -> int:
    """Cells of names with a variation selector: they came through the gaiji map of the old system."""
    with entered(scope):
        names = PersonVersion.objects.within(scope).values_list("name", flat=True)
        return sum(any(0xE0100 <= ord(sign) <= 0xE01EF for sign in name) for name in names)


def attempts(scope: Scope, run_id: int) -> int:
    """How often the run was begun."""
    with entered(scope):
        return JobRun.objects.within(scope).get(pk=run_id).attempt


def assert_kills_leave_no_trace(
    database: str, new_scope: Callable[[], Scope], folder: Path, series: Series
) -> dict[str, Any]:
    """Kill as the series says, over fresh towns; each is then what the undisturbed one is. Gives the figures."""
    export = make_export(Order("182079", 120, 21, date(2026, 4, 1), Vendor.KASUMI, 0.02), folder)
    with Loaders(database) as loaders:
        calm = new_scope()
        move_in, run = received(calm, export.file)
        lasts = loaders.load(calm.organisation_id, run, None)
        wanted = left_behind(calm, move_in)
        assert attempts(calm, run) == 1
        assert mapped_cells(calm) > 0, "no name came through the gaiji map: the test would not see it"
        assert wanted["numbers"] > 0
        assert wanted["proof"]["holds"]
        while not series.is_done:
            scope = new_scope()
            move_in, run = received(scope, export.file)
            before = len(series.moments)
            load_with_kills(loaders, scope, run, series, lasts)
            assert attempts(scope, run) >= len(series.moments) - before
            assert left_behind(scope, move_in) == wanted, f"seed {series.seed}, load {series.loads}"
    return {
        "seed": series.seed,
        "kills": len(series.moments),
        "loads": series.loads,
        "seconds of an undisturbed load": round(lasts, 2),
        "rows": len(wanted["versions"]),
        "moments": [round(moment, 3) for moment in series.moments],
    }
