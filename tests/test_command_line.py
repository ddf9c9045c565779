"""The command line: which commands make Django ready, what they answer, and what a base install can do without it."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from machikumo import __main__ as command_line
from machikumo.site import setup

ROOT = Path(__file__).parents[1]
DATABASE = [
    ["ledger", "seal"],
    ["ledger", "verify"],
    ["ledger", "export", "--organisation", "182079", "--out", "x"],
    ["numbers", "status", "--organisation", "182079"],
    ["numbers", "rotate", "--organisation", "182079"],
    ["organisations", "register"],
    ["organisations", "activate", "182079"],
    ["organisations", "demo"],
    ["worker"],
    ["serve"],
]
NO_DATABASE = [
    ["layout", "show"],
    ["synthetic", "town", "--code", "182079", "--vendor", "kasumi", "--out", "x"],
    ["fonts"],
]


def with_one_command(monkeypatch: pytest.MonkeyPatch, **defaults: Any) -> None:
    top = argparse.ArgumentParser()
    top.set_defaults(**defaults)
    monkeypatch.setattr(command_line, "parser", lambda: top)


@pytest.mark.parametrize("words", DATABASE, ids=" ".join)
def test_a_command_that_needs_the_database_says_so(words: list[str]) -> None:
    assert command_line.parser().parse_args(words).needs_django is True


@pytest.mark.parametrize("words", NO_DATABASE, ids=" ".join)
def test_a_command_that_does_without_asks_for_nothing(words: list[str]) -> None:
    assert not hasattr(command_line.parser().parse_args(words), "needs_django")


def test_django_is_ready_before_such_a_command_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    monkeypatch.setattr(setup, "start_django", lambda: order.append("ready"))
    with_one_command(monkeypatch, needs_django=True, run=lambda _chosen: order.append("run"))
    assert command_line.main([]) == 0
    assert order == ["ready", "run"]


def test_the_exit_code_is_the_commands_own(monkeypatch: pytest.MonkeyPatch) -> None:
    with_one_command(monkeypatch, run=lambda _chosen: 1)
    assert command_line.main([]) == 1


def test_layouts_can_be_shown_where_django_was_never_loaded() -> None:
    script = (
        "import sys; from machikumo.__main__ import main; code = main(['layout', 'show']); "
        "sys.exit(code or int('django' in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT / "src", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "resident-standard" in done.stdout


def test_a_command_that_there_is_not_is_refused_with_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command_line.main(["fly"])
    assert ended.value.code == 2
    assert "layout" in capsys.readouterr().err


def test_a_base_install_says_what_a_command_of_the_web_part_needs() -> None:
    bare = [
        sys.executable,
        "-S",
        "-c",
        "from machikumo.__main__ import main; raise SystemExit(main(['ledger', 'verify']))",
    ]
    done = subprocess.run(bare, cwd=ROOT / "src", capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "pip install 'machikumo[web]'" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_fault_of_our_own_is_not_taken_for_a_missing_package(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_chosen: Any) -> int:
        raise ModuleNotFoundError("No module named 'machikumo.nowhere'", name="machikumo.nowhere")

    with_one_command(monkeypatch, run=broken)
    with pytest.raises(ModuleNotFoundError):
        command_line.main([])
