"""The check of a move-in file: a million rows of 40 columns in CP932, beside frictionless and beside decode + parse.

    make bench-movein-check A="--rows 200000 --seed 7"      make bench-movein-check A="--whole" (frictionless reads all)

The file has planted defects, one a row, known exactly; ours must report every one of them and nothing else. Each
measurement runs in a process of its own. Speed beside frictionless is what a user waits for: ours as the product runs
it, with its helper, by the clock; by CPU seconds the same is shown too. CPU beside decode + parse is that of one
process without a helper. CPU seconds (user and system) and peak memory are the process's and its helpers', added up.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
import venv
from collections import Counter
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from movein_files import COLUMNS, catalogue_layout, charset_of, make_file
from reporting import Claim, folder, publish

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from machikumo.layouts.domain.definition import Item, Layout

FRICTIONLESS = "5.21.0"
SAMPLE = 50_000
# -- the measured jobs, each in its own process ---------------------------------------------------------------------


def job_ours(path: Path, executor: str) -> dict[str, Any]:
    """Check every cell and every set rule, in one process."""
    return _checked(path, executor, workers=1)


def job_together(path: Path, executor: str) -> dict[str, Any]:
    """The same as the product does it: by as many processes as the file is worth on this machine."""
    return _checked(path, executor, workers=None)


def _checked(path: Path, executor: str, workers: int | None) -> dict[str, Any]:
    from machikumo.layouts.crews import crew_for
    from machikumo.layouts.domain.engine import iterate_blocks
    from machikumo.layouts.domain.executors import Plan

    layout, mapping = catalogue_layout(charset_of(path))
    # The gaiji decisions are known to the check; the rows are not converted.
    plan = Plan(layout=layout, mapping=mapping, training=True, executor=executor, fingerprints=False)
    plan = _without_conversion(plan)
    rules: Counter[str] = Counter()
    rows = 0
    with path.open("rb") as stream, crew_for(stream, plan, workers=workers) as crew:
        for result in iterate_blocks(stream, plan, crew=crew):
            rows += result.entry.records
            rules.update(issue.rule for issue in result.issues)
    return {"rows": rows, "rules": dict(rules)}


def _without_conversion(plan: Any) -> Any:
    from dataclasses import replace

    return replace(plan, mapping=None, mapped=plan.mapping.mapped_characters)


def job_convert(path: Path, executor: str) -> dict[str, Any]:
    """Check, convert to the standard row, check that, and count the totals: what the loader is handed."""
    from machikumo.layouts.domain.engine import iterate_blocks
    from machikumo.layouts.domain.executors import Plan
    from machikumo.layouts.domain.reconcile import Side

    layout, mapping = catalogue_layout(charset_of(path))
    side, rows = Side(), 0
    with path.open("rb") as stream:
        for result in iterate_blocks(stream, Plan(layout, mapping, training=True, executor=executor)):
            rows += result.entry.records
            if not result.closing:
                side.add_frame(result.converted, mapping.target.primary_key)
    return {"rows": rows, "accepted": side.totals.rows}


def job_limit(path: Path, _executor: str) -> dict[str, Any]:
    """Decode CP932, encode UTF-8, parse with Polars (of UTF-8 parse only): nothing that reads it can be cheaper."""
    import polars as pl

    schema = dict.fromkeys(COLUMNS, pl.String)
    rows, charset = 0, charset_of(path)
    for data in _blocks(path):
        text = data if charset == "utf-8" else data.decode(charset, errors="replace").encode()
        frame = pl.read_csv(text, has_header=False, schema=schema, empty_string_is_null=False, extra_columns="ignore")
        rows += frame.height
    return {"rows": rows}


def _blocks(path: Path) -> Iterator[bytes]:
    rest = b""
    with path.open("rb") as stream:
        stream.readline()
        while chunk := stream.read(8 << 20):
            cut = chunk.rfind(b"\n") + 1
            yield rest + chunk[:cut]
            rest = chunk[cut:]


def job_only_convert(path: Path, executor: str) -> dict[str, Any]:
    """Read, convert to the standard row, write that as CSV in UTF-8, and add up the keys; nothing is checked."""
    from machikumo.layouts.domain.blocks import Reader
    from machikumo.layouts.domain.executors import Plan, executor_of
    from machikumo.layouts.domain.reconcile import KeySet

    layout, mapping = catalogue_layout(charset_of(path))
    able, keys, rows = executor_of(Plan(layout, mapping, training=True, executor=executor)), KeySet(), 0
    with path.open("rb") as stream, Path(os.devnull).open("wb") as out:
        for block in Reader(stream, layout).blocks():
            converted = able.convert(able.read(block)).rows
            converted.write_csv(out, include_header=False)
            keys.add(converted[mapping.target.primary_key[0]])
            rows += block.records
    return {"rows": rows, "keys": len(keys.hashes)}


JOBS: dict[str, Callable[[Path, str], dict[str, Any]]] = {
    "ours": job_ours,
    "together": job_together,
    "convert": job_convert,
    "only convert": job_only_convert,
    "limit": job_limit,
}


def run_job(name: str, path: Path, executor: str = "") -> dict[str, Any]:
    """Run a job in a process of its own and give its result with CPU seconds, wall seconds and peak memory."""
    return measured([sys.executable, __file__, "--job", name, "--file", str(path), "--executor", executor])


def measured(command: list[str]) -> dict[str, Any]:
    """Run a process that prints its result as JSON, every process with one thread for Polars, as the crew has it."""
    began = time.perf_counter()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    alone = {**os.environ, "POLARS_MAX_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=alone)
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"cpu_with_start": cpu, "wall": wall} | found


# -- the peer ---------------------------------------------------------------------------------------------------

PEER = """
import json, resource, sys, time
from frictionless import Checklist, Resource, Schema, system
path, schema, columns = sys.argv[1:]
resource_ = Resource(path=path, encoding="cp932", schema=Schema.from_descriptor(json.load(open(schema))))
with system.use_context(trusted=True):
    began, before = time.perf_counter(), sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    report = resource_.validate(Checklist(), limit_errors=10_000_000)
    cpu = sum(resource.getrusage(resource.RUSAGE_SELF)[:2]) - before
    seconds = time.perf_counter() - began
errors = {}
for task in report.tasks:
    for error in task.errors:
        errors[error.type] = errors.get(error.type, 0) + 1
print(json.dumps({"rows": report.tasks[0].stats.get("rows"), "cpu": cpu, "seconds": seconds, "errors": errors}))
"""


def peer_python() -> Path:
    """The interpreter of the environment that holds frictionless, made when first needed."""
    home = folder() / "peers" / f"frictionless-{FRICTIONLESS}"
    python = home / "bin" / "python"
    if not (home / "ready").exists():
        print(f"installing frictionless {FRICTIONLESS} into {home}", file=sys.stderr)
        venv.create(home, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", f"frictionless=={FRICTIONLESS}"], check=True)
        (home / "ready").touch()
    return python


def table_schema(layout: Layout) -> dict[str, Any]:
    """The layout's cell rules as a Table Schema: required, code lists, forms, widths and lengths, and the key.

    What it cannot say (conditions, check digits, households, histories, an event before birth) only ours checks.
    """
    from machikumo.layouts.domain.definition import Requirement

    fields = []
    for item in layout.items:
        constraints: dict[str, Any] = _form(item, layout)
        if item.requirement is Requirement.REQUIRED:
            constraints["required"] = True
        fields.append({"name": item.name, "type": "string", "constraints": constraints})
    key = [layout.by_key[name].name for name in layout.primary_key]
    return {"fields": fields, "primaryKey": key, "missingValues": [""]}


def _form(item: Item, layout: Layout) -> dict[str, Any]:
    from machikumo.layouts.domain.dates import surely_era_date
    from machikumo.layouts.domain.definition import ItemType

    if item.code_list:
        return {"enum": sorted(item.code_list.codes)}
    if item.pattern:
        return {"pattern": item.pattern}
    match item.type:
        case ItemType.WAREKI:
            form: dict[str, Any] = {"pattern": surely_era_date(layout.physical.eras)[1:-1]}
        case ItemType.BOOLEAN:
            form = {"enum": [layout.physical.true_value, layout.physical.false_value]}
        case ItemType.INTEGER:
            form = {"pattern": f"[0-9]{{1,{item.length}}}"}
        case ItemType.FULL:
            # Full-width signs, and of the user-defined ones only those with a decision.
            form = {"maxLength": item.length, "pattern": "[^\\x00-\\x7f\\x80-\\xa0｡-ﾟ\ue01c-\ue0bb\ue0be-\uf8ff]*"}
        case _:
            form = {"maxLength": item.length, "pattern": "[ -~｡-ﾟ]*"}
    return form


def run_peer(path: Path, rows: int, *, whole: bool) -> dict[str, Any]:
    """Let frictionless validate the file or its first rows; CPU seconds without its start."""
    sample = path
    if not whole and rows > SAMPLE:
        sample = path.with_suffix(".sample.csv")
        with path.open("rb") as source, sample.open("wb") as out:
            for _ in range(SAMPLE + 1):
                # Frictionless stops at a byte that is not CP932; it gets the file without those rows.
                line = source.readline()
                out.write(b"" if line.endswith(b"\x85\x85\r\n") else line)
    schema = path.with_suffix(".schema.json")
    schema.write_text(json.dumps(table_schema(catalogue_layout()[0]), ensure_ascii=False), encoding="utf-8")
    script = path.with_name("frictionless_validate.py")
    script.write_text(PEER, encoding="utf-8")
    os.chdir(path.parent)
    return measured([str(peer_python()), str(script), sample.name, str(schema), ""])


# -- all together -------------------------------------------------------------------------------------------------


def main() -> int:
    """Measure, print, write the results; 0 when every claim holds."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--seed", type=int, default=20_261_124)
    options.add_argument("--folder", type=Path, default=folder() / "movein_check")
    options.add_argument("--runs", type=int, default=3, help="ours, limit and peer in turns; the best counts")
    options.add_argument("--whole", action="store_true", help="frictionless reads the whole file, not 50,000 rows")
    options.add_argument("--job", choices=sorted(JOBS), help=argparse.SUPPRESS)
    options.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    options.add_argument("--executor", default="", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.job:
        return _child(chosen)
    chosen.folder.mkdir(parents=True, exist_ok=True)
    path = chosen.folder.resolve() / f"kasumi-{chosen.rows}-{chosen.seed}.csv"
    planted = make_file(path, chosen.rows, chosen.seed)
    found = measure(path, chosen.rows, runs=chosen.runs, whole=chosen.whole)
    return publish(
        "movein_check", claims_of(path, planted, found), rows=chosen.rows, seed=chosen.seed, frictionless=FRICTIONLESS,
        measured=found, planted=planted,
    )  # fmt: skip


def measure(path: Path, rows: int, *, runs: int, whole: bool) -> dict[str, Any]:
    """What each job measured: run in turns and equally often, the best of each by CPU, and where asked by the clock."""
    peer = partial(run_peer, path, rows, whole=whole)
    jobs = {name: partial(run_job, name, path) for name in ("limit", "ours", "together", "convert")} | {"peer": peer}
    turns = [{name: job() for name, job in jobs.items()} for _ in range(runs)]
    best = {name: min((turn[name] for turn in turns), key=lambda found: found["cpu"]) for name in jobs}
    for name in ("together", "peer"):
        best[f"{name} by the clock"] = min((turn[name] for turn in turns), key=lambda found: found["seconds"])
    return best


def _child(chosen: argparse.Namespace) -> int:
    import polars as pl

    pl.DataFrame({"warm": ["up"]}).select(pl.col("warm").str.len_chars())
    catalogue_layout()
    before, began = _cpu(), time.perf_counter()  # as for the peer, the start of the program is not counted
    found = JOBS[chosen.job](chosen.file, chosen.executor)
    found |= {"cpu": _cpu() - before, "seconds": time.perf_counter() - began}
    # One helper at most: the greatest of the children is their sum.
    peaks = [resource.getrusage(who).ru_maxrss * 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(json.dumps(found | {"peak": sum(peaks), "peaks": peaks}))
    return 0


def _cpu() -> float:
    """CPU seconds of this process and of the helpers that have ended."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def claims_of(path: Path, planted: dict[str, int], found: dict[str, Any]) -> list[Claim]:
    """The claims about the check, of what was measured."""
    ours, together, limit, convert, peer = (found[name] for name in ("ours", "together", "limit", "convert", "peer"))
    clock = [found[f"{name} by the clock"] for name in ("together", "peer")]
    wait, waits = (job["rows"] / job["seconds"] for job in clock)
    speed, speeds = (job["rows"] / job["cpu"] for job in (together, peer))
    wrong = {rule: (together["rules"].get(rule, 0), count) for rule, count in planted.items()}
    spurious = set(together["rules"]) - set(planted)
    exact = not spurious and together["rules"] == ours["rules"] and all(have == want for have, want in wrong.values())
    mib = {name: found[name]["peak"] / 2**20 for name in ("together", "convert")}
    halves = clock[0]["seconds"] / together["cpu"]
    print(
        f"# {path.name}: {path.stat().st_size:,} bytes, {ours['rows']:,} rows, {len(COLUMNS)} columns", file=sys.stderr
    )
    print(f"# planted and found: {wrong} {spurious or ''}", file=sys.stderr)
    return [
        Claim("check: planted defects found, nothing else", sum(together["rules"].values()), sum(planted.values()),
              sum(together["rules"].values()) / sum(planted.values()), "exactly all", exact),
        Claim("check: rows a second by the clock, beside frictionless", wait, waits, wait / waits, "≥ 20",
              wait / waits >= 20),  # noqa: PLR2004
        Claim("check: rows a CPU second, beside frictionless", speed, speeds, speed / speeds, "shown", holds=True),
        Claim("check with its helper: seconds by the clock beside CPU", clock[0]["seconds"], together["cpu"], halves,
              "shown; 0.65 aimed at on two idle cores", holds=True),
        Claim("check: CPU beside decode + parse", ours["cpu"], limit["cpu"], ours["cpu"] / limit["cpu"], "≤ 1.8",
              ours["cpu"] / limit["cpu"] <= 1.8),  # noqa: PLR2004
        Claim("check + convert: CPU beside decode + parse", convert["cpu"], limit["cpu"], convert["cpu"] / limit["cpu"],
              "≤ 4", convert["cpu"] / limit["cpu"] <= 4),  # noqa: PLR2004
        Claim("check: peak memory of all its processes, MiB", mib["together"], 1024, mib["together"] / 1024, "< 1",
              mib["together"] < 1024),  # noqa: PLR2004
        Claim("check + convert: peak memory, MiB", mib["convert"], 1024, mib["convert"] / 1024, "< 1",
              mib["convert"] < 1024),  # noqa: PLR2004
    ]  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
