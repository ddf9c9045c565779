"""The rows of tables that come along by themselves: staged as they are, written under new ids by one statement each."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection

from machikumo.kernel.registries import closed_columns
from machikumo.operations import plan as plans
from machikumo.operations.arriving.changing import CHANGES
from machikumo.operations.domain.package import PackageFault
from machikumo.operations.domain.tokens import line_of, with_new_ids, with_new_tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from machikumo.kernel.registries import ClosedColumn
    from machikumo.kernel.scope import Scope
    from machikumo.operations.arriving.arrival import Arrival
    from machikumo.operations.arriving.numbering import Numbering
    from machikumo.operations.plan import TablePlan

ROWS_A_STEP = 500


@dataclass(frozen=True, slots=True)
class Rows:
    """Writes the rows of one package within the load's transaction."""

    scope: Scope
    arrival: Arrival
    numbering: Numbering

    def write_all(self) -> dict[str, int]:
        """Write every table that the package holds and that comes along by itself; gives the rows of each."""
        return {table: self._write(plan) for table, plan in plans.plans().items() if table in self.arrival.tables}

    def _write(self, plan: TablePlan) -> int:
        present = [column for column in plan.columns if column in self._given(plan)]
        stage("arriving_row", self._lines(plan))
        self._refuse_dangling(plan, present)
        closed = closed_columns_of(plan.table)
        if closed:
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT to_jsonb(a) FROM ({self._select(plan, present)}) a", self._arguments(plan))
                rows = cursor.fetchall()
            stage("arriving_closed", (line_of(self._closed(closed, json.loads(row))) for (row,) in rows))
            chosen = ", ".join(f'r."{column}"' for column in present)
            record = f'jsonb_populate_record(NULL::"{plan.table}", i.line)'
            select = f"SELECT {chosen} FROM arriving_closed i, LATERAL {record} r"
            return self._insert(plan, present, select, [])
        return self._insert(plan, present, self._select(plan, present), self._arguments(plan))

    def _insert(self, plan: TablePlan, present: list[str], select: str, arguments: list[Any]) -> int:
        names = ", ".join(f'"{column}"' for column in present)
        with connection.cursor() as cursor:
            cursor.execute(f'INSERT INTO "{plan.table}" ({names}) {select}', arguments)
            return int(cursor.rowcount)

    def _given(self, plan: TablePlan) -> set[str]:
        """The columns that are written: those of the package, and those for which the model has a plain default."""
        return {*self.arrival.tables[plan.table], *plan.defaults}

    def _select(self, plan: TablePlan, present: list[str]) -> str:
        """The rows under their new ids; the first two arguments are the defaults and the organisation."""
        joins = [f'LEFT JOIN {self.numbering.map_of(plan.table)} k ON k.old = r."{plan.key}"'] if plan.key else []
        chosen: list[str] = []
        for column in present:
            chosen.append(f'{self._value(plan, column, len(chosen))} AS "{column}"')
            if column in plan.references:
                there = self.numbering.map_of(plan.references[column])
                joins.append(f'LEFT JOIN {there} m{len(chosen) - 1} ON m{len(chosen) - 1}.old = r."{column}"')
        record = f'jsonb_populate_record(NULL::"{plan.table}", %s::jsonb || i.line)'
        order = " ORDER BY k.new" if plan.key else ""
        return f"SELECT {', '.join(chosen)} FROM arriving_row i, LATERAL {record} r {' '.join(joins)}{order}"

    def _value(self, plan: TablePlan, column: str, at: int) -> str:
        if column == "organisation_id":
            return f"{int(self.scope.organisation_id)}::bigint"
        if column == plan.key:
            return "k.new"
        if column in plan.dropped:
            return "NULL::bigint"
        return f"m{at}.new" if column in plan.references else f'r."{column}"'

    def _arguments(self, plan: TablePlan) -> list[Any]:
        return [json.dumps(dict(plan.defaults))]

    def _refuse_dangling(self, plan: TablePlan, present: Iterable[str]) -> None:
        """PackageFault when a row names one that the package does not hold: nothing may vanish without a word."""
        for column in present:
            if column not in plan.references:
                continue
            there = self.numbering.map_of(plan.references[column])
            with connection.cursor() as cursor:
                cursor.execute(
                    f"SELECT count(*) FROM arriving_row i WHERE (i.line ->> %s) IS NOT NULL AND NOT EXISTS "
                    f"(SELECT FROM {there} m WHERE m.old = (i.line ->> %s)::bigint)",
                    [column, column],
                )
                (count,) = cursor.fetchone()
            if count:
                where = f"tables/{plan.table}.jsonl, {column}"
                raise PackageFault(
                    f"{where}: 参照先がパッケージにない行が {count:,} 件あります。",
                    f"{where}: {count:,} rows name what the package does not hold.",
                )

    def _lines(self, plan: TablePlan) -> Iterator[bytes]:
        """The rows as they are to be staged: tokens, documents and what the arrival itself changes."""
        loose, change = plan.loose, CHANGES.get(plan.table)
        known = self.numbering.known.get(plan.table, set())
        for line in self.arrival.lines(f"tables/{plan.table}.jsonl"):
            text = with_new_tokens(line, plans.kinds(), self.arrival.new_id)
            if not (loose or change or known):
                yield text + b"\n"
                continue
            row = json.loads(text)
            if known and row[plan.key] in known:
                continue
            for column, reference in loose:
                if column in row:
                    row[column] = with_new_ids(row[column], reference.keys, self._named(reference.table))
            yield line_of(change(self.arrival, row) if change else row)

    def _named(self, table: str) -> Any:
        return lambda old: self.arrival.new_id(table, old)

    def _closed(self, closed: Mapping[str, ClosedColumn], row: dict[str, Any]) -> dict[str, Any]:
        """The row with its closed columns closed under the keys of this installation."""
        for column, how in closed.items():
            if row[column] is not None:
                row |= {
                    name: f"\\x{bytes(value).hex()}" if isinstance(value, bytes | memoryview) else value
                    for name, value in how.closed(self.scope, row, bytes.fromhex(row[column][2:])).items()
                }
        return row


def closed_columns_of(table: str) -> dict[str, ClosedColumn]:
    """The closed columns of a table."""
    named = ((key.partition("."), how) for key, how in closed_columns.items())
    return {column: how for (owner, _dot, column), how in named if owner == table}


def stage(name: str, lines: Iterable[bytes]) -> None:
    """Put JSON lines into a temporary table (``line``), which is gone at the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{name}")
        cursor.execute(f"CREATE TEMPORARY TABLE {name} (line jsonb NOT NULL) ON COMMIT DROP")
        with cursor.copy(f"COPY {name} FROM STDIN") as copy:
            for line in lines:
                copy.write(line.replace(b"\\", b"\\\\"))
