"""The check by DuckDB in several processes: blocks are dealt out for rules on cells, keys for those over several rows.

Each process has its own engine and sees only its share; what they tell is put together in the order of the rows.
"""

from __future__ import annotations

import tempfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from machikumo.layouts.domain.errors import EngineMissing
from machikumo.layouts.domain.sql.compiled import SqlRules
from machikumo.layouts.domain.sql.dialects import DOUBLES, DUCKDB, ROW, STAGED
from machikumo.layouts.domain.tally import EXAMPLES
from machikumo.layouts.domain.unique_columnar import row_numbers
from machikumo.layouts.sql_engines.report import SqlReport
from machikumo.layouts.sql_engines.staging import Staging

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from machikumo.layouts.domain.definition import SetRule
    from machikumo.layouts.domain.executors import Plan

Lines = list[tuple[Any, ...]]
_TOGETHER = 25  # rules asked at once: planning takes longer than its share with more


def check_on_duckdb(
    stream: BinaryIO, plan: Plan, *, workers: int = 2, examples: int = EXAMPLES, keep_cells: bool = False
) -> SqlReport:
    """Write a file's rows out as columns, and ask all rules of its layout in so many processes.

    ``plan.layout`` must not be of UTF-16 (see ``wide``). The rows lie in a temporary folder until the end.

    Raises:
        EngineMissing: DuckDB or Polars is not installed.
    """
    for package in ("duckdb", "polars"):
        if find_spec(package) is None:
            raise EngineMissing(package)
    rules = SqlRules(plan.source_rules, DUCKDB)
    report = SqlReport(rules, plan.file_name, examples, keep_cells=keep_cells)
    with (
        tempfile.TemporaryDirectory(prefix="machikumo-") as folder,
        ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool,
    ):
        staging = Staging(stream, plan)
        blocks = write_blocks(staging, Path(folder))
        if blocks:
            _Dealer(pool, workers, blocks, rules, report).ask()
    report.add_file(staging)
    return report.close(plan.thresholds)


def write_blocks(staging: Staging, folder: Path) -> list[str]:
    """Write each block's rows with their numbers into a Parquet file of its own, and return the files."""
    import polars as pl

    schema = dict.fromkeys(staging.plan.layout.keys, pl.String)
    files = []
    for batch in staging.batches():
        frame = pl.DataFrame(batch.rows, schema=schema, orient="row") if isinstance(batch.rows, list) else batch.rows
        if frame.height:
            files.append(str(folder / f"{batch.number:06d}.parquet"))
            frame.select(row_numbers(frame, batch.numbers).alias(ROW), *schema).write_parquet(files[-1])
    return files


@dataclass(frozen=True)
class Task:
    """A query over the rows of some blocks, and the rows that take no part in it."""

    blocks: tuple[str, ...]
    query: str
    doubles: tuple[int, ...] = ()


def run_task(task: Task) -> Lines:
    """Run a task with an engine of its own; called in a worker process."""
    import duckdb

    with duckdb.connect(":memory:", config={"threads": 1}) as engine:
        listed = ", ".join(DUCKDB.text(block) for block in task.blocks)
        engine.execute(f"CREATE VIEW {STAGED} AS SELECT * FROM read_parquet([{listed}])")
        engine.execute(
            f"CREATE TABLE {DOUBLES} AS SELECT CAST(unnest(?) AS BIGINT) AS {DUCKDB.row}", [list(task.doubles)]
        )
        return engine.execute(task.query).fetchall()


@dataclass
class _Dealer:
    """Deals tasks out to the processes and gathers what they tell."""

    pool: ProcessPoolExecutor
    workers: int
    blocks: list[str]
    rules: SqlRules
    report: SqlReport

    def ask(self) -> None:
        shares = [tuple(self.blocks[at :: self.workers]) for at in range(self.workers)]
        for query in self.rules.passes(_TOGETHER):
            self.report.add_broken(sorted(self._all(Task(share, query) for share in shares if share)))
        self.report.add_values(self._values)
        doubles: list[int] = []
        for rule in self.rules.set_rules:
            told = self.report.add_told(self._of_set(rule, doubles), rule)
            doubles += told if rule.items else ()

    def _of_set(self, rule: SetRule, doubles: Sequence[int]) -> Lines:
        hashed = " || chr(31) || ".join(self.rules.hashed(rule))
        task = partial(Task, tuple(self.blocks), doubles=tuple(doubles))
        parts = (f"hash({hashed}) % {self.workers} = {part}" for part in range(self.workers))
        return self._all(task(query=self.rules.set_query(rule, part=part)) for part in parts)

    def _all(self, tasks: Iterable[Task]) -> Lines:
        return [line for lines in self.pool.map(run_task, tasks) for line in lines]

    def _values(self, rows: Sequence[int]) -> dict[int, Sequence[str]]:
        if not rows:
            return {}
        listed = ", ".join(map(str, rows))
        query = f"SELECT * FROM {STAGED} WHERE {DUCKDB.row} IN ({listed})"
        return {line[0]: line[1:] for line in run_task(Task(tuple(self.blocks), query))}
