"""``make check``: a line a step, the output of what failed, and exit code 1."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import check

if TYPE_CHECKING:
    import pytest

GOOD = [sys.executable, "-c", "print('quiet')"]
BAD = [sys.executable, "-c", "print('this is wrong'); raise SystemExit(3)"]


def test_a_step_that_passes_takes_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert check.passes("lint", GOOD)
    said = capsys.readouterr().out
    assert said.startswith("ok  lint")
    assert "quiet" not in said


def test_a_step_that_fails_shows_its_output(capsys: pytest.CaptureFixture[str]) -> None:
    assert not check.passes("lint", BAD)
    said = capsys.readouterr().out
    assert said.startswith("NG  lint")
    assert "      this is wrong" in said


def test_every_step_is_run_even_after_a_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(check, "STEPS", {"one": BAD, "two": GOOD, "three": BAD})
    assert check.main([]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "check: 2 failed (one, three)"


def test_when_all_pass_the_code_is_0(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(check, "STEPS", {"one": GOOD})
    assert check.main(["one"]) == 0
    assert capsys.readouterr().out.endswith("check: ok\n")


def test_an_unknown_step_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert check.main(["taste"]) == 2
    assert "no such step: taste" in capsys.readouterr().err


def test_every_part_of_the_house_is_checked() -> None:
    assert list(check.STEPS) == [
        *("lint", "format", "types", "imports", "house", "packages", "migrations", "isolation"),
    ]
