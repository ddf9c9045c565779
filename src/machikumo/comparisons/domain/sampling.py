"""Who is compared: strata (層) of people in whom moves go wrong, drawn in an order that a seed decides."""

from __future__ import annotations

import enum
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

LARGE_HOUSEHOLD = 3
OLDEST_AGE, NEWBORN_DAYS = 90, 366
YEAR = 365.25
SELECTORS = range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0)
PRIVATE = range(0xE000, 0xF900), range(0xF0000, 0x110000)


class Stratum(enum.StrEnum):
    """A kind of people of whom some are in every sample."""

    PROTECTED = "protected"
    GAIJI = "gaiji"
    FOREIGN = "foreign"
    HISTORY = "history"
    LARGE = "large"
    SINGLE = "single"
    OLDEST = "oldest"
    NEWBORN = "newborn"
    REMOVED = "removed"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be drawn; ``household_size`` counts those who live there now."""

    person_id: int
    token: str
    addressee_number: str
    name: str
    household_size: int
    versions: int
    is_foreign: bool
    is_protected: bool
    is_removed: bool
    birth_date: date | None


@dataclass(frozen=True, slots=True)
class Drawn:
    """Somebody who was drawn, and every stratum that he belongs to."""

    candidate: Candidate
    strata: tuple[Stratum, ...]


def has_gaiji(name: str) -> bool:
    """Whether a name has a selector, a character of a private area, or one that CP932 lacks."""
    for sign in name:
        point = ord(sign)
        if any(point in area for area in (*SELECTORS, *PRIVATE)):
            return True
        try:
            sign.encode("cp932")
        except UnicodeEncodeError:
            return True
    return False


def strata_of(one: Candidate, today: date) -> tuple[Stratum, ...]:
    """Every stratum of somebody, at least one."""
    days = (today - one.birth_date).days if one.birth_date else None
    found = {
        Stratum.PROTECTED: one.is_protected,
        Stratum.GAIJI: has_gaiji(one.name),
        Stratum.FOREIGN: one.is_foreign,
        Stratum.HISTORY: one.versions > 1,
        Stratum.LARGE: not one.is_removed and one.household_size >= LARGE_HOUSEHOLD,
        Stratum.SINGLE: not one.is_removed and one.household_size == 1,
        Stratum.OLDEST: days is not None and days >= OLDEST_AGE * YEAR and not one.is_removed,
        Stratum.NEWBORN: days is not None and days <= NEWBORN_DAYS,
        Stratum.REMOVED: one.is_removed,
    }
    return tuple(stratum for stratum, is_in in found.items() if is_in) or (Stratum.PLAIN,)


def draw(candidates: Iterable[Candidate], *, seed: str, size: int, today: date) -> list[Drawn]:
    """So many people (fewer where there are not so many): the strata in turn, each in the order that the seed gives.

    The same people, seed, size and day give the same sample, in whatever order the candidates come.
    """
    known = [Drawn(one, strata_of(one, today)) for one in candidates]
    known.sort(key=lambda one: hashlib.sha256(f"{seed}:{one.candidate.token}".encode()).digest())
    queues = [iter([one for one in known if stratum in one.strata]) for stratum in Stratum]
    return _in_turn(queues, size, len(known))


def _in_turn(queues: Sequence[Iterator[Drawn]], size: int, most: int) -> list[Drawn]:
    drawn: dict[int, Drawn] = {}
    while len(drawn) < min(size, most):
        for queue in queues:
            one = next((each for each in queue if each.candidate.person_id not in drawn), None)
            if one is not None and len(drawn) < size:
                drawn[one.candidate.person_id] = one
    return list(drawn.values())
