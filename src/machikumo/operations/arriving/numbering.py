"""New ids for every row of a package, before any row is written: so that rows may refer to each other in any order."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import connection

from machikumo.operations import plan as plans
from machikumo.operations.domain.package import PackageFault
from machikumo.operations.domain.tokens import ids_in, tokens_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from machikumo.kernel.scope import Scope
    from machikumo.operations.arriving.arrival import Arrival
    from machikumo.operations.plan import TablePlan

LEDGER = "ledger/entries.jsonl"
# Rows of people are there already where an officer of the town loads the package: who has the same number is the same.
SAME = {"organisations_section": "code", "organisations_staffmember": "employee_number"}


@dataclass(slots=True)
class Numbering:
    """Where the new ids are: one temporary table (``old``, ``new``) for each table that the database numbers.

    ``known`` are the old ids of rows that are here already and are not written again.
    """

    scope: Scope
    arrival: Arrival
    maps: dict[str, str] = field(default_factory=dict)
    known: dict[str, set[int]] = field(default_factory=dict)
    _wanted: dict[str, set[int]] = field(default_factory=dict)

    def number(self) -> None:
        """Give every row its new id; PackageFault when two rows of a table have one id."""
        for plan in plans.plans().values():
            if plan.key:
                self._number(plan)
            else:
                self._note(plan)
        for line in self.arrival.lines(LEDGER):
            self._note_tokens(line)
        self._of_the_platform()
        for table, ids in self._wanted.items():
            if table in self.maps:
                self.arrival.remember(table, self._found(table, ids))

    def map_of(self, table: str) -> str:
        """The temporary table in which the new ids of that table stand."""
        return self.maps[table]

    def _number(self, plan: TablePlan) -> None:
        fresh = self._made(plan.table)
        with connection.cursor() as cursor:
            with cursor.copy("COPY arriving_id FROM STDIN") as copy:
                for row in self._rows(plan):
                    copy.write(f"{row[plan.key]}\n")
            cursor.execute("SELECT old FROM arriving_id GROUP BY old HAVING count(*) > 1 LIMIT 1")
            if twice := cursor.fetchone():
                name = f"tables/{plan.table}.jsonl"
                raise PackageFault(f"{name}: 番号 {twice[0]} が二つあります。", f"{name}: two rows have id {twice[0]}.")
            cursor.execute(
                f"INSERT INTO {fresh} SELECT old, nextval(%s) FROM (SELECT old FROM arriving_id ORDER BY old) a "
                f"WHERE NOT EXISTS (SELECT FROM {fresh} k WHERE k.old = a.old)",
                [f'"{plan.table}_{plan.key}_seq"'],
            )

    def _made(self, table: str) -> str:
        """An empty map for a table, with the rows that are here already."""
        fresh = self.maps[table] = f"arriving_map_{len(self.maps)}"
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS pg_temp.arriving_id")
            cursor.execute("CREATE TEMPORARY TABLE arriving_id (old bigint NOT NULL) ON COMMIT DROP")
            cursor.execute(
                f"CREATE TEMPORARY TABLE {fresh} (old bigint PRIMARY KEY, new bigint NOT NULL) ON COMMIT DROP"
            )
        if table in SAME:
            self._fill(fresh, self._same(table, SAME[table]))
        return fresh

    def _same(self, table: str, column: str) -> dict[int, int]:
        with connection.cursor() as cursor:
            cursor.execute(
                f'SELECT "{column}", id FROM "{table}" WHERE organisation_id = %s', [self.scope.organisation_id]
            )
            here = dict(cursor.fetchall())
        rows = (json.loads(line) for line in self.arrival.lines(f"tables/{table}.jsonl"))
        found = {row["id"]: here[row[column]] for row in rows if row[column] in here}
        self.known[table] = set(found)
        return found

    def _rows(self, plan: TablePlan) -> Iterator[dict[str, Any]]:
        """The rows of a table, and on the way whom their texts and documents name."""
        loose = plan.loose
        for line in self.arrival.lines(f"tables/{plan.table}.jsonl"):
            row = json.loads(line)
            self._note_tokens(line)
            for column, reference in loose:
                self._wanted.setdefault(reference.table, set()).update(ids_in(row.get(column), reference.keys))
            yield row

    def _note(self, plan: TablePlan) -> None:
        """Only look whom the rows name: their key stays as it is."""
        if plan.loose:
            for _row in self._rows(plan):
                continue
        for line in self.arrival.lines(f"tables/{plan.table}.jsonl"):
            self._note_tokens(line)

    def _note_tokens(self, line: bytes) -> None:
        for table, number in tokens_in(line, plans.kinds()):
            self._wanted.setdefault(table, set()).add(number)

    def _of_the_platform(self) -> None:
        """The accounts that the early parts made, and the other organisations by their codes."""
        self._fill(self._made(plans.ACCOUNTS), self.arrival.new_ids.get(plans.ACCOUNTS, {}))
        codes: dict[str, str] = self.arrival.manifest.facts.get("organisations", {})
        with connection.cursor() as cursor:
            cursor.execute("SELECT code, id FROM tenancy_organisation WHERE code = ANY(%s)", [list(codes.values())])
            here = dict(cursor.fetchall())
        found = {int(old): here[code] for old, code in codes.items() if code in here}
        self._fill(self._made(plans.ORGANISATIONS), found)

    def _fill(self, fresh: str, found: dict[int, int]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {fresh} SELECT * FROM unnest(%s::bigint[], %s::bigint[])",
                [list(found), list(found.values())],
            )

    def _found(self, table: str, ids: set[int]) -> dict[int, int]:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT old, new FROM {self.maps[table]} WHERE old = ANY(%s)", [sorted(ids)])
            return dict(cursor.fetchall())
