"""Ten thousand files from seeds: both executors and PostgreSQL give the same list of cells on every one of them.

MACHIKUMO_FUZZED says how many (default 10,000), MACHIKUMO_FUZZED_FROM the first seed. Every hundredth file goes
through two processes with DuckDB too. What was done stands in var/bench/fuzzed_files.json.
"""

from __future__ import annotations

import io
import json
import os
import sys
import time
from collections import Counter
from typing import Any

import pytest
from django.db import connection

from machikumo.layouts.domain.executors import COLUMNAR
from machikumo.layouts.sql_engines.duck import check_on_duckdb
from machikumo.layouts.sql_engines.postgresql import check_on_postgresql
from machikumo.layouts.tests.fuzzing import cells_of, fuzzed, plain_and_columnar
from machikumo.site.environment import REPOSITORY

pytestmark = pytest.mark.long
FILES = int(os.environ.get("MACHIKUMO_FUZZED", "10000"))
FIRST = int(os.environ.get("MACHIKUMO_FUZZED_FROM", "1000"))
IN_DUCKDB = 100  # one file in so many
RESULT = REPOSITORY / "var" / "bench" / "fuzzed_files.json"


def differing(seed: int, done: Counter[str]) -> list[str]:
    """What does not agree on one file; ``done`` counts what was compared."""
    file = fuzzed(seed)
    plain, columnar = plain_and_columnar(file)
    wanted, wrong = cells_of(plain), []
    if columnar != plain:
        wrong.append("columnar")
    told = [("postgresql", check_on_postgresql(connection.connection, *arguments(file), keep_cells=True))]
    if not seed % IN_DUCKDB:
        told.append(("duckdb", check_on_duckdb(*arguments(file), workers=2, keep_cells=True)))
    done.update({"files": 1, "cells": len(wanted), "files with findings": bool(plain)})
    done.update(f"by {name}" for name, _ in told)
    return [*wrong, *(name for name, report in told if report.cells != wanted)]


def arguments(file: Any) -> tuple[io.BytesIO, Any]:
    return io.BytesIO(file.data), file.plan(COLUMNAR)


@pytest.mark.usefixtures("database")
def test_all_ways_of_checking_agree_on_ten_thousand_fuzzed_files(capsys: pytest.CaptureFixture[str]) -> None:
    connection.ensure_connection()
    done: Counter[str] = Counter()
    began = time.monotonic()
    wrong = {seed: found for seed in range(FIRST, FIRST + FILES) if (found := differing(seed, done))}
    told = dict(done) | {"differing": wrong, "first seed": FIRST, "seconds": round(time.monotonic() - began, 1)}
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(json.dumps(told, indent=1), encoding="utf-8")
    with capsys.disabled():
        sys.stdout.write(f"\n{json.dumps(told)}\n")
    assert done["files"] == FILES
    assert wrong == {}
