"""Sound, broken and hostile files from a seed: both executors and SQL give the same list of cells on every one of them.

Ten thousand more run with the long tests (tests/long/test_fuzzed_files.py).
"""

from __future__ import annotations

import io
from collections import Counter

import pytest
from django.db import connection

from machikumo.layouts.domain.executors import COLUMNAR
from machikumo.layouts.sql_engines.duck import check_on_duckdb
from machikumo.layouts.sql_engines.postgresql import check_on_postgresql
from machikumo.layouts.tests.fuzzing import EVERY, Fuzzed, cells_of, fuzzed, plain_and_columnar

FILES, IN_DUCKDB = 60, (0, 5, 11)


@pytest.mark.parametrize("tens", range(FILES // 10))
@pytest.mark.usefixtures("database")
def test_both_executors_and_postgresql_tell_the_same_cells_of_fuzzed_files(tens: int) -> None:
    connection.ensure_connection()
    for seed in range(10 * tens, 10 * tens + 10):
        file = fuzzed(seed)
        plain, columnar = plain_and_columnar(file)
        assert columnar == plain, seed
        told = check_on_postgresql(
            connection.connection, io.BytesIO(file.data), file.plan(COLUMNAR), keep_cells=True
        )  # fmt: skip
        assert told.cells == cells_of(plain), seed


@pytest.mark.parametrize("seed", IN_DUCKDB)
def test_two_processes_with_duckdb_tell_the_same_cells(seed: int) -> None:
    file = fuzzed(seed)
    plain, _ = plain_and_columnar(file)
    told = check_on_duckdb(io.BytesIO(file.data), file.plan(COLUMNAR), workers=2, keep_cells=True)
    assert told.cells == cells_of(plain)
    assert told.tally.counts == Counter(rule for _row, _line, _offset, rule, *_ in plain)


def test_a_seed_always_gives_the_same_file_and_the_files_have_something_to_tell() -> None:
    files = [fuzzed(seed) for seed in range(40)]
    assert [fuzzed(seed) for seed in range(40)] == files
    assert len({file.data for file in files}) > 30
    rules = Counter(rule for file in files for _, rule, _ in cells_of(plain_and_columnar(file)[0]))
    assert len(rules) > 25


def test_every_kind_of_rule_stands_in_the_layout_that_is_fuzzed() -> None:
    file = Fuzzed(EVERY, b"", 64, training=True)
    rules = file.plan(COLUMNAR).source_rules
    assert {rule.id for rule in rules.rows} == {
        "cell.condition", "cell.code_history", "set.not_before", "set.cross_field", "set.compare",
        "set.uncertain_text", "set.uncertain_value", "set.uncertain_flag",
    }  # fmt: skip
    assert len({rule.id for rule in rules.cells}) == 15
