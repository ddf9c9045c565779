"""Running numbers of certificates, and the words by which a paper is checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

FIRST_MONTH = 4  # a fiscal year (年度) begins on 1 April


def fiscal_year(day: date) -> int:
    """The fiscal year of the day, 2026 for 2027-03-31."""
    return day.year if day.month >= FIRST_MONTH else day.year - 1


def written(year: int, serial: int) -> str:
    """The number as printed, such as 2026-000123."""
    return f"{year}-{serial:06d}"


def plain_number(text: str) -> str:
    """What somebody typed from the paper, with half-width digits and hyphen and without blanks."""
    folded = text.translate(
        {ord(wide): narrow for wide, narrow in zip("０１２３４５６７８９", "0123456789", strict=True)}
    )
    return "".join("-" if sign in "-－‐−ー–" else sign for sign in folded if not sign.isspace())
