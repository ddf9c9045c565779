"""The embedded server: made once, found again, killed, stopped, refused."""

from __future__ import annotations

import json
import os
import signal
import stat
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from machikumo.site import postgres

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    place = tmp_path_factory.mktemp("server") / "postgres"
    postgres.ensure_server(place)
    yield place
    postgres.stop_server(place)


def one(dsn: str, statement: str) -> str:
    with psycopg.connect(dsn) as connection:
        row = connection.execute(statement).fetchone()
    assert row
    return str(row[0])


def test_the_server_answers_with_utf_8_and_order_by_code_point(folder: Path) -> None:
    dsn = postgres.ensure_server(folder)
    assert one(dsn, "SHOW server_encoding") == "UTF8"
    assert one(dsn, "SELECT datcollate FROM pg_database WHERE datname = 'postgres'") == "C.UTF-8"
    assert one(dsn, "SHOW timezone") == "UTC"


def test_a_second_call_finds_the_running_server(folder: Path) -> None:
    postgres.ensure_server(folder)
    before = postgres.server(folder)
    postgres.ensure_server(folder)
    assert before is not None
    assert postgres.server(folder) == before


def test_the_server_listens_on_loopback_only(folder: Path) -> None:
    assert one(postgres.ensure_server(folder), "SHOW listen_addresses") == "127.0.0.1"


def test_nobody_comes_in_without_the_password(folder: Path) -> None:
    dsn = postgres.ensure_server(folder)
    strangers = psycopg.conninfo.make_conninfo(dsn, password="wrong")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(strangers)
    rules = one(dsn, "SELECT string_agg(DISTINCT auth_method, ' ') FROM pg_hba_file_rules")
    assert rules == "scram-sha-256"


def test_the_log_never_holds_a_statement_or_its_values(folder: Path) -> None:
    dsn = postgres.ensure_server(folder)
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("CREATE TEMP TABLE people (name text PRIMARY KEY)")
        connection.execute("INSERT INTO people VALUES (%s)", ["鯖江　花子"])
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO people VALUES (%s)", ["鯖江　花子"])
    log = (folder / "server.log").read_text(encoding="utf-8")
    assert "duplicate key" in log
    assert "鯖江" not in log
    assert "INSERT" not in log


def test_secrets_are_for_the_owner_only(folder: Path) -> None:
    for file in (folder.with_suffix(".json"), folder.parent / "secrets" / "postgres-administrator"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_password_file_of_the_first_start_is_gone(folder: Path) -> None:
    assert not (folder / "password").exists()


def test_the_note_tells_the_settings_where_the_product_is(folder: Path) -> None:
    dsn = postgres.ensure_server(folder)
    note = json.loads(folder.with_suffix(".json").read_text(encoding="utf-8"))
    assert note["dsn"] == dsn.removesuffix("/postgres") + "/machikumo"
    assert note["port"] == psycopg.conninfo.conninfo_to_dict(dsn)["port"] or str(note["port"]) in dsn


def test_the_unix_socket_answers_where_its_path_fits(folder: Path) -> None:
    postgres.ensure_server(folder)
    running = postgres.server(folder)
    assert running
    if running.socket_folder:
        dsn = psycopg.conninfo.make_conninfo(running.dsn, host=running.socket_folder)
        assert one(dsn, "SELECT 1") == "1"
    else:
        assert len(str(folder)) > 70


def test_a_path_too_long_for_a_socket_leaves_loopback(tmp_path: Path) -> None:
    place = tmp_path / ("long" * 25) / "postgres"
    try:
        assert one(postgres.ensure_server(place), "SELECT 1") == "1"
        running = postgres.server(place)
        assert running
        assert running.socket_folder == ""
    finally:
        postgres.stop_server(place)


def test_a_killed_server_comes_back_at_the_same_port_with_every_acknowledged_row(folder: Path) -> None:
    dsn = postgres.ensure_server(folder)
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (number int)")
        connection.execute("INSERT INTO kept VALUES (1)")
    before = postgres.server(folder)
    assert before
    os.kill(before.pid, signal.SIGKILL)
    while postgres.server(folder) == before:
        time.sleep(0.01)
    again = postgres.ensure_server(folder)
    after = postgres.server(folder)
    assert after
    assert (after.port, after.pid != before.pid) == (before.port, True)
    assert int(one(again, "SELECT count(*) FROM kept")) >= 1


def test_several_starters_make_one_server(folder: Path) -> None:
    postgres.stop_server(folder)
    with ThreadPoolExecutor(4) as pool:
        given = set(pool.map(lambda _: postgres.ensure_server(folder), range(4)))
    assert len(given) == 1


def test_a_stopped_server_is_not_running(folder: Path) -> None:
    postgres.ensure_server(folder)
    assert postgres.stop_server(folder)
    assert postgres.server(folder) is None
    assert not postgres.stop_server(folder)


def test_the_pid_file_of_a_dead_server_whose_number_another_program_got_is_not_believed(folder: Path) -> None:
    postgres.stop_server(folder)
    lines = [str(os.getpid()), str(folder / "data"), "0", "1", "", "127.0.0.1", "0 0", "ready"]
    (folder / "data" / "postmaster.pid").write_text("\n".join(lines))
    assert postgres.server(folder) is None
    assert one(postgres.ensure_server(folder), "SELECT 1") == "1"


@pytest.mark.parametrize("text", ["", "not a number", "999999999"])
def test_a_broken_pid_file_means_that_nothing_runs(tmp_path: Path, text: str) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "postmaster.pid").write_text(text)
    assert postgres.server(tmp_path) is None


def test_a_first_start_that_was_broken_off_is_done_again(tmp_path: Path) -> None:
    place = tmp_path / "postgres"
    (place / "data").mkdir(parents=True)
    (place / "data" / "half").touch()
    try:
        assert one(postgres.ensure_server(place), "SELECT 1") == "1"
    finally:
        postgres.stop_server(place)


def test_a_server_that_does_not_start_shows_its_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "postgres"
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    monkeypatch.setitem(postgres.SETTINGS, "shared_buffers", "nonsense")
    with pytest.raises(postgres.ServerError) as refused:
        postgres.ensure_server(place)
    assert "起動しません" in refused.value.message_ja
    assert "shared_buffers" in refused.value.message_en


def test_a_failing_program_tells_what_it_said(tmp_path: Path) -> None:
    with pytest.raises(postgres.ServerError, match="pg_ctl"):
        postgres._run([postgres._program("pg_ctl"), "start", "-D", str(tmp_path / "none")], tmp_path, None)


@pytest.mark.parametrize("major", [15, 16, 17, 18])
def test_supported_versions_pass(major: int) -> None:
    assert postgres.refuse_version(major) is None


@pytest.mark.parametrize("major", [9, 14, 19])
def test_other_versions_are_refused_in_both_languages(major: int) -> None:
    with pytest.raises(postgres.ServerError) as refused:
        postgres.refuse_version(major)
    assert f"PostgreSQL {major} には対応していません" in refused.value.message_ja
    assert "is not supported: use 15 to 18" in refused.value.message_en


def test_an_unreachable_server_is_told_so() -> None:
    with pytest.raises(postgres.ServerError) as refused:
        postgres.check_version("postgresql://nobody@127.0.0.1:1/nothing")
    assert "DATABASE_URL" in refused.value.message_ja


def test_database_url_takes_the_embedded_server_s_place(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dsn = postgres.ensure_server(folder)
    monkeypatch.setenv("DATABASE_URL", dsn)
    assert postgres.administrator_dsn() == dsn


def test_without_database_url_the_embedded_server_serves(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("MACHIKUMO_VAR", str(folder.parent))
    assert postgres.administrator_dsn() == postgres.ensure_server(folder)


def test_named_binaries_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MACHIKUMO_POSTGRES_BIN", "/opt/postgresql/bin")
    assert postgres.binaries() == Path("/opt/postgresql/bin")


def test_the_wheel_s_binaries_are_used_where_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MACHIKUMO_POSTGRES_BIN", raising=False)
    assert (postgres.binaries() / "pg_ctl").exists()


def test_without_any_postgresql_the_way_out_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MACHIKUMO_POSTGRES_BIN", raising=False)
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    monkeypatch.setattr(Path, "exists", lambda _self: False)
    with pytest.raises(postgres.ServerError, match="DATABASE_URL"):
        postgres.binaries()


def test_debian_s_newest_fitting_server_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MACHIKUMO_POSTGRES_BIN", raising=False)
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    there = {"/usr/lib/postgresql/15/bin/initdb", "/usr/lib/postgresql/17/bin/initdb"}
    monkeypatch.setattr(Path, "exists", lambda self: str(self) in there)
    assert postgres.binaries() == Path("/usr/lib/postgresql/17/bin")


def test_a_port_that_is_taken_is_waited_for_and_then_left(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    monkeypatch.setattr(postgres, "PORT_PAUSE", 0)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        assert postgres._free_port(taken) != taken


def test_a_port_that_is_free_is_kept() -> None:
    port = postgres._free_port(0)
    assert postgres._free_port(port) == port
