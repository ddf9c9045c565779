"""The ledger's promises in figures: a million rows verified, sealed and checked by an outsider; writers side by side.

``--rows`` says how many; the log is made once and kept in its own database. Bars in seconds are read through the
yardstick and mean processor seconds, ours and the server's together. The peer for the tree is pymerkle.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
os.environ["MACHIKUMO_DATABASE"] = "machikumo_bench_ledger"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "machikumo.site.settings")

import yardstick
from reporting import Claim, publish

from machikumo.site import postgres, setup

if TYPE_CHECKING:
    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

ROOT = Path(__file__).resolve().parent.parent
OUTSIDER = ROOT / "docs" / "operations" / "verify_ledger.py"
VERIFY_SECONDS = 10.0
SEALINGS = 100
PEER_LEAVES = 50_000
WRITERS = 8
EVENTS = ("person.viewed", "person.searched", "certificate.issued", "person.corrected")
CHAIN = """
DROP TABLE IF EXISTS bench_chain, bench_head;
CREATE TABLE bench_chain (organisation_id bigint, canonical text, hash bytea);
CREATE TABLE bench_head (organisation_id bigint PRIMARY KEY, hash bytea);
GRANT INSERT ON bench_chain TO machikumo_app; GRANT SELECT, UPDATE ON bench_head TO machikumo_app"""


def organisation_of(code: str) -> Organisation:
    """The bench's organisation of that code."""
    from machikumo.kernel.tenancy.models import Organisation

    facts = {"kind": "municipality", "name": code, "is_active": True, "mode": "training"}
    return Organisation.objects.using("migration").get_or_create(code=code, defaults=facts)[0]


def scope_of(organisation: Organisation) -> Scope:
    """A scope within it."""
    from machikumo.kernel.scope import Scope

    return Scope(organisation.pk, organisation.code, "account:12", "desk_clerk", training=True)


def server_cpu(alias: str) -> float:
    """Processor seconds of the alias's server process so far."""
    from django.db import connections

    connections[alias].ensure_connection()
    return yardstick.server_seconds(connections[alias].connection)


class Stopwatch:
    """Processor seconds of this process and of one alias's server process."""

    def __init__(self, alias: str) -> None:
        self.alias = alias
        self.own, self.theirs, self.started = time.process_time(), server_cpu(alias), time.perf_counter()

    def read(self) -> tuple[float, float, float]:
        """Ours, the server's, and seconds by the clock since the start."""
        return (
            time.process_time() - self.own,
            server_cpu(self.alias) - self.theirs,
            time.perf_counter() - self.started,
        )


def fill(organisation: Organisation, rows: int) -> list[Claim]:
    """Write and seal what is missing of the log, in SEALINGS portions; what that cost, when it was done now."""
    from machikumo.kernel.ledger import record_many, seal
    from machikumo.kernel.tenancy.doors import entered

    scope, each = scope_of(organisation), max(1, rows // SEALINGS)
    there = sealed_rows(organisation)
    if there >= rows:
        return []
    writing, sealing, total = 0.0, 0.0, rows - there
    while there < rows:
        count = min(each, rows - there)
        facts = (
            {"subject": f"person:{(there + number) % 99_991}", "details": {"rows": 1 + number % 50}}
            for number in range(count)
        )
        watch = Stopwatch("default")
        with entered(scope):
            record_many(scope, facts, event=EVENTS[there // each % len(EVENTS)], ground="resident_register_act_12")
        writing += sum(watch.read()[:2])
        watch = Stopwatch("sealer")
        seal(organisations=[organisation.code])
        sealing += sum(watch.read()[:2])
        there += count
    return [
        Claim(f"{total:,} rows written in bulk, CPU µs a row", writing / total * 1e6, "-", "-", "told", holds=True),
        Claim(f"{total:,} rows sealed, CPU µs a row", sealing / total * 1e6, "-", "-", "told", holds=True),
    ]


def sealed_rows(organisation: Organisation) -> int:
    """How long the log is."""
    from django.db import connections

    with connections["sealer"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_leaf WHERE organisation_id = %s", [organisation.pk])
        return int(cursor.fetchone()[0])


def verifying(organisation: Organisation, factor: yardstick.Factor, repeats: int = 3) -> Claim:
    """The whole log verified: the best of a few runs, because other work on the machine only ever adds."""
    from machikumo.kernel.ledger.verifying import verify

    runs = []
    for _ in range(repeats):
        watch = Stopwatch("sealer")
        result = verify(organisation)
        runs.append(watch.read())
    ours, theirs, clock = min(runs, key=lambda run: run[0] + run[1])
    bar = factor.bar(VERIFY_SECONDS)
    return Claim(
        f"{result.size:,} rows verified under {result.checkpoints} checkpoints, CPU s",
        ours + theirs,
        f"{ours:.2f} program + {theirs:.2f} server, {clock:.2f} by the clock",
        VERIFY_SECONDS / (ours + theirs),
        f"<= {bar:.1f} s",
        holds=result.is_right and ours + theirs <= bar,
    )


def tampering(organisation: Organisation) -> Claim:
    """One row of the log altered by an attacker who owns the server, found and named; then put right again."""
    from machikumo.kernel.ledger.verifying import verify

    entry = "SELECT entry_id FROM ledger_leaf WHERE organisation_id = %s AND leaf_index = %s"
    where = f"organisation_id = %s AND id = ({entry})"
    at = sealed_rows(organisation) * 2 // 3
    place = [organisation.pk, organisation.pk, at]
    with yardstick.psycopg.connect(postgres.administrator_dsn(), dbname="machikumo_bench_ledger") as attacker:
        attacker.execute("SET session_replication_role = replica")
        attacker.execute(f"UPDATE ledger_entry SET canonical = canonical || ' ' WHERE {where}", place)
        attacker.commit()
        found = [(finding.kind.value, finding.first) for finding in verify(organisation).findings]
        attacker.execute(f"UPDATE ledger_entry SET canonical = rtrim(canonical) WHERE {where}", place)
    right = verify(organisation).is_right
    return Claim(
        "one altered row among them is named",
        str(found),
        f"row {at}",
        "-",
        "exactly it",
        found == [("altered", at)] and right,
    )


def outsider(organisation: Organisation, factor: yardstick.Factor) -> Claim:
    """The documentation's script, run by a bare Python on the exported log."""
    from machikumo.kernel.ledger.exporting import export_log

    with tempfile.TemporaryDirectory(dir=ROOT / "var") as folder:
        rows = export_log(organisation, Path(folder)).rows
        before = os.times()
        done = subprocess.run([sys.executable, "-I", "-S", str(OUTSIDER), folder], check=False, capture_output=True)
        after = os.times()
    seconds = after.children_user + after.children_system - before.children_user - before.children_system
    bar = factor.bar(3 * VERIFY_SECONDS)
    holds = done.returncode == 0 and seconds <= bar
    return Claim(f"{rows:,} rows verified by the outsider's script, CPU s", seconds, "-", "-", f"<= {bar:.0f} s", holds)


def trees() -> Claim:
    """Appending leaves and taking the root, ours and pymerkle's, on the same rows."""
    from pymerkle import InmemoryTree

    from machikumo.kernel.ledger.domain.merkle import Frontier, leaf_hash

    rows = [b"%064d" % number for number in range(PEER_LEAVES)]
    started = time.process_time()
    frontier = Frontier()
    for first in range(0, PEER_LEAVES, 100):
        frontier = frontier.extended([leaf_hash(row) for row in rows[first : first + 100]])
    root, ours = frontier.root(), time.process_time() - started
    started = time.process_time()
    tree = InmemoryTree(algorithm="sha256")
    for row in rows:
        tree.append_entry(row)
    same, peers = tree.get_root() == root, time.process_time() - started
    return Claim(
        f"{PEER_LEAVES:,} leaves to a root in portions of 100, CPU µs a leaf (same root)",
        ours / PEER_LEAVES * 1e6,
        f"pymerkle {peers / PEER_LEAVES * 1e6:.3g}",
        peers / ours,
        ">= 1",
        holds=same and peers >= ours,
    )


def side_by_side(organisation: Organisation, seconds: float) -> Claim:
    """WRITERS sessions of one town, each row a transaction: ours, and the same with a locked head of a hash chain."""
    with yardstick.psycopg.connect(postgres.administrator_dsn(), dbname="machikumo_bench_ledger") as administrator:
        administrator.execute(CHAIN)
        administrator.execute("INSERT INTO bench_head VALUES (%s, '')", [organisation.pk])
    ours = rate(organisation, seconds, chained=False)
    chained = rate(organisation, seconds, chained=True)
    return Claim(
        f"{WRITERS} writers of one town, committed rows/s",
        ours,
        f"with a chain head {chained:,.0f}",
        ours / chained,
        ">= 1",
        ours >= chained,
    )


def rate(organisation: Organisation, seconds: float, *, chained: bool) -> float:
    """Committed rows a second."""
    until = time.perf_counter() + seconds
    counts = [0] * WRITERS
    threads = [
        threading.Thread(target=write_until, args=(organisation, until, counts, number, chained))
        for number in range(WRITERS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / seconds


def write_until(organisation: Organisation, until: float, counts: list[int], place: int, chained: bool) -> None:  # noqa: FBT001
    """One writer, on a connection of its own."""
    from django.db import connections

    from machikumo.kernel.ledger import record
    from machikumo.kernel.tenancy.doors import entered

    scope = scope_of(organisation)
    while time.perf_counter() < until:
        with entered(scope):
            if chained:
                chain(connections["default"], organisation.pk)
            record(scope, event="person.viewed", subject=f"person:{place}")
        counts[place] += 1
    connections["default"].close()


def chain(connection: Any, organisation: int) -> None:
    """What a hash chain needs in each business transaction: the head, locked, read and moved on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT hash FROM bench_head WHERE organisation_id = %s FOR UPDATE", [organisation])
        cursor.execute(
            "UPDATE bench_head SET hash = sha256(hash) WHERE organisation_id = %s",
            [organisation],
        )


def main() -> int:
    """Build, measure, publish."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--seconds", type=float, default=5.0, help="of each round of writers")
    chosen = options.parse_args()
    postgres.administrator_dsn()
    setup.prepare(lambda _line: None)
    town, busy = organisation_of("bench-log"), organisation_of("bench-writers")
    filled = fill(town, chosen.rows)
    factor = yardstick.measure()
    claims = [
        verifying(town, factor),
        tampering(town),
        outsider(town, factor),
        *filled,
        trees(),
        side_by_side(busy, chosen.seconds),
    ]
    return publish("foundation_ledger", claims, rows=chosen.rows, yardstick=factor.cpu)


if __name__ == "__main__":
    sys.exit(main())
