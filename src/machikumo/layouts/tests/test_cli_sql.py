"""``layout sql`` and the limits of ``layout check``: the same findings by every engine, on the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo

from machikumo.__main__ import main
from machikumo.layouts.tests.makers import KASUMI, file_of, kasumi_row

if TYPE_CHECKING:
    from pathlib import Path

ROWS = [
    kasumi_row(1), kasumi_row(2, ido_ymd="3300101"), kasumi_row(2), kasumi_row(3, seinen_ymd="3640108"),
    kasumi_row(4, setai_code="0000000003", yubin_no="x"), kasumi_row(5, zokugara_1="020"), kasumi_row(6, yubin_no="y"),
]  # fmt: skip


@pytest.fixture
def file(tmp_path: Path) -> Path:
    place = tmp_path / "KSM.csv"
    place.write_bytes(file_of(KASUMI.source, ROWS) + "だめ\r\n".encode("cp932"))
    return place


def lines_of(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return [line for line in capsys.readouterr().out.splitlines() if not line.startswith("読込")]


def told(lines: list[str]) -> list[str]:
    return sorted(line for line in lines if "\t" in line and "structure." not in line)


def counts(lines: list[str]) -> list[str]:
    return sorted(line for line in lines if line.startswith("  "))


OPTIONS = ("--layout", "vendor-kasumi-juki", "--training")


def test_two_processes_with_duckdb_say_what_the_check_says(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["layout", "check", str(file), *OPTIONS, "--workers", "1"]) == 1
    wanted = lines_of(capsys)
    assert main(["layout", "sql", str(file), *OPTIONS, "--engine", "duckdb"]) == 1
    found = lines_of(capsys)
    assert told(found) == told(wanted)
    assert len(told(wanted)) > 6
    assert counts(found) == counts(wanted)


@pytest.mark.usefixtures("database")
def test_postgresql_says_what_the_check_says(
    file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    main(["layout", "check", str(file), *OPTIONS, "--workers", "1"])
    wanted = lines_of(capsys)
    known = connection.settings_dict
    names = {"host": "HOST", "port": "PORT", "dbname": "NAME", "user": "USER", "password": "PASSWORD"}
    address = make_conninfo("", **{name: str(known[key]) for name, key in names.items()})
    for options in (["--database", address], []):
        monkeypatch.setenv("DATABASE_URL", address)
        assert main(["layout", "sql", str(file), *OPTIONS, "--engine", "postgresql", *options]) == 1
        found = lines_of(capsys)
        assert (told(found), counts(found)) == (told(wanted), counts(wanted))


def test_a_sound_file_gives_exit_code_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = tmp_path / "sound.csv"
    place.write_bytes(file_of(KASUMI.source, [kasumi_row(1, kanji_shimei="渡辺　太郎")]))
    assert main(["layout", "sql", str(place), *OPTIONS]) == 0
    assert "読込 1 行" in capsys.readouterr().out


def test_examples_are_few_and_counts_whole(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["layout", "sql", str(file), *OPTIONS, "--examples", "1", "--limit", "cell.pattern=1"])
    lines = lines_of(capsys)
    assert sum("cell.pattern\t" in line for line in lines) == 1
    assert "          2  cell.pattern" in lines
    assert "上限を超えた規則: cell.pattern（2 件）" in lines


def test_without_a_file_the_sql_is_printed_in_the_engine_s_own_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["layout", "sql", "--layout", "child-allowance", "--dialect", "spark"]) == 0
    printed = capsys.readouterr().out
    assert "CREATE TEMPORARY TABLE machikumo_staged (`row#` BIGINT NOT NULL" in printed
    assert "RLIKE" in printed


def test_what_is_missing_or_wrong_is_said(
    file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert main(["layout", "sql", str(file), *OPTIONS, "--engine", "postgresql"]) == 1
    assert "--database" in capsys.readouterr().err
    assert main(["layout", "sql", str(file), *OPTIONS, "--limit", "cell.nothing=1"]) == 1
    assert "cell.nothing=1" in capsys.readouterr().err
    monkeypatch.setattr("machikumo.layouts.sql_engines.duck.find_spec", lambda _name: None)
    assert main(["layout", "sql", str(file), *OPTIONS]) == 1
    assert "machikumo[sql]" in capsys.readouterr().err


def test_a_check_stops_at_a_rule_s_limit_and_its_report_keeps_a_few_examples(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "report.json"
    options = ["--report", str(report), "--examples", "1", "--limit", "cell.pattern=1", "--workers", "1"]
    assert main(["layout", "check", str(file), *OPTIONS, *options]) == 1
    found = json.loads(report.read_text("utf-8"))
    assert found["stopped"] is True
    assert found["examples_per_rule"] == 1
    assert found["summary"]["rules"]["cell.pattern"] == 2
    assert [issue["rule"] for issue in found["issues"]].count("cell.pattern") == 1
    assert "stop.threshold" in capsys.readouterr().out
