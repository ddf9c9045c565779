"""The bootstrap makes .venv ready, is instant the second time, and says what to do when it cannot."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import bootstrap
import pytest
import wheelhouse

OWN_ROOT = Path(bootstrap.__file__).parents[1]


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone in a folder of its own, with tiny requirement files and a .venv that looks made."""
    (tmp_path / "requirements").mkdir()
    for name in bootstrap.SETS:
        (tmp_path / "requirements" / f"{name}.txt").write_text(f"# {name}\n")
    (tmp_path / "var").mkdir()
    venv = tmp_path / ".venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").symlink_to(sys.executable)
    (venv / "lib" / "python3.11" / "site-packages").mkdir(parents=True)
    for name, value in {
        "ROOT": tmp_path,
        "VENV": venv,
        "PYTHON": venv / "bin" / "python",
        "LOG": tmp_path / "var" / "bootstrap.log",
    }.items():
        monkeypatch.setattr(bootstrap, name, value)
    return tmp_path


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What would have been installed."""
    names: list[str] = []
    monkeypatch.setattr(bootstrap, "install", lambda path: names.append(path.name))
    return names


def speaking(monkeypatch: pytest.MonkeyPatch, line: str, code: int) -> None:
    """An installer that says one line."""
    program = f"import sys; print({line!r}); sys.exit({code})"
    monkeypatch.setattr(bootstrap, "installer", lambda _requirements: [sys.executable, "-c", program])


def test_a_second_call_does_nothing(clone: Path, installed: list[str]) -> None:
    assert bootstrap.main(["web"]) == 0
    assert bootstrap.main(["web"]) == 0
    assert installed == ["web.txt"]
    assert bootstrap.is_ready("web"), clone


def test_the_dev_set_holds_the_web_set(clone: Path, installed: list[str]) -> None:
    assert bootstrap.main(["dev"]) == 0
    assert bootstrap.main(["web"]) == 0
    assert installed == ["dev.txt"], clone


def test_a_changed_requirement_file_is_installed_again(clone: Path, installed: list[str]) -> None:
    bootstrap.main(["web"])
    (clone / "requirements" / "web.txt").write_text("# other\n")
    bootstrap.main(["web"])
    assert installed == ["web.txt", "web.txt"]


@pytest.mark.usefixtures("installed")
def test_the_sources_are_on_the_path_relative_to_the_environment(clone: Path) -> None:
    bootstrap.main(["web"])
    packages = clone / ".venv" / "lib" / "python3.11" / "site-packages"
    line = (packages / "machikumo-source.pth").read_text().strip()
    assert not line.startswith("/")
    assert (packages / line).resolve() == clone / "src"


@pytest.mark.usefixtures("installed")
def test_the_command_machikumo_stands_in_the_environment(clone: Path) -> None:
    bootstrap.main(["web"])
    launcher = clone / ".venv" / "bin" / "machikumo"
    assert os.access(launcher, os.X_OK)
    assert "-m machikumo" in launcher.read_text()


@pytest.mark.parametrize("version", [(3, 9), (3, 10)])
def test_an_old_python_is_refused_in_both_languages(version: tuple[int, int]) -> None:
    with pytest.raises(bootstrap.Stop) as stop:
        bootstrap.check_python(version)
    assert "3.11 以上" in str(stop.value)
    assert "use 3.11 or later" in str(stop.value)


def test_a_newer_python_is_welcome() -> None:
    assert bootstrap.check_python((3, 13)) is None


def test_an_unknown_set_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert bootstrap.main(["everything"]) == 1
    assert "everything" in capsys.readouterr().err


def test_without_ensurepip_and_uv_the_one_line_that_mends_it_is_shown(
    clone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (clone / ".venv" / "bin" / "python").unlink()
    monkeypatch.setattr(bootstrap, "has_ensurepip", lambda: False)
    monkeypatch.setattr("shutil.which", lambda _name: None)
    assert bootstrap.main(["web"]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert lines[-1].strip() == "apt-get install python3-venv"
    assert len(lines) == 3


def test_uv_fills_an_environment_that_has_no_pip(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[list[str]] = []

    def run(command: list[str], **_more: Any) -> subprocess.CompletedProcess[str]:
        ran.append(command)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(bootstrap, "has_ensurepip", lambda: False)
    monkeypatch.setattr("shutil.which", lambda _name: "/usr/bin/uv")
    monkeypatch.setattr("subprocess.run", run)
    bootstrap.make_environment()
    assert "--without-pip" in ran[0]
    assert ran[0][-1] == str(clone / ".venv")


def test_an_environment_that_cannot_be_made_stops(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "has_ensurepip", lambda: True)
    monkeypatch.setattr("subprocess.run", lambda command, **_more: subprocess.CompletedProcess(command, 1))
    with pytest.raises(bootstrap.Stop, match="cannot be made"):
        bootstrap.make_environment()
    assert clone.exists()


def test_a_wheelhouse_comes_before_the_network(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (clone / "wheelhouse").mkdir()
    monkeypatch.setattr("shutil.which", lambda _name: "/usr/bin/uv")
    command = bootstrap.installer(clone / "requirements" / "web.txt")
    assert "--no-index" in command
    assert f"--find-links={clone / 'wheelhouse'}" in command


def test_uv_comes_before_pip(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _name: "/usr/bin/uv")
    assert bootstrap.installer(clone / "x")[0] == "/usr/bin/uv"
    monkeypatch.setattr("shutil.which", lambda _name: None)
    assert bootstrap.installer(clone / "x")[1:4] == ["-m", "pip", "install"]


@pytest.mark.parametrize("uv", [None, "/usr/bin/uv"])
def test_every_way_checks_hashes_and_builds_nothing(
    clone: Path, monkeypatch: pytest.MonkeyPatch, uv: str | None
) -> None:
    monkeypatch.setattr("shutil.which", lambda _name: uv)
    command = bootstrap.installer(clone / "x")
    assert {"--require-hashes", "--only-binary=:all:"} <= set(command)


@pytest.mark.parametrize(
    "said",
    [
        "Temporary failure in name resolution",
        "error sending request for url: dns error",
        "ERROR: No matching distribution found for asgiref==3.13.0",
        "Network is unreachable",
    ],
)
def test_without_network_a_sentence_and_code_2(
    clone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], said: str
) -> None:
    speaking(monkeypatch, said, 1)
    assert bootstrap.main(["web"]) == 2
    told = capsys.readouterr().err
    assert "ネットワークにつながっていません" in told
    assert "make wheelhouse" in told
    assert said in (clone / "var" / "bootstrap.log").read_text()


def test_another_failure_shows_what_the_installer_said(
    clone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    speaking(monkeypatch, "THESE PACKAGES DO NOT MATCH THE HASHES", 1)
    assert bootstrap.main(["web"]) == 1
    assert "DO NOT MATCH" in capsys.readouterr().err
    assert not bootstrap.is_ready("web"), clone


@pytest.mark.usefixtures("clone")
def test_packages_are_named_as_they_arrive(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    speaking(monkeypatch, "Collecting django==5.2.19 (from -r web.txt)", 0)
    assert bootstrap.main(["web"]) == 0
    assert " django" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Collecting django-htmx==1.29.0 (from -r x)", "django-htmx"),
        (" + polars-runtime-32==2.1.0", "polars-runtime"),
        ("Processing ./wheelhouse/Django-5.2-py3-none-any.whl", "Django"),
        ("Downloading django.whl (8 MB)", ""),
        ("Installing collected packages: a, b", ""),
    ],
)
def test_an_arrival_is_told_from_other_lines(line: str, name: str) -> None:
    arrival = bootstrap.ARRIVAL.match(line)
    assert (arrival.group(1) if arrival else "") == name


def test_an_interpreter_that_does_not_start_is_replaced(clone: Path) -> None:
    assert bootstrap.has_python()
    broken = clone / ".venv" / "bin" / "python"
    broken.unlink()
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    assert not bootstrap.has_python()
    broken.unlink()
    assert not bootstrap.has_python()


def test_the_bootstrap_needs_the_standard_library_only() -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(OWN_ROOT / "tools" / "bootstrap.py"), "no-such-set"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "no-such-set" in done.stderr


def test_the_wheelhouse_takes_wheels_with_checked_hashes_for_the_asked_version() -> None:
    command = wheelhouse.download("3.13")
    assert {"--require-hashes", "--only-binary=:all:", "--python-version=3.13"} <= set(command)


def test_a_failed_download_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("subprocess.run", lambda command, **_more: subprocess.CompletedProcess(command, 3))
    assert wheelhouse.main(["3.13"]) == 3
    assert "The download failed" in capsys.readouterr().err


def test_the_wheelhouse_says_how_much_there_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.whl").write_bytes(b"x" * 2_000_000)
    monkeypatch.setattr(wheelhouse, "TARGET", tmp_path)
    monkeypatch.setattr("subprocess.run", lambda command, **_more: subprocess.CompletedProcess(command, 0))
    assert wheelhouse.main([]) == 0
    assert "1 wheels, 2 MB" in capsys.readouterr().out
