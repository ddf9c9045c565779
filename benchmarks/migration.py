"""The move's engine as claims: a million rows of 40 columns beside the limit and other tools (Must show 1 and 2).

    make bench-migration      make bench-migration A="--rows 200000 --seed 7"      make bench-migration-long

``--seed`` is the secret of the planted defects: any number makes another file, and every defect must be found. Limits
and ours run in turns, each in a process of its own with one thread for Polars; CPU seconds are the least of the runs.
The other tools get a UTF-8 file whose rows they can all read, and the rules that they can say.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import venv
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import movein_check
import movein_files
from reporting import Claim, folder, publish

if TYPE_CHECKING:
    from collections.abc import Callable

PEERS = {
    "frictionless": "frictionless==5.21.0",
    "pandera": "pandera[polars]==0.35.0",
    "dataframely": "dataframely==3.1.2",
    "duckdb": "duckdb==2.0.1",
}
PEER_SAMPLE = 50_000  # rows for the slowest of them
LONG_ROWS = 10_000_000
COPY = 1_000_000  # rows of the file that the long one is made of
MIB = 2**20
KEY = re.compile(rb"(?m)^000(\d{7}),000(\d{7}),")


def peers_python() -> Path:
    """The interpreter of the environment that holds the other tools, made when first needed."""
    home = folder() / "peers" / "tables"
    python, ready = home / "bin" / "python", home / "ready"
    wanted = " ".join(PEERS.values())
    if not ready.exists() or ready.read_text() != wanted:
        print(f"installing {wanted} into {home}", file=sys.stderr)
        venv.create(home, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PEERS.values()], check=True)
        ready.write_text(wanted)
    return python


def run_peer(tool: str, path: Path, schema: Path) -> dict[str, Any]:
    """Let a tool check a file."""
    script = Path(__file__).with_name("migration_peers.py")
    return movein_check.measured([str(peers_python()), str(script), tool, str(path), str(schema)])


def long_file(path: Path, rows: int, seed: int) -> dict[str, int]:
    """A file of many rows: copies of a smaller one, each with keys and households of its own."""
    part = path.with_name(f"kasumi-{COPY}-{seed}.csv")
    planted = movein_files.make_file(part, COPY, seed)
    copies = rows // COPY
    if not path.exists() or path.stat().st_size < copies * (part.stat().st_size - 4096):
        with path.open("wb") as out:
            for copy in range(copies):
                _copy(part, out, copy)
    return {rule: count * copies for rule, count in planted.items()}


def _copy(part: Path, out: Any, copy: int) -> None:
    keys = rb"%03d\1,%03d\2," % (copy, copy)
    with part.open("rb") as source:
        header = source.readline()
        out.write(header if copy == 0 else b"")
        while lines := source.readlines(1 << 23):
            out.write(KEY.sub(keys, b"".join(lines)))


def least(jobs: dict[str, Callable[[], dict[str, Any]]], runs: int) -> dict[str, dict[str, Any]]:
    """Run the jobs in turns and equally often; of each the run with the least CPU, and its least wait."""
    turns = []
    for turn in range(runs):
        print(f"turn {turn + 1} of {runs}", file=sys.stderr, flush=True)
        turns.append({name: job() for name, job in jobs.items()})
    found = {name: min((turn[name] for turn in turns), key=lambda one: one["cpu"]) for name in jobs}
    return {name: one | {"least seconds": min(turn[name]["seconds"] for turn in turns)} for name, one in found.items()}


def measure(home: Path, rows: int, seed: int, runs: int) -> tuple[list[Claim], dict[str, Any]]:
    """Everything of the ordinary run."""
    names = ("kasumi", "kasumi-utf8", "kasumi-bad", "cells-utf8", "sample-utf8")
    paths = {name: home / f"{name}-{rows}-{seed}.csv" for name in names}
    few = min(rows, 200_000)
    planted = {
        "kasumi": movein_files.make_file(paths["kasumi"], rows, seed),
        "kasumi-utf8": movein_files.make_file(paths["kasumi-utf8"], rows, seed),
        "kasumi-bad": movein_files.make_file(paths["kasumi-bad"], few, seed, all_bad=True),
        "cells-utf8": movein_files.make_file(paths["cells-utf8"], rows, seed, ragged=False),
        "sample-utf8": movein_files.make_file(paths["sample-utf8"], min(rows, PEER_SAMPLE), seed, ragged=False),
    }
    job = movein_check.run_job
    own = least(
        {
            "limit": partial(job, "limit", paths["kasumi"]),
            "ours": partial(job, "ours", paths["kasumi"]),
            "two": partial(job, "together", paths["kasumi"]),
            "convert": partial(job, "only convert", paths["kasumi"]),
            "limit utf8": partial(job, "limit", paths["cells-utf8"]),
            "ours utf8": partial(job, "ours", paths["kasumi-utf8"]),
            "bad": partial(job, "ours", paths["kasumi-bad"]),
            "cells": partial(job, "ours", paths["cells-utf8"]),
        },
        runs,
    )
    schema = home / "schema.json"
    layout, _ = movein_files.catalogue_layout("utf-8")
    schema.write_text(json.dumps(movein_check.table_schema(layout), ensure_ascii=False), encoding="utf-8")
    peers = {
        tool: run_peer(tool, paths["sample-utf8" if tool == "frictionless" else "cells-utf8"], schema) for tool in PEERS
    }
    claims = [*own_claims(own, planted, rows, few), *peer_claims(own["cells"], peers, planted, rows)]
    return claims, {"own": own, "peers": peers, "planted": planted}


def own_claims(own: dict[str, Any], planted: dict[str, Any], rows: int, few: int) -> list[Claim]:
    """Must show 1, but for the frictionless line and the ten million."""
    exact = [_exact(own["ours"], planted["kasumi"]), _exact(own["two"], planted["kasumi"]),
             _exact(own["ours utf8"], planted["kasumi-utf8"]), _exact(own["bad"], planted["kasumi-bad"])]  # fmt: skip
    found, wanted = sum(own["ours"]["rules"].values()), sum(planted["kasumi"].values())
    two = own["two"]["least seconds"]
    return [
        Claim("1: planted defects found, none invented (CP932, UTF-8, two processes, all rows bad)", found, wanted,
              found / wanted, "exactly all", all(exact)),
        _ratio("1: check CP932, CPU beside decode + encode + parse", own["ours"]["cpu"], own["limit"]["cpu"], 1.5),
        _ratio("1: check UTF-8, CPU beside parse", own["ours utf8"]["cpu"], own["limit utf8"]["cpu"], 2.0),
        _ratio("1: all rows bad, CPU a row beside the same rows clean", own["bad"]["cpu"] / few,
               own["ours"]["cpu"] / rows, 2.0),
        _ratio("1: convert CP932, write CSV, key totals: CPU beside decode + encode + parse", own["convert"]["cpu"],
               own["limit"]["cpu"], 2.5),
        _ratio("1: two processes, seconds by the clock beside the CPU of one", two, own["ours"]["cpu"], 0.65),
    ]  # fmt: skip


def peer_claims(ours: dict[str, Any], peers: dict[str, Any], planted: dict[str, Any], rows: int) -> list[Claim]:
    """Must show 2, and of Must show 1 the line of frictionless, by CPU seconds of one process each."""
    speed = ours["rows"] / ours["cpu"]
    claims = []
    for tool, found in peers.items():
        size = min(rows, PEER_SAMPLE) if tool == "frictionless" else rows
        wanted = planted["sample-utf8" if tool == "frictionless" else "cells-utf8"]
        sayable = sum(count for rule, count in wanted.items() if rule != "set.not_before")
        theirs = size / found["cpu"]
        if tool == "frictionless":
            claims.append(Claim("1: check, rows a CPU second beside frictionless", speed, theirs, speed / theirs,
                                "≥ 20", speed / theirs >= 20))  # noqa: PLR2004  # fmt: skip
        claims.append(Claim(f"2: rows a CPU second beside {tool}", speed, theirs, speed / theirs, "shown", holds=True))
        claims.append(Claim(f"2: cells found by {tool} of those its rules can say", found["cells"], sayable,
                            found["cells"] / sayable, "shown", holds=True))  # fmt: skip
        claims.append(Claim(f"2: peak memory, MiB, beside {tool}", ours["peak"] / MIB, found["peak"] / MIB,
                            ours["peak"] / found["peak"], "shown", holds=True))  # fmt: skip
    return claims


def measure_long(home: Path, seed: int) -> tuple[list[Claim], dict[str, Any]]:
    """Ten million rows in one process: all found, in the memory of a million."""
    path = home / f"kasumi-{LONG_ROWS}-{seed}.csv"
    planted = long_file(path, LONG_ROWS, seed)
    found = movein_check.run_job("ours", path)
    count, wanted = sum(found["rules"].values()), sum(planted.values())
    mib, bar = found["peak"] / 1e6, 400 + 8 * LONG_ROWS / 1e6
    claims = [
        Claim("1: ten million rows: planted defects found, none invented", count, wanted, count / wanted,
              "exactly all", _exact(found, planted)),
        Claim("1: ten million rows: peak memory, MB", mib, bar, mib / bar, "≤ 400 MB and 8 bytes a row", mib <= bar),
        Claim("1: ten million rows: rows a CPU second", found["rows"] / found["cpu"], "", "", "shown", holds=True),
    ]  # fmt: skip
    return claims, {"found": found, "planted": planted}


def _exact(found: dict[str, Any], planted: dict[str, int]) -> bool:
    return bool(found["rules"] == planted)


def _ratio(claim: str, ours: float, other: float, bar: float) -> Claim:
    return Claim(claim, ours, other, ours / other, f"≤ {bar}", ours / other <= bar)


def main() -> int:
    """Measure, print, write the results; 0 when every claim holds."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--seed", type=int, default=20_261_125)
    options.add_argument("--runs", type=int, default=3)
    options.add_argument("--long", action="store_true", help="ten million rows in one process")
    chosen = options.parse_args()
    home = folder().resolve() / "migration"
    home.mkdir(parents=True, exist_ok=True)
    if chosen.long:
        claims, about = measure_long(home, chosen.seed)
        return publish("migration_long", claims, seed=chosen.seed, **about)
    claims, about = measure(home, chosen.rows, chosen.seed, chosen.runs)
    return publish("migration", claims, rows=chosen.rows, seed=chosen.seed, peers_used=PEERS, **about)


if __name__ == "__main__":
    sys.exit(main())
