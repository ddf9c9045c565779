"""``machikumo layout propose A B``: on a laptop without web and database, and its file is a mapping."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from typing import TYPE_CHECKING

from machikumo.definitions.domain.relating.sheets import sheet_from, tables_of
from machikumo.layouts.domain.mapping import load_mapping
from machikumo.layouts.queries.catalogue import shipped
from machikumo.layouts.tests.makers import MINATO, file_of, minato_row

if TYPE_CHECKING:
    from pathlib import Path


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "machikumo", "layout", "propose", *arguments],
        capture_output=True, text=True, check=False, encoding="utf-8",
    )  # fmt: skip


def test_a_proposed_mapping_is_written_and_loads(tmp_path: Path) -> None:
    sample, out = tmp_path / "sample.csv", tmp_path / "proposed.toml"
    sample.write_bytes(file_of(MINATO.source, [minato_row(number) for number in range(1, 20)]))
    done = run(
        "vendor-minato-resident", "resident-standard", "--sample", str(sample), "--out", str(out), "--training",
        "--key", "ours",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "見本の値の 100%" in done.stdout
    assert "確かめてください" in done.stdout
    catalogue = shipped()
    mapping = load_mapping(
        out.read_text("utf-8"), "ours", layouts=catalogue.layout, code_lists=catalogue.code_lists, gaiji=catalogue.gaiji
    )
    assert mapping.key == "ours"
    assert {move.target for move in mapping.moves} == {move.target for move in MINATO.moves}
    tables = tomllib.loads(out.read_text("utf-8"))
    assert tables_of(sheet_from(tables, "ours")) == tables


def test_required_items_that_stay_empty_are_named_and_make_it_fail() -> None:
    done = run("nonresident-addressee", "resident-standard", "--form", "table")
    assert done.returncode == 1
    assert "必須なのに未対応" in done.stdout
    assert "移行元で未対応" in done.stdout


def test_toml_goes_to_the_screen_and_mistakes_are_told(tmp_path: Path) -> None:
    done = run("vendor-kasumi-juki", "resident-standard", "--gaiji", "kasumi-sabae", "--form", "toml")
    assert tomllib.loads(done.stdout)["mapping"]["gaiji"] == "kasumi-sabae"
    wrong = run("nowhere", "resident-standard")
    assert wrong.returncode == 1
    assert "この名前の定義はありません" in wrong.stderr
    sample = tmp_path / "s.csv"
    sample.write_text("a,b\n1,2\n", encoding="utf-8")
    assert "--key" in run(str(sample)).stderr
