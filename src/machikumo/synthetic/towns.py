"""A made-up town by code, number of people and seed: its households, residents, blocks and truth."""

from collections.abc import Iterator
from datetime import date

from machikumo.synthetic.domain.drafts import ProtectionBlock
from machikumo.synthetic.domain.population import Household, Town
from machikumo.synthetic.domain.rows import Row
from machikumo.synthetic.domain.truth import Truth
from machikumo.synthetic.tables import basis_of


def households(code: str, people: int, seed: int, as_of: date) -> Iterator[Household]:
    """Yield the households of a town of this many people, the same for ever for the same arguments.

    Raises:
        LocalGovernmentCodeError, UnknownCode, NoTowns: no town can be made of this code.
        ValueError: `people` is below 1 or `as_of` lies before 2013.
    """
    return Town(basis_of(code), seed, as_of).households(people)


def residents(code: str, people: int, seed: int, as_of: date) -> Iterator[Row]:
    """Yield the standard rows of such a town: every version of every person, person by person."""
    for household in households(code, people, seed, as_of):
        yield from household.rows


def protection_blocks(code: str, people: int, seed: int, as_of: date) -> Iterator[ProtectionBlock]:
    """Yield the protection blocks (支援措置) of such a town."""
    for household in households(code, people, seed, as_of):
        yield from household.blocks


def truth_of(code: str, people: int, seed: int, as_of: date) -> Truth:
    """Return the counts of such a town."""
    truth = Truth()
    for household in households(code, people, seed, as_of):
        truth.add(household)
    return truth
