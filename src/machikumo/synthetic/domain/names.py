"""Names of made-up people, drawn from tables."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from machikumo.synthetic.domain.chance import Dice, Weighted, weighted
from machikumo.synthetic.domain.rows import FEMALE, MALE

_FIRST_YEAR = 1868
_LAST_YEAR = 2100


class Written(NamedTuple):
    """A family or given name as written and as read (full-width kana)."""

    text: str
    kana: str


@dataclass(frozen=True, slots=True)
class FamilyName:
    """A line of the table of family names; `kind` tells of selectors and rare characters."""

    written: Written
    weight: int
    kind: str


@dataclass(frozen=True, slots=True)
class GivenName:
    """A line of the table of given names, used for births of these years."""

    written: Written
    sex: str
    born_from: int
    born_to: int
    weight: int


@dataclass(frozen=True, slots=True)
class ForeignName:
    """A family name (sex empty) or given name in full-width Roman letters, kanji (or none) and kana."""

    nationality_code: str
    nationality: str
    sex: str
    roman: str
    kanji: str
    kana: str


@dataclass(frozen=True, slots=True)
class NameTables:
    """The four tables from which a town's names are drawn."""

    family: tuple[FamilyName, ...]
    given: tuple[GivenName, ...]
    foreign: tuple[ForeignName, ...]
    common: tuple[Written, ...]


class Nation(NamedTuple):
    """Names of one nationality, ready to be drawn."""

    code: str
    name: str
    family: tuple[ForeignName, ...]
    given: Mapping[str, tuple[ForeignName, ...]]


class Names:
    """Draws names; made once a town."""

    __slots__ = ("_family", "_given", "_rare", "common", "nations")

    def __init__(self, tables: NameTables) -> None:
        self._family = weighted((line.written, line.weight) for line in tables.family)
        self._rare = tuple(line.written for line in tables.family if line.kind in {"ivs", "beyond_cp932"})
        self._given = {sex: _by_year(tables.given, sex) for sex in (MALE, FEMALE)}
        self.common = tables.common
        self.nations = tuple(_nations(tables.foreign))

    def family(self, dice: Dice) -> Written:
        """Return a family name, the frequent ones more often."""
        return self._family.pick(dice)

    def rare_family(self, dice: Dice) -> Written:
        """Return a family name that needs a variation selector or a character that CP932 lacks."""
        return dice.one_of(self._rare)

    def given(self, dice: Dice, sex: str, year: int) -> Written:
        """Return a given name of the sex as people born in that year bear it."""
        return self._given[sex][year - _FIRST_YEAR].pick(dice)


def full_name(family: Written, given: Written) -> Written:
    """Return family and given name with the one full-width space between them."""
    return Written(f"{family.text}　{given.text}", f"{family.kana}　{given.kana}")


def _by_year(lines: Iterable[GivenName], sex: str) -> tuple[Weighted[Written], ...]:
    mine = [line for line in lines if line.sex == sex]
    made: dict[tuple[GivenName, ...], Weighted[Written]] = {}
    years = []
    for year in range(_FIRST_YEAR, _LAST_YEAR + 1):
        # Nobody of the table was born before its first year: the oldest names serve.
        asked = max(year, min(line.born_from for line in mine))
        used = tuple(line for line in mine if line.born_from <= asked <= line.born_to)
        if used not in made:
            made[used] = weighted((line.written, line.weight) for line in used)
        years.append(made[used])
    return tuple(years)


def _nations(lines: tuple[ForeignName, ...]) -> Iterable[Nation]:
    for code in dict.fromkeys(line.nationality_code for line in lines):
        mine = tuple(line for line in lines if line.nationality_code == code)
        given = {sex: tuple(line for line in mine if line.sex == sex) for sex in (MALE, FEMALE)}
        yield Nation(code, mine[0].nationality, tuple(line for line in mine if not line.sex), given)
