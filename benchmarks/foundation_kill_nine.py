"""``kill -9`` of PostgreSQL under load: every write that was acknowledged is there after the server came back.

A server of its own; writers commit one row after the other and remember what was acknowledged; the server is killed at
a random moment, started again by the product's own module, and asked for every remembered row.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import psycopg
from reporting import Claim, folder, publish

from machikumo.site import postgres

if TYPE_CHECKING:
    from pathlib import Path

TABLE = """
CREATE TABLE IF NOT EXISTS acknowledged
(writer int, round int, number int, payload text, PRIMARY KEY (writer, round, number))
"""
INSERT = "INSERT INTO acknowledged VALUES (%s, %s, %s, %s)"
FOUND = "SELECT number FROM acknowledged WHERE writer = %s AND round = %s"
PAYLOAD = "x" * 500  # about the size of a row of the ledger


@dataclass(slots=True)
class Writer:
    """Commits rows until the server is gone; ``acknowledged`` is how many commits came back."""

    number: int
    acknowledged: int = 0
    thread: threading.Thread | None = field(default=None)

    def start(self, dsn: str, turn: int) -> None:
        """Begin to write, in a thread."""
        self.acknowledged = 0
        self.thread = threading.Thread(target=self._write, args=(dsn, turn), daemon=True)
        self.thread.start()

    def stop(self) -> None:
        """Wait until the server's end was noticed."""
        if self.thread:
            self.thread.join(timeout=60)

    def _write(self, dsn: str, turn: int) -> None:
        try:
            with psycopg.connect(dsn, autocommit=True) as connection:
                while True:
                    connection.execute(INSERT, [self.number, turn, self.acknowledged, PAYLOAD])
                    self.acknowledged += 1
        except psycopg.OperationalError:
            return  # killed: what was not acknowledged may or may not be there


@dataclass(frozen=True, slots=True)
class Round:
    """What one kill gave: rows acknowledged, rows lost, seconds until the server answered again."""

    acknowledged: int
    lost: int
    seconds: float


def main(arguments: list[str]) -> int:
    """Kill so many times and publish what was lost."""
    parser = argparse.ArgumentParser(prog="foundation_kill_nine", description="kill -9 of PostgreSQL under load")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--writers", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    chosen, _others = parser.parse_known_args(arguments)
    place = folder() / "kill-nine" / "postgres"
    try:
        rounds = run(place, chosen.rounds, chosen.writers, random.Random(chosen.seed))
    finally:
        postgres.stop_server(place)
        shutil.rmtree(place.parent, ignore_errors=True)
    return publish("foundation_kill_nine", claims(rounds), writers=chosen.writers, seed=chosen.seed)


def run(place: Path, count: int, writers: int, chance: random.Random) -> list[Round]:
    """The rounds, one after the other, on the same data."""
    dsn = postgres.ensure_server(place)
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(TABLE)
    return [one_round(place, turn, [Writer(number) for number in range(writers)], chance) for turn in range(count)]


def one_round(place: Path, turn: int, writers: list[Writer], chance: random.Random) -> Round:
    """Write, kill, start again, count."""
    dsn = postgres.ensure_server(place)
    for writer in writers:
        writer.start(dsn, turn)
    time.sleep(chance.uniform(0.5, 1.5))
    kill(place)
    for writer in writers:
        writer.stop()
    started = time.monotonic()
    dsn = postgres.ensure_server(place)
    seconds = time.monotonic() - started
    lost = sum(lost_of(dsn, writer, turn) for writer in writers)
    outcome = Round(sum(writer.acknowledged for writer in writers), lost, seconds)
    print(f"round {turn + 1}: {outcome.acknowledged:,} acknowledged, {lost} lost, {seconds:.1f} s", flush=True)
    return outcome


def kill(place: Path) -> None:
    """SIGKILL to the server, and wait until it is gone."""
    running = postgres.server(place)
    if running is None:
        raise RuntimeError("the server was gone before it was killed")
    os.kill(running.pid, signal.SIGKILL)
    while postgres.server(place) == running:
        time.sleep(0.01)


def lost_of(dsn: str, writer: Writer, turn: int) -> int:
    """Rows that were acknowledged to the writer and are not there."""
    with psycopg.connect(dsn) as connection:
        found = {number for (number,) in connection.execute(FOUND, [writer.number, turn])}
    return len(set(range(writer.acknowledged)) - found)


def claims(rounds: list[Round]) -> list[Claim]:
    """Nothing lost, under a load worth the name."""
    acknowledged, lost = sum(each.acknowledged for each in rounds), sum(each.lost for each in rounds)
    slowest = max(each.seconds for each in rounds)
    return [
        Claim(
            f"acknowledged writes lost in {len(rounds)} × kill -9",
            lost,
            f"{acknowledged:,} acknowledged; back after at most {slowest:.1f} s",
            0 if not lost else lost / acknowledged,
            "0 lost",
            holds=lost == 0 and all(each.acknowledged for each in rounds),
        )
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
