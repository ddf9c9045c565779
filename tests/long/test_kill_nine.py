"""``kill -9`` of PostgreSQL under load, twenty times: no acknowledged ledger row is lost, and the log stays whole.

The server, its folder and its port are this test's own. Writers go through the product's own door, role and row
security; the sealer runs all the while and lives through every kill.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from machikumo.site import postgres
from machikumo.site.environment import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Iterator

ROUNDS = int(os.environ.get("MACHIKUMO_KILLS", "20"))
WRITERS = 4
RESULT = REPOSITORY / "var" / "bench" / "ledger_kill_nine.json"
WRITE = Path(__file__).with_name("ledger_writers.py")


@dataclass(frozen=True, slots=True)
class Kill:
    """What one kill gave."""

    acknowledged: int
    lost: int
    seconds_until_back: float


@dataclass(frozen=True, slots=True)
class Place:
    """An installation of this test's own."""

    var: Path

    @property
    def server(self) -> Path:
        return self.var / "postgres"

    @property
    def acknowledged(self) -> Path:
        return self.var / "acknowledged.txt"

    def environment(self) -> dict[str, str]:
        own = {"MACHIKUMO_VAR": str(self.var), "MACHIKUMO_DATABASE": "machikumo", "PYTHONPATH": str(REPOSITORY / "src")}
        kept = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
        return kept | own

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "machikumo", *words],
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
        )

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        with (self.var / "log.txt").open("ab") as log:
            return subprocess.Popen([sys.executable, *words], env=self.environment(), stdout=log, stderr=log)

    def ids(self) -> set[str]:
        """Every acknowledged row; a last line that was torn was not yet told."""
        if not self.acknowledged.exists():
            return set()
        return set(self.acknowledged.read_text(encoding="ascii").splitlines())

    def dsn(self) -> str:
        return str(json.loads((self.var / "postgres.json").read_text(encoding="utf-8"))["dsn"])


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """The installation, prepared; its server is stopped and its folder removed at the end."""
    made = Place(Path(tempfile.mkdtemp(prefix="machikumo-kill-")))
    made.var.chmod(0o755)  # the server's account must pass
    monkeypatch.setenv("MACHIKUMO_VAR", str(made.var))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    try:
        prepared = made.command("migrate")
        assert prepared.returncode == 0, prepared.stderr
        yield made
    finally:
        postgres.stop_server(made.server)
        shutil.rmtree(made.var, ignore_errors=True)


@pytest.mark.long
def test_no_acknowledged_row_is_lost_when_the_server_is_killed_under_load(place: Place) -> None:
    chance = random.Random(1)
    sealer = place.start("-m", "machikumo", "ledger", "seal", "--every", "0.2")
    try:
        kills = [one_kill(place, chance) for _ in range(ROUNDS)]
        assert sealer.poll() is None, "the sealer lived through every kill"
    finally:
        sealer.terminate()
        sealer.wait()
    sealed = place.command("ledger", "seal")
    verified = place.command("ledger", "verify")
    keep(kills, verified.stdout.splitlines()[0])
    assert sum(kill.lost for kill in kills) == 0
    assert all(kill.acknowledged for kill in kills)
    assert sealed.returncode == 0, sealed.stderr
    assert verified.returncode == 0, verified.stdout
    assert "未封印 0 件" in verified.stdout
    assert "証人 operator" in verified.stdout
    assert rows_in_the_log(place) >= len(place.ids())


def one_kill(place: Place, chance: random.Random) -> Kill:
    """Write under load, kill the server at a random moment, start it again, look for every acknowledged row."""
    before = place.ids()
    writers = place.start(str(WRITE), str(WRITERS), str(place.acknowledged))
    wait_until_writing(place, len(before), writers)
    time.sleep(chance.uniform(0.3, 1.3))
    running = postgres.server(place.server)
    assert running is not None
    os.kill(running.pid, signal.SIGKILL)
    assert writers.wait(timeout=60) == 0
    started = time.monotonic()
    postgres.ensure_server(place.server)
    seconds = time.monotonic() - started
    acknowledged = place.ids()
    with psycopg.connect(place.dsn(), dbname="machikumo") as connection:
        found = {str(row[0]) for row in connection.execute("SELECT id FROM ledger_entry")}
    return Kill(len(acknowledged - before), len(acknowledged - found), round(seconds, 2))


def wait_until_writing(place: Place, known: int, writers: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while len(place.ids()) == known:
        assert writers.poll() is None, "the writers ended before they wrote"
        assert time.monotonic() < until, "the writers did not begin"
        time.sleep(0.05)


def rows_in_the_log(place: Place) -> int:
    with psycopg.connect(place.dsn(), dbname="machikumo") as connection:
        row = connection.execute("SELECT count(*) FROM ledger_leaf").fetchone()
    assert row is not None
    return int(row[0])


def keep(kills: list[Kill], verdict: str) -> None:
    """The result, for whoever asks later."""
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    told = {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "kills": len(kills),
        "writers": WRITERS,
        "acknowledged": sum(kill.acknowledged for kill in kills),
        "lost": sum(kill.lost for kill in kills),
        "slowest_return_seconds": max(kill.seconds_until_back for kill in kills),
        "verdict": verdict,
        "each": [asdict(kill) for kill in kills],
    }
    RESULT.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
