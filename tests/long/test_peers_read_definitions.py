"""Frictionless and csvw themselves read what we write: a good file holds, a bad one is refused where we refuse it.

Each peer lives in an environment of its own under var/, made when first needed; so this runs with the long tests.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from machikumo.definitions.domain.interchange.csvw import csvw
from machikumo.definitions.domain.interchange.table_schema import data_package
from machikumo.definitions.domain.sampling import propose
from machikumo.definitions.tests.test_interchange import FOUND
from machikumo.layouts.domain.rules import compile_rules

if TYPE_CHECKING:
    from machikumo.definitions.domain.document import Document

pytestmark = pytest.mark.long
ROOT = Path(__file__).parents[2]
FRICTIONLESS, CSVW = "frictionless==5.21.0", "csvw==4.1.1"
SCRIPT = """
import json, sys
from frictionless import Package, system
system.trusted = True
found = Package(sys.argv[1]).validate()
cells = [[e.row_number, e.field_name] for t in found.tasks for e in t.errors if hasattr(e, "field_name")]
print(json.dumps({"valid": found.valid, "cells": cells}))
"""
GOOD = "a1,山田　花子,1,7,33,-5,1.25,2026,2026-04-01,9999-12-31,09:30,○,何でも x,1234567,p.png"
BAD = "あ,山田,3,7777,200,x,1.255,26,2026-02-30,99,25:00,1,何,123,ぴ"


CSVW_SCRIPT = """
import json, sys
from csvw.metadata import Table
try:
    rows = [dict(row) for row in Table.from_file(sys.argv[1])]
    print(json.dumps({"rows": rows, "refused": ""}, default=str))
except ValueError as error:
    print(json.dumps({"rows": [], "refused": str(error)}))
"""


def python_with(package: str) -> str:
    home = ROOT / "var" / "bench" / "peers" / package.replace("==", "-")
    python = home / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", package], check=True)
    return str(python)


@pytest.fixture(scope="module")
def peer() -> str:
    return python_with(FRICTIONLESS)


def read_by_csvw(folder: Path, rows: str) -> dict[str, Any]:
    layout = FOUND.layout()
    (folder / "a.csv").write_bytes(f"{','.join(layout.header)}\r\n{rows}".encode())
    (folder / "a.json").write_text(json.dumps(csvw(layout, FOUND.head, "a.csv")), encoding="utf-8")
    command = [python_with(CSVW), "-W", "ignore", "-c", CSVW_SCRIPT, str(folder / "a.json")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def said(peer: str, folder: Path, document: Document, data: bytes) -> dict[str, Any]:
    (folder / "a.csv").write_bytes(data)
    package = data_package(document.layout(), document.head, "a.csv")
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    done = subprocess.run(
        [peer, "-c", SCRIPT, "datapackage.json"], cwd=folder, capture_output=True, text=True, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_a_good_file_holds_and_a_bad_row_is_refused_where_we_refuse_it(peer: str, tmp_path: Path) -> None:
    layout = FOUND.layout()
    head = ",".join(layout.header)
    assert said(peer, tmp_path, FOUND, f"{head}\r\n{GOOD}\r\n".encode())["valid"]
    found = said(peer, tmp_path, FOUND, f"{head}\r\n{GOOD}\r\n{BAD}\r\n".encode())
    values = dict(zip(layout.keys, BAD.split(","), strict=True))
    ours = {rule.item.key for rule in compile_rules(layout).cells if not rule.accepts(values[rule.item.key])}
    assert not found["valid"]
    assert {row for row, _ in found["cells"]} == {3}
    assert {field for _, field in found["cells"]} == ours


@pytest.mark.parametrize("charset", ["utf-8", "cp932", "utf-16-le"])
def test_real_open_data_holds_by_the_description_of_its_proposed_layout(
    peer: str, tmp_path: Path, charset: str
) -> None:
    published = (ROOT / "tests" / "data" / "opendata" / "takamatsu_public_toilet.csv").read_text("utf-8")
    mark = b"\xff\xfe" if charset == "utf-16-le" else b""
    data = mark + published.translate({0x301C: 0xFF5E, 0x2212: 0xFF0D}).encode(charset)
    document = propose(data, key="toilets", name="公衆便所", file="t.csv").document
    assert said(peer, tmp_path, document, data)["valid"]


def test_csvw_reads_a_good_row_by_its_types_and_refuses_a_bad_one_with_its_place(tmp_path: Path) -> None:
    (row,) = read_by_csvw(tmp_path, f"{GOOD}\r\n")["rows"]
    assert (row["number"], row["age"], row["flag"]) == ("a1", 33, True)
    assert row["day"].startswith("2026-04-01")
    assert "a.csv:3:1 number" in read_by_csvw(tmp_path, f"{GOOD}\r\n{BAD}\r\n")["refused"]
