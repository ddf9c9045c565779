"""The check by PostgreSQL: rows are copied into a temporary table of the session, and gone with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

from machikumo.layouts.domain.sql.compiled import SqlRules
from machikumo.layouts.domain.sql.dialects import DOUBLES, POSTGRESQL, STAGED
from machikumo.layouts.domain.tally import EXAMPLES
from machikumo.layouts.sql_engines.report import SqlReport
from machikumo.layouts.sql_engines.staging import Staging

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from machikumo.layouts.domain.executors import Plan
    from machikumo.layouts.domain.rules import RuleSet

_FETCHED = 10_000


def check_on_postgresql(
    connection: Any, stream: BinaryIO, plan: Plan, *, examples: int = EXAMPLES, keep_cells: bool = False
) -> SqlReport:
    """Load a file's rows and ask all rules of its layout.

    ``connection`` is psycopg's; what is made there is temporary and dropped at the end. ``plan.layout`` must not be of
    UTF-16 (see ``wide``), and the database's encoding is UTF-8.
    """
    rules = SqlRules(plan.source_rules, POSTGRESQL)
    report = SqlReport(rules, plan.file_name, examples, keep_cells=keep_cells)
    staging = Staging(stream, plan)
    with connection.transaction():
        _make(connection, rules, staging)
        _ask(connection, rules, report)
        connection.execute(f"DROP TABLE {STAGED}, {DOUBLES}")
    report.add_file(staging)
    return report.close(plan.thresholds)


def _make(connection: Any, rules: SqlRules, staging: Staging) -> None:
    connection.execute("SET LOCAL jit = off")  # hundreds of short expressions: compiling them costs more than it gives
    connection.execute(rules.staging())
    connection.execute(rules.doubles())
    with connection.cursor() as cursor, cursor.copy(f"COPY {STAGED} FROM STDIN") as copy:
        for batch in staging.batches():
            for line in batch.lines():
                copy.write_row(line)
    connection.execute(f"ANALYZE {STAGED}")


def _ask(connection: Any, rules: SqlRules, report: SqlReport) -> None:
    report.add_broken(_lines(connection, rules.one_pass()))
    report.add_values(lambda rows: _values(connection, rules.rules, rows))
    for rule in rules.set_rules:
        rows = report.add_told(_lines(connection, rules.set_query(rule)), rule)
        if rule.items and rows:
            connection.execute(f"INSERT INTO {DOUBLES} SELECT unnest(%s::bigint[])", [rows])


def _lines(connection: Any, query: str) -> Iterator[tuple[Any, ...]]:
    with connection.cursor(name="machikumo_lines") as cursor:
        cursor.itersize = _FETCHED
        yield from cursor.execute(query.replace("%", "%%"), [])


def _values(connection: Any, rules: RuleSet, rows: Sequence[int]) -> Mapping[int, Sequence[str]]:
    columns = ", ".join(POSTGRESQL.column(key) for key in rules.layout.keys)
    query = f"SELECT {POSTGRESQL.row}, {columns} FROM {STAGED} WHERE {POSTGRESQL.row} = ANY(%s)"
    found = connection.execute(query, [list(rows)]).fetchall() if rows else []
    return {line[0]: line[1:] for line in found}
