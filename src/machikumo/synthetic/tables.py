"""Reading the tables under data/ from which a town is made."""

from functools import cache

from machikumo.kernel.errors import MachikumoError
from machikumo.kernel.official import municipalities, municipality, records, towns_of
from machikumo.synthetic.domain.addresses import Elsewhere, Ground, Place
from machikumo.synthetic.domain.ages import AgeBand, AgeTable
from machikumo.synthetic.domain.names import FamilyName, ForeignName, GivenName, NameTables, Written
from machikumo.synthetic.domain.population import Basis


class SyntheticError(MachikumoError):
    """Base of what can go wrong in making a town."""


class NoTowns(SyntheticError):
    """The table of towns has nothing of this municipality."""

    status = 404

    def __init__(self, code: str) -> None:
        super().__init__(
            f"団体コード「{code}」の町字は data/addresses/towns.csv にありません。"
            "同じ形式で町字を追加するか、町字のある団体(182079、403491、222127、121002)を指定してください。",
            f"data/addresses/towns.csv has no towns of '{code}': add them or name a municipality that has some.",
        )


def basis_of(code: str) -> Basis:
    """Return what a town of this municipality is made from.

    Raises:
        LocalGovernmentCodeError, UnknownCode: not a municipality's code.
        NoTowns: the table of towns has nothing of it.
    """
    return Basis(ground_of(code), age_table(), name_tables())


def ground_of(code: str) -> Ground:
    """Return the places of a municipality and the other municipalities of the country."""
    places = tuple(
        Place(town.ward_code, town.prefecture, town.municipality, f"{town.name}{town.section}")
        for town in towns_of(code)
    )
    if not places:
        raise NoTowns(municipality(code).code)
    others = tuple(
        Elsewhere(place.code, place.prefecture, place.name) for place in municipalities() if place.code != code
    )
    return Ground(code, places, others)


@cache
def age_table() -> AgeTable:
    """Return the age table (高松市オープンデータ, 2026-02-01; approximate for every other town)."""
    return AgeTable(
        tuple(
            AgeBand(number * 5, int(row["male"]), int(row["female"]))
            for number, row in enumerate(records("people", "age_sex_takamatsu_202602.csv"))
        )
    )


@cache
def name_tables() -> NameTables:
    """Return the four tables of names."""
    return NameTables(
        family=tuple(
            FamilyName(_written(row), int(row["weight"]), row["kind"]) for row in records("people", "family_names.csv")
        ),
        given=tuple(
            GivenName(
                written=_written(row),
                sex=row["sex"],
                born_from=int(row["born_from"]),
                born_to=int(row["born_to"]),
                weight=int(row["weight"]),
            )
            for row in records("people", "given_names.csv")
        ),
        foreign=tuple(
            ForeignName(
                nationality_code=row["nationality_code"],
                nationality=row["nationality"],
                sex=row["sex"],
                roman=row["roman"],
                kanji=row["kanji"],
                kana=row["kana"],
            )
            for row in records("people", "foreign_names.csv")
        ),
        common=tuple(_written(row) for row in records("people", "common_names.csv")),
    )


def _written(row: dict[str, str]) -> Written:
    return Written(row["name"], row["kana"])
