"""The move's long series as claims: fuzzed files, a guided fuzzer, kills of a load (Must show 4 and 5).

    make bench-migration-series-long          all three series, then their claims: hours
    make bench-migration-series A="--read"    the claims of what the series' last runs left under var/bench

Each series is a test of its own under tests/long and leaves what it did as JSON.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reporting import ROOT, Claim, folder, publish

if TYPE_CHECKING:
    from collections.abc import Callable

FILES, SECONDS, KILLS = 10_000, 600, 50


@dataclass(frozen=True, slots=True)
class Series:
    """A long test, the file it leaves, and what that file claims."""

    test: str
    result: str
    claims: Callable[[dict[str, Any]], list[Claim]]


def of_files(found: dict[str, Any]) -> list[Claim]:
    """Both executors and the SQL form on every file."""
    count, wrong = found["files"], len(found["differing"])
    told = f"{found['cells']:,} cells, {found.get('by duckdb', 0)} files by DuckDB in two processes too"
    return [
        Claim("4: fuzzed files on which Polars, Python and PostgreSQL differ", wrong, told, wrong / count, "0",
              wrong == 0),
        Claim("4: fuzzed files compared", count, FILES, count / FILES, f"≥ {FILES:,}", count >= FILES),
    ]  # fmt: skip


def of_reader(found: dict[str, Any]) -> list[Claim]:
    """The reader under the guided fuzzer."""
    crashes = len(found["crashes"])
    told = f"{found['inputs']:,} inputs, {found['covered']:,} places covered"
    return [
        Claim("4: crashes of the reader under the guided fuzzer", crashes, told, crashes, "0", crashes == 0),
        Claim("4: seconds of fuzzing", found["seconds"], SECONDS, found["seconds"] / SECONDS, f"≥ {SECONDS}",
              found["seconds"] >= SECONDS),
    ]  # fmt: skip


def of_kills(found: dict[str, Any]) -> list[Claim]:
    """The test ends with an error when anything differs, and leaves nothing then."""
    kills = found["kills"]
    return [Claim("5: kills of a load that left what the undisturbed load leaves", kills, KILLS, kills / KILLS,
                  f"≥ {KILLS}", kills >= KILLS)]  # fmt: skip


SERIES = (
    Series("tests/long/test_fuzzed_files.py", "fuzzed_files.json", of_files),
    Series("tests/long/test_reader_fuzz.py", "reader_fuzz.json", of_reader),
    Series("tests/long/test_move_in_killed_often.py", "move_in_killed_often.json", of_kills),
)


def claims_of(series: Series) -> list[Claim]:
    """The claims of a series' last run; one that fails where there is none."""
    place = folder() / series.result
    if not place.exists():
        return [Claim(f"{series.test}: not run yet", "", "", "", "a run", holds=False)]
    return series.claims(json.loads(place.read_text(encoding="utf-8")))


def main() -> int:
    """Run, or only read, and publish."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--long", action="store_true", help="run the series, as without --read")
    options.add_argument("--read", action="store_true", help="only read what the last runs left")
    chosen = options.parse_args()
    if not chosen.read:
        for series in SERIES:
            (folder() / series.result).unlink(missing_ok=True)
            subprocess.run([sys.executable, "-m", "pytest", "-q", "-m", "long", series.test], cwd=ROOT, check=False)
    return publish("migration_series_long", [claim for series in SERIES for claim in claims_of(series)])


if __name__ == "__main__":
    sys.exit(main())
