"""The command line: definitions in and out without Django and without a database."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from machikumo.__main__ import main
from machikumo.definitions.tests.makers import row, workbook
from machikumo.layouts.queries.catalogue import Catalogue

if TYPE_CHECKING:
    from pathlib import Path

ROWS = [row(1, romaji="number", key="○"), row(2, "氏名", "Ｎ", 20, "任意", romaji="name", output="謎")]
IMPORT = ("--key", "people", "--edition", "1.0")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "list.xlsx"
    path.write_bytes(workbook(ROWS))
    return path


@pytest.fixture
def folder(book: Path, tmp_path: Path) -> Path:
    target = tmp_path / "definitions"
    assert main(["layout", "import", str(book), *IMPORT, "--out", str(target)]) == 0
    return target


def test_a_workbook_becomes_a_folder_of_definitions_and_a_report(
    book: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "report.json"
    options = ["--out", str(tmp_path / "d"), "--report", str(report)]
    assert main(["layout", "import", str(book), *IMPORT, *options]) == 0
    told = capsys.readouterr().out
    assert "項目 2" in told
    assert "読めなかったセル" in told
    found = json.loads(report.read_text("utf-8"))[0]
    assert {"sheet": "項目定義書", "cell": "T8", "value": "謎", "reason": "mark"}.items() <= found["unread"][
        1
    ].items() or any(cell["value"] == "謎" for cell in found["unread"])
    assert Catalogue(tmp_path / "d").layout("people").keys == ("number", "name")


def test_another_content_under_the_same_version_is_refused(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other.xlsx"
    other.write_bytes(workbook([row(1, romaji="number", length=99)]))
    command = ["layout", "import", str(other), *IMPORT, "--out", str(folder)]
    assert main(command) == 1
    assert "--version" in capsys.readouterr().err
    assert main([*command, "--version", "2"]) == 0


def test_two_versions_are_compared_and_a_breaking_change_gives_exit_code_1(
    book: Path, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["layout", "diff", "people", str(folder / "people.toml"), "--definitions", str(folder)]) == 0
    shorter = tmp_path / "people.xlsx"
    shorter.write_bytes(workbook([row(1, romaji="number", key="○", length=3), ROWS[1]]))
    capsys.readouterr()
    assert main(["layout", "diff", str(book), str(shorter)]) == 1
    told = capsys.readouterr().out
    assert "[非互換] 項目 03100001 宛名番号: 桁数 15 → 3" in told
    assert "length 15 -> 3" in told


@pytest.mark.parametrize("form", ["xlsx", "table-schema", "csvw", "toml"])
def test_a_definition_is_written_in_every_form(folder: Path, tmp_path: Path, form: str) -> None:
    out = tmp_path / "out"
    command = ["layout", "describe", "people", "--to", form, "--out", str(out), "--definitions", str(folder)]
    assert main(command) == 0
    data = out.read_bytes()
    if form == "xlsx":
        again = tmp_path / "again.xlsx"
        again.write_bytes(data)
        assert main(["layout", "diff", str(again), str(folder / "people.toml")]) == 0
    assert data


def test_a_sample_becomes_a_definition_that_checks_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sample, target = tmp_path / "s.csv", tmp_path / "d"
    sample.write_bytes("番号,印\r\n1,○\r\n2,\r\n".encode("utf-16"))
    assert main(["layout", "propose", str(sample), "--key", "marks", "--out", str(target)]) == 0
    assert main(["layout", "check", str(sample), "--layout", "marks", "--definitions", str(target)]) == 0
    assert "受理 2" in capsys.readouterr().out


def test_a_package_is_listed_checked_and_told_in_a_manifest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["layout", "package"]) == 0
    assert "未確認" in capsys.readouterr().out
    files, listed = tmp_path / "files", tmp_path / "manifest.json"
    files.mkdir()
    command = ["layout", "package", "town-interchange", "--files", str(files), "--manifest", str(listed)]
    assert main(command) == 1
    assert "ありません" in capsys.readouterr().out
    (files / "resident-standard_182079_20260401.csv").write_text("x", encoding="utf-8")
    assert main(command) == 0
    (entry,) = json.loads(listed.read_text("utf-8"))["files"]
    assert (entry["layout"], entry["bytes"]) == ("resident-standard", 1)
    (files / "memo.txt").write_text("x", encoding="utf-8")
    assert main(command) == 1


def test_what_goes_wrong_is_said_in_both_languages(
    book: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.xlsx"
    bad.write_bytes(b"no workbook")
    two = tmp_path / "two.xlsx"
    two.write_bytes(workbook([row(1, group="一"), row(2, group="二")]))
    for arguments in (
        ["import", str(bad), *IMPORT],
        ["import", str(tmp_path / "none.xlsx"), *IMPORT],
        ["diff", str(two), str(book)],
        ["diff", "nowhere", "nowhere"],
        ["describe", "../people", "--to", "csvw", "--out", str(tmp_path / "x")],
        ["package", "nowhere", "--files", str(tmp_path)],
    ):
        assert main(["layout", *arguments]) == 1
        japanese, english, *_ = capsys.readouterr().err.splitlines()
        assert not japanese.isascii()
        assert english


def test_without_the_package_for_excel_the_extra_is_named(
    book: Path, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    out = ["--out", str(tmp_path / "x"), "--definitions", str(folder)]
    for arguments in (["import", str(book), *IMPORT], ["describe", "people", "--to", "xlsx", *out]):
        assert main(["layout", *arguments]) == 1
        assert "machikumo[layouts]" in capsys.readouterr().err
    assert main(["layout", "describe", "people", "--to", "csvw", *out]) == 0


def test_definitions_need_neither_django_nor_polars(folder: Path) -> None:
    script = (
        "import sys\n"
        "for name in ('django', 'polars', 'psycopg'): sys.modules[name] = None\n"
        "import argparse; from machikumo.layouts import cli; from machikumo.definitions import cli as more\n"
        "top = argparse.ArgumentParser(); parts = top.add_subparsers(); cli.register(parts); more.register(parts)\n"
        "chosen = top.parse_args(sys.argv[1:]); sys.exit(chosen.run(chosen))\n"
    )
    path = str(folder / "people.toml")
    done = subprocess.run(
        [sys.executable, "-c", script, "layout", "diff", path, path], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "互換" in done.stdout
