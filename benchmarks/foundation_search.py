"""Finding one person among 1,000,000 under row security: p99 of each way of searching, and the plans.

``--people`` says how many; the town is made once and kept in its own database. The bar of 50 ms is read through the
yardstick; a plan with a sequential scan fails whatever the time.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
os.environ["MACHIKUMO_DATABASE"] = "machikumo_bench_search"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "machikumo.site.settings")

from reporting import Claim, publish

from machikumo.site import postgres, setup

if TYPE_CHECKING:
    from collections.abc import Callable

    from machikumo.kernel.scope import Scope

CODE = "121002"
BAR_MS = 50.0
BLOCK = 20_000
SHOWN = 50  # a longer list may well leave out the one that we look for


def scope_of_town() -> Scope:
    """A scope in the bench's one town."""
    from machikumo.kernel.jobs.running import EveryPermission
    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

    town, _ = Organisation.objects.using("migration").get_or_create(
        code=CODE, defaults={"kind": "municipality", "name": "千葉市", "is_active": True, "mode": "training"}
    )
    return Scope(town.pk, CODE, "command:bench", "platform", permissions=EveryPermission(), training=True)


def fill(scope: Scope, people: int, seed: int) -> None:
    """Load the town block by block, unless it is there."""
    import polars as pl

    from machikumo.kernel.tenancy.doors import entered
    from machikumo.register import loading
    from machikumo.register.models import Person
    from machikumo.synthetic.towns import households

    with entered(scope):
        if Person.objects.within(scope).count() >= people:
            return
    rows: list[dict[str, str]] = []
    loaded = 0
    for home in households(CODE, people, seed, date(2026, 4, 1)):
        rows += home.rows
        if len(rows) >= BLOCK:
            loaded += _load(scope, rows, pl, loading, entered)
            rows = []
            print(f"  {loaded:,} rows", flush=True)
    if rows:
        _load(scope, rows, pl, loading, entered)
    from django.db import connections

    for table in ("register_person", "register_personversion", "register_searchkey", "register_household"):
        with connections["migration"].cursor() as cursor:
            cursor.execute(f"VACUUM ANALYZE {table}")


def _load(scope: Scope, rows: list[dict[str, str]], pl: Any, loading: Any, entered: Any) -> int:
    frame = pl.DataFrame(rows, schema_overrides=dict.fromkeys(rows[0], pl.String), infer_schema_length=None)
    with entered(scope):
        counts = loading.load_frame(scope, frame)
    done: int = counts.rows
    return done


def samples(scope: Scope, count: int, dice: random.Random) -> list[Any]:
    """Present versions of people picked at random."""
    from machikumo.kernel.tenancy.doors import entered
    from machikumo.register.models import PersonVersion
    from machikumo.register.queries import PRESENT

    with entered(scope):
        first = PersonVersion.objects.within(scope).order_by("pk").values_list("pk", flat=True).first() or 0
        last = PersonVersion.objects.within(scope).order_by("-pk").values_list("pk", flat=True).first() or 0
        picks = [dice.randint(first, last) for _ in range(count * 2)]
        versions = PersonVersion.objects.within(scope).filter(pk__in=picks, **PRESENT)
        return list(versions.select_related("person"))[:count]


def ways() -> dict[str, Callable[[Any], Any]]:
    """Each way of searching, as the terms of a sample person."""
    from machikumo.kernel.text import kanji_key
    from machikumo.register.domain import terms

    return {
        "kanji name": lambda one: terms.name_terms(one.name),
        "old or new form": lambda one: terms.name_terms(kanji_key(one.name)),
        "kana": lambda one: terms.name_terms(one.name_kana or one.name),
        "kana prefix of the family name": lambda one: terms.name_terms((one.name_kana or one.name)[:3]),
        "kanji prefix of one sign": lambda one: terms.name_terms(one.name[:1]),
        "date of birth": lambda one: terms.birth_terms(one.birth_date),
        "address": lambda one: terms.address_terms(one.address_town + one.address_number),
        "name and date of birth": lambda one: terms.name_terms(one.name) + terms.birth_terms(one.birth_date),
        "family name and town": lambda one: (
            terms.name_terms(one.name.split("　")[0]) + terms.address_terms(one.address_town)
        ),
    }


def measure(scope: Scope, name: str, way: Callable[[Any], Any], people: list[Any], bar: float) -> Claim:
    """The p99 of one way of searching, list of people included, and its plan."""
    from machikumo.kernel.tenancy.doors import entered
    from machikumo.register import queries
    from machikumo.register.domain.terms import Search

    took = []
    for one in people:
        search = Search(way(one))
        if search.is_empty:
            continue
        start = time.perf_counter()
        with entered(scope):
            found = queries.find_people(scope, search)
        took.append((time.perf_counter() - start) * 1_000)
        if len(found) < SHOWN and one.person_id not in {each.person_id for each in found}:
            raise RuntimeError(f"search by {name} missed the person that it was made from")
    took.sort()
    p99 = took[min(len(took) - 1, len(took) * 99 // 100)]
    scans = has_scan(scope, Search(way(people[0])))
    return Claim(
        f"search by {name}: p99 ms of {len(took)} ({'SEQUENTIAL SCAN' if scans else 'index only'})",
        p99,
        bar,
        p99 / bar,
        "<= 50 ms by the yardstick, no sequential scan",
        p99 <= bar and not scans,
    )


def has_scan(scope: Scope, search: Any) -> bool:
    """Whether the plan of the search has a sequential scan."""
    from django.db import connection

    from machikumo.kernel.tenancy.doors import entered
    from machikumo.register import queries

    statement, values = queries.candidate_statement(scope.organisation_id, search)
    with entered(scope), connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + statement, values)
        return any("Seq Scan" in row[0] for row in cursor.fetchall())


def main() -> int:
    """Build, measure, publish."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--people", type=int, default=1_000_000)
    options.add_argument("--searches", type=int, default=300)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    postgres.administrator_dsn()
    setup.prepare(database=os.environ["MACHIKUMO_DATABASE"])
    import yardstick

    scope = scope_of_town()
    start = time.monotonic()
    fill(scope, chosen.people, chosen.seed)
    print(f"  town ready after {time.monotonic() - start:.0f} s", flush=True)
    bar = yardstick.measure().bar(BAR_MS, wall=True)
    people = samples(scope, chosen.searches, random.Random(chosen.seed))
    claims = [measure(scope, name, way, people, bar) for name, way in ways().items()]
    return publish("foundation-search", claims, people=chosen.people, seed=chosen.seed)


if __name__ == "__main__":
    sys.exit(main())
