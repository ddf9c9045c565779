"""`machikumo synthetic town`: a vendor's export of a made-up town."""

import argparse
import sys
from datetime import date
from pathlib import Path
from typing import Any

from machikumo.kernel.errors import MachikumoError
from machikumo.synthetic.differences import DailyOrder, Delivery, write_days
from machikumo.synthetic.domain.faults import Fault
from machikumo.synthetic.exports import DEMO_SHARE, Order, break_export, make_export
from machikumo.synthetic.vendors import Vendor

_AS_OF = date(2026, 4, 1)


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command `synthetic` to the parser of the program."""
    room = subparsers.add_parser("synthetic", help="架空の住民データを作る / make up residents for rehearsal")
    subjects = room.add_subparsers(dest="subject", required=True)
    town = subjects.add_parser(
        "town", help="架空の町の移行元ファイルを作る / make an old vendor's export of a made-up town"
    )
    ask = town.add_argument
    vendors, faults = [vendor.value for vendor in Vendor], [fault.value for fault in Fault]
    ask("--code", required=True, help="全国地方公共団体コード(6桁) / local government code, e.g. 182079")
    ask("--vendor", required=True, choices=vendors, help="移行元の形式 / in whose form")
    ask("--out", required=True, type=Path, help="書き出すフォルダ / folder to write into")
    ask("--people", type=int, default=1_000, help="人数 / persons (1000)")
    ask("--seed", type=int, default=1, help="乱数の種。同じ種なら同じ町 / seed: the same town for ever (1)")
    ask("--as-of", type=date.fromisoformat, default=_AS_OF, help="基準日 / day of the export (2026-04-01)")
    ask("--defects", nargs="?", type=float, const=DEMO_SHARE, default=0.0, metavar="SHARE", help=(
        f"不備を混ぜる行の割合(値を省くと{DEMO_SHARE}) / share of rows to damage"
    ))  # fmt: skip
    ask("--fault", choices=faults, help="壊れたファイルも作る / add a broken copy of the file")
    ask("--bulk", action="store_true", help="性能試験用の大きなファイルを速く作る / large files for benchmarks, fast")
    town.set_defaults(run=run_town)
    _register_daily(subjects)


def _register_daily(subjects: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    daily = subjects.add_parser(
        "daily", help="架空の町の日次差分ファイルを作る / daily difference files of a made-up town after its export"
    )
    ask = daily.add_argument
    numbers: dict[str, Any] = {"nargs": "*", "type": int, "default": (), "metavar": "N"}
    vendors = [vendor.value for vendor in Vendor]
    ask("--code", required=True, help="全国地方公共団体コード(6桁) / local government code, e.g. 182079")
    ask("--vendor", required=True, choices=vendors, help="移行元の形式 / in whose form")
    ask("--out", required=True, type=Path, help="書き出すフォルダ / folder to write into")
    ask("--people", type=int, default=1_000, help="移行元ファイルと同じ人数 / persons, as of the export (1000)")
    ask("--seed", type=int, default=1, help="移行元ファイルと同じ種 / seed of the export (1)")
    ask("--as-of", type=date.fromisoformat, default=_AS_OF, help="移行元の基準日 / day of the export (2026-04-01)")
    ask("--days", type=int, default=30, help="日数 / so many days after it (30)")
    ask("--missing", help="届かない番号 / numbers that never come", **numbers)
    ask("--repeated", help="2回届く番号 / numbers that come twice", **numbers)
    ask("--swapped", help="次と入れ替わる番号 / numbers that change places with the next", **numbers)
    daily.set_defaults(run=run_daily)


def run_daily(arguments: argparse.Namespace) -> int:
    """Make the files that the arguments ask for; exit code 0, or 2 with the reason on the error stream."""
    order = DailyOrder(
        code=arguments.code,
        people=arguments.people,
        seed=arguments.seed,
        as_of=arguments.as_of,
        vendor=Vendor(arguments.vendor),
        days=arguments.days,
    )
    faults = Delivery(*(frozenset(getattr(arguments, name)) for name in ("missing", "repeated", "swapped")))
    try:
        paths = write_days(order, arguments.out, faults)
    except MachikumoError as refused:
        sys.stderr.write(f"{refused.message_ja}\n{refused.message_en}\n")
        return 2
    except ValueError as refused:
        sys.stderr.write(f"{refused}\n")
        return 2
    sys.stdout.write("".join(f"{path}\n" for path in paths))
    return 0


def run_town(arguments: argparse.Namespace) -> int:
    """Make the export that the arguments ask for; exit code 0, or 2 with the reason on the error stream."""
    order = Order(
        code=arguments.code,
        people=arguments.people,
        seed=arguments.seed,
        as_of=arguments.as_of,
        vendor=Vendor(arguments.vendor),
        defects=arguments.defects,
        is_bulk=arguments.bulk,
    )
    try:
        made = make_export(order, arguments.out)
    except MachikumoError as refused:
        sys.stderr.write(f"{refused.message_ja}\n{refused.message_en}\n")
        return 2
    except ValueError as refused:
        sys.stderr.write(f"{refused}\n")
        return 2
    sys.stdout.write(
        f"{made.file}: {made.persons:,}人 {made.records:,}件 (不備 {made.planted}件) / "
        f"{made.persons:,} persons, {made.records:,} records, {made.planted} defects planted\n"
        f"{made.truth}: 正解 / the truth\n"
    )
    if arguments.fault:
        path, rule = break_export(made, order.vendor, Fault(arguments.fault))
        sys.stdout.write(f"{path}: 壊れたファイル({rule}) / broken, to be found by {rule}\n")
    return 0
