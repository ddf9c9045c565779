"""The same rules by several engines: Polars, plain Python, PostgreSQL, DuckDB in two processes, Spark with two workers.

    make bench-migration-engines A="--rows 100000 --seed 7"      make bench-migration-engines A="--spark"

The file is that of bench-movein-check, with defects planted. Every engine must give the same list of cells, row by row,
and with DuckDB one process and two must. Spark (``--spark``) needs Java and runs from an environment of its own under
var/bench/peers, as a cluster of two worker processes on this machine. Seconds are by the clock, with loading.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
import venv
from pathlib import Path
from typing import TYPE_CHECKING, Any

from movein_files import catalogue_layout, make_file
from reporting import Claim, folder, publish

if TYPE_CHECKING:
    from collections.abc import Callable

    from machikumo.layouts.domain.executors import Plan

SPARK = "4.3.0"
CLUSTER = "local-cluster[2,1,1024]"  # two workers, a core and a gigabyte each
Cells = list[tuple[int, str, str]]


def plan_of(executor: str) -> Plan:
    """The check of the benchmark's file."""
    from machikumo.layouts.domain.executors import Plan

    layout, mapping = catalogue_layout()
    return Plan(layout, training=True, mapped=mapping.mapped_characters, executor=executor, fingerprints=False)


def by_executor(path: Path, executor: str) -> Cells:
    """The cells that an executor of the product finds."""
    from machikumo.layouts.domain.engine import iterate_blocks

    with path.open("rb") as stream:
        found = [
            (issue.row, issue.rule, issue.item)
            for result in iterate_blocks(stream, plan_of(executor))
            for issue in result.issues
        ]
    return sorted(cell for cell in found if cell[1].startswith(("cell.", "set.")))


def by_postgresql(path: Path) -> Cells:
    """The cells that PostgreSQL finds."""
    import psycopg

    from machikumo.layouts.sql_engines.postgresql import check_on_postgresql
    from machikumo.site import postgres

    with path.open("rb") as stream, psycopg.connect(postgres.administrator_dsn(), autocommit=True) as connection:
        return check_on_postgresql(connection, stream, plan_of("columnar"), keep_cells=True).cells


def by_duckdb(path: Path, workers: int) -> Cells:
    """The cells that DuckDB finds in so many processes."""
    from machikumo.layouts.sql_engines.duck import check_on_duckdb

    with path.open("rb") as stream:
        return check_on_duckdb(stream, plan_of("columnar"), workers=workers, keep_cells=True).cells


def by_spark(path: Path) -> Cells:
    """The cells that Spark's two workers find; called in its own environment."""
    import tempfile

    import pyspark
    from pyspark.sql import SparkSession

    from machikumo.layouts.sql_engines.spark import SETTINGS, check_on_spark

    os.environ |= {"SPARK_HOME": str(Path(pyspark.__file__).parent), "PYSPARK_PYTHON": sys.executable}
    os.environ |= {"SPARK_LOCAL_IP": "127.0.0.1", "SPARK_LOCAL_HOSTNAME": "localhost"}
    settings = SETTINGS | {
        "spark.ui.enabled": "false", "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.shuffle.partitions": "4", "spark.log.level": "ERROR", "spark.executor.memory": "1g",
    }  # fmt: skip
    builder = SparkSession.builder.master(CLUSTER)
    for key, value in settings.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    with tempfile.TemporaryDirectory() as place, path.open("rb") as stream:
        return check_on_spark(session, stream, plan_of("columnar"), Path(place), keep_cells=True).cells


def spark_python() -> Path:
    """The Python of Spark's environment, made when first needed."""
    home = folder() / "peers" / f"pyspark-{SPARK}"
    python = home / "bin" / "python"
    if not python.exists():
        venv.create(home, with_pip=True)
        needed = [f"pyspark=={SPARK}", "polars", "numpy", "rfc8785", "cryptography"]
        subprocess.run([python, "-m", "pip", "install", "--quiet", *needed], check=True)
    return python


def in_spark_s_own_environment(path: Path) -> Cells:
    """Run this script's Spark part there."""
    source = Path(__file__).resolve().parent.parent / "src"
    command = [spark_python(), __file__, "--child", path]
    environment = os.environ | {"PYTHONPATH": str(source)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return [tuple(cell) for cell in json.loads(done.stdout.splitlines()[-1])]


def timed(run: Callable[[], Cells]) -> tuple[Cells, float]:
    """What a run gives, and its seconds by the clock."""
    began = time.perf_counter()
    return run(), time.perf_counter() - began


def main() -> int:
    """Make the file, run every engine and compare."""
    parser = argparse.ArgumentParser(prog="migration_engines", description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--spark", action="store_true", help="with Spark too: two workers")
    parser.add_argument("--long", action="store_true", help="a million rows, with Spark")
    parser.add_argument("--child", type=Path)
    chosen = parser.parse_args()
    if chosen.child:
        print(json.dumps(by_spark(chosen.child)))
        return 0
    rows = 1_000_000 if chosen.long else chosen.rows
    path = folder() / f"engines-{rows}-{chosen.seed}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    planted = make_file(path, rows, chosen.seed)
    return publish("migration_engines", claims_of(path, rows, planted, spark=chosen.spark or chosen.long))


def claims_of(path: Path, rows: int, planted: dict[str, int], *, spark: bool) -> list[Claim]:
    """What each engine finds, beside the product's own executor."""
    wanted, own = timed(lambda: by_executor(path, "columnar"))
    expected = sum(count for rule, count in planted.items() if not rule.startswith("structure."))
    told = f"cells found in {rows:,} rows"
    claims = [Claim(f"{told}: Polars", len(wanted), expected, 1.0, "as planted", len(wanted) == expected)]
    engines: dict[str, Callable[[], Cells]] = {
        "plain Python": lambda: by_executor(path, "plain"),
        "PostgreSQL": lambda: by_postgresql(path),
        "DuckDB, one process": lambda: by_duckdb(path, 1),
        "DuckDB, two processes": lambda: by_duckdb(path, 2),
    }
    if spark:
        engines["Spark, two workers"] = lambda: in_spark_s_own_environment(path)
    seconds: dict[str, Any] = {"Polars": own}
    for name, run in engines.items():
        cells, seconds[name] = timed(run)
        same = len(set(cells) & set(wanted))
        claims.append(Claim(f"{told}: {name}", len(cells), len(wanted), same / len(wanted), "same", cells == wanted))
    claims += [
        Claim(f"seconds with loading: {name}", spent, own, spent / own, "told only", holds=True)
        for name, spent in seconds.items()
    ]
    return claims


if __name__ == "__main__":
    sys.exit(main())
