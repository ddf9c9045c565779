"""``machikumo layout sql``: the rules of a layout as SQL, printed, or run over a file by a database engine."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from machikumo.layouts.domain.errors import EngineMissing, NoDatabase
from machikumo.layouts.domain.executors import Plan
from machikumo.layouts.domain.sql.compiled import SqlRules
from machikumo.layouts.domain.sql.dialects import DIALECTS
from machikumo.layouts.domain.tally import EXAMPLES, limits
from machikumo.layouts.domain.wide import narrowed, readable
from machikumo.layouts.queries.catalogue import Catalogue, shipped

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from typing import BinaryIO

    from machikumo.layouts.sql_engines.report import SqlReport

POSTGRESQL, DUCKDB = "postgresql", "duckdb"
_SHOWN = 20


def add_part(parts: Any, run: Callable[[Callable[[argparse.Namespace], int], argparse.Namespace], int]) -> None:
    """Add the part to the command ``layout``; ``run`` guards it as the other parts are."""
    words = "規則を SQL にする・データベースで検査する / the rules as SQL, printed or run by a database engine"
    part = parts.add_parser("sql", help=words, description=words)
    part.set_defaults(run=lambda chosen: run(_sql, chosen))
    part.add_argument(
        "file", nargs="?", type=Path, help="ファイル（省略時は SQL を表示） / the file; without it: print"
    )
    part.add_argument("--layout", required=True, help="レイアウトのキー / key of the layout")
    part.add_argument("--definitions", type=Path, help="定義のフォルダ / folder of definitions")
    part.add_argument("--training", action="store_true", help="練習用の検査用数字 / check digits of a training town")
    part.add_argument("--dialect", choices=tuple(DIALECTS), default=POSTGRESQL, help="表示する SQL / SQL to print")
    part.add_argument("--engine", choices=(POSTGRESQL, DUCKDB), default=DUCKDB, help="検査する処理方式 / what runs it")
    part.add_argument("--database", metavar="URL", help="接続先（省略時は DATABASE_URL） / server, else DATABASE_URL")
    part.add_argument("--workers", type=int, default=2, metavar="N", help="プロセス数（duckdb） / processes (duckdb)")
    part.add_argument("--examples", type=int, default=EXAMPLES, metavar="N", help="規則ごとの例の数 / examples a rule")
    part.add_argument(
        "--limit", action="append", default=[], metavar="RULE=N", help="規則の上限 / most for a rule (again and again)"
    )


def _sql(chosen: argparse.Namespace) -> int:
    catalogue = Catalogue(chosen.definitions) if chosen.definitions else shipped()
    layout = catalogue.layout(chosen.layout)
    thresholds = limits(chosen.limit)
    name = chosen.file.name if chosen.file else ""
    plan = Plan(
        narrowed(layout), training=chosen.training, thresholds=thresholds, fingerprints=False, file_name=name
    )  # fmt: skip
    if chosen.file is None:
        for statement in SqlRules(plan.source_rules, DIALECTS[chosen.dialect]).script():
            _print(statement)
        return 0
    began = time.perf_counter()
    with chosen.file.open("rb") as file, readable(file, layout) as stream:
        report = _checked(chosen, stream, plan)
    return _tell(report, time.perf_counter() - began)


def _checked(chosen: argparse.Namespace, stream: BinaryIO, plan: Plan) -> SqlReport:
    if chosen.engine == DUCKDB:
        from machikumo.layouts.sql_engines.duck import check_on_duckdb

        return check_on_duckdb(stream, plan, workers=chosen.workers, examples=chosen.examples)
    try:
        import psycopg
    except ModuleNotFoundError as missing:
        raise EngineMissing("psycopg") from missing
    from machikumo.layouts.sql_engines.postgresql import check_on_postgresql

    address = chosen.database or os.environ.get("DATABASE_URL", "")
    if not address:
        raise NoDatabase
    with psycopg.connect(address, autocommit=True) as connection:
        return check_on_postgresql(connection, stream, plan, examples=chosen.examples)


def _tell(report: SqlReport, seconds: float) -> int:
    """Print the first issues and the figures, and return the exit code."""
    issues = report.tally.issues
    for issue in issues[:_SHOWN]:
        where = f"{issue.row}行" if issue.row else "全体"
        _print(f"{where}\t{issue.severity}\t{issue.rule}\t{issue.item_name}\t{issue.value}\t{issue.message_ja}")
    for rule, count in report.tally.counts.most_common():
        _print(f"  {count:>9,}  {rule}")
    _print(f"読込 {report.read:,} 行 · {seconds:.1f} 秒（{report.read / max(seconds, 0.001):,.0f} 行/秒）")
    for rule, count in report.stopped.items():
        _print(f"上限を超えた規則: {rule}（{count:,} 件）")
    return 1 if report.errors or report.stopped or report.fatal else 0


def _print(text: str) -> None:
    sys.stdout.write(f"{text}\n")
