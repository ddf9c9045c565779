"""Vendor A → standard → vendor B → standard → A, and the same by way of C (fixed records of a host): what comes back.

    make bench-migration-round-trip      make bench-migration-round-trip A="--rows 20000"

A writes CP932 with era dates, B UTF-8 with ISO dates, C EBCDIC with packed decimals. Every leg reads a file, checks all
rows, converts and writes a file, block by block. At the end the file is compared with the first, line by line; lines
that differ are compared cell by cell. Some doubled characters are planted under their other code beforehand.
"""

from __future__ import annotations

import argparse
import csv
import resource
import shutil
import sys
import time
from collections import Counter
from dataclasses import dataclass, field, fields
from datetime import date
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from reporting import Claim, folder, publish

from machikumo.layouts.domain.engine import iterate_blocks
from machikumo.layouts.domain.executors import Plan
from machikumo.layouts.domain.write import Writer
from machikumo.layouts.packing import opened
from machikumo.layouts.queries.catalogue import shipped
from machikumo.synthetic.exports import Order, make_export
from machikumo.synthetic.vendors import Vendor

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from machikumo.layouts.domain.mapping import Mapping

CODE, AS_OF = "182079", date(2026, 4, 1)
HOME = "kasumi-to-standard"
ROUTES = {"B": "minato-to-standard", "C": "tsubaki-to-standard"}
# About four rows for three people: old rows stay in the file.
ROWS_A_PERSON = 1.32
MEMORY_BAR = 1024  # MiB
# The same character under its IBM code, which Windows writes, and under its NEC code.
IBM_CODE, NEC_CODE = b"\xfb\xfc", b"\xee\xe0"
PLANT_EACH = 5


@dataclass(slots=True)
class Leg:
    """What one leg did: rows read, written and held back, findings by rule, cells without a place, seconds."""

    name: str
    read: int = 0
    written: int = 0
    held: int = 0
    rules: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    losses: int = 0
    seconds: float = 0.0


@dataclass(slots=True)
class Compared:
    """What came back: rows, lines equal in bytes, cells changed by item, lines that differ in bytes alone by reason."""

    rows: int = 0
    equal: int = 0
    cells: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)


def make_file(path: Path, rows: int, seed: int) -> int:
    """Write vendor A's file with at least so many rows, some doubled characters by their NEC code; gives how many."""
    people = -(-int(rows / ROWS_A_PERSON) // 1000) * 1000
    work = path.with_suffix(".work")
    made = make_export(Order(CODE, people, seed, AS_OF, Vendor.KASUMI, is_bulk=True), work)
    planted = 0
    with made.file.open("rb") as source, path.open("wb") as out:
        for number, line in enumerate(source):
            other = line.replace(IBM_CODE, NEC_CODE) if number % PLANT_EACH == 0 else line
            is_same = other is line or other.decode("cp932") == line.decode("cp932")
            planted += is_same and other != line
            out.write(other if is_same else line)
    shutil.rmtree(work)
    return planted


def convert(source: Path, mapping: Mapping, target: Path) -> Leg:
    """Take a file to the mapping's target; rows that cannot go are counted by rule."""
    leg, began = Leg(f"{mapping.source.key} → {mapping.target.key}"), time.perf_counter()
    writer = Writer(mapping.target)
    plan = Plan(mapping.source, mapping, training=True, fingerprints=False)
    with opened(source, mapping.source) as stream, target.open("wb") as out:
        out.write(writer.header())
        for result in iterate_blocks(stream, plan):
            leg.read += result.entry.records
            leg.rules.update(issue.rule for issue in result.issues)
            leg.losses += len(result.losses)
            leg.dropped.update(result.dropped)
            if result.closing:
                continue
            written = writer.rows(result.converted)
            leg.rules.update(issue.rule for issue in written.issues)
            leg.written += len(written.kept)
            out.write(written.data)
        leg.held = leg.read - leg.written
        out.write(writer.trailer(leg.written))
    leg.seconds = time.perf_counter() - began
    return leg


def compare(first: Path, last: Path, charset: str, keys: Sequence[str]) -> Compared:
    """Compare two files of lines without newlines in cells."""
    found = Compared()
    with first.open("rb") as one, last.open("rb") as other:
        for row, (before, after) in enumerate(zip_longest(one, other, fillvalue=b"")):
            found.rows += row > 0 and bool(after)
            if before == after:
                found.equal += row > 0
                continue
            _differ(found, row, before.decode(charset), after.decode(charset), keys)
    return found


def _differ(found: Compared, row: int, before: str, after: str, keys: Sequence[str]) -> None:
    if before == after:
        found.reasons["another of two codes of the same character"] += 1
        return
    old, new = (next(csv.reader([text.rstrip("\r\n")]), []) for text in (before, after))
    changed = [key for key, value, other in zip_longest(keys, old, new, fillvalue="") if value != other]
    found.cells.update(changed)
    if not changed:
        found.reasons["other quotes or newline"] += 1
    elif len(found.examples) < 5:  # noqa: PLR2004 - a few tell what it is; values are not shown
        found.examples.append(f"row {row}: {', '.join(changed)}")


def round_trip(home: Path, name: str, seed: int) -> tuple[list[Leg], Compared, set[str]]:
    """Go by one vendor and back; gives the legs, what came back, and the items that the other vendor has no column for.

    Files between are removed as soon as they are read.
    """
    catalogue = shipped()
    a, other = catalogue.mapping(HOME), catalogue.mapping(ROUTES[name])
    path = home / f"a-{seed}.csv"
    legs = []
    for number, mapping in enumerate((a, other.inverse(), other, a.inverse()), 1):
        target = home / f"{name}-{number}.dat"
        legs.append(convert(path, mapping, target))
        print(f"  {name} {number}: {_told(legs[-1])}", file=sys.stderr, flush=True)
        if number > 1:
            path.unlink()
        path = target
    found = compare(home / f"a-{seed}.csv", path, a.source.physical.charset, a.source.keys)
    path.unlink()
    carried = {target for move in other.moves for target in move.target}
    missing = {key for move in a.moves if not set(move.target) <= carried for key in move.source}
    return legs, found, missing


def _told(leg: Leg) -> str:
    speed = leg.read / max(leg.seconds, 0.001)
    return f"{leg.name}: {leg.read:,} rows, {leg.held:,} held back, {leg.seconds:.1f} s ({speed:,.0f} rows/s)"


def claims_of(name: str, legs: Sequence[Leg], found: Compared, missing: set[str], planted: int) -> Iterator[Claim]:
    """The claims about one way."""
    way = f"A → standard → {name} → standard → A"
    rows, held = legs[0].read, sum(leg.held for leg in legs)
    yield Claim(
        f"{way}: rows that came back", found.rows, rows, found.rows / rows, "all", found.rows == rows and not held
    )
    changed = sum(count for key, count in found.cells.items() if key not in missing)
    yield Claim(f"{way}: cells changed, of items that {name} has", changed, 0, changed, "none", not changed)
    lost = sum(count for key, count in found.cells.items() if key in missing)
    told = sum(legs[1].dropped.values())
    named = ", ".join(sorted(missing)) or "none"
    yield Claim(
        f"{way}: cells of items that {name} has no column for ({named}), and told by its conversion",
        lost, told, lost / told if told else 1.0, "all told", lost <= told,
    )  # fmt: skip
    differing = sum(found.reasons.values())
    if not missing:
        yield Claim(
            f"{way}: rows that differ in bytes alone, each with its reason", differing, planted,
            differing / planted if planted else 1.0, "those planted", differing == planted,
        )  # fmt: skip
    seconds = sum(leg.seconds for leg in legs)
    yield Claim(f"{way}: seconds of the four legs, rows a second", seconds, rows / seconds, "", "shown", holds=True)


def _plain(one: Leg | Compared) -> dict[str, Any]:
    values = {each.name: getattr(one, each.name) for each in fields(one)}
    return {name: dict(value) if isinstance(value, Counter) else value for name, value in values.items()}


def main() -> int:
    """Make A's file, go both ways, publish; 0 when every claim holds."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--seed", type=int, default=20_261_125)
    chosen = options.parse_args()
    home = folder().resolve() / "migration_round_trip"
    home.mkdir(parents=True, exist_ok=True)
    planted = make_file(home / f"a-{chosen.seed}.csv", chosen.rows, chosen.seed)
    claims: list[Claim] = []
    about: dict[str, Any] = {"rows": chosen.rows, "seed": chosen.seed, "planted": planted}
    for name in ROUTES:
        legs, found, missing = round_trip(home, name, chosen.seed)
        claims += claims_of(name, legs, found, missing, planted)
        about[name] = {"legs": [_plain(leg) for leg in legs], "compared": _plain(found), "no_column": sorted(missing)}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    claims.append(Claim("peak memory, MiB", peak, MEMORY_BAR, peak / MEMORY_BAR, "< 1", peak < MEMORY_BAR))
    (home / f"a-{chosen.seed}.csv").unlink()
    return publish("migration_round_trip", claims, **about)


if __name__ == "__main__":
    sys.exit(main())
