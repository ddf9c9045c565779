"""What other tools find in a file whose cells are wrong; runs in their own environment, told as JSON what to check.

    python migration_peers.py <tool> <file> <schema.json>

Each is given the same checks (required, code list, form, length, unique key), prints the count of cells it found, its
CPU seconds and its peak memory. What its rules cannot say it is not asked.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any


def main() -> None:
    """Run one tool and print what it found."""
    tool, path, schema = sys.argv[1:]
    fields = json.loads(Path(schema).read_text(encoding="utf-8"))
    work = TOOLS[tool]
    warm(tool)
    began, before = time.perf_counter(), sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    found = work(path, fields)
    cpu = sum(resource.getrusage(resource.RUSAGE_SELF)[:2]) - before
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"cells": found, "cpu": cpu, "seconds": time.perf_counter() - began, "peak": peak}))


def warm(tool: str) -> None:
    """Load the tool, so that its start is not counted."""
    __import__({"pandera": "pandera.polars"}.get(tool, tool))


def frame_of(path: str, fields: dict[str, Any]) -> Any:
    """The file as the tools on Polars get it: all text, empty cells null."""
    import polars as pl

    schema = {field["name"]: pl.String for field in fields["fields"]}
    return pl.read_csv(path, has_header=True, schema=schema)


def by_pandera(path: str, fields: dict[str, Any]) -> int:
    """Pandera on Polars: every failing cell in its table; of a double key it names both rows, one is counted."""
    import pandera.polars as pa
    from pandera.errors import SchemaErrors

    columns = {}
    for field in fields["fields"]:
        rules = field["constraints"]
        checks = []
        if "pattern" in rules:
            checks.append(pa.Check.str_matches(f"^(?:{rules['pattern']})$"))
        if "enum" in rules:
            checks.append(pa.Check.isin(rules["enum"]))
        if "maxLength" in rules:
            checks.append(pa.Check.str_length(max_value=rules["maxLength"]))
        columns[field["name"]] = pa.Column(str, checks=checks, nullable=not rules.get("required", False))
    schema = pa.DataFrameSchema(columns, unique=fields["primaryKey"])
    try:
        schema.validate(frame_of(path, fields), lazy=True)
    except SchemaErrors as errors:
        return int(errors.failure_cases.height)
    return 0


def by_dataframely(path: str, fields: dict[str, Any]) -> int:
    """Dataframely: rows are split in good and failed ones, failures counted by rule."""
    import dataframely as dy

    body: dict[str, Any] = {}
    for field in fields["fields"]:
        rules = field["constraints"]
        options: dict[str, Any] = {"nullable": not rules.get("required", False)}
        if "pattern" in rules:
            options["regex"] = f"^(?:{rules['pattern']})$"
        if "maxLength" in rules:  # its own max_length counts bytes
            limit = rules["maxLength"]
            options["check"] = lambda column, limit=limit: column.str.len_chars() <= limit
        if "enum" in rules:
            allowed = rules["enum"]
            options["check"] = lambda column, allowed=allowed: column.is_in(allowed)
        if field["name"] in fields["primaryKey"]:
            options["primary_key"] = True
            options["nullable"] = False
        body[field["name"]] = dy.String(**options)
    schema = type("Rows", (dy.Schema,), body)
    failure = schema.filter(frame_of(path, fields)).failure
    return int(sum(failure.counts().values()))


def by_duckdb(path: str, fields: dict[str, Any]) -> int:
    """DuckDB: one query that lists every failing cell, and one for the key."""
    import duckdb

    base = duckdb.connect()
    base.execute("SET threads = 1")
    names = [field["name"] for field in fields["fields"]]
    listed = "{" + ", ".join(f"'{name}': 'VARCHAR'" for name in names) + "}"
    source = f"read_csv('{path}', columns = {listed}, header = true, delim = ',', quote = '\"', nullstr = '')"
    base.execute(f"CREATE TABLE rows AS SELECT row_number() OVER () AS row, * FROM {source}")
    parts = []
    for field in fields["fields"]:
        rules, column = field["constraints"], f'"{field["name"]}"'
        wrong = [f"{column} IS NULL"] if rules.get("required") else []
        if "pattern" in rules:
            wrong.append(f"NOT regexp_full_match({column}, '{rules['pattern']}')")
        if "enum" in rules:
            wrong.append(f"{column} NOT IN ({', '.join(repr(value) for value in rules['enum'])})")
        if "maxLength" in rules:
            wrong.append(f"length({column}) > {rules['maxLength']}")
        parts += [f"SELECT row, '{field['name']}' AS name, {column} AS value FROM rows WHERE {one}" for one in wrong]
    key = ", ".join(f'"{name}"' for name in fields["primaryKey"])
    parts.append(f"SELECT row, 'key', '' FROM rows QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY row) > 1")
    return len(base.execute(" UNION ALL ".join(parts)).fetchall())


def by_frictionless(path: str, fields: dict[str, Any]) -> int:
    """Frictionless: its report's errors."""
    from frictionless import Checklist, Resource, Schema, system

    resource_ = Resource(path=Path(path).name, basepath=str(Path(path).parent), encoding="utf-8",
                         schema=Schema.from_descriptor(fields))  # fmt: skip
    with system.use_context(trusted=True):
        report = resource_.validate(Checklist(), limit_errors=10_000_000)
    return sum(len(task.errors) for task in report.tasks)


TOOLS = {
    "pandera": by_pandera,
    "dataframely": by_dataframely,
    "duckdb": by_duckdb,
    "frictionless": by_frictionless,
}

if __name__ == "__main__":
    main()
