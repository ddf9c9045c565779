"""What the policy itself costs: CPU of the server process with and without row security, same rows, same statements.

1,741 tenants of uneven size, 5,000,000 rows (``--rows``). Point and list queries, each in a transaction that sets its
organisation, in interleaved pairs; the twin table has the same rows and indexes and no policy.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
from pathlib import Path

import psycopg

sys.path.insert(0, str(Path(__file__).resolve().parent))
from reporting import Claim, publish

from machikumo.kernel.tenancy import roles
from machikumo.kernel.tenancy.operations import TENANT
from machikumo.site import environment, postgres

DATABASE = "machikumo_bench_rls"
TENANTS = 1_741
BAR = 1.10
STATEMENTS = {
    "point": "SELECT id, key, payload FROM {table} WHERE organisation_id = %s AND id = %s",
    "list": "SELECT id, key, payload FROM {table} WHERE organisation_id = %s AND key >= %s ORDER BY key LIMIT 50",
}


def connect(role: str, name: str = DATABASE) -> psycopg.Connection:
    """A connection of that role; the administrator's for an empty role."""
    settings = environment.read()
    target = environment.database(settings)
    user = role or target.user
    password = environment.secret(settings, f"database-{role}") if role else target.password
    return psycopg.connect(
        host=target.host, port=target.port, dbname=name, user=user, password=password, autocommit=True
    )


def build(rows: int) -> None:
    """The two tables, unless they are there with that many rows."""
    with connect("", "postgres") as server:
        if server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            with connect("") as bench:
                known = bench.execute("SELECT to_regclass('walled'), to_regclass('open_twin')").fetchone()
                if known and all(known) and bench.execute("SELECT count(*) FROM walled").fetchone() == (rows,):
                    return
            server.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")
        settings = environment.read()
        passwords = {role: environment.secret(settings, f"database-{role}") for role in roles.ROLES.values()}
        roles.ensure_roles(server, passwords)
        roles.ensure_database(server, DATABASE)
    with connect("") as bench:
        roles.ensure_schemas(bench)
        for statement in _statements(rows):
            bench.execute(statement)


def _statements(rows: int) -> list[str]:
    app = roles.ROLES["default"]
    tables = []
    for table in ("walled", "open_twin"):
        tables += [
            f'CREATE TABLE {table} (id bigint, organisation_id bigint, key text COLLATE "C", payload text)',
            f"GRANT SELECT ON {table} TO {app}",
        ]
    # squaring the dice gives few large tenants and many small ones, as the country has
    fill = (
        f"INSERT INTO walled SELECT n, 1 + floor(power(random(), 2) * {TENANTS})::bigint, md5(n::text), "
        f"repeat('x', 60) FROM generate_series(1, {rows}) n"
    )
    keys = [
        f"CREATE {unique} INDEX ON {table} (organisation_id, {column})"
        for table in ("walled", "open_twin")
        for unique, column in (("UNIQUE", "id"), ("", "key"))
    ]
    walls = [
        "ALTER TABLE walled ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE walled FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY walled_app ON walled FOR ALL TO {app} USING (organisation_id = {TENANT})",
    ]
    return [
        *tables,
        "SELECT setseed(0.42)",
        fill,
        "INSERT INTO open_twin SELECT * FROM walled",
        *keys,
        *walls,
        "VACUUM ANALYZE walled",
        "VACUUM ANALYZE open_twin",
    ]


def cpu_nanoseconds(pid: int) -> int:
    """The CPU time that the process has used so far, as the scheduler counts it."""
    return int(Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii").split()[0])


def batch(app: psycopg.Connection, statement: str, asks: list[tuple[int, object]]) -> float:
    """Server CPU in microseconds a transaction."""
    pid = app.info.backend_pid
    before = cpu_nanoseconds(pid)
    for organisation, value in asks:
        with app.transaction():
            app.execute("SELECT set_config('machikumo.organisation_id', %s, true)", [str(organisation)])
            app.execute(statement, [organisation, value]).fetchall()
    return (cpu_nanoseconds(pid) - before) / 1_000 / len(asks)


def asks_of(kind: str, dice: random.Random, count: int, known: list[tuple[int, int]]) -> list[tuple[int, object]]:
    """Whom to ask for what: existing rows for the point, a random start for the list."""
    if kind == "point":
        return [(organisation, number) for organisation, number in dice.choices(known, k=count)]
    return [(organisation, f"{dice.getrandbits(64):016x}") for organisation, _ in dice.choices(known, k=count)]


def interval(ratios: list[float], dice: random.Random) -> tuple[float, float]:
    """A 95 % bootstrap interval of the median."""
    medians = sorted(statistics.median(dice.choices(ratios, k=len(ratios))) for _ in range(2_000))
    return medians[50], medians[1_949]


def measure(kind: str, pairs: int, each: int, dice: random.Random) -> Claim:
    """The ratio of CPU with the policy to CPU without, over interleaved pairs of the same asks."""
    with connect(roles.ROLES["default"]) as app, connect("") as administrator:
        known = administrator.execute(
            "SELECT organisation_id, id FROM open_twin TABLESAMPLE BERNOULLI (0.2) LIMIT 5000"
        ).fetchall()
        ours, twins = [], []
        for number in range(pairs + 1):
            asks = asks_of(kind, dice, each, known)  # type: ignore[arg-type]  # two integers a row
            order = ["walled", "open_twin"] if number % 2 else ["open_twin", "walled"]
            took = {table: batch(app, STATEMENTS[kind].format(table=table), asks) for table in order}
            if number:  # the first pair only warms both
                ours.append(took["walled"])
                twins.append(took["open_twin"])
    ratios = [mine / twin for mine, twin in zip(ours, twins, strict=True)]
    low, high = interval(ratios, dice)
    middle = statistics.median(ratios)
    return Claim(
        f"row security, {kind} query: server CPU µs a transaction, {pairs} interleaved pairs",
        statistics.median(ours),
        statistics.median(twins),
        f"{middle:.3f} (95 % {low:.3f}-{high:.3f})",
        f"<= {BAR}",
        middle <= BAR,
    )


def main() -> int:
    """Build, measure, publish."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=5_000_000)
    options.add_argument("--pairs", type=int, default=21)
    options.add_argument("--each", type=int, default=2_000)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    postgres.administrator_dsn()
    build(chosen.rows)
    dice = random.Random(chosen.seed)
    claims = [measure(kind, chosen.pairs, chosen.each, dice) for kind in STATEMENTS]
    return publish("foundation-rls", claims, rows=chosen.rows, tenants=TENANTS, seed=chosen.seed)


if __name__ == "__main__":
    sys.exit(main())
