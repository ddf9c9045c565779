"""Making a vendor's export of a made-up town on disk, with the truth about it beside it."""

import csv
import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import IO, Any

from machikumo.synthetic.domain.drafts import ProtectionBlock
from machikumo.synthetic.domain.planting import Press
from machikumo.synthetic.domain.truth import Truth
from machikumo.synthetic.towns import households
from machikumo.synthetic.vendors import Vendor, exporter_of

DEMO_SHARE = 0.02
_STEP = 500


@dataclass(frozen=True, slots=True)
class Order:
    """What to make: a town, and the vendor in whose form; `defects` is the share of damaged rows (0: none)."""

    code: str
    people: int
    seed: int
    as_of: date
    vendor: Vendor
    defects: float = 0.0


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
        ValueError: a number of people below 1, or a day before 2013.
    """
    exporter = exporter_of(order.vendor)
    press, truth, digest = Press(exporter, order.defects), Truth(), hashlib.sha256()
    name = exporter.layout.physical.file_name.format(code=order.code, date=f"{order.as_of:%Y%m%d}")
    town = households(order.code, order.people, order.seed, order.as_of)
    folder.mkdir(parents=True, exist_ok=True)
    file, unfinished = folder / name, folder / f".{name}.part"
    blocks: list[ProtectionBlock] = []
    with unfinished.open("wb") as stream:
        _write(stream, [exporter.header()], digest)
        for household in town:
            _write(stream, press.lines(household), digest)
            truth.add(household)
            blocks += household.blocks
            if progress and truth.households % _STEP == 0:
                progress(truth.persons, order.people)
    unfinished.replace(file)
    if progress:
        progress(truth.persons, order.people)
    made = Export(
        file=file,
        truth=folder / "truth.json",
        blocks=folder / "protection.csv",
        records=press.records,
        planted=len(press.planted),
        persons=truth.persons,
        sha256=digest.hexdigest(),
    )
    _write_truth(made, order, truth, press)
    _write_blocks(made.blocks, blocks)
    return made


def _write(stream: IO[bytes], lines: Iterable[bytes], digest: Any) -> None:
    data = b"".join(lines)
    stream.write(data)
    digest.update(data)


def _write_truth(made: Export, order: Order, truth: Truth, press: Press) -> None:
    document = {
        "municipality": order.code,
        "people": order.people,
        "seed": order.seed,
        "as_of": order.as_of.isoformat(),
        "vendor": order.vendor.value,
        "file": made.file.name,
        "bytes": made.file.stat().st_size,
        "sha256": made.sha256,
        "records": press.records,
        "age_table": "高松市オープンデータ 2026-02-01 (概算 approximate)",
        "town": truth.as_dict(),
        "defects": [asdict(planted) for planted in press.planted],
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
