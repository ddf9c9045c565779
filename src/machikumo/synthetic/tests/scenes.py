"""Towns that several tests look at, made once."""

from collections.abc import Iterator
from datetime import date
from functools import cache
from itertools import groupby

from machikumo.synthetic.domain.population import Household, Town
from machikumo.synthetic.domain.rows import Row
from machikumo.synthetic.tables import basis_of

AS_OF = date(2026, 4, 1)
SABAE = "182079"


@cache
def town(seed: int = 1, people: int = 600, code: str = SABAE) -> tuple[Household, ...]:
    return tuple(Town(basis_of(code), seed, AS_OF).households(people))


def persons(household: Household) -> Iterator[list[Row]]:
    for _, versions in groupby(household.rows, key=lambda row: row["addressee_number"]):
        yield list(versions)


def everybody(households: tuple[Household, ...]) -> list[list[Row]]:
    return [versions for household in households for versions in persons(household)]


def living(households: tuple[Household, ...]) -> list[Row]:
    return [versions[-1] for versions in everybody(households) if versions[-1]["resident_state"] == "1"]


def with_trait(name: str, seeds: range = range(1, 6), people: int = 600) -> list[Household]:
    return [home for seed in seeds for home in town(seed, people) if name in home.traits]
