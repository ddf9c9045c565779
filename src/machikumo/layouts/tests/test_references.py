"""Values that one file takes from another: by Python, by Polars and by two engines the same rows refer to nothing."""

from __future__ import annotations

from random import Random
from typing import Any

import polars as pl
import pytest
from django.db import connection

from machikumo.layouts.domain.references import ColumnReferences, Orphan, PlainReferences, orphans_query
from machikumo.layouts.domain.sql.dialects import DUCKDB, POSTGRESQL

ASKING, ASKED = ("person", "branch"), ("number", "part")
SOURCE, TARGET = ("note", "person", "branch"), ("part", "number")
Rows = list[tuple[str, ...]]


def plain(source: Rows, target: Rows, cut: int) -> list[Orphan]:
    found = PlainReferences([SOURCE.index(key) for key in ASKING], [TARGET.index(key) for key in ASKED])
    for part in (target[:cut], target[cut:]):
        found.know(part)
    for start, part in ((1, source[:cut]), (1 + cut, source[cut:])):
        found.ask(part, range(start, start + len(part)), "file.csv")
    return found.orphans()


def columnar(source: Rows, target: Rows, cut: int) -> list[Orphan]:
    found = ColumnReferences(ASKING, ASKED)
    for part in (target[:cut], target[cut:]):
        found.know(pl.DataFrame(part, schema=dict.fromkeys(TARGET, pl.String), orient="row"))
    for start, part in ((1, source[:cut]), (1 + cut, source[cut:])):
        frame = pl.DataFrame(part, schema=dict.fromkeys(SOURCE, pl.String), orient="row")
        found.ask(frame, range(start, start + len(part)), "file.csv")
    return found.orphans()


def staged(execute: Any, source: Rows, target: Rows, mark: str) -> None:
    for table, keys, rows in (("asking", SOURCE, source), ("asked", TARGET, target)):
        columns = ", ".join(f'"{key}" text' for key in keys)
        execute(f'CREATE TEMPORARY TABLE {table} ("row#" bigint, {columns})', [])
        for number, row in enumerate(rows, 1):
            execute(f"INSERT INTO {table} VALUES ({', '.join([mark] * (len(row) + 1))})", [number, *row])


def by_duckdb(source: Rows, target: Rows) -> list[int]:
    import duckdb

    with duckdb.connect() as engine:
        staged(engine.execute, source, target, "?")
        query = orphans_query(DUCKDB, ASKING, ASKED, source="asking", target="asked")
        return [row for (row,) in engine.execute(query).fetchall()]


def by_postgresql(source: Rows, target: Rows) -> list[int]:
    with connection.cursor() as cursor:
        staged(cursor.execute, source, target, "%s")
        cursor.execute(orphans_query(POSTGRESQL, ASKING, ASKED, source="asking", target="asked"))
        found = [row for (row,) in cursor.fetchall()]
        cursor.execute("DROP TABLE asking, asked")
    return found


def some(rng: Random, columns: int, count: int) -> Rows:
    return [tuple(rng.choice(("", "1", "2", "1\x1f", "あ", "'")) for _ in range(columns)) for _ in range(count)]


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.usefixtures("database")
def test_all_four_ways_name_the_same_rows(seed: int) -> None:
    rng = Random(seed)
    source, target = some(rng, 3, rng.randrange(12)), some(rng, 2, rng.randrange(9))
    wanted = plain(source, target, 4)
    assert columnar(source, target, 4) == wanted
    rows = [orphan.row for orphan in wanted]
    assert by_duckdb(source, target) == rows
    assert by_postgresql(source, target) == rows


def test_a_row_refers_by_all_its_items_together_and_an_empty_one_to_nothing() -> None:
    source = [("n", "1", "a"), ("n", "1", "b"), ("n", "", ""), ("n", "1", "")]
    target = [("a", "1"), ("b", "2")]
    for way in (plain, columnar):
        assert way(source, target, 2) == [Orphan("file.csv", 2), Orphan("file.csv", 4)]


def test_without_the_file_referred_to_every_reference_is_to_nothing() -> None:
    found = ColumnReferences(ASKING, ASKED)
    assert found.orphans() == []
    frame = pl.DataFrame([("n", "1", "a")], schema=list(SOURCE), orient="row")
    found.ask(frame, [7], "a.csv")
    assert found.orphans() == [Orphan("a.csv", 7)]
    assert plain([("n", "1", "a")], [], 0) == [Orphan("file.csv", 1)]
