"""Moving in: a million people, 40 columns, CP932, two bad rows in a thousand, through the whole of the real pipeline.

    make bench-movein      make bench-movein A="--rows 100000 --seed 7"

Receive, check, convert and load into PostgreSQL with the numbers in the vault, reconcile: in a database of its own,
made anew for each run; the process's peak memory and its helper's count together. The check alone is measured beside
frictionless and beside decode + parse, as ``movein_check`` does it.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
os.environ["MACHIKUMO_DATABASE"] = "machikumo_bench_movein"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "machikumo.site.settings")

import movein_check
import movein_files
from reporting import Claim, folder, publish

from machikumo.site import postgres, setup

if TYPE_CHECKING:
    from collections.abc import Iterator

    from machikumo.kernel.scope import Scope
    from machikumo.layouts.domain.mapping import Mapping
    from machikumo.layouts.models import MoveIn

CODE = "182079"
NUMBER_COLUMN = movein_files.COLUMNS.index("kojin_no")
MEMORY_BAR = 1024  # MiB
OURS = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
STAGES = ("check", "convert + load", "reconcile")


class Watch:
    """The run's handle: shows how far it is, at most every five seconds."""

    token = "job:bench"  # noqa: S105 - the name of a run

    def __init__(self) -> None:
        self.began = self.told = time.monotonic()

    def progress(self, done: int, total: int, note_ja: str = "", note_en: str = "") -> None:  # noqa: ARG002
        """Show a line now and then."""
        now = time.monotonic()
        if now - self.told > 5:  # noqa: PLR2004 - seconds
            self.told = now
            print(f"  {now - self.began:5.0f} s  {done / total:4.0%}  {note_en}", file=sys.stderr, flush=True)

    def log(self, message_ja: str, message_en: str = "", *, level: str = "info") -> None:  # noqa: ARG002
        """Show the line."""
        print(f"  {message_en}", file=sys.stderr, flush=True)


def make_file(path: Path, rows: int, seed: int) -> dict[str, int]:
    """The check's file, with an individual number in every row; gives what was planted, by rule."""
    bare = path.with_name(f"bare-{path.name}")
    planted = movein_files.make_file(bare, rows, seed)
    if not path.exists() or path.stat().st_mtime < bare.stat().st_mtime:
        with bare.open("rb") as source, path.open("wb") as out:
            out.write(source.readline())
            out.writelines(_numbered(source))
    return planted


def _numbered(lines: Any) -> Iterator[bytes]:
    from machikumo.kernel.numbers.domain.digits import NumberKind, complete

    for place, line in enumerate(lines):
        cells = line.split(b",", NUMBER_COLUMN + 1)
        cells[NUMBER_COLUMN] = complete(f"{place:011d}", NumberKind.INDIVIDUAL, training=True).encode()
        yield b",".join(cells)


def mapping_of(one: MoveIn) -> Mapping:
    """The vendor's mapping for files of 40 columns: a part of the layout that the file was received for."""
    _, mapping = movein_files.catalogue_layout()
    return replace(mapping, source=replace(mapping.source, digest=one.layout_digest))


def new_database() -> None:
    """Drop what an earlier run left and make the database anew."""
    import psycopg

    with psycopg.connect(postgres.administrator_dsn(), autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {os.environ['MACHIKUMO_DATABASE']} WITH (FORCE)")
    setup.prepare(lambda _line: None, database=os.environ["MACHIKUMO_DATABASE"])


def scope_of_town() -> Scope:
    """A scope in the bench's one town."""
    from machikumo.kernel.jobs.running import EveryPermission
    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

    town, _ = Organisation.objects.using("migration").get_or_create(
        code=CODE, defaults={"kind": "municipality", "name": "鯖江市", "is_active": True, "mode": "training"}
    )
    return Scope(town.pk, CODE, "command:bench", "platform", "data_migration", EveryPermission(), training=True)


def run_pipeline(path: Path) -> dict[str, Any]:
    """Move the file in, stage by stage; seconds by the clock and of this process, and what came of it."""
    import django

    django.setup()
    from machikumo.kernel.tenancy.doors import entered
    from machikumo.layouts import actions
    from machikumo.layouts.moving import Mover
    from machikumo.layouts.queries.move_ins import move_in_of

    scope, seconds = scope_of_town(), dict[str, tuple[float, float, float]]()
    with path.open("rb") as stream:
        one = actions.receive(
            scope, name=path.name, chunks=iter(lambda: stream.read(1 << 20), b""), mapping_key="kasumi-to-standard"
        )
    mover = Mover(scope, Watch(), one.pk, mapping_of=mapping_of)
    found = _timed(seconds, "check", mover.check)
    _timed(seconds, "convert + load", lambda: mover.load(found))
    _timed(seconds, "reconcile", mover.prove)
    with entered(scope):
        one = move_in_of(scope, one.pk)
    rules = Counter[str]()
    for finding in one.findings:
        rules[finding["rule"]] += finding["count"]
    return {
        "seconds": seconds,
        "rows": one.rows,
        "accepted": one.accepted,
        "quarantined": one.quarantined,
        "loaded": one.loaded,
        "holds": bool(one.reconciliation["holds"]),
        "rules": dict(rules),
        "numbers": _numbers(scope),
        "peak": 1024 * sum(resource.getrusage(who).ru_maxrss for who in OURS),
    }


def _timed(seconds: dict[str, tuple[float, float, float]], stage: str, work: Any) -> Any:
    wall, own, server = time.perf_counter(), _own_seconds(), _server_seconds()
    result = work()
    seconds[stage] = time.perf_counter() - wall, _own_seconds() - own, _server_seconds() - server
    words = "  {}: {:.1f} s; CPU of this process {:.1f} s, of the server for it {:.1f} s"
    print(words.format(stage, *seconds[stage]), file=sys.stderr, flush=True)
    return result


def _own_seconds() -> float:
    """CPU seconds of this process and of its helper, once that has ended."""
    return sum(sum(resource.getrusage(who)[:2]) for who in OURS)


def _server_seconds() -> float:
    """CPU seconds of the server's process behind our connection; 0 where the server runs elsewhere."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        status = Path(f"/proc/{cursor.fetchone()[0]}/stat")
    if not status.exists() or "postgres" not in status.read_text(encoding="utf-8"):
        return 0.0
    user, system = status.read_text(encoding="utf-8").rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _numbers(scope: Scope) -> int:
    from machikumo.kernel.numbers.models import NumberRecord
    from machikumo.kernel.tenancy.doors import entered

    with entered(scope):
        return NumberRecord.objects.within(scope).count()


def pipeline_claims(found: dict[str, Any], planted: dict[str, int]) -> list[Claim]:
    """The claims about the whole pipeline."""
    bad, mib = sum(planted.values()), found["peak"] / 2**20
    claims = [
        Claim("pipeline: rows accepted and rows in the register, reconciled", found["loaded"], found["rows"] - bad,
              found["loaded"] / (found["rows"] - bad), "equal, both sides agree",
              found["holds"] and found["loaded"] == found["accepted"] == found["rows"] - bad == found["numbers"]),
        Claim("pipeline: bad rows set aside, by rule as planted", found["quarantined"], bad, found["quarantined"] / bad,
              "exactly all", found["quarantined"] == bad and found["rules"] == planted),
        Claim("pipeline: peak memory of process and helper, MiB", mib, MEMORY_BAR, mib / MEMORY_BAR, "< 1",
              mib < MEMORY_BAR),
    ]  # fmt: skip
    for stage in STAGES:
        wall, own, server = found["seconds"][stage]
        shown = "shown: by the clock, by CPU seconds of process and server, busy share of the time"
        speeds = found["rows"] / wall, found["rows"] / (own + server), (own + server) / wall
        claims.append(Claim(f"pipeline: {stage}, rows a second", *speeds, shown, holds=True))
    return claims


def main() -> int:
    """Make the file, move it in, measure the check beside its peers, publish; 0 when every claim holds."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--seed", type=int, default=20_261_124)
    options.add_argument("--runs", type=int, default=3, help="the check and its limit; the best of these counts")
    options.add_argument("--pipeline", type=Path, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.pipeline:
        print(json.dumps(run_pipeline(chosen.pipeline)))
        return 0
    home = folder().resolve() / "movein"
    home.mkdir(parents=True, exist_ok=True)
    path = home / f"kasumi-{chosen.rows}-{chosen.seed}.csv"
    new_database()
    planted = make_file(path, chosen.rows, chosen.seed)
    done = subprocess.run(
        [sys.executable, __file__, "--pipeline", str(path)], stdout=subprocess.PIPE, text=True, check=True
    )
    found = json.loads(done.stdout.splitlines()[-1])
    checked = movein_check.measure(path, chosen.rows, runs=chosen.runs, whole=False)
    claims = [*movein_check.claims_of(path, planted, checked), *pipeline_claims(found, planted)]
    about = {"rows": chosen.rows, "seed": chosen.seed, "pipeline": found, "check": checked, "planted": planted}
    return publish("movein", claims, **about)


if __name__ == "__main__":
    sys.exit(main())
