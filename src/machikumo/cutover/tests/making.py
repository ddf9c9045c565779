"""Towns that moved in, and people who plan and approve."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import connection

from machikumo.kernel.approvals import actions as approvals
from machikumo.kernel.jobs.running import perform
from machikumo.kernel.tenancy.doors import entered
from machikumo.layouts import actions as layouts
from machikumo.layouts.queries.catalogue import shipped
from machikumo.layouts.queries.move_ins import move_in_of
from machikumo.synthetic.exports import Order, make_export
from machikumo.synthetic.vendors import Vendor

if TYPE_CHECKING:
    from pathlib import Path

    from machikumo.kernel.scope import Scope
    from machikumo.layouts.models import MoveIn

MAPPING = "kasumi-to-standard"
TRAIL = {"ledger", "jobs", "files", "layouts", "approvals", "cutover", "rehearsals", "comparisons"}


def exported(folder: Path, people: int = 300, defects: float = 0.02, seed: int = 41) -> bytes:
    """A town's file as the old vendor writes it."""
    order = Order("182079", people, seed, date(2026, 4, 1), Vendor.KASUMI, defects)
    return make_export(order, folder).file.read_bytes()


def rows_of(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("cp932", "replace"), newline="")))


def file_of(rows: list[list[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode("cp932")


def place_of(item: str) -> int:
    return shipped().mapping(MAPPING).source.index[item]


def received(scope: Scope, data: bytes, name: str = "town.csv") -> MoveIn:
    one = layouts.receive(scope, name=name, chunks=[data], mapping_key=MAPPING)
    return layouts.start(scope, move_in_id=one.pk)


def moved_in(scope: Scope, data: bytes, name: str = "town.csv") -> MoveIn:
    started = received(scope, data, name)
    perform(scope.organisation_id, started.job_run_id or 0)
    with entered(scope):
        return move_in_of(scope, started.pk)


def approved(scope: Scope, asked: Any) -> None:
    approvals.approve(scope, approval_id=asked.pk)


def every_row(scope: Scope) -> dict[str, list[str]]:
    """Every row of every table with this town's rows, as text in order, but for the tables that tell of the work.

    Asked of the database itself, not of the product's own list.
    """
    with entered(scope), connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
            "WHERE a.attname = 'organisation_id' AND c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace "
            "AND has_table_privilege(current_user, c.oid, 'SELECT') ORDER BY 1"
        )
        tables = [name for (name,) in cursor.fetchall() if name.split("_")[0] not in TRAIL]
        found = {}
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t WHERE organisation_id = %s', [scope.organisation_id])
            found[table] = sorted(row for (row,) in cursor.fetchall())
    return found
