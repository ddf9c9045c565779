"""Making a vendor's export of a made-up town on disk, with the truth about it beside it."""

import csv
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from machikumo.synthetic.domain.bulk import BulkPress
from machikumo.synthetic.domain.drafts import ProtectionBlock
from machikumo.synthetic.domain.export import Exporter
from machikumo.synthetic.domain.faults import Fault, broken
from machikumo.synthetic.domain.planting import Press
from machikumo.synthetic.domain.population import Town
from machikumo.synthetic.tables import basis_of, name_tables
from machikumo.synthetic.vendors import Vendor, exporter_of

DEMO_SHARE = 0.02


@dataclass(frozen=True, slots=True)
class Order:
    """What to make: a town, and the vendor in whose form.

    `defects` is the share of damaged rows (0: none); `is_bulk` asks for a block of people that is written again
    and again under other numbers and family names (domain.bulk), with a number of people that 1,000 divides.
    """

    code: str
    people: int
    seed: int
    as_of: date
    vendor: Vendor
    defects: float = 0.0
    is_bulk: bool = False


@dataclass(frozen=True, slots=True)
class Export:
    """The files that were made, and what is in them."""

    file: Path
    truth: Path
    blocks: Path
    records: int
    planted: int
    persons: int
    sha256: str


def make_export(order: Order, folder: Path, progress: Callable[[int, int], None] | None = None) -> Export:
    """Write the vendor's file, truth.json and protection.csv into a folder, which is made when it is not there.

    `progress` is told persons done and persons in all. Memory does not grow with the town but for the list of
    planted defects. An older export of the same name is replaced only when the new one is whole.

    Raises:
        LocalGovernmentCodeError, UnknownCode, NoTowns: no town can be made of this code.
        ValueError: a number of people below 1 (or not to be divided, in bulk), a day before 2013, a share of
            defects above a tenth.
    """
    exporter = exporter_of(order.vendor)
    town = Town(basis_of(order.code), order.seed, order.as_of)
    press, pieces = _bulk(exporter, town, order) if order.is_bulk else _single(exporter, town, order)
    name = exporter.layout.physical.file_name.format(code=order.code, date=f"{order.as_of:%Y%m%d}")
    folder.mkdir(parents=True, exist_ok=True)
    digest = _write(folder / name, pieces, lambda: progress and progress(press.persons, order.people))
    made = Export(
        file=folder / name,
        truth=folder / "truth.json",
        blocks=folder / "protection.csv",
        records=press.planter.records,
        planted=len(press.planter.planted),
        persons=press.truth.persons,
        sha256=digest,
    )
    _write_truth(made, order, press)
    _write_blocks(made.blocks, press.blocks)
    return made


def break_export(made: Export, vendor: Vendor, fault: Fault) -> tuple[Path, str]:
    """Write a broken copy beside a sound export; return its path and the rule that must find it out.

    The whole file is held in memory: meant for a rehearsal's small town.
    """
    path = made.file.with_name(f"{made.file.stem}_{fault.value}{made.file.suffix}")
    found = broken(fault, made.file.read_bytes(), exporter_of(vendor).layout)
    path.write_bytes(found.data)
    return path, found.rule


def _single(exporter: Exporter, town: Town, order: Order) -> tuple[Press, Iterator[bytes]]:
    press = Press(exporter, order.defects)
    return press, press.pieces(town.households(order.people))


def _bulk(exporter: Exporter, town: Town, order: Order) -> tuple[BulkPress, Iterator[bytes]]:
    families = [line.written for line in name_tables().family]
    press = BulkPress(exporter, order.defects, town, families)
    return press, press.pieces(order.people)


def _write(path: Path, pieces: Iterator[bytes], tell: Callable[[], object]) -> str:
    """Write pieces to a file that takes its name only when it is whole; return the SHA-256."""
    digest = hashlib.sha256()
    unfinished = path.with_name(f".{path.name}.part")
    with unfinished.open("wb") as stream:
        for piece in pieces:
            stream.write(piece)
            digest.update(piece)
            tell()
    unfinished.replace(path)
    return digest.hexdigest()


def _write_truth(made: Export, order: Order, press: Press | BulkPress) -> None:
    document = {
        "municipality": order.code,
        "people": order.people,
        "seed": order.seed,
        "as_of": order.as_of.isoformat(),
        "vendor": order.vendor.value,
        "file": made.file.name,
        "bytes": made.file.stat().st_size,
        "sha256": made.sha256,
        "records": made.records,
        "age_table": "高松市オープンデータ 2026-02-01 (概算 approximate)",
        "town": press.truth.as_dict(),
        "defects": [asdict(planted) for planted in press.planter.planted],
    }
    _replace(made.truth, f"{json.dumps(document, ensure_ascii=False, indent=1)}\n")


def _write_blocks(path: Path, blocks: list[ProtectionBlock]) -> None:
    unfinished = path.with_name(f".{path.name}.part")
    with unfinished.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(("addressee_number", "household_number", "ground", "starts_on", "ends_on"))
        writer.writerows(
            (block.addressee_number, block.household_number, block.ground.value, block.starts_on, block.ends_on)
            for block in blocks
        )
    unfinished.replace(path)


def _replace(path: Path, text: str) -> None:
    unfinished = path.with_name(f".{path.name}.part")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)
