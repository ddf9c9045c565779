"""Ages and sexes after an official table, kept close to it while a town grows."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from machikumo.synthetic.domain.chance import Dice, Weighted, weighted
from machikumo.synthetic.domain.rows import FEMALE, MALE

_BAND: Final = 5
OLDEST: Final = 104
_SURVIVAL: Final = 0.82
_PERSONS_PER_ROUND: Final = 160


@dataclass(frozen=True, slots=True)
class AgeBand:
    """One line of the table: people from `low` years of age in a band of five, the last one open."""

    low: int
    male: int
    female: int


@dataclass(frozen=True, slots=True)
class AgeTable:
    """People by five-year band and sex; bands follow each other from 0."""

    bands: tuple[AgeBand, ...]

    def shares(self) -> tuple[float, ...]:
        """Return the share of each cell: males and females of the first band, of the second, and so on."""
        cells = [count for band in self.bands for count in (band.male, band.female)]
        total = sum(cells)
        return tuple(count / total for count in cells)

    def cell(self, age: int, sex: str) -> int:
        """Return the place of an age and sex in `shares`."""
        return min(age // _BAND, len(self.bands) - 1) * 2 + (sex == FEMALE)


class Balance:
    """Draws the age and sex that a growing town lacks most, so that its pyramid stays that of the table.

    The weights are made anew every 64 draws: a draw in between may overshoot, the next round corrects it.
    """

    __slots__ = ("_drawn", "_have", "_last", "_shares", "_table", "_wanted")

    def __init__(self, table: AgeTable) -> None:
        self._table = table
        self._shares = table.shares()
        self._have = [0] * len(self._shares)
        self._last = len(table.bands) - 1
        self._drawn = 0
        self._wanted: Weighted[int] = weighted(enumerate(self._shares))

    def draw(self, dice: Dice) -> tuple[int, str]:
        """Return the age in years and the sex of the next person to build a household around."""
        if self._drawn == 64:  # noqa: PLR2004 - told in the class's docstring
            self._drawn = 0
            self._wanted = weighted(enumerate(self._lacking()))
        self._drawn += 1
        band, is_female = divmod(self._wanted.pick(dice), 2)
        sex = FEMALE if is_female else MALE
        if band == self._last:
            return _OLD_AGES.pick(dice), sex
        return band * _BAND + int(dice.random() * _BAND), sex

    def add(self, people: Iterable[tuple[int, str]]) -> None:
        """Count people (age, sex) who now live in the town."""
        cell = self._table.cell
        have = self._have
        for age, sex in people:
            have[cell(age, sex)] += 1

    def _lacking(self) -> list[float]:
        after = sum(self._have) + _PERSONS_PER_ROUND
        return [max(share * after - have, 0.0) for share, have in zip(self._shares, self._have, strict=True)]


def _old_ages() -> Weighted[int]:
    weight, pairs = 1.0, []
    for age in range(85, OLDEST + 1):
        pairs.append((age, weight))
        weight *= _SURVIVAL
    return weighted(pairs)


_OLD_AGES: Final = _old_ages()
