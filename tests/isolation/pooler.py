"""A pgBouncer of its own for one test: transaction mode, two server connections, so that transactions share them."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from machikumo.kernel.tenancy.roles import ROLES
from machikumo.site import accounts, environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PROGRAM = shutil.which("pgbouncer", path="/usr/sbin:/usr/bin:/sbin:/bin")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def settings_text(target: environment.Database, port: int, folder: Path) -> str:
    return f"""[databases]
* = host={target.host} port={target.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = plain
auth_file = {folder}/users.txt
pool_mode = transaction
default_pool_size = 2
max_client_conn = 100
logfile = {folder}/pgbouncer.log
pidfile = {folder}/pgbouncer.pid
ignore_startup_parameters = extra_float_digits,options
"""


@contextmanager
def pooler(folder: Path) -> Iterator[int]:
    """Run it; gives the port to connect to."""
    settings = environment.read()
    target = environment.database(settings)
    port = free_port()
    role = ROLES["default"]
    password = environment.secret(settings, f"database-{role}")
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    for name, text in (
        ("pgbouncer.ini", settings_text(target, port, folder)),
        ("users.txt", f'"{role}" "{password}"\n'),
    ):
        (folder / name).write_text(text, encoding="utf-8")
    account = accounts.account_for(folder)
    for path in (folder, *folder.iterdir()):
        accounts.give(path, account)
    command = accounts.lowered([str(PROGRAM), "-q", str(folder / "pgbouncer.ini")], account, [folder])
    process = subprocess.Popen(command)
    try:
        _wait(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def _wait(port: int) -> None:
    end = time.monotonic() + 15
    while time.monotonic() < end:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("pgBouncer did not start")
