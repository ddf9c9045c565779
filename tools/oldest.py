"""The tests of rows on the oldest PostgreSQL that Debian has here, in a place of its own beside the newest one.

``make test-oldest``; ends with 1 and the way out where there is no older server.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SERVERS = Path("/usr/lib/postgresql")
NEWEST = 18  # the one that every other run uses
ROOMS = ("kernel/tenancy", "kernel/releases", "register", "operations")
TESTS = (*(f"src/machikumo/{room}" for room in ROOMS), "tests/isolation")


def oldest(servers: Path = SERVERS) -> Path | None:
    """The programs of the oldest supported server before the newest, or None."""
    there = (folder for folder in servers.glob("*") if re.fullmatch("1[5-9]", folder.name))
    older = sorted(folder for folder in there if int(folder.name) < NEWEST)
    return next((folder / "bin" for folder in older if (folder / "bin" / "initdb").exists()), None)


def main(arguments: list[str]) -> int:
    """Run the tests there and give their exit code."""
    programs = oldest()
    if programs is None:
        print("古いPostgreSQLがありません / no older PostgreSQL: apt install postgresql", file=sys.stderr)
        return 1
    print(f"{programs} で試します / testing on {programs}", flush=True)
    own = {"MACHIKUMO_VAR": str(ROOT / "var" / "oldest"), "MACHIKUMO_POSTGRES_BIN": str(programs)}
    options = ("-n", "2", "--dist", "loadgroup", "-m", "not long")
    command = [sys.executable, "-m", "pytest", *options, *TESTS, *arguments]
    return subprocess.run(command, cwd=ROOT, env=os.environ | own, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
