"""``make show-<issue>``: what the issue must show, one line a row, each proved by a test, a benchmark or a command.

``python tools/show.py foundation [--last] [point …]``; ``--last`` takes the benchmarks' last results instead of running
them. Exit code 0 only when every row holds. The rows stand in docs/must-show.toml.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bootstrap import PYTHON, ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

TABLE = ROOT / "docs" / "must-show.toml"
PASSED = re.compile(r"(\d+) passed")
SPOILT = re.compile(r"\d+ (?:failed|error|skipped)")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table: the point of the issue, what is claimed, the bar, and how it is proved."""

    point: int
    claim: str
    bar: str
    how: str  # tests, bench, long or command
    what: tuple[str, ...]
    match: str = ""  # for benchmarks: how the claims that prove the row begin

    @property
    def proved_by(self) -> str:
        """The command that a reader would type."""
        joined = " ".join(self.what)
        if self.how in {"bench", "long"}:
            return f"make bench-{joined.replace('_', '-')}"
        return f"pytest {joined}" if self.how == "tests" else joined


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a proof gave: its figure and whether the row holds."""

    figure: str
    holds: bool


def main(arguments: Sequence[str]) -> int:
    """Prove every row of the issue and print the table."""
    parser = argparse.ArgumentParser(prog="show", description="an issue's 'Must show' as a table")
    parser.add_argument("issue")
    parser.add_argument("points", nargs="*", type=int, help="only these points")
    parser.add_argument("--last", action="store_true", help="take the last results of the benchmarks")
    chosen = parser.parse_args(arguments)
    rows = [row for row in rows_of(chosen.issue) if not chosen.points or row.point in chosen.points]
    if not rows:
        print(f"docs/must-show.toml has no rows for {chosen.issue}", file=sys.stderr)
        return 2
    run = Proofs(last=chosen.last)
    print("point | claim | figure | bar | holds | proved by", flush=True)
    held = [show(row, run.prove(row)) for row in rows]
    print(f"{sum(held)} of {len(held)} hold", flush=True)
    return 0 if all(held) else 1


def rows_of(issue: str, table: Path = TABLE) -> list[Row]:
    """The rows of an issue, by point."""
    entries = tomllib.loads(table.read_text(encoding="utf-8")).get(issue, {}).get("row", [])
    return sorted((row_from(entry) for entry in entries), key=lambda row: row.point)


def row_from(entry: Mapping[str, Any]) -> Row:
    """A row as it is written; it names exactly one way of proof."""
    ways = [way for way in ("tests", "bench", "long", "command") if way in entry]
    if len(ways) != 1:
        raise ValueError(f"{entry.get('claim')}: name one of tests, bench, long, command")
    what = entry[ways[0]]
    whole = tuple(what) if isinstance(what, list) else (what,)
    return Row(entry["point"], entry["claim"], entry["bar"], ways[0], whole, entry.get("match", ""))


def show(row: Row, outcome: Outcome) -> bool:
    """Print a row with its outcome; whether it holds."""
    cells = (str(row.point), row.claim, outcome.figure, row.bar, "yes" if outcome.holds else "NO", row.proved_by)
    print(" | ".join(cells), flush=True)
    return outcome.holds


class Proofs:
    """Runs proofs; a benchmark or a command that proves several rows runs once."""

    def __init__(self, *, last: bool = False) -> None:
        self.last = last
        self._done: dict[tuple[str, ...], subprocess.CompletedProcess[str]] = {}

    def prove(self, row: Row) -> Outcome:
        """The outcome of a row."""
        ways: dict[str, Callable[[Row], Outcome]] = {
            "tests": self.tests,
            "bench": self.bench,
            "long": self.long,
            "command": self.command,
        }
        return ways[row.how](row)

    def tests(self, row: Row) -> Outcome:
        """The tests passed, at least one, none skipped."""
        done = self.run(str(PYTHON), "-m", "pytest", "-q", "--no-skips", *row.what)
        last = last_line(done.stdout)
        count = PASSED.search(last)
        good = done.returncode == 0 and bool(count) and not SPOILT.search(last)
        return Outcome(f"{count[1] if count else 0} tests passed" if good else last or "no output", good)

    def bench(self, row: Row) -> Outcome:
        """The benchmark ran and its claims hold."""
        name = row.what[0]
        if self.last:
            return self.long(row)
        done = self.run(str(PYTHON), f"benchmarks/{name}.py")
        claims = claims_of(name, row.match)
        if not claims:
            return Outcome(f"no such claim ({last_line(done.stdout + done.stderr)})", holds=False)
        return Outcome(figures(claims), holds=all(claim["holds"] for claim in claims))

    def long(self, row: Row) -> Outcome:
        """The last result of a benchmark that takes too long, with its date, commit and processor."""
        name = row.what[0]
        claims, about = claims_of(name, row.match), read(f"{name}.about.json")
        if not claims or not isinstance(about, dict):
            return Outcome(f"no result yet: run {row.proved_by}", holds=False)
        when = f"{about.get('date')} {about.get('commit')} {about.get('cpu')}"
        return Outcome(f"{figures(claims)} [{when}]", holds=all(claim["holds"] for claim in claims))

    def command(self, row: Row) -> Outcome:
        """The command's exit code is 0."""
        done = self.run(*row.what[0].split())
        return Outcome(last_line(done.stdout) or f"exit code {done.returncode}", done.returncode == 0)

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command once; its result is kept for further rows."""
        if command not in self._done:
            self._done[command] = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        return self._done[command]


def claims_of(name: str, match: str) -> list[dict[str, Any]]:
    """The claims of a benchmark's last result that begin with ``match``."""
    results = read(f"{name}.json")
    return [claim for claim in results if claim["claim"].startswith(match)] if isinstance(results, list) else []


def read(name: str) -> Any:
    """A file of results, or None."""
    path = Path(os.environ.get("MACHIKUMO_VAR", ROOT / "var")) / "bench" / name
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def figures(claims: Iterable[Mapping[str, Any]]) -> str:
    """Ours, the other's and the ratio of each claim, in words."""
    return "; ".join(
        f"{figure(claim['ours'])} / {figure(claim['other'])} = {figure(claim['ratio'])}" for claim in claims
    )


def figure(value: Any) -> str:
    """A number with four significant digits, or the text as it is."""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def last_line(text: str) -> str:
    """The last line that says something, without rulers."""
    lines = [line.strip(" =\n") for line in text.splitlines()]
    return next((line for line in reversed(lines) if line), "")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
