"""The doctor tells what is missing and how to get it."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from machikumo.site import doctor
from machikumo.site.doctor import Finding, State

SOURCES = Path(doctor.__file__).parents[2]


@pytest.mark.parametrize(
    ("finding", "state"),
    [
        (doctor.python((3, 11)), State.PRESENT),
        (doctor.python((3, 10)), State.MISSING),
        (doctor.venv(has=True), State.PRESENT),
        (doctor.venv(has=False), State.ADVISED),
        (doctor.packages([]), State.PRESENT),
        (doctor.packages(["django"]), State.MISSING),
        (doctor.disk(3_000_000_000), State.PRESENT),
        (doctor.disk(1_000_000_000), State.MISSING),
        (doctor.memory(2_000_000_000), State.PRESENT),
        (doctor.memory(0), State.MISSING),
        (doctor.port(is_free=True), State.PRESENT),
        (doctor.port(is_free=False), State.ADVISED),
        (doctor.program("Chromium", "/usr/bin/chromium", "chromium", "tests"), State.PRESENT),
        (doctor.program("Chromium", None, "chromium", "tests"), State.ADVISED),
        (doctor.text_encoding("UTF-8"), State.PRESENT),
        (doctor.text_encoding("ANSI_X3.4-1968"), State.ADVISED),
    ],
)
def test_each_thing_is_present_advised_or_missing(finding: Finding, state: State) -> None:
    assert finding.state is state


@pytest.mark.parametrize(
    "finding",
    [
        doctor.python((3, 9)),
        doctor.venv(has=False),
        doctor.packages(["django"]),
        doctor.disk(0),
        doctor.memory(0),
        doctor.port(is_free=False),
        doctor.program("pgBouncer", None, "pgbouncer", "tests"),
        doctor.text_encoding("ascii"),
    ],
)
def test_what_is_not_there_comes_with_a_remedy_in_both_languages(finding: Finding) -> None:
    lines = list(doctor.lines_of(finding))
    assert len(lines) == 3
    assert finding.remedy_ja in lines[1]
    assert finding.remedy_en in lines[2]


def test_what_is_there_takes_one_line() -> None:
    assert list(doctor.lines_of(doctor.python((3, 12)))) == ["ok  Python       3.12"]


def test_no_package_of_the_web_set_is_missing_here() -> None:
    assert doctor.missing_packages() == []


def test_the_embedded_server_is_found() -> None:
    assert doctor.database("").state is State.PRESENT


def test_an_unreachable_database_url_is_missing_and_says_why() -> None:
    finding = doctor.database("postgresql://nobody@127.0.0.1:1/none")
    assert finding.state is State.MISSING
    assert "DATABASE_URL" in finding.remedy_ja


def test_without_a_driver_the_database_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    finding = doctor.database("postgresql://nobody@127.0.0.1:1/none")
    assert finding.remedy_en == "pip install psycopg"


def test_a_folder_that_can_be_written_is_present(tmp_path: Path) -> None:
    assert doctor.write_permission(tmp_path / "var").state is State.PRESENT


def test_a_folder_that_cannot_be_written_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda _path, _mode: False)
    finding = doctor.write_permission(tmp_path / "var")
    assert finding.state is State.MISSING
    assert str(tmp_path) in finding.remedy_en


def test_available_memory_is_read_from_the_kernel() -> None:
    assert doctor.available_memory() > 0


def test_where_the_kernel_says_nothing_memory_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_self: Path, **_more: str) -> str:
        raise FileNotFoundError

    monkeypatch.setattr(Path, "read_text", refuse)
    assert doctor.available_memory() == 0


def test_a_listening_port_is_in_use() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        assert not doctor.is_port_free(other.getsockname()[1])


def test_the_first_program_that_is_here_is_given() -> None:
    assert doctor.first_program(["no-such-program", "sh"])
    assert doctor.first_program(["no-such-program"]) is None


def test_the_exit_code_is_0_when_nothing_needed_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "findings", lambda _var: [doctor.python((3, 12)), doctor.venv(has=False)])
    said: list[str] = []
    assert doctor.run(said.append) == 0
    assert said[-1].endswith("Everything that is needed is here.")


def test_the_exit_code_is_1_and_the_missing_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "findings", lambda _var: [doctor.python((3, 9)), doctor.disk(0)])
    said: list[str] = []
    assert doctor.run(said.append) == 1
    assert said[-1] == "足りないもの / missing: Python, disk"


def test_everything_is_looked_at(tmp_path: Path) -> None:
    names = [finding.name for finding in doctor.findings(tmp_path)]
    assert len(names) == len(set(names)) == 14


def test_the_doctor_runs_on_a_bare_python_without_packages() -> None:
    code = "from machikumo.site.doctor import findings; from pathlib import Path; print(len(findings(Path('/tmp'))))"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(SOURCES)!r}); {code}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "14", done.stderr


def test_an_address_that_papers_can_carry_is_present_and_any_other_is_advised_in_both_languages() -> None:
    good = doctor.public_address("https://cloud.example.jp")
    assert (good.state, good.seen) == (State.PRESENT, "https://cloud.example.jp")
    for address in ("", "http://localhost:8000"):
        poor = doctor.public_address(address)
        assert poor.state is State.ADVISED
        assert "MACHIKUMO_PUBLIC_ADDRESS" in poor.remedy_ja
        assert "MACHIKUMO_PUBLIC_ADDRESS" in poor.remedy_en
