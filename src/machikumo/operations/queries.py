"""Which tables belong to a tenant, and their rows, read as the application within the tenant's scope."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection, connections

from machikumo.kernel.errors import NotFound
from machikumo.kernel.files import store
from machikumo.kernel.files.domain.sealing import FileDamaged
from machikumo.kernel.files.queries import every_file
from machikumo.kernel.ledger.queries import AUDITOR
from machikumo.kernel.tenancy.doors import entered, read_as
from machikumo.kernel.tenancy.models import Organisation
from machikumo.operations.models import FormerEntry, FormerLedger

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from django.db.models import QuerySet

    from machikumo.kernel.files.models import StoredFile
    from machikumo.kernel.scope import Scope

INCOMING = "incoming_package"  # purpose of a package that was uploaded to be loaded
READABLE = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'organisation_id' AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'p') AND c.relrowsecurity AND has_table_privilege(c.oid, %s) ORDER BY c.relname
"""


FORMER = """
SELECT canonical FROM operations_formerentry
WHERE organisation_id = %s AND ledger_number = %s AND leaf_index >= %s AND leaf_index < %s ORDER BY leaf_index
"""
EXPORTS = ("exit_package", "vendor_export", INCOMING)  # purposes of closed files that leave or arrive
MAY_BE_THERE = ("organisations_", "jobs_", "approvals_", "operations_")  # who loads it, and the load itself
COLUMNS = """
SELECT c.relname, array_agg(a.attname ORDER BY a.attnum) FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = 'public'::regnamespace AND c.relname = ANY(%s) GROUP BY c.relname ORDER BY c.relname
"""


def tenant_tables(privilege: str = "SELECT") -> list[str]:
    """Names of the tables behind row security on which the application holds the privilege."""
    with connection.cursor() as cursor:
        cursor.execute(READABLE, [privilege])
        return [row[0] for row in cursor.fetchall()]


def rows_as_json(scope: Scope, table: str) -> Iterator[bytes]:
    """Every row of the organisation in that table as one JSON line each, in constant memory."""
    chosen = f'SELECT to_jsonb(t) FROM "{table}" t WHERE organisation_id = {int(scope.organisation_id)}'
    statement = f"COPY ({chosen}) TO STDOUT"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        pending = b""
        for block in copy:
            *lines, pending = (pending + bytes(block)).split(b"\n")
            yield from (unescaped(line) + b"\n" for line in lines)


def columns_of(tables: list[str]) -> dict[str, list[str]]:
    """The columns of each of these tables, in their order."""
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS, [tables])
        return {table: list(columns) for table, columns in cursor.fetchall()}


def organisations_named(scope: Scope, columns: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The codes of the other organisations that rows name in these columns (table, column), by their id as text."""
    found: dict[str, str] = {}
    readable = set(tenant_tables())
    with connection.cursor() as cursor:
        for table, column in columns:
            if table in readable:
                cursor.execute(
                    f'SELECT DISTINCT o.id, o.code FROM "{table}" t JOIN tenancy_organisation o ON o.id = t."{column}" '
                    "WHERE t.organisation_id = %s",
                    [scope.organisation_id],
                )
                found |= {str(number): code for number, code in cursor.fetchall()}
    return found


def unknown_codes(codes: Collection[str]) -> list[str]:
    """Those of the codes under which no organisation is registered here."""
    known = Organisation.objects.filter(code__in=codes).values_list("code", flat=True)
    return sorted(set(codes) - set(known))


def unescaped(line: bytes) -> bytes:
    """A JSON line before COPY doubled its backslashes; JSON itself holds no raw control signs."""
    return line.replace(b"\\\\", b"\\")


NAMED = {
    "register_person": ("住民（除票を含む）", "Persons, removed ones too"),
    "register_personversion": ("住民の履歴", "Versions of their records"),
    "register_household": ("世帯", "Households"),
    "numbers_numberrecord": ("番号（保管庫）", "Numbers in the vault"),
    "certificates_certificaterequest": ("証明書の請求", "Requests for certificates"),
    "files_storedfile": ("保管ファイル", "Stored files"),
    "layouts_movein": ("データ移行", "Move-ins"),
}


def row_counts(scope: Scope) -> list[tuple[str, str, int]]:
    """How many rows of each kind that people know of: the words in both languages, and the count."""
    tables = set(tenant_tables())
    counts = []
    with connection.cursor() as cursor:
        for table, (ja, en) in NAMED.items():
            if table in tables:
                cursor.execute(f'SELECT count(*) FROM "{table}" WHERE organisation_id = %s', [scope.organisation_id])
                counts.append((ja, en, cursor.fetchone()[0]))
    return counts


def exports_before(scope: Scope, moment: datetime) -> list[StoredFile]:
    """The exports that were stored before the moment and whose bytes are still there."""
    return list(every_file(scope).filter(purpose__in=EXPORTS, stored_at__lt=moment, removed_at__isnull=True))


def all_organisations() -> list[Organisation]:
    """Every organisation that works here."""
    return list(Organisation.objects.filter(is_active=True).order_by("code"))


def damaged_files(scope: Scope) -> tuple[int, list[str]]:
    """How many stored files open to what their rows say, and the tokens of those that do not."""
    good, damaged = 0, []
    with entered(scope):
        for stored in every_file(scope).filter(removed_at__isnull=True):
            try:
                with store.place_of(scope, stored.token).open() as stream:
                    is_whole = hashlib.file_digest(stream, "sha256").hexdigest() == stored.sha256
            except (store.FileGone, FileDamaged):
                is_whole = False
            good += is_whole
            damaged += [] if is_whole else [str(stored.token)]
    return good, damaged


def table_with_rows(scope: Scope) -> str:
    """The first table in which the organisation holds more than its people and an uploaded package; empty for none."""
    with connection.cursor() as cursor:
        for table in tenant_tables():
            if table.startswith(MAY_BE_THERE):
                continue
            also = " AND purpose <> %s" if table == "files_storedfile" else ""
            cursor.execute(
                f'SELECT EXISTS (SELECT FROM "{table}" WHERE organisation_id = %s{also})',
                [scope.organisation_id, *([INCOMING] if also else [])],
            )
            if cursor.fetchone()[0]:
                return table
    return ""


def is_empty(scope: Scope) -> bool:
    """Whether an exit package may come in here."""
    return not table_with_rows(scope)


@dataclass(frozen=True, slots=True)
class FormerRow:
    """One row of a former ledger, for readers: its place there, its facts, and who acted, by name where it is known."""

    ledger_number: int
    leaf_index: int
    facts: dict[str, Any]
    actor_name: str

    @property
    def recorded_at(self) -> datetime:
        """When it was written, there."""
        return datetime.fromisoformat(self.facts["recorded_at"])


def former_ledgers(scope: Scope) -> QuerySet[FormerLedger]:
    """The ledgers of the installations in which the town was before, the oldest first."""
    return FormerLedger.objects.within(scope).order_by("number")


def former_ledger_of(scope: Scope, number: int) -> FormerLedger:
    """The former ledger of that number; NotFound for any other."""
    found = former_ledgers(scope).filter(number=number).first()
    if found is None:
        raise NotFound
    return found


def former_lines(scope: Scope, number: int) -> Iterator[bytes]:
    """The rows of a former ledger as they were sealed, a line each, in the order of that log, in constant memory."""
    with read_as(AUDITOR, scope), connections[AUDITOR].cursor() as cursor:
        start, size = 0, 4096
        while True:
            cursor.execute(FORMER, [scope.organisation_id, number, start, start + size])
            rows = cursor.fetchall()
            if not rows:
                return
            yield from (row[0].encode() + b"\n" for row in rows)
            start += size


def former_entries_of(scope: Scope, subject: str, limit: int = 200) -> list[FormerRow]:
    """What former ledgers tell of a subject (``person:…``), newest first: for the person's own access record.

    Needs no permission: the caller answers for it, as for the ledger's own access record.
    """
    with entered(scope):
        people = {one.number: one.people for one in former_ledgers(scope)}
        if not people:
            return []
        with read_as(AUDITOR, scope):
            rows = (
                FormerEntry.objects.within(scope)
                .using(AUDITOR)
                .filter(subject=subject)
                .exclude(subject="")
                .order_by("-ledger_number", "-leaf_index")
            )
            return [_former_row(row, people) for row in rows[:limit]]


def former_entries(scope: Scope, number: int, *, before: int, limit: int) -> list[FormerRow]:
    """The rows of a former ledger before a place, newest first. Requires ``ledger.view``."""
    scope.require("ledger.view")
    with entered(scope):
        one = former_ledger_of(scope, number)
        with read_as(AUDITOR, scope):
            rows = (
                FormerEntry.objects.within(scope)
                .using(AUDITOR)
                .filter(ledger_number=number, leaf_index__lt=before)
                .order_by("-leaf_index")
            )
            return [_former_row(row, {number: one.people}) for row in rows[:limit]]


def _former_row(row: FormerEntry, people: dict[int, dict[str, str]]) -> FormerRow:
    facts = json.loads(row.canonical)
    return FormerRow(
        row.ledger_number, row.leaf_index, facts, people.get(row.ledger_number, {}).get(facts["actor"], "")
    )
