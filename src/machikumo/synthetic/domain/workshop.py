"""The tools that every maker of one town shares."""

from dataclasses import dataclass

from machikumo.synthetic.domain.addresses import Addresses
from machikumo.synthetic.domain.chance import Dice
from machikumo.synthetic.domain.dates import DAYS_OF_A_YEAR, IsoDays
from machikumo.synthetic.domain.names import Names


@dataclass(frozen=True, slots=True)
class Workshop:
    """One stream of draws, the names and addresses to draw, the texts of days, and the day of today (ordinal)."""

    dice: Dice
    names: Names
    addresses: Addresses
    days: IsoDays
    today: int

    def age(self, birth: int) -> int:
        """Return the age today, in whole mean years, of somebody born on that day."""
        return int((self.today - birth) / DAYS_OF_A_YEAR)

    def birth_year(self, birth: int) -> int:
        """Return the year of a birth day."""
        return int(self.days[birth][:4])
