"""The check by Spark SQL, on a cluster: the executors read the blocks from a folder that all of them see.

Spark is no part of Machikumo: whoever has a cluster hands over its session. Its setting
``spark.sql.parser.escapedStringLiterals`` must be true, so that a backslash in a pattern stays one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

from machikumo.layouts.domain.sql.compiled import SqlRules
from machikumo.layouts.domain.sql.dialects import DOUBLES, SPARK, STAGED
from machikumo.layouts.domain.tally import EXAMPLES
from machikumo.layouts.sql_engines.duck import write_blocks
from machikumo.layouts.sql_engines.report import SqlReport
from machikumo.layouts.sql_engines.staging import Staging

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from machikumo.layouts.domain.executors import Plan

_TOGETHER = 12  # rules asked at once: the code that Spark makes of more is beyond what Java takes
SETTINGS = {"spark.sql.parser.escapedStringLiterals": "true"}


def check_on_spark(
    session: Any, stream: BinaryIO, plan: Plan, folder: Path, *, examples: int = EXAMPLES, keep_cells: bool = False
) -> SqlReport:
    """Write a file's rows as columns into an empty folder, and ask all rules of its layout on the cluster."""
    rules = SqlRules(plan.source_rules, SPARK)
    report = SqlReport(rules, plan.file_name, examples, keep_cells=keep_cells)
    staging = Staging(stream, plan)
    if write_blocks(staging, folder):
        session.read.parquet(str(folder)).createOrReplaceTempView(STAGED)
        _ask(session, rules, report)
        session.catalog.dropTempView(STAGED)
        session.catalog.dropTempView(DOUBLES)
    report.add_file(staging)
    return report.close(plan.thresholds)


def _ask(session: Any, rules: SqlRules, report: SqlReport) -> None:
    doubles: list[int] = []
    for query in rules.passes(_TOGETHER):
        report.add_broken(sorted(tuple(line) for line in session.sql(query).collect()))
    report.add_values(lambda rows: _values(session, rows))
    for rule in rules.set_rules:
        session.createDataFrame([(row,) for row in doubles], f"{SPARK.row} BIGINT").createOrReplaceTempView(DOUBLES)
        told = report.add_told([tuple(line) for line in session.sql(rules.set_query(rule)).collect()], rule)
        doubles += told if rule.items else ()


def _values(session: Any, rows: Sequence[int]) -> Mapping[int, Sequence[str]]:
    if not rows:
        return {}
    listed = ", ".join(map(str, rows))
    found = session.sql(f"SELECT * FROM {STAGED} WHERE {SPARK.row} IN ({listed})").collect()
    return {line[0]: tuple(line)[1:] for line in found}
