"""kill -9 of the worker in the middle of a move-in: another one goes on, and no row is lost or there twice."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from tests.killing import Series, assert_kills_leave_no_trace

from machikumo.kernel.jobs import actions as jobs
from machikumo.kernel.jobs.models import RunState
from machikumo.kernel.jobs.queries import run_of
from machikumo.kernel.numbers.models import NumberRecord
from machikumo.kernel.tenancy.doors import entered
from machikumo.layouts import actions
from machikumo.layouts.models import MoveInBlock
from machikumo.layouts.queries.catalogue import shipped
from machikumo.layouts.queries.move_ins import move_in_of
from machikumo.synthetic.exports import Order, make_export
from machikumo.synthetic.vendors import Vendor

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation
    from machikumo.synthetic.exports import Export

MAPPING = "kasumi-to-standard"
PEOPLE, BLOCK_SIZE = 200, 8_000  # about 80 kB: some ten blocks
KILLED_AFTER = 2  # blocks
KILLS, SEED = 3, 7


def worker(database: str) -> subprocess.Popen[bytes]:
    environment = dict(os.environ) | {"MACHIKUMO_DATABASE": database}
    return subprocess.Popen([sys.executable, "-m", "machikumo", "worker"], env=environment)


def wait_until(holds: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.02)


def blocks_in(scope: Scope) -> int:
    with entered(scope):
        return MoveInBlock.objects.within(scope).count()


def state_of(scope: Scope, run_id: int) -> str:
    with entered(scope):
        return run_of(scope, run_id).state


def accepted_keys(export: Export) -> set[tuple[str, int, int]]:
    """Person, history number and branch of every row of the file in which nothing was planted, by the truth."""
    bad = {planted["found_at"] for planted in json.loads(export.truth.read_text(encoding="utf-8"))["defects"]}
    layout = shipped().mapping(MAPPING).source
    places = [layout.index[key] for key in layout.primary_key]
    text = export.file.read_bytes().decode(layout.physical.charset, "replace")
    rows = [next(csv.reader([line])) for line in text.split("\r\n")[1:] if line]
    good = [row for number, row in enumerate(rows, 1) if number not in bad]
    return {(row[places[0]].zfill(15), int(row[places[1]]), int(row[places[2]])) for row in good}


def keys_in_register(scope: Scope) -> list[tuple[str, int, int]]:
    with entered(scope), connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.addressee_number, v.history_number, v.history_branch FROM register_personversion v "
            "JOIN register_person p ON p.organisation_id = v.organisation_id AND p.id = v.person_id "
            "WHERE v.organisation_id = %s",
            [scope.organisation_id],
        )
        return list(cursor.fetchall())


def received(scope: Scope, file: Path) -> tuple[int, int]:
    """The move-in of the file and its run, which reads in small blocks."""
    one = actions.receive(scope, name=file.name, chunks=[file.read_bytes()], mapping_key=MAPPING)
    arguments: dict[str, Any] = {"move_in_id": one.pk, "block_size": BLOCK_SIZE}
    run = jobs.start(scope, kind="layouts.move_in", idempotency_key=f"killed:{one.pk}", arguments=arguments)
    return one.pk, run.pk


@pytest.mark.usefixtures("quiet_queue")
def test_a_worker_killed_while_it_loads_neither_loses_nor_doubles_a_row(
    scope: Scope, database: str, tmp_path: Path
) -> None:
    export = make_export(Order("182079", PEOPLE, 21, date(2026, 4, 1), Vendor.KASUMI, 0.02), tmp_path)
    move_in_id, run_id = received(scope, export.file)
    first = worker(database)
    try:
        wait_until(lambda: blocks_in(scope) >= KILLED_AFTER, seconds=240)
    finally:
        first.send_signal(signal.SIGKILL)
        first.wait()
    assert state_of(scope, run_id) == RunState.RUNNING
    begun = blocks_in(scope)

    second = worker(database)
    try:
        wait_until(lambda: state_of(scope, run_id) not in {RunState.QUEUED, RunState.RUNNING}, seconds=480)
    finally:
        second.kill()
        second.wait()

    with entered(scope):
        one, run = move_in_of(scope, move_in_id), run_of(scope, run_id)
    assert (run.state, run.attempt) == (RunState.SUCCEEDED, 2)
    assert KILLED_AFTER <= begun < blocks_in(scope)
    found = keys_in_register(scope)
    assert len(found) == len(set(found)) == one.accepted
    assert set(found) == accepted_keys(export)
    assert one.reconciliation["holds"]
    assert one.reconciliation["already"] == 0, "every block was loaded once, not a second time over the first"
    assert one.rows == one.accepted + one.quarantined == export.records
    with entered(scope):
        subjects = NumberRecord.objects.within(scope).filter(kind="individual_number")
        assert subjects.count() == subjects.values("subject").distinct().count() > 0


@pytest.mark.usefixtures("quiet_queue")
def test_kills_at_random_moments_leave_row_for_row_what_the_undisturbed_load_leaves(
    database: str, make_organisation: Callable[..., Organisation], scope_of: Callable[..., Scope], tmp_path: Path
) -> None:
    series = Series(SEED, KILLS)  # fifty of them: tests/long/test_move_in_killed_often.py
    told = assert_kills_leave_no_trace(database, lambda: scope_of(make_organisation()), tmp_path, series)
    assert told["kills"] >= KILLS
