"""Two deliveries compared on the command line, without web and without a database."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from machikumo.__main__ import main
from machikumo.rehearsals.tests.makers import bytes_of, kasumi_row

if TYPE_CHECKING:
    from pathlib import Path

PEOPLE = [kasumi_row(number) for number in range(1, 6)]
MAPPING = ("--mapping", "kasumi-to-standard", "--training")


@pytest.fixture
def before(tmp_path: Path) -> Path:
    path = tmp_path / "first.csv"
    path.write_bytes(bytes_of([*PEOPLE[:4], kasumi_row(5, seinen_ymd="3409999")]))
    return path


@pytest.fixture
def after(tmp_path: Path) -> Path:
    path = tmp_path / "second.csv"
    path.write_bytes(bytes_of([*PEOPLE[1:4], kasumi_row(5), kasumi_row(1, kanji_shimei="渡\ue000　花子")]))
    return path


def test_the_difference_is_told_and_gives_exit_code_1(
    before: Path, after: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rehearsal", "compare", str(before), str(after), *MAPPING]) == 1
    told = capsys.readouterr().out
    assert "読込 5 → 5 行 · 保留 1 → 0 行" in told
    assert "同じ 3 · 前回だけ 0 · 今回だけ 0 · 保留が直った 1 · 内容が変わった 1" in told
    assert "氏名\t1" in told
    assert "花子" not in told
    assert "日本人住民\t5" in told


def test_the_report_has_no_value_of_a_person_and_the_rows_have(
    before: Path, after: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report, rows = tmp_path / "out.json", tmp_path / "rows.jsonl"
    asked = ["rehearsal", "compare", str(before), str(after), *MAPPING, "--report", str(report), "--rows", str(rows)]
    assert main(asked) == 1
    capsys.readouterr()
    facts = json.loads(report.read_text("utf-8"))
    part = facts["difference"]["layouts"]["resident-standard"]
    assert part["kinds"] == {"mended": 1, "changed": 1}
    assert facts["after"]["sheet"]["households"] == 5
    assert "花子" not in report.read_text("utf-8")
    assert "花子" in rows.read_text("utf-8")


def test_a_folder_is_one_delivery_of_several_files(
    before: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "parts"
    folder.mkdir()
    (folder / "a.csv").write_bytes(bytes_of(PEOPLE[:2]))
    (folder / "b.csv").write_bytes(bytes_of(PEOPLE[2:]))
    whole = tmp_path / "whole.csv"
    whole.write_bytes(bytes_of(PEOPLE))
    assert main(["rehearsal", "compare", str(whole), str(folder), *MAPPING]) == 0
    assert "違う数字 0 /" in capsys.readouterr().out
    assert before.exists()


def test_what_cannot_be_read_is_said_in_both_languages(
    before: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rehearsal", "compare", str(before), str(tmp_path / "none.csv"), *MAPPING]) == 2
    assert "ファイルを扱えません" in capsys.readouterr().err
    other = tmp_path / "other.csv"
    other.write_bytes(b"a,b\r\n1,2\r\n")
    assert main(["rehearsal", "compare", str(before), str(other), *MAPPING]) == 2
    assert "見出し行" in capsys.readouterr().err
    assert main(["rehearsal", "compare", str(before), str(before), "--mapping", "none"]) == 2
    assert "no definition" in capsys.readouterr().err


def test_it_runs_without_django(before: Path, after: Path) -> None:
    code = (
        "import sys; sys.modules['django'] = None\n"
        "from machikumo.__main__ import main\n"
        f"sys.exit(main(['rehearsal', 'compare', {str(before)!r}, {str(after)!r}, *{MAPPING!r}]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert "同じ 3" in done.stdout
