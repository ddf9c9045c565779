"""``make clean`` clears the database and what its witnesses remember together, and removes nothing elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import clean
import pytest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone in a folder of its own that was used: a database, its witnesses, secrets, caches and our own files."""
    for name in ("var/postgres/data", "var/witness/180009", "var/witness-trial/180009", "var/secrets", ".mypy_cache"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "var" / "witness" / "180009" / "182079.jsonl").write_text("{}\n")
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "kept.py").write_text("")
    monkeypatch.setattr(clean, "ROOT", tmp_path)
    monkeypatch.setattr(clean, "PYTHON", tmp_path / ".venv" / "bin" / "python")  # not there: no server to stop
    monkeypatch.setattr(clean.sys.stdin, "isatty", lambda: False, raising=False)
    for name in ("DATABASE_URL", "MACHIKUMO_VAR"):
        monkeypatch.delenv(name, raising=False)
    assert tmp_path == clean.ROOT  # or it would clean the clone in which the tests run
    return tmp_path


def test_database_and_witnesses_go_together_and_our_own_files_stay(
    used: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert clean.main() == 0
    assert {path.name for path in used.iterdir()} == {"src"}
    assert (used / "src" / "kept.py").exists()
    assert capsys.readouterr().out == ""


def test_it_may_be_repeated(used: Path) -> None:
    assert clean.main() == 0
    assert clean.main() == 0
    assert (used / "src").exists()


def test_a_server_that_does_not_stop_leaves_both(used: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (used / ".venv" / "bin").mkdir(parents=True)
    (used / ".venv" / "bin" / "python").write_text("#!/bin/sh\nexit 3\n")
    (used / ".venv" / "bin" / "python").chmod(0o755)
    with pytest.raises(clean.subprocess.CalledProcessError):
        clean.main()
    assert (used / "var" / "postgres").exists()
    assert (used / "var" / "witness").exists()
    assert monkeypatch


@pytest.mark.parametrize("answer", ["", "n", "no"])
def test_somebody_who_does_not_say_yes_loses_nothing(used: Path, monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    monkeypatch.setattr(clean.sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda _question: answer)
    assert clean.main() == 1
    assert (used / "var" / "postgres").exists()


def test_what_lies_elsewhere_is_never_removed_and_is_named(
    used: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    other = tmp_path_factory.mktemp("elsewhere")
    (other / "witness").mkdir()
    monkeypatch.setenv("MACHIKUMO_VAR", str(other))
    monkeypatch.setenv("DATABASE_URL", "postgresql://administrator@db.example/machikumo")
    assert clean.main() == 0
    assert (other / "witness").exists()
    said = capsys.readouterr().out
    assert str(other) in said
    assert "together with the witnesses" in said
    assert not (used / "var").exists()
