"""Days as ordinals and as the text of a standard row."""

from datetime import date
from typing import Final

DAYS_OF_A_YEAR: Final = 365.2425

# First day, name; a birth or event of a synthetic person never lies before Meiji.
_ERAS: Final = ((2019, "令和"), (1989, "平成"), (1926, "昭和"), (1912, "大正"), (1868, "明治"))
_FULL_WIDTH: Final = str.maketrans("0123456789", "０１２３４５６７８９")


class IsoDays(dict[int, str]):
    """ISO text of an ordinal day, made once a day: a town asks for the same 40,000 days millions of times."""

    def __missing__(self, ordinal: int) -> str:
        text = date.fromordinal(ordinal).isoformat()
        self[ordinal] = text
        return text


def years_before(ordinal: int, years: float) -> int:
    """Return the day that many mean Gregorian years earlier."""
    return ordinal - int(years * DAYS_OF_A_YEAR)


def around_year(year: int) -> str:
    """Return the wording of an uncertain date (不詳表記), such as 昭和４０年頃; the era is that of the year's end."""
    first, era = next(entry for entry in _ERAS if entry[0] <= year)
    return f"{era}{full_width(year - first + 1)}年頃"


def full_width(number: int) -> str:
    """Return a whole number in full-width digits."""
    return str(number).translate(_FULL_WIDTH)
