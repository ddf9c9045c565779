"""How quick this machine is just now: a fixed mix of Python, decoding and SQL, beside a reference machine.

A bar in seconds is multiplied by the factor, which is at least 1. Beyond 3 the machine is too loaded to measure.
``python benchmarks/yardstick.py`` prints the factor; ``--set`` makes this machine the reference.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg
from reporting import circumstances

from machikumo.site import postgres

REFERENCE = Path(__file__).with_name("reference.json")
MOST = 3.0
REPEATS = 3
ROWS = 60_000
SQL = """
SELECT count(*), sum(length(md5(n::text))), count(DISTINCT n % 997)
FROM generate_series(1, 200000) AS n WHERE md5(n::text) COLLATE "C" > '4'"""


class TooLoaded(RuntimeError):
    """The machine is more than three times as slow as the reference: nothing measured now means anything."""


@dataclass(frozen=True, slots=True)
class Factor:
    """How many times slower than the reference this machine is, by processor time and by the clock."""

    cpu: float
    wall: float

    def bar(self, seconds: float, *, wall: bool = False) -> float:
        """A bar in seconds as it stands on this machine; TooLoaded beyond three."""
        factor = self.wall if wall else self.cpu
        if factor > MOST:
            raise TooLoaded(f"machine too loaded: {factor:.2f} times the reference (at most {MOST:.0f})")
        return seconds * max(1.0, factor)


def measure(repeats: int = REPEATS) -> Factor:
    """The factor just now: the best of a few runs of the mix."""
    reference = json.loads(REFERENCE.read_text(encoding="utf-8"))
    cpu, wall = best(repeats)
    return Factor(cpu / reference["cpu_seconds"], wall / reference["wall_seconds"])


def best(repeats: int) -> tuple[float, float]:
    """The least processor seconds and the least seconds by the clock of so many runs."""
    runs = several(repeats)
    return min(cpu for cpu, _ in runs), min(wall for _, wall in runs)


def several(repeats: int) -> list[tuple[float, float]]:
    """So many runs of the mix, one after the other."""
    with psycopg.connect(postgres.administrator_dsn(), autocommit=True) as connection:
        return [once(connection) for _ in range(repeats)]


def once(connection: psycopg.Connection) -> tuple[float, float]:
    """Processor seconds (ours and the server's) and seconds by the clock of one run of the mix."""
    started, own, theirs = time.perf_counter(), time.process_time(), server_seconds(connection)
    rows()
    decoding()
    statements(connection)
    cpu = time.process_time() - own + server_seconds(connection) - theirs
    return cpu, time.perf_counter() - started


def rows() -> int:
    """Python as it is in this product: split, look up, convert, join."""
    codes = {f"{number:02}": number for number in range(100)}
    total = 0
    for number in range(ROWS):
        cells = f"{number:015},{number % 97:02},鯖江　花子,{number % 28 + 1:02}".split(",")
        total += codes[cells[1]] + int(cells[3]) + len("\t".join(cells))
    return total


def decoding() -> int:
    """Decoding and encoding of Japanese text."""
    text = "福井県鯖江市西山町１３番１号　住民　太郎\r\n" * 20_000
    return len(text.encode("cp932").decode("cp932").encode("utf-8"))


def statements(connection: psycopg.Connection) -> None:
    """One heavy statement and a thousand small ones."""
    connection.execute(SQL)
    for number in range(1000):
        connection.execute("SELECT %s::bigint + 1", [number])


def server_seconds(connection: psycopg.Connection) -> float:
    """Processor seconds of the connection's server process; 0 where the server is on another machine."""
    try:
        fields = (
            Path(f"/proc/{connection.info.backend_pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        )
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def set_reference(repeats: int = 15) -> dict[str, object]:
    """Make this machine the reference; the median, so that one lucky run does not make every bar easier."""
    runs = several(repeats)
    cpu, wall = (statistics.median(seconds) for seconds in zip(*runs, strict=True))
    reference = {"cpu_seconds": round(cpu, 4), "wall_seconds": round(wall, 4), **circumstances()}
    REFERENCE.write_text(json.dumps(reference, indent=1) + "\n", encoding="utf-8")
    return reference


def main(arguments: list[str]) -> int:
    """Print the factor; 1 when the machine is too loaded to measure anything."""
    if arguments == ["--set"]:
        print(set_reference())
        return 0
    factor = measure()
    print(f"yardstick: {factor.cpu:.2f} by processor time, {factor.wall:.2f} by the clock")
    loaded = max(factor.cpu, factor.wall) > MOST
    if loaded:
        print("machine too loaded")
    return 1 if loaded else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
