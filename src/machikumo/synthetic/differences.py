"""Daily difference files of a made-up town on disk, with planted faults of delivery and the truth beside them."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

from machikumo.synthetic.domain.daily import Day, Pace, daily_changes
from machikumo.synthetic.domain.export import Exporter
from machikumo.synthetic.tables import basis_of
from machikumo.synthetic.vendors import Vendor, exporter_of

PATTERN = "SABUN_{code}_{date}_{sequence}.csv"
HEADER, TRAILER = "H,{code},{date},{sequence}", "T,{rows}"


@dataclass(frozen=True, slots=True)
class DailyOrder:
    """What to make: the days after the export of a town (see exports.Order), in a vendor's form.

    ``pattern``, ``header`` and ``trailer`` hold ``{code}``, ``{date}``, ``{sequence}`` (four digits) and, in the
    records, ``{rows}``; an empty record is left out.
    """

    code: str
    people: int
    seed: int
    as_of: date
    vendor: Vendor
    days: int
    pace: Pace = field(default_factory=Pace)
    pattern: str = PATTERN
    header: str = HEADER
    trailer: str = TRAILER


@dataclass(frozen=True, slots=True)
class DailyFile:
    """One file as it should be delivered."""

    number: int
    day: date
    name: str
    data: bytes
    rows: int

    @property
    def sha256(self) -> str:
        """The hash of its bytes."""
        return hashlib.sha256(self.data).hexdigest()


def daily_files(order: DailyOrder) -> Iterator[DailyFile]:
    """Yield the difference files of a town, one a day, in the order in which an old system makes them.

    Raises:
        LocalGovernmentCodeError, UnknownCode, NoTowns, ValueError: as for the town's export.
    """
    exporter = exporter_of(order.vendor)
    for day in days_of(order):
        yield _file(order, exporter, day)


def days_of(order: DailyOrder) -> Iterator[Day]:
    """Yield the standard rows of the days: the truth of the files."""
    return daily_changes(
        basis_of(order.code),
        people=order.people,
        seed=order.seed,
        as_of=order.as_of,
        days=order.days,
        pace=order.pace,
    )


def _file(order: DailyOrder, exporter: Exporter, day: Day) -> DailyFile:
    said = {"code": order.code, "date": f"{day.day:%Y%m%d}", "sequence": f"{day.number:04d}"}
    said["rows"] = str(len(day.rows))
    lines = [exporter.header(), *(exporter.line(exporter.values(row)) for row in day.rows)]
    if order.header:
        lines.insert(0, _raw(order.header, said, exporter))
    if order.trailer:
        lines.append(_raw(order.trailer, said, exporter))
    return DailyFile(day.number, day.day, order.pattern.format(**said), b"".join(lines), len(day.rows))


def _raw(text: str, said: dict[str, str], exporter: Exporter) -> bytes:
    newline = "\r\n" if exporter.layout.physical.newline == "crlf" else "\n"
    return exporter.encode(text.format(**said) + newline)


@dataclass(frozen=True, slots=True)
class Delivery:
    """Faults of delivery to plant: numbers of files that never come, come twice, or change places with the next."""

    missing: frozenset[int] = frozenset()
    repeated: frozenset[int] = frozenset()
    swapped: frozenset[int] = frozenset()


def delivered(files: list[DailyFile], faults: Delivery) -> list[DailyFile]:
    """The files in the order in which they come when things go wrong as said."""
    order = list(files)
    for at in range(len(order) - 1):
        if order[at].number in faults.swapped and order[at].number < order[at + 1].number:
            order[at], order[at + 1] = order[at + 1], order[at]
    coming: list[DailyFile] = []
    for file in order:
        if file.number in faults.missing:
            continue
        coming += [file] * (2 if file.number in faults.repeated else 1)
    return coming


def write_days(order: DailyOrder, folder: Path, faults: Delivery | None = None) -> list[Path]:
    """Write the files into a folder in the order of delivery, and ``daily-truth.json``; gives the paths as delivered.

    A file that comes twice is written once and named twice; those that never come are not written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    planted = faults or Delivery()
    coming = delivered(list(daily_files(order)), planted)
    for file in coming:
        (folder / file.name).write_bytes(file.data)
    truth = {
        "delivered": [file.name for file in coming],
        "rows": {file.name: file.rows for file in coming},
        "sha256": {file.name: file.sha256 for file in coming},
        "planted": {key: sorted(numbers) for key, numbers in asdict(planted).items()},
    }
    text = json.dumps(truth, ensure_ascii=False, indent=1)
    (folder / "daily-truth.json").write_text(f"{text}\n", encoding="utf-8")
    return [folder / file.name for file in coming]
