"""``machikumo gaiji``: use, candidates and coverage from files alone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from machikumo.__main__ import main
from machikumo.gaiji import cli, figures
from machikumo.gaiji.domain import maps
from machikumo.gaiji.tests.conftest import PEOPLE
from machikumo.gaiji.tests.making import gaiji_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from machikumo.gaiji.figures import FigureFont


@pytest.fixture
def people(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_bytes(PEOPLE)
    return path


@pytest.fixture
def font(tmp_path: Path) -> Path:
    path = tmp_path / "EUDC.TTE"
    path.write_bytes(gaiji_bytes(4, 1_005))
    return path


@pytest.fixture(autouse=True)
def _small(small_font: FigureFont, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "figure_font", lambda *_, **__: small_font)


def test_the_use_is_printed_with_cells_and_columns(people: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gaiji", "inventory", str(people), "--key", "宛名番号"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "U+E001\tF041\t2\t2\t氏名=2"
    assert lines[-1].startswith("外字 3 字 · 使う人 3")


def test_candidates_are_printed_and_written_as_json(
    font: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.json"
    assert main(["gaiji", "candidates", str(font), "--top", "2", "--out", str(out)]) == 0
    first, second, last = capsys.readouterr().out.splitlines()
    assert first.startswith("U+E000\tF040\tMJ000005:")
    assert second == "U+E001\tF041\tno_candidate"
    assert "候補あり 1" in last
    whole = json.loads(out.read_text("utf-8"))
    assert len(whole["rows"][0]["candidates"]) == 2
    assert whole["rows"][0]["candidates"][0]["text"] == chr(0x4E04)


def test_coverage_lists_what_the_map_lacks_and_fails_until_it_is_whole(
    people: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    head = maps.Head("k", "1", "n", "182079", "s", "e")
    lines = [
        maps.Line(code, chr(code - 0x9000), "MJ000001", ("甲", "乙"), "2026-11-24", "") for code in (0xE000, 0xE001)
    ]
    path = tmp_path / "map.toml"
    path.write_text(maps.written(maps.ApprovedMap(head, tuple(lines), {})), encoding="utf-8")
    order = ["gaiji", "coverage", str(people), "--key", "宛名番号", "--map", str(path)]
    assert main(order) == 1
    said = capsys.readouterr().out
    assert "U+E700" in said
    assert "人\t3 / 4\t75.0%" in said
    more = maps.Line(0xE700, "丁", "MJ000002", ("甲", "乙"), "2026-11-24", "")
    path.write_text(maps.written(maps.ApprovedMap(head, (*lines, more), {})), encoding="utf-8")
    assert main(order) == 0


def test_what_is_wrong_is_said_in_both_languages(
    people: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["gaiji", "inventory", str(people), "--key", "番号"]) == 1
    assert "見出し「番号」" in capsys.readouterr().err
    assert main(["gaiji", "candidates", str(people)]) == 1
    assert "no TrueType font" in capsys.readouterr().err
    assert main(["gaiji", "candidates", str(tmp_path / "none")]) == 1
    assert "cannot be used" in capsys.readouterr().err


def test_a_missing_package_is_named_with_the_extra_that_brings_it(
    font: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def missing(*_: object, **__: object) -> None:
        raise ModuleNotFoundError("No module named 'freetype'", name="freetype")

    monkeypatch.setattr(figures, "figure_font", missing)
    assert main(["gaiji", "candidates", str(font)]) == 1
    assert "machikumo[layouts]" in capsys.readouterr().err


def test_progress_is_told_now_and_then(capsys: pytest.CaptureFixture[str]) -> None:
    cli._tell_progress(64, 59_161)
    cli._tell_progress(6_400, 59_161)
    assert capsys.readouterr().err.count("indexing") == 1
