"""Towns (町丁目) with their centre points."""

from dataclasses import dataclass
from functools import cache

from machikumo.kernel.official.files import records
from machikumo.kernel.official.tables import municipality


@dataclass(frozen=True, slots=True)
class Town:
    """A 町丁目 or 小字 with a point near its centre, in degrees (JGD2011).

    `municipality` is written as in an address: with the county (糟屋郡粕屋町) or the ward (千葉市中央区);
    `ward_code` is empty outside designated cities, `section` (小字) mostly empty everywhere.
    The point is None where the source has none (12 of 861 towns).
    """

    municipality_code: str
    ward_code: str
    prefecture: str
    municipality: str
    name: str
    section: str
    latitude: float | None
    longitude: float | None


@cache
def towns_of(code: str) -> tuple[Town, ...]:
    """Return the towns of one municipality in the table's order; empty where the table has none of it.

    Shipped are the four municipalities of the demonstration (data/addresses/README.md).

    Raises:
        LocalGovernmentCodeError: not six digits with a right check digit.
        UnknownCode: no municipality has this code.
    """
    wanted = municipality(code).code
    return tuple(_town(row) for row in records("addresses", "towns.csv") if row["code6"] == wanted)


def _town(row: dict[str, str]) -> Town:
    return Town(
        municipality_code=row["code6"],
        ward_code=row["ward_code6"],
        prefecture=row["prefecture"],
        municipality=row["municipality"],
        name=row["town"],
        section=row["koaza"],
        latitude=_degrees(row["lat"]),
        longitude=_degrees(row["lng"]),
    )


def _degrees(text: str) -> float | None:
    return float(text) if text else None
