"""The command line: exit codes, reports, quarantine, resume, and plain words when something is missing."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from machikumo.__main__ import main
from machikumo.layouts import cli
from machikumo.layouts.domain import executors
from machikumo.layouts.tests.makers import KASUMI, file_of, kasumi_row

if TYPE_CHECKING:
    from pathlib import Path

MAPPING = ("--mapping", "kasumi-to-standard", "--training")


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.csv"
    path.write_bytes(file_of(KASUMI.source, [kasumi_row(number) for number in range(1, 6)]))
    return path


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    path = tmp_path / "bad.csv"
    rows = [kasumi_row(1), kasumi_row(2, sei_cd="7"), kasumi_row(3, seinen_ymd="3640108")]
    path.write_bytes(file_of(KASUMI.source, rows))
    return path


def test_a_sound_file_gives_exit_code_0(good: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["layout", "check", str(good), *MAPPING]) == 0
    assert "読込 5 行 · 受理 5 · 隔離 0" in capsys.readouterr().out


def test_a_bad_file_gives_exit_code_1_a_report_and_a_quarantine(
    bad: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report, folder = tmp_path / "report.json", tmp_path / "held"
    options = ["--report", str(report), "--quarantine", str(folder)]
    assert main(["layout", "check", str(bad), "--layout", "vendor-kasumi-juki", *MAPPING, *options]) == 1
    assert "昭和64年1月7日まで" in capsys.readouterr().out
    found = json.loads(report.read_text(encoding="utf-8"))
    assert found["summary"]["held_back"] == 2
    assert [(issue["row"], issue["rule"]) for issue in found["issues"] if issue["row"] in {2, 3}][:2] == [
        (2, "cell.code"),
        (3, "cell.wareki"),
    ]
    assert found["layout"]["digest"] == KASUMI.source.digest
    assert (folder / "bad.csv.quarantine").read_bytes().count(b"\r\n") == 3
    assert (folder / "bad.csv.reasons.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_two_processes_write_the_same_report_and_quarantine_as_one(bad: Path, tmp_path: Path) -> None:
    told = []
    for workers in ("1", "2"):
        folder = tmp_path / workers
        report = tmp_path / f"{workers}.json"
        options = ["--report", str(report), "--quarantine", str(folder), "--workers", workers]
        assert main(["layout", "check", str(bad), *MAPPING, *options]) == 1
        found = json.loads(report.read_text(encoding="utf-8")) | {"seconds": 0}
        told.append((found, {path.name: path.read_bytes() for path in folder.iterdir()}))
    assert told[0] == told[1]


def test_a_file_converted_there_and_back_is_the_same(good: Path, tmp_path: Path) -> None:
    there, back = tmp_path / "there.csv", tmp_path / "back.csv"
    assert main(["layout", "convert", str(good), *MAPPING, "--out", str(there)]) == 0
    assert there.read_text(encoding="utf-8").startswith("addressee_number,")
    assert main(["layout", "convert", str(there), *MAPPING, "--back", "--out", str(back)]) == 0
    assert back.read_bytes() == good.read_bytes()


def test_a_conversion_that_was_stopped_goes_on_from_its_log(good: Path, tmp_path: Path) -> None:
    out, log = tmp_path / "out.csv", tmp_path / "log.jsonl"
    command = ["layout", "convert", str(good), *MAPPING, "--out", str(out), "--log", str(log)]
    assert main(command) == 0
    whole = out.read_bytes()
    out.write_bytes(whole + b"half a block that was cut off")
    assert main(command) == 0
    assert out.read_bytes() == whole


def test_the_round_trip_tells_whether_it_holds(good: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["layout", "roundtrip", str(good), *MAPPING]) == 0
    assert "バイトも同じ行 5" in capsys.readouterr().out
    good.write_bytes(good.read_bytes().replace(b"916-0001", b'"916-0001"', 1))
    assert main(["layout", "roundtrip", str(good), *MAPPING]) == 0
    assert "引用符の付け方の違い" in capsys.readouterr().out


def test_definitions_are_listed_and_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["layout", "show"]) == 0
    assert "vendor-minato-resident" in capsys.readouterr().out
    assert main(["layout", "show", "resident-standard"]) == 0
    assert "未確認" in capsys.readouterr().out
    assert main(["layout", "show", "minato-to-standard"]) == 0
    assert "元に戻らない" in capsys.readouterr().out


def test_what_is_missing_is_said_in_both_languages(
    good: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments in (
        ["check", str(good)],
        ["check", str(good), "--layout", "nowhere"],
        ["check", str(tmp_path / "none.csv"), "--layout", "vendor-kasumi-juki"],
        ["show", "nowhere"],
        ["show", "--definitions", str(tmp_path), "x"],
    ):
        assert main(["layout", *arguments]) == 1
        japanese, english, *_ = capsys.readouterr().err.splitlines()
        assert not japanese.isascii()
        assert english


def test_too_many_bad_rows_stop_the_check(bad: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["layout", "check", str(bad), *MAPPING, "--stop-after", "0"]) == 1
    assert "止めました" in capsys.readouterr().out


def test_without_polars_the_check_runs_and_names_the_extra(
    good: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(executors, "has_fast_path", lambda: False)
    monkeypatch.setattr(cli, "has_fast_path", lambda: False)
    assert main(["layout", "check", str(good), *MAPPING]) == 0
    assert "machikumo[layouts]" in capsys.readouterr().err


def test_checking_needs_neither_django_nor_polars(good: Path) -> None:
    script = (
        "import sys\n"
        "for name in ('django', 'polars', 'psycopg'): sys.modules[name] = None\n"
        "import importlib.util as u; found = u.find_spec\n"
        "u.find_spec = lambda name, *more: None if name == 'polars' else found(name, *more)\n"
        "from machikumo.layouts.domain import executors; executors.find_spec = u.find_spec\n"
        "import argparse; from machikumo.layouts import cli\n"
        "top = argparse.ArgumentParser(); cli.register(top.add_subparsers())\n"
        "chosen = top.parse_args(sys.argv[1:]); sys.exit(chosen.run(chosen))\n"
    )
    command = [sys.executable, "-c", script, "layout", "check", str(good), *MAPPING]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "受理 5" in done.stdout
